import Interlock
import InterlockTerminal

/// What the commands share: they are made by the argument parser and cannot be given it.
struct ToolContext: Sendable {
    /// What the tool is called.
    var name = "interlock"
    /// The backends that can be named.
    var backends: BackendRegistry
    /// The environment variables.
    var environment: [String: String]
    /// What the terminal can do.
    var terminal = TerminalCapabilities.current()
    /// Where answers go.
    var output = FileOutput.standardOutput
    /// Where everything else goes.
    var errors = FileOutput.standardError

    @TaskLocal static var current = ToolContext(backends: BackendRegistry(), environment: [:])

    /// An environment variable, unless it is empty.
    func variable(_ name: String) -> String? {
        environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }
}
