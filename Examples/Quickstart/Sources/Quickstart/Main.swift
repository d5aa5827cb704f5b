import Interlock
import InterlockTesting

/// Runs every example of the documentation; the files beside this one hold them.
///
/// With llama.cpp in the build the demo model answers, otherwise a script.
@main
enum Main {
    static func main() async throws {
        let path = CommandLine.arguments.dropFirst().first ?? "Models/demo/demo-q8_0.gguf"
        let model = try demoModel(path)
        print("backend: \(model.identity.name)")
        for (title, example) in examples {
            print("\n--- \(title)")
            try await example(model)
        }
        await model.unload()
    }

    private static var examples: [(String, (any Backend) async throws -> Void)] {
        [
            ("one line", oneLine), ("options", options), ("chat", chat), ("session", session), ("stream", stream),
            ("deltas", deltas), ("errors", errors), ("requests", requests), ("events", events), ("life", life),
            ("registry", registry), ("parrot", parrot), ("layer", layer), ("testing", testing),
        ]
    }

    private static func demoModel(_ path: String) throws -> any Backend {
        if let entry = BackendRegistry.builtIn.find("llama_cpp"), entry.unavailable == nil {
            return try BackendRegistry.builtIn.make("llama_cpp", model: path, parameters: ["seed": 7])
        }
        return ScriptedBackend { request, _ in .text(pieces: pieces(of: answer(to: request.input))) }
    }

    /// What the script says: what the demo model says to the same prompts.
    private static func answer(to input: GenerationRequest.Input) -> String {
        switch input {
        case .text: "Paris."
        case .transcript(let transcript):
            switch transcript.last?.text {
            case "What is the capital of France?": "The capital of France is Paris."
            case "What is the capital of Japan?": "The capital of Japan is Tokyo."
            case "And of Italy?": "The capital of Italy is Rome."
            default: "I do not know."
            }
        }
    }

    /// A text in words, as a model would stream it.
    private static func pieces(of text: String) -> [String] {
        text.split(separator: " ").enumerated().map { index, word in index == 0 ? String(word) : " \(word)" }
    }
}
