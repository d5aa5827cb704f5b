/// A complaint about the arguments, thrown from `validate()` or `run()`.
///
/// It is printed with the command's usage, and the exit status is 64.
public struct ValidationError: Error, CustomStringConvertible, Sendable {
    /// The complaint.
    public let message: String

    /// Creates a complaint.
    public init(_ message: String) {
        self.message = message
    }

    /// The complaint.
    public var description: String { message }
}

/// An exit status; thrown, it ends the program with that status and without a message.
public struct ExitCode: Error, RawRepresentable, Hashable, Sendable {
    /// The status as the system sees it.
    public var rawValue: Int32

    /// Creates a status.
    public init(_ code: Int32) {
        rawValue = code
    }

    /// Creates a status.
    public init(rawValue: Int32) {
        self.rawValue = rawValue
    }

    /// All went well: 0.
    public static let success = ExitCode(0)

    /// The command failed: 1.
    public static let failure = ExitCode(1)

    /// The command line was wrong: 64, `EX_USAGE` of `sysexits.h`.
    public static let validationFailure = ExitCode(64)

    /// Whether the status is 0.
    public var isSuccess: Bool { rawValue == 0 }
}

/// A way to end early and well; thrown from `validate()` or `run()`.
public struct CleanExit: Error, CustomStringConvertible, Sendable {
    enum Reason: Sendable {
        case help((any ParsableCommand.Type)?)
        case message(String)
    }

    let reason: Reason

    /// Prints a command's help, by default that of the command that was called.
    public static func helpRequest(_ type: (any ParsableCommand.Type)? = nil) -> CleanExit {
        CleanExit(reason: .help(type))
    }

    /// Prints a command's help.
    public static func helpRequest(_ command: any ParsableCommand) -> CleanExit {
        CleanExit(reason: .help(type(of: command)))
    }

    /// Prints a text.
    public static func message(_ text: String) -> CleanExit {
        CleanExit(reason: .message(text))
    }

    /// The text, or `--help`.
    public var description: String {
        switch reason {
        case .help: "--help"
        case .message(let text): text
        }
    }
}

/// An error that knows the status with which the program ends when nothing handles it.
///
/// The API that this module mirrors has no such thing: there, such errors end with status 1.
public protocol ExitCodeProviding: Error {
    /// The status.
    var exitCode: ExitCode { get }
}
