import InterlockCore
import InterlockTesting
import TestSupport
import Testing

/// Lists of models, and downloads.
@Suite("interlock models")
struct ModelsTests {
    @Test("the models of a server, with what is known of each")
    func list() throws {
        let server = try FaultServer(FaultServer.Configuration(models: ["llama:latest", "m:1b"]))
        let ollama = try Tool.run("models", "list", "--backend", "ollama", "--base-url", server.url)
        #expect(
            ollama.output == """
                llama:latest  1.00 kB, loaded
                m:1b          1.00 kB

                """)
        #expect(ollama.errors == "")
        #expect(ollama.exit == .code(0))
        let studio = try Tool.run("models", "list", "--backend", "lmstudio", "--base-url", server.url)
        #expect(
            studio.output == """
                llama:latest  context 4096, loaded
                m:1b          context 4096, loaded

                """)
        let plain = try Tool.run("models", "list", "--backend", "openai_compatible", "--base-url", server.url)
        #expect(plain.output == "llama:latest\nm:1b\n")
    }

    @Test("--json has all that the server says")
    func json() throws {
        let server = try FaultServer(FaultServer.Configuration(models: ["llama:latest"]))
        let run = try Tool.run("models", "list", "--json", "--backend", "ollama", "--base-url", server.url)
        let list = try JSONValue(parsing: run.output)
        #expect(list[0]?["id"] == "llama:latest")
        #expect(list[0]?["size_bytes"] == 1000)
        #expect(list[0]?["loaded"] == true)
        #expect(list[0]?["detail"]?["details"]?["family"] == "llama")
        #expect(run.exit == .code(0))
    }

    @Test("a server without models, a backend without a list")
    func none() throws {
        let server = try FaultServer(FaultServer.Configuration(models: []))
        let empty = try Tool.run("models", "list", "--backend", "ollama", "--base-url", server.url)
        #expect(empty.output == "")
        #expect(empty.errors == "ollama has no models\n")
        #expect(empty.exit == .code(0))
        let local = try Tool.run("models", "list", "--backend", "llama_cpp", "--model", Tool.model)
        #expect(local.errors == "Error: llama_cpp: this backend has no list of models\n")
        #expect(local.exit == .code(64))
    }

    @Test("a model of the hub is downloaded into the cache, and its path printed")
    func pull() throws {  // covers: G11
        let bytes: [UInt8] = (0..<200_000).map { UInt8(truncatingIfNeeded: $0) }
        let server = try FaultServer(
            FaultServer.Configuration(
                requiredKey: Secret("plain-token-of-nobody"),
                files: [FaultServer.HubFile(repository: "org/name", path: "model-Q4_K_M.gguf", bytes: bytes)]))
        let folder = try TemporaryFolder()
        let environment = [
            "HF_ENDPOINT": server.url, "HF_HOME": folder.path(""), "HF_TOKEN": "plain-token-of-nobody",
        ]
        let run = try Tool.run("models", "pull", "hf:org/name:q4_k_m", environment: environment)
        let snapshot = "models--org--name/snapshots/0123456789abcdef0123456789abcdef01234567/model-Q4_K_M.gguf"
        #expect(run.output == "\(folder.path("hub/\(snapshot)"))\n")
        #expect(run.errors == "")
        #expect(run.exit == .code(0))
        #expect(try folder.copy(folder.path("hub/\(snapshot)"), atMost: 300_000, to: "copy") == bytes.count)
        let missing = try Tool.run("models", "pull", "hf:org/name:model-Q4_K_S.gguf", environment: environment)
        #expect(
            missing.errors == """
                Error: huggingface: org/name has no file model-Q4_K_S.gguf
                hint: Did you mean model-Q4_K_M.gguf? It has: model-Q4_K_M.gguf.

                """)
        #expect(missing.exit == .code(69))
    }

    @Test("Ollama is made to download a model")
    func ollamaPull() throws {
        let server = try FaultServer()
        let run = try Tool.run("models", "pull", "--backend", "ollama", "--base-url", server.url, "new-model")
        #expect(run.output == "new-model\n")
        #expect(run.exit == .code(0))
        #expect(server.requests.map(\.path) == ["/api/pull"])
    }

    @Test("what is no model of the hub, and a backend that downloads none")
    func invalid() throws {
        let name = try Tool.run("models", "pull", "hf:name")
        #expect(
            name.errors == """
                Error: "hf:name" names no model of the Hugging Face hub
                hint: Write it as hf:organisation/name or hf:organisation/name:file.gguf.

                """)
        #expect(name.exit == .code(64))
        let backend = try Tool.run(
            "models", "pull", "--backend", "openai", "m", environment: ["OPENAI_API_KEY": "some-key-or-other"])
        #expect(
            backend.errors == """
                Error: openai: this backend fetches no models
                hint: Ollama's does: interlock models pull --backend ollama NAME.

                """)
        #expect(backend.exit == .code(64))
    }
}
