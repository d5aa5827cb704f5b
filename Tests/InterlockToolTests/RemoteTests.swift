import InterlockCore
import InterlockTesting
import TestSupport
import Testing

/// Remote backends from the command line.
@Suite("interlock with remote backends")
struct RemoteTests {
    private static let key = "Zq8wholly-ordinary-7f3k"

    private static func server(_ flavour: FaultServer.Flavour = .openAI, key: String? = key) throws -> FaultServer {
        try FaultServer(
            FaultServer.Configuration(
                requiredKey: key.map { Secret($0) }, models: ["gpt-4.1", "other"], flavour: flavour))
    }

    @Test("--model backend/name chooses the backend, and the key is taken from the environment")
    func openAI() throws {  // covers: S1, G3
        let server = try Self.server()
        let run = try Tool.run(
            "generate", "--model", "openai/gpt-4.1", "--base-url", server.url, "--temperature", "0.5", "--max-tokens",
            "50", "--system", "Be kind.", "Hello there", environment: ["OPENAI_API_KEY": Self.key])
        #expect(run.output == "You said: Hello there\n")
        #expect(run.errors == "")
        #expect(run.exit == .code(0))
        let body = try #require(server.requests.first?.json)
        #expect(body["model"] == "gpt-4.1")
        #expect(body["temperature"] == 0.5)
        #expect(body["max_completion_tokens"] == 50)
    }

    @Test("--base-url reaches any server of OpenAI's API, with or without /v1, and a model with a slash")
    func compatible() throws {  // covers: S2
        let server = try Self.server(key: nil)
        for address in [server.url, server.url + "/v1", server.url + "/v1/"] {
            let run = try Tool.run(
                "generate", "--model", "openai_compatible/org/name", "--base-url", address, "Hello")
            #expect(run.output == "You said: Hello\n")
            #expect(run.exit == .code(0))
            #expect(server.requests.last?.json?["model"] == "org/name")
        }
        let hyphen = try Tool.run("generate", "--model", "openai-compatible/x", "--base-url", server.url, "Hello")
        #expect(hyphen.output == "You said: Hello\n")
    }

    @Test("--json names the served model, the usage and the request's id")
    func json() throws {
        let server = try Self.server()
        let run = try Tool.run(
            "generate", "--json", "--model", "openai/gpt-4.1", "--base-url", server.url, "Hello",
            environment: ["OPENAI_API_KEY": Self.key])
        let reply = try JSONValue(parsing: run.output)
        #expect(reply["content"] == "You said: Hello")
        #expect(reply["backend"] == "openai")
        #expect(reply["usage"]?["input_tokens"] == 1)
        #expect(reply["usage"]?["output_tokens"] == 3)
        #expect(run.exit == .code(0))
    }

    @Test("the variables LLM_… choose backend, model, server and time limit")
    func environment() throws {  // covers: S1
        let server = try Self.server()
        let cases: [([String: String], path: String)] = [
            (
                [
                    "LLM_BACKEND": "anthropic", "LLM_MODEL": "claude-sonnet-4-5", "LLM_API_BASE": server.url,
                    "ANTHROPIC_API_KEY": Self.key,
                ], "/v1/messages"
            ),
            (
                [
                    "LLM_BACKEND": "remote", "LLM_MODEL": "gpt-4.1", "LLM_API_BASE": server.url,
                    "OPENAI_API_KEY": Self.key,
                ],
                "/v1/chat/completions"
            ),
            (
                [
                    "LLM_BACKEND": "huggingface", "LLM_MODEL": "org/name", "LLM_API_BASE": server.url,
                    "HF_TOKEN": Self.key,
                ],
                "/v1/chat/completions"
            ),
            (
                [
                    "LLM_BACKEND": "ollama", "LLM_MODEL": "llama3", "LLM_API_BASE": server.url,
                    "OLLAMA_API_KEY": Self.key,
                ],
                "/api/chat"
            ),
        ]
        for (variables, path) in cases {
            let run = try Tool.run(
                "generate", "Hello", environment: variables.merging(["LLM_TIMEOUT_SECONDS": "30"]) { $1 })
            #expect(run.output == "You said: Hello\n", "\(run.errors)")
            #expect(run.exit == .code(0))
            #expect(server.requests.last?.path == path)
            #expect(server.requests.last?.json?["model"]?.stringValue == variables["LLM_MODEL"])
        }
        server.inject(.slowFirstByte(.seconds(60)))
        var variables = cases[1].0
        variables["LLM_TIMEOUT_SECONDS"] = "0.2"
        let run = try Tool.run("generate", "-p", "max_retries=0", "Hello", environment: variables)
        #expect(run.exit == .code(69))
        #expect(run.errors.hasPrefix("Error: remote: "))
        #expect(run.errors.contains("200 ms") || run.errors.contains("0.2"))
    }

    @Test("--debug-http shows what goes over the wire, and the key nowhere")
    func debugHTTP() throws {  // covers: G12
        let server = try Self.server()
        server.inject(.header("x-echo", Self.key))
        let run = try Tool.run(
            "generate", "--debug-http", "--log-level", "trace", "--model", "openai/gpt-4.1", "--base-url", server.url,
            "Hello", environment: ["OPENAI_API_KEY": Self.key])
        #expect(run.output == "You said: Hello\n")
        #expect(run.errors.contains("> POST \(server.url)/v1/chat/completions\n"))
        #expect(run.errors.contains("> authorization: SET\n"))
        #expect(run.errors.contains("< HTTP/1.1 200\n"))
        #expect(run.errors.contains("< data: [DONE]\n"))
        #expect(run.errors.contains("\"content\":\"Hello\""))
        #expect(!(run.output + run.errors).contains(Self.key))
        #expect(run.exit == .code(0))
    }

    // MARK: - Errors

    @Test("without a key: what to set, and no request")
    func missingKey() throws {  // covers: G1, G3, D12
        let server = try Self.server()
        let run = try Tool.run("generate", "--model", "anthropic/claude-sonnet-4-5", "--base-url", server.url, "Hello")
        #expect(
            run.errors == """
                Error: anthropic: no API key is given
                hint: Set the environment variable ANTHROPIC_API_KEY (keys are made at console.anthropic.com), or the \
                parameter api_key.

                """)
        #expect(run.output == "")
        #expect(run.exit == .code(69))
        #expect(server.connectionCount == 0)
    }

    @Test("a key that is refused")
    func refusedKey() throws {  // covers: D12
        let server = try Self.server()
        let run = try Tool.run(
            "generate", "--model", "openai/gpt-4.1", "--base-url", server.url, "Hello",
            environment: ["OPENAI_API_KEY": "wrong-key-of-mine"])
        #expect(
            run.errors == """
                Error: openai: OpenAI answered with status 401: The key is missing or wrong
                hint: Check the key in OPENAI_API_KEY.

                """)
        #expect(run.exit == .code(69))
    }

    @Test("a model that the server has not, a server that is not there, an answer that is none")
    func otherErrors() throws {  // covers: D12
        let server = try Self.server(key: nil)
        server.configuration.servesAnyModel = false
        let missing = try Tool.run(
            "generate", "--model", "openai_compatible/nothing", "--base-url", server.url, "Hello")
        #expect(missing.errors.contains("The model `nothing` does not exist"))
        #expect(missing.errors.contains("\nhint: "))
        #expect(missing.exit == .code(69))
        let gone = try FaultServer()
        gone.stop()
        let unreachable = try Tool.run(
            "generate", "--model", "ollama/llama3", "--base-url", gone.url, "-p", "max_retries=0", "Hello")
        #expect(
            unreachable.errors == """
                Error: ollama: cannot connect to 127.0.0.1:\(gone.port): connection refused
                hint: Is the server at 127.0.0.1:\(gone.port) running?

                """)
        #expect(unreachable.exit == .code(69))
        server.respond { _ in .text("<html>Welcome</html>", type: "text/html") }
        let page = try Tool.run("generate", "--model", "openai_compatible/x", "--base-url", server.url, "Hello")
        #expect(
            page.errors == """
                Error: openai_compatible: the server answered with a web page, not with JSON
                hint: Is \(server.url)/v1 the address of the API? It may lack a path such as /v1.

                """)
        #expect(page.exit == .code(1))
    }

    @Test("an answer that breaks off is printed as far as it came, and is an error")
    func brokenOff() throws {
        let server = try Self.server(key: nil)
        server.inject(.missingTerminator)
        server.script { _ in FaultServer.Saying(["one ", "two "]) }
        let run = try Tool.run("generate", "--model", "ollama/llama3", "--base-url", server.url, "Hello")
        #expect(run.output == "one two \n")
        #expect(run.errors.hasPrefix("Error: ollama: "))
        #expect(run.exit == .code(1))
    }

    @Test("no backend, no model")
    func noModel() throws {
        let run = try Tool.run(
            "generate", "--backend", "openai", "Hello", environment: ["OPENAI_API_KEY": Self.key])
        #expect(
            run.errors == """
                Error: openai: no model was given
                hint: Name a model, for instance with --model; interlock models list --backend openai shows them.

                """)
        #expect(run.exit == .code(64))
    }

    @Test("status shows the address and that there is a key")
    func status() throws {  // covers: G12
        let run = try Tool.run(
            "status", "--model", "openai/gpt-4.1", environment: ["OPENAI_API_KEY": Self.key])
        #expect(run.output.contains("https://api.openai.com/v1"))
        #expect(run.output.contains("SET"))
        #expect(!run.output.contains("NOT SET"))
        #expect(!run.output.contains(Self.key))
        #expect(run.exit == .code(0))
    }

    @Test("a conversation remembers, over one connection")
    func chat() throws {
        let server = try Self.server(key: nil)
        let run = try ProcessRun(
            "interlock", ["chat", "--model", "openai_compatible/x", "--base-url", server.url],
            input: Array("one\ntwo\n".utf8))
        #expect(run.output.contains("You said: one"))
        #expect(run.output.contains("You said: two"))
        #expect(run.exit == .code(0))
        #expect(server.requests.last?.json?["messages"]?.arrayValue?.count == 3)
        #expect(server.connectionCount == 1)
    }
}
