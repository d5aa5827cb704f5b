import Interlock
import InterlockArguments

/// The root of the commands.
struct Root: AsyncParsableCommand, ManualPageProviding {
    /// Computed, since a tool with backends of its own goes by its own name.
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: ToolContext.current.name,
            abstract: "Every LLM backend behind one interface.",
            discussion: """
                Exit codes: 0 done; 1 the work failed; 64 the command line or a setting is wrong; 69 the model or \
                backend cannot be had; 130 ended by Ctrl-C (129 by a closed terminal, 143 by a request to terminate).
                """,
            version: "interlock \(interlockVersion)",
            subcommands: [
                Generate.self, Chat.self, Models.self, Serve.self, Doctor.self, Backends.self, Status.self,
                Version.self,
            ]
        )
    }

    static var manualSections: [ManualSection] {
        [
            ManualSection(
                title: "ENVIRONMENT",
                entries: [
                    ("LLM_BACKEND", "The backend, where --backend does not name one."),
                    ("LLM_MODEL", "The model, where --model does not name one."),
                    ("INTERLOCK_API_KEY", "The key that clients of interlock serve have to send."),
                    ("CODE_EVOLVER_DEBUG", "With the value 1, log what helps to find a fault, like --verbose."),
                    ("NO_COLOR", "If set and not empty, no colours anywhere."),
                    ("XDG_STATE_HOME", "Where the history of interlock chat is kept; ~/.local/state without it."),
                    ("CUDA_VISIBLE_DEVICES", "The GPUs that llama.cpp may use, in a build with CUDA."),
                ]),
            ManualSection(
                title: "EXIT STATUS",
                entries: [
                    ("0", "Done; also when whoever read the output had enough of it."),
                    ("1", "The work failed."),
                    ("64", "The command line, a setting or the input is wrong."),
                    ("69", "The model or the backend cannot be had."),
                    ("129", "Ended because the terminal was closed."),
                    ("130", "Ended by Ctrl-C."),
                    ("143", "Ended by a request to terminate."),
                ]),
        ]
    }
}
