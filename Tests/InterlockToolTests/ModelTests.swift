#if LlamaCpp
import InterlockCore
import TestSupport
import Testing

/// The demo model, in the tool's process.
@Suite("The tool with a real model")
struct ModelTests {
    @Test("answers, streaming and not")  // covers: G7, G9
    func answers() throws {
        for mode in ["--stream", "--no-stream"] {
            let run = try Tool.run(
                "generate", "-m", Tool.model, "-t", "0", mode, "--stats", "What is the capital of France?")
            #expect(run.exit == .code(0))
            #expect(run.output == "The capital of France is Paris.\n")
            #expect(run.errors.contains("tokens/s"))
            #expect(run.errors.contains("peak memory"))
        }
    }

    @Test("the same seed gives the same text, in another process too")  // covers: G7
    func seeds() throws {
        func story(_ seed: String) throws -> String {
            try Tool.run(
                "generate", "-m", Tool.model, "-t", "1", "--seed", seed, "--max-tokens", "40", "--raw",
                "Once upon a time there was a"
            ).output
        }
        let first = try story("1")
        #expect(try story("1") == first)
        #expect(try story("2") != first)
    }

    @Test("--json has usage, timings and log-probabilities")
    func json() throws {
        let run = try Tool.run(
            "generate", "-m", Tool.model, "-t", "0", "--json", "--logprobs", "2", "What is the capital of France?")
        let reply = try JSONValue(parsing: run.output)
        #expect(reply["content"] == "The capital of France is Paris.")
        #expect(reply["finish_reason"] == "end_turn")
        #expect(reply["usage"]?["input_tokens"]?.intValue == 18)
        let tokens = try #require(reply["logprobs"]?.arrayValue)
        #expect(tokens.count == reply["usage"]?["output_tokens"]?.intValue)
        #expect(tokens.allSatisfy { $0["alternatives"]?.arrayValue?.count == 2 })
        #expect(tokens.compactMap { $0["text"]?.stringValue }.joined() == "The capital of France is Paris.")
        for key in ["load", "prompt", "generation", "first_content", "total"] {
            #expect((reply["timings"]?[key]?.doubleValue ?? 0) > 0, "\(key)")
        }
    }

    @Test("a stop sequence never shows")
    func stop() throws {
        let run = try Tool.run(
            "generate", "-m", Tool.model, "-t", "0", "--stop", " France is", "What is the capital of France?")
        #expect(run.output == "The capital of\n")
    }

    @Test("status shows model, device and memory once it is loaded")  // covers: G12
    func status() throws {
        let idle = try Tool.run("status", "-m", Tool.model)
        #expect(idle.output.contains("loaded            no\n"))
        let loaded = try JSONValue(parsing: try Tool.run("status", "-m", Tool.model, "--load", "--json").output)
        #expect(loaded["backend"] == "llama_cpp")
        #expect(loaded["loaded"] == true)
        #expect(loaded["device"]?.stringValue?.hasPrefix("CPU (") == true)
        #expect((loaded["memory_bytes"]?.intValue ?? 0) > 1_000_000)
        #expect((loaded["context_tokens"]?.intValue ?? 0) > 0)
    }

    @Test("LLM_BACKEND and LLM_MODEL stand in for options")
    func environment() throws {
        let run = try Tool.run(
            "generate", "-t", "0", "What is the capital of France?",
            environment: ["LLM_BACKEND": "llama.cpp", "LLM_MODEL": Tool.model])
        #expect(run.output == "The capital of France is Paris.\n")
    }
}
#endif
