import TestSupport

/// The tool as a process: what a person at a shell sees.
enum Tool {
    /// The demo model of the repository.
    static let model = "\(Paths.packageRoot)/Models/demo/demo-q8_0.gguf"

    /// Runs the tool to its end, in an environment that holds nothing of this machine's.
    static func run(
        _ arguments: String..., input: String = "", environment: [String: String] = [:], readingAtMost: Int = .max
    ) throws -> ProcessRun {
        try ProcessRun(
            "interlock", arguments, input: Array(input.utf8), environment: environment, readingAtMost: readingAtMost)
    }

    /// Asks the scripted backend.
    static func scripted(_ arguments: String..., input: String = "") throws -> ProcessRun {
        try ProcessRun(
            "interlock", [arguments[0], "--backend", "scripted", "--allow-scripted"] + arguments.dropFirst(),
            input: Array(input.utf8))
    }
}
