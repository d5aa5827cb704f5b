import Interlock
import InterlockTerminal

#if canImport(Glibc)
@preconcurrency import Glibc
#elseif canImport(Musl)
@preconcurrency import Musl
#elseif canImport(Darwin)
import Darwin
#endif

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

    /// This process's environment variables; what is not UTF-8 is left out.
    static func processEnvironment() -> [String: String] {
        var variables: [String: String] = [:]
        var pointer = environ
        while let entry = pointer.pointee {
            if let text = String(validatingCString: entry), let equals = text.firstIndex(of: "=") {
                variables[String(text[..<equals])] = String(text[text.index(after: equals)...])
            }
            pointer += 1
        }
        return variables
    }

    /// An environment variable, unless it is empty.
    func variable(_ name: String) -> String? {
        environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }
}
