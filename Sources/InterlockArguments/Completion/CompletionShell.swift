#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// A shell for which completion scripts can be made.
public struct CompletionShell: RawRepresentable, Hashable, CaseIterable, Sendable {
    /// The shell's name.
    public let rawValue: String

    /// Finds a shell by its name; nil when no scripts can be made for it.
    public init?(rawValue: String) {
        guard ["bash", "zsh", "fish"].contains(rawValue) else { return nil }
        self.rawValue = rawValue
    }

    private init(known: String) {
        rawValue = known
    }

    /// GNU bash, from version 3.2 on.
    public static let bash = CompletionShell(known: "bash")

    /// The Z shell.
    public static let zsh = CompletionShell(known: "zsh")

    /// fish, from version 3.0 on.
    public static let fish = CompletionShell(known: "fish")

    /// All shells.
    public static var allCases: [CompletionShell] { [.bash, .zsh, .fish] }

    /// The shell that `SHELL` names, nil when it is none of these.
    public static var autodetected: CompletionShell? {
        guard let path = getenv("SHELL") else { return nil }
        return String(cString: path).split(separator: "/").last.flatMap { CompletionShell(rawValue: String($0)) }
    }

    /// The script for a command and all below it.
    func script(for root: any ParsableCommand.Type) -> String {
        let tree = CompletionNode(root: root)
        switch self {
        case .zsh: return ZshScript(root: tree).rendered()
        case .fish: return FishScript(root: tree).rendered()
        default: return BashScript(root: tree).rendered()
        }
    }
}
