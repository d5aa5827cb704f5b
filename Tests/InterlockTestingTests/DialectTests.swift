import InterlockCore
import InterlockTesting
import TestSupport
import Testing

/// What the official clients do not look at: servers without one, flavours, keys, files.
@Suite
struct DialectTests {
    private static func ask(
        _ server: FaultServer, _ path: String, _ body: JSONValue? = nil, headers: String = ""
    ) throws -> JSONValue {
        let answer = try RawClient.exchange(
            server.port, path, method: body == nil ? "GET" : "POST", headers: headers, body: body?.jsonText() ?? "")
        return try JSONValue(parsing: answer.body)
    }

    private static let chat: JSONValue = [
        "model": "demo-model", "messages": [["role": "user", "content": "one"]], "reasoning_effort": "low",
    ]

    @Test(
        "thinking has the name that the flavour gives it",
        arguments: [
            (FaultServer.Flavour.openAI, String?.none), (.llamaServer, "reasoning_content"),
            (.lmStudio, "reasoning_content"), (.vLLM, "reasoning"), (.mlx, "reasoning"),
        ])
    func thinking(flavour: FaultServer.Flavour, field: String?) throws {
        let server = try FaultServer(FaultServer.Configuration(flavour: flavour))
        let message = try #require(
            try Self.ask(server, "/v1/chat/completions", Self.chat).value(at: "/choices/0/message"))
        for name in ["reasoning", "reasoning_content"] {
            #expect(message[name]?.stringValue == (name == field ? "The user said something." : nil))
        }
        #expect(message["content"]?.stringValue == "You said: one")
    }

    @Test("a model that is not served is not found, in the flavour's words")
    func missingModel() throws {
        let texts: [(FaultServer.Flavour, String)] = [
            (
                .openAI,
                #"{"error":{"message":"The model `other` does not exist","type":"not_found_error","param":null,"code":"model_not_found"}}"#
            ),
            (.vLLM, #"{"error":{"code":404,"message":"The model `other` does not exist","type":"not_found_error"}}"#),
            (.mlx, #"{"error":"The model `other` does not exist"}"#),
        ]
        for (flavour, text) in texts {
            let server = try FaultServer(FaultServer.Configuration(servesAnyModel: false, flavour: flavour))
            #expect(try Self.ask(server, "/v1/chat/completions", ["model": "other"]).jsonText() == text)
        }
        let server = try FaultServer(FaultServer.Configuration(servesAnyModel: false))
        #expect(try Self.ask(server, "/api/chat", ["model": "other"]) == ["error": "model 'other' not found"])
        let azure = try Self.ask(server, "/openai/deployments/other/chat/completions?api-version=1", Self.chat)
        #expect(try azure.value(at: "/error/code") == "DeploymentNotFound")
    }

    @Test("model entries tell what the flavour tells")
    func models() throws {
        func entry(_ flavour: FaultServer.Flavour) throws -> JSONValue? {
            let server = try FaultServer(FaultServer.Configuration(flavour: flavour))
            return try Self.ask(server, "/v1/models").value(at: "/data/0")
        }
        #expect(try entry(.vLLM)?["max_model_len"] == 4096)
        #expect(try entry(.llamaServer)?["meta"]?["n_ctx_train"] == 4096)
        #expect(try entry(.huggingFace)?["providers"]?[0]?["pricing"] == ["input": 0.5, "output": 1.5])
        #expect(try entry(.openAI)?.objectValue?.keys == ["id", "object", "created", "owned_by"])
    }

    @Test("a key may come in any of the headers, and a wrong or missing one is refused")
    func keys() throws {
        let server = try FaultServer(FaultServer.Configuration(requiredKey: Secret("k1")))
        func status(_ path: String, _ headers: String) throws -> Int {
            try RawClient.exchange(server.port, path, headers: headers).status
        }
        for header in ["authorization: Bearer k1", "x-api-key: k1", "api-key: k1"] {
            #expect(try status("/v1/models", header + "\r\n") == 200)
        }
        #expect(try status("/v1/models", "authorization: Bearer k2\r\n") == 401)
        #expect(try status("/v1/models", "") == 401)
        #expect(try status("/health", "") == 200)
        #expect(try status("/props", "") == 401)
    }

    @Test("LM Studio's own interfaces answer")
    func lmStudio() throws {
        let server = try FaultServer()
        #expect(try Self.ask(server, "/api/v0/models").value(at: "/data/0/max_context_length") == 4096)
        #expect(try Self.ask(server, "/api/v1/models").value(at: "/models/0/key") == "demo-model")
        let older = try Self.ask(server, "/api/v0/chat/completions", Self.chat)
        #expect(try older.value(at: "/stats/stop_reason") == "eosFound")
        let newer = try Self.ask(server, "/api/v1/chat", ["model": "demo-model", "input": "one", "reasoning": "on"])
        #expect(newer["output"]?[0] == ["type": "reasoning", "content": "The user said something."])
        #expect(newer["output"]?[1] == ["type": "message", "content": "You said: one"])
        let stream = try RawClient.exchange(
            server.port, "/api/v1/chat", method: "POST", body: #"{"model":"m","input":"one","stream":true}"#
        ).bodyText
        let events = stream.split(separator: "\n").filter { $0.hasPrefix("event: ") }.map { $0.dropFirst(7) }
        #expect(
            events == [
                "chat.start", "prompt_processing.start", "prompt_processing.progress", "prompt_processing.end",
                "message.start", "message.delta", "message.delta", "message.delta", "message.end", "chat.end",
            ])
    }

    @Test("llama-server's own interface answers")
    func llamaServer() throws {
        let server = try FaultServer()
        #expect(try Self.ask(server, "/health") == ["status": "ok"])
        let tokens = try Self.ask(server, "/tokenize", ["content": "é", "with_pieces": true])
        #expect(tokens == ["tokens": [["id": 195, "piece": [195]], ["id": 169, "piece": [169]]]])
        #expect(try Self.ask(server, "/detokenize", ["tokens": [195, 169]]) == ["content": "é"])
        let whole = try Self.ask(server, "/completion", ["prompt": "one two", "stop": ["two"]])
        #expect(whole["content"] == "You said: one ")
        #expect(whole["stop_type"] == "word")
        #expect(whole["stopping_word"] == "two")
        let cut = try Self.ask(server, "/completion", ["prompt": "one two", "n_predict": 2])
        #expect(cut["stop_type"] == "limit")
        #expect(try Self.ask(server, "/embedding", ["content": "one"])[0]?["embedding"]?[0]?.arrayValue?.count == 8)
    }

    @Test("a script decides what is said, in every dialect")
    func script() throws {
        let server = try FaultServer()
        server.script { prompt in
            FaultServer.Saying([prompt.model, "!"], calls: [.init(name: "f", arguments: "{broken")], ending: .filtered)
        }
        let chat = try Self.ask(server, "/v1/chat/completions", Self.chat)
        #expect(try chat.value(at: "/choices/0/message/content") == "demo-model!")
        #expect(try chat.value(at: "/choices/0/finish_reason") == "content_filter")
        #expect(try chat.value(at: "/choices/0/message/tool_calls/0/function/arguments") == "{broken")
        let ollama = try Self.ask(server, "/api/generate", ["model": "m", "prompt": "x", "stream": false])
        #expect(ollama["response"] == "m!")
    }

    @Test("parts of a file are sent as asked, and what is not there is refused")
    func ranges() throws {
        let file = FaultServer.HubFile(repository: "o/n", path: "a/b.bin", bytes: Array("0123456789".utf8))
        let server = try FaultServer(FaultServer.Configuration(files: [file]))
        let found = try RawClient.exchange(server.port, "/o/n/resolve/main/a/b.bin", method: "HEAD")
        #expect(found.status == 302)
        #expect(found.head.contains("location: http://localhost/cdn/\(file.digest)"))
        #expect(found.head.contains("x-linked-size: 10"))
        func part(_ headers: String) throws -> RawAnswer {
            try RawClient.exchange(server.port, "/cdn/\(file.digest)", headers: headers)
        }
        #expect(try part("").bodyText == "0123456789")
        let middle = try part("range: bytes=2-4\r\n")
        #expect(middle.status == 206)
        #expect(middle.bodyText == "234")
        #expect(middle.head.contains("content-range: bytes 2-4/10"))
        #expect(try part("range: bytes=8-\r\n").bodyText == "89")
        #expect(try part("range: bytes=-3\r\n").bodyText == "789")
        #expect(try part("range: bytes=5-99\r\n").bodyText == "56789")
        #expect(try part("range: bytes=10-\r\n").status == 416)
        #expect(try part("range: bytes=2-\r\nif-range: \"\(file.digest)\"\r\n").bodyText == "23456789")
        #expect(try part("range: bytes=2-\r\nif-range: \"another\"\r\n").status == 200)
        #expect(try RawClient.exchange(server.port, "/o/n/resolve/main/nothing").status == 404)
    }

    @Test("a file's digest is its SHA-256")
    func digests() {
        func digest(_ text: String) -> String {
            FaultServer.HubFile(repository: "", path: "", bytes: Array(text.utf8)).digest
        }
        #expect(digest("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
        #expect(digest("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        // Every length around the ends of blocks: the digest of all their digests, computed by Python's hashlib.
        let all = (0..<200).map { digest(String(repeating: "a", count: $0)) }.joined()
        #expect(digest(all) == "019f2b9f1af27a53a1f046da7e98af2c179f431e4b5bebb000e74040917a4123")
    }
}
