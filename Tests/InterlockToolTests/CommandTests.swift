import InterlockCore
import TestSupport
import Testing

@Suite("The tool's other commands")
struct CommandTests {
    @Test("version")
    func version() throws {
        let run = try Tool.run("version")
        #expect(run.exit == .code(0))
        #expect(run.output == "interlock \(interlockVersion)\n")
        #expect(try Tool.run("--version").output == run.output)
        let details = try Tool.run("version", "--details").output
        #expect(details.hasPrefix(run.output))
        #expect(details.contains("\nllama.cpp  "))
    }

    @Test("backends, with what this build lacks")
    func backends() throws {
        let text = try Tool.run("backends").output
        #expect(text.hasPrefix("llama_cpp          GGUF models in this process, through llama.cpp\n"))
        #expect(!text.contains("scripted"))
        let list = try JSONValue(parsing: try Tool.run("backends", "--json", "--allow-scripted").output)
        #expect(
            list.arrayValue?.compactMap { $0["name"]?.stringValue } == [
                "llama_cpp", "anthropic", "openai", "azure", "huggingface", "ollama", "lmstudio",
                "openai_compatible", "vllm", "llama_server", "mlx_server", "localai", "remote", "scripted",
            ])
    }

    @Test("status of a backend without a model")
    func status() throws {
        let run = try Tool.scripted("status")
        #expect(run.exit == .code(0))
        #expect(run.output.hasPrefix("backend           scripted\nloaded            no\n"))
    }

    @Test("help names every command and the exit codes")
    func help() throws {
        let run = try Tool.run("--help")
        #expect(run.exit == .code(0))
        for word in ["generate", "chat", "models", "doctor", "backends", "status", "version", "130", "69", "64"] {
            #expect(run.output.contains(word), "\(word)")
        }
        #expect(try Tool.run("help", "generate").output == Tool.run("generate", "--help").output)
    }

    @Test("an unknown command is refused")
    func unknownCommand() throws {
        let run = try Tool.run("generat")
        #expect(run.exit == .code(64))
        #expect(run.output == "")
    }

    @Test("the tool links no Foundation")
    func linkage() throws {
        let run = try ProcessRun(path: "/usr/bin/env", ["ldd", Child.path(of: "interlock")])
        try #require(run.exit == .code(0))
        #expect(run.output.contains("libswiftCore"))
        #expect(!run.output.contains("Foundation"))
    }
}
