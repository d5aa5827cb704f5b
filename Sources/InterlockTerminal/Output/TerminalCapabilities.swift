#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// What the terminal around this process can show, from the descriptors and the environment.
public struct TerminalCapabilities: Equatable, Sendable {
    /// Standard input is a terminal.
    public var inputIsTerminal: Bool
    /// Standard output is a terminal.
    public var outputIsTerminal: Bool
    /// Standard error is a terminal.
    public var errorIsTerminal: Bool
    /// Columns of a line: COLUMNS if it is a positive number, else what the terminal says, else 80.
    public var width: Int
    /// Standard output may be coloured.
    public var colorsOutput: Bool
    /// Standard error may be coloured.
    public var colorsError: Bool
    /// The locale's character set is UTF-8 (LC_ALL, LC_CTYPE, LANG, in that order).
    public var isUTF8: Bool
    /// The terminal understands escape sequences that move the cursor: TERM is set and is not `dumb`.
    public var movesCursor: Bool

    /// The capabilities of this process as it is now.
    public static func current() -> TerminalCapabilities {
        var environment: [String: String] = [:]
        let names = [
            "NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "FORCE_COLOR", "TERM", "COLUMNS", "LC_ALL", "LC_CTYPE", "LANG",
        ]
        for name in names {
            if let value = getenv(name) { environment[name] = String(cString: value) }
        }
        return TerminalCapabilities(
            environment: environment,
            isTerminal: { isatty($0) == 1 },
            terminalWidth: { windowWidth(of: $0) }
        )
    }

    /// The capabilities that follow from an environment and from what is known of the descriptors 0, 1 and 2.
    ///
    /// Colours, first rule that speaks: NO_COLOR set and not empty: no (no-color.org). FORCE_COLOR set and not empty:
    /// yes, or no for `0` and `false` (force-color.org and Node's reading of it). CLICOLOR_FORCE set and neither empty
    /// nor `0`: yes; CLICOLOR equal to `0`: no (bixense.com/clicolors). Else only on a terminal whose TERM is set and
    /// not `dumb`.
    public init(
        environment: [String: String], isTerminal: (Int32) -> Bool, terminalWidth: (Int32) -> Int?
    ) {
        inputIsTerminal = isTerminal(0)
        outputIsTerminal = isTerminal(1)
        errorIsTerminal = isTerminal(2)
        let term = environment["TERM"] ?? ""
        movesCursor = !term.isEmpty && term != "dumb"
        let forced = Self.forcedColor(environment)
        colorsOutput = forced ?? (outputIsTerminal && movesCursor)
        colorsError = forced ?? (errorIsTerminal && movesCursor)
        if let columns = environment["COLUMNS"].flatMap({ Int($0) }), columns > 0 {
            width = columns
        } else {
            width = [1, 2, 0].lazy.compactMap(terminalWidth).first ?? 80
        }
        isUTF8 = Self.isUTF8(environment)
    }

    private static func forcedColor(_ environment: [String: String]) -> Bool? {
        if environment["NO_COLOR"].map({ !$0.isEmpty }) == true { return false }
        if let value = environment["FORCE_COLOR"], !value.isEmpty { return value != "0" && value != "false" }
        if let value = environment["CLICOLOR_FORCE"], !value.isEmpty, value != "0" { return true }
        if environment["CLICOLOR"] == "0" { return false }
        return nil
    }

    private static func isUTF8(_ environment: [String: String]) -> Bool {
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap { environment[$0] }.first { !$0.isEmpty }
        guard let locale else { return false }
        // language_TERRITORY.charset@modifier; macOS also has a bare "UTF-8".
        let afterDot = locale.split(separator: ".", maxSplits: 1).last ?? ""
        let charset = (afterDot.split(separator: "@", maxSplits: 1).first ?? "").lowercased()
        return charset == "utf-8" || charset == "utf8"
    }

    /// The columns of the terminal behind a descriptor; nil when it is none or does not say.
    static func windowWidth(of descriptor: Int32) -> Int? {
        var size = winsize()
        guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
        return Int(size.ws_col)
    }
}
