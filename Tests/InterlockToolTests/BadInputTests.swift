import InterlockCore
import TestSupport
import Testing

/// Whole messages: they are what a person in trouble has.
@Suite("What the tool says about bad input")
struct BadInputTests {
    private func expect(_ run: ProcessRun, _ code: Int32, _ errors: String, _ place: SourceLocation = #_sourceLocation)
    {
        #expect(run.exit == .code(code), sourceLocation: place)
        #expect(run.errors == errors, sourceLocation: place)
        #expect(run.output == "", sourceLocation: place)
    }

    @Test("a prompt given twice, an empty one, one that is not UTF-8")
    func prompts() throws {
        let twice = try Tool.scripted("generate", "--file", "a.txt", "b")
        #expect(twice.exit == .code(64))
        #expect(twice.errors.hasPrefix("Error: The prompt is given twice: as an argument and with '--file'.\nUsage: "))
        expect(
            try Tool.scripted("generate", input: ""), 64,
            "Error: the prompt is empty\nhint: Write what to ask.\n")
        let broken = try ProcessRun(
            "interlock", ["generate", "-b", "scripted", "--allow-scripted"], input: [0x61, 0x62, 0xFF, 0x63])
        expect(
            broken, 64, "Error: invalid UTF-8 at byte 2 of standard input (0xff); convert it to UTF-8\n")
        let missing = try Tool.scripted("generate", "--file", "/nonexistent/prompt.txt")
        #expect(missing.exit == .code(64))
        #expect(missing.errors.contains("/nonexistent/prompt.txt"))
    }

    @Test("unknown and conflicting options")
    func options() throws {
        let unknown = try Tool.scripted("generate", "--temprature", "1", "x")
        #expect(unknown.exit == .code(64))
        #expect(unknown.errors.hasPrefix("Error: Unknown option '--temprature'. Did you mean '--temperature'?\n"))
        let conflict = try Tool.scripted("generate", "--raw", "--system", "s", "x")
        #expect(conflict.exit == .code(64))
        #expect(conflict.errors.hasPrefix("Error: '--raw' has no place for '--system': the prompt stands alone.\n"))
        expect(
            try Tool.scripted("generate", "--temperature", "-1", "x"), 64,
            "Error: temperature is -1; it must be 0 or more\n")
        expect(
            try Tool.scripted("generate", "-p", "chunk_lenght=4", "x"), 64,
            "Error: scripted: there is no parameter chunk_lenght\n"
                + "hint: Did you mean chunk_length? The parameters are: chunk_length, delay_ms, reply.\n")
    }

    @Test("backends that do not exist or must be asked for")
    func backends() throws {
        expect(
            try Tool.run("generate", "--backend", "lama_cpp", "x"), 64,
            "Error: there is no backend lama_cpp\nhint: Did you mean llama_cpp? The backends are: llama_cpp, "
                + "anthropic, openai, azure, huggingface, ollama, lmstudio, openai_compatible, vllm, llama_server, "
                + "mlx_server, localai, remote.\n")
        expect(
            try Tool.run("generate", "--backend", "mock", "x"), 64,
            "Error: the backend scripted invents its answers; it is for tests only\n"
                + "hint: Ask for it explicitly with --allow-scripted.\n")
    }

    #if LlamaCpp
    @Test("no model, and models that are none")
    func models() throws {
        let folder = try TemporaryFolder()
        expect(
            try Tool.run("generate", "x"), 64,
            "Error: llama_cpp: no model was given\nhint: Name a GGUF file, for instance with --model.\n")
        let missing = folder.path("missing.gguf")
        let gone = try Tool.run("generate", "-m", missing, "x")
        #expect(gone.exit == .code(69))
        #expect(gone.errors.hasPrefix("Error: llama_cpp: \(missing): "))
        #expect(gone.errors.contains("\nhint: "))
        let bytes = try folder.copy(Tool.model, atMost: 1_000_000, to: "cut.gguf")
        #expect(bytes == 1_000_000)
        let cut = try Tool.run("generate", "-m", folder.path("cut.gguf"), "x")
        #expect(cut.exit == .code(69))
        #expect(cut.errors.contains("1,000,000 bytes"))
        try folder.write(Array("<!DOCTYPE html><html></html>".utf8), to: "page.gguf")
        let page = try Tool.run("generate", "-m", folder.path("page.gguf"), "x")
        #expect(page.exit == .code(69))
        #expect(page.errors.contains("HTML"))
        let directory = try Tool.run("generate", "-m", folder.path(""), "x")
        #expect(directory.exit == .code(69))
        #expect(directory.errors.contains("folder"))
    }

    @Test("a prompt longer than the context, with the numbers")
    func longPrompt() throws {
        let words = String(repeating: "What is the capital of France? ", count: 300)
        let run = try Tool.run("generate", "-m", Tool.model, "--n-ctx", "256", input: words)
        #expect(run.exit == .code(1))
        #expect(run.errors.contains("tokens, and the context holds 256 with at least one of the answer\nhint: "))
    }

    @Test("n_gpu_layers on a build without GPU support warns and runs")
    func gpuLayers() throws {
        let run = try Tool.run(
            "generate", "-m", Tool.model, "--n-gpu-layers", "-1", "-t", "0", "What is the capital of France?")
        #expect(run.exit == .code(0))
        #expect(run.output == "The capital of France is Paris.\n")
        #expect(run.errors.hasPrefix("warning: n_gpu_layers is -1, but this build of llama.cpp has no GPU support"))
    }
    #endif
}
