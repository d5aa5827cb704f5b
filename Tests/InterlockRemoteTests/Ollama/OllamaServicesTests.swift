import InterlockCore
import InterlockRemote
import Testing

@Suite("Ollama's address, models, vectors and downloads")
struct OllamaServicesTests {
    // The cases that the official Python client documents.
    @Test(
        "OLLAMA_HOST in every form",
        arguments: [
            (nil, "http://127.0.0.1:11434"), ("", "http://127.0.0.1:11434"), ("1.2.3.4", "http://1.2.3.4:11434"),
            (":56789", "http://127.0.0.1:56789"), ("1.2.3.4:56789", "http://1.2.3.4:56789"),
            ("http://1.2.3.4", "http://1.2.3.4:80"), ("https://1.2.3.4", "https://1.2.3.4:443"),
            ("https://1.2.3.4:56789", "https://1.2.3.4:56789"), ("example.com", "http://example.com:11434"),
            ("example.com:56789", "http://example.com:56789"), ("http://example.com", "http://example.com:80"),
            ("https://example.com", "https://example.com:443"),
            ("https://example.com:56789", "https://example.com:56789"),
            ("example.com/", "http://example.com:11434"), ("example.com:56789/", "http://example.com:56789"),
            ("example.com/path", "http://example.com:11434/path"),
            ("example.com:56789/path", "http://example.com:56789/path"),
            ("https://example.com:56789/path", "https://example.com:56789/path"),
            ("example.com:56789/path/", "http://example.com:56789/path"),
            ("[0001:002:003:0004::1]", "http://[0001:002:003:0004::1]:11434"),
            ("[0001:002:003:0004::1]:56789", "http://[0001:002:003:0004::1]:56789"),
            ("http://[0001:002:003:0004::1]", "http://[0001:002:003:0004::1]:80"),
            ("https://[0001:002:003:0004::1]", "https://[0001:002:003:0004::1]:443"),
            ("https://[0001:002:003:0004::1]:56789", "https://[0001:002:003:0004::1]:56789"),
            ("[0001:002:003:0004::1]/", "http://[0001:002:003:0004::1]:11434"),
            ("[0001:002:003:0004::1]:56789/", "http://[0001:002:003:0004::1]:56789"),
            ("[0001:002:003:0004::1]/path", "http://[0001:002:003:0004::1]:11434/path"),
            ("[0001:002:003:0004::1]:56789/path", "http://[0001:002:003:0004::1]:56789/path"),
            ("https://[0001:002:003:0004::1]:56789/path", "https://[0001:002:003:0004::1]:56789/path"),
            ("[0001:002:003:0004::1]:56789/path/", "http://[0001:002:003:0004::1]:56789/path"),
            (" Example.COM:80 \n", "http://example.com:80"), ("::1", "http://[::1]:11434"),
            ("HTTPS://e.org/a/b/?x#y", "https://e.org:443/a/b"), ("e.org:", "http://e.org:11434"),
        ] as [(String?, String)]
    )
    func hosts(_ text: String?, _ url: String) throws {
        #expect(try OllamaHost.parse(text) == url)
    }

    @Test(
        "Addresses that cannot be",
        arguments: [
            ("e.org:abc", "OLLAMA_HOST: e.org:abc has the port abc", "Use a number from 1 to 65535."),
            ("e.org:65536", "OLLAMA_HOST: e.org:65536 has the port 65536", "Use a number from 1 to 65535."),
            ("ftp://e.org", "OLLAMA_HOST: ftp://e.org has the scheme ftp", "Use http or https."),
            (
                "http://me:secret@e.org", "OLLAMA_HOST: the address has a user name or password",
                "Give a key in OLLAMA_API_KEY instead."
            ),
        ]
    )
    func badHosts(_ text: String, _ message: String, _ hint: String) {
        expectError(.invalidConfiguration, message, hint: hint) { _ = try OllamaHost.parse(text) }
    }

    // wire: 77
    @Test("Models that are there, and those in memory")
    func models() throws {
        let body = try JSONValue(
            parsing: """
                {"models":[{"name":"qwen3:8b","model":"qwen3:8b","modified_at":"2026-11-21T13:00:00.123456789+01:00",\
                "size":5000000000,"digest":"d","details":{"family":"qwen3","context_length":40960}},{"name":"x"}]}
                """)
        let models = try OllamaServices.decodeModels(body)
        #expect(models.map(\.id) == ["qwen3:8b", "x"])
        #expect(models[0].created == WallTime(secondsSinceEpoch: 1_795_262_400, nanoseconds: 123_456_789))
        #expect(models[0].contextLength == 40_960)
        #expect(models[0].sizeBytes == 5_000_000_000)
        #expect(models[0].isLoaded == nil)
        #expect(models[0].detail["digest"] == "d")
        let loaded: JSONValue = ["models": [["model": "m", "context_length": 4_096, "size_vram": 1]]]
        let running = try OllamaServices.decodeModels(loaded, areLoaded: true)
        #expect(running.map(\.isLoaded) == [true])
        #expect(running.map(\.contextLength) == [4_096])
        #expect(try OllamaServices.decodeModels(["models": .null]).isEmpty)
        expectMalformed("/models/0/model is missing") {
            _ = try OllamaServices.decodeModels(["models": [[:]]])
        }
    }

    // wire: 80
    @Test("A model's description, with and without model_info")
    func description() throws {
        let full = try JSONValue(
            parsing: """
                {"modified_at":"2026-11-21T12:00:00Z","details":{"family":"qwen3"},"capabilities":["tools"],\
                "model_info":{"general.architecture":"qwen3","general.basename":"Qwen3","qwen3.context_length":40960}}
                """)
        let model = try OllamaServices.decodeModel(full, id: "qwen3:8b")
        #expect(model.id == "qwen3:8b")
        #expect(model.displayName == "Qwen3")
        #expect(model.contextLength == 40_960)
        #expect(model.detail["capabilities"] == ["tools"])
        let bare = try OllamaServices.decodeModel(["details": [:]], id: "x")
        #expect(bare.contextLength == nil)
    }

    @Test("Vectors, one for each text")
    func embeddings() throws {
        let reply = try OllamaServices.decodeEmbedding(
            ["model": "nomic", "embeddings": [[0.5, -1], [1, 1e-3]], "prompt_eval_count": 4], count: 2)
        #expect(reply.vectors == [[0.5, -1], [1, 0.001]])
        #expect(reply.servedModel == "nomic")
        #expect(reply.usage == Usage(inputTokens: 4))
    }

    @Test(
        "Vectors that are not what was asked for",
        arguments: [
            ([[1], [2]], "/embeddings has 2 vectors for 1 texts"),
            ([[]], "/embeddings/0 is no vector of finite numbers"),
            ([["NaN"]], "/embeddings/0 is no vector of finite numbers"),
            ([.null], "/embeddings/0 is no vector of finite numbers"),
            ("x", "/embeddings is missing"),
        ] as [(JSONValue, String)]
    )
    func badEmbeddings(_ embeddings: JSONValue, _ message: String) {
        expectMalformed(message) {
            _ = try OllamaServices.decodeEmbedding(["embeddings": embeddings], count: 1)
        }
    }

    @Test("Vectors of different length, numbers beyond a Float, and an error instead")
    func worseEmbeddings() throws {
        expectMalformed("/embeddings/1 has 2 numbers, those before have others") {
            _ = try OllamaServices.decodeEmbedding(["embeddings": [[1], [1, 2]]], count: 2)
        }
        let huge = try JSONValue(parsing: #"{"embeddings":[[1e39]]}"#)
        expectMalformed("/embeddings/0 is no vector of finite numbers") {
            _ = try OllamaServices.decodeEmbedding(huge, count: 1)
        }
        expectError(.providerFailed, "the server failed: boom", hint: "Look into the server's log.") {
            _ = try OllamaServices.decodeEmbedding(["error": "boom"], count: 1)
        }
    }

    // wire: 79
    @Test("A download with repeated files, more than there is, and an end")
    func pull() throws {
        var pull = OllamaPull(model: "m")
        func next(_ line: String) throws -> PullProgress? { try pull.decode(Array(line.utf8)) }
        func progress(
            _ status: String, _ digest: String?, _ completed: Int64, _ total: Int64, isDone: Bool = false
        ) -> PullProgress {
            PullProgress(status: status, digest: digest, completed: completed, total: total, isDone: isDone)
        }
        #expect(try next(#"{"status":"pulling manifest"}"#) == progress("pulling manifest", nil, 0, 0))
        #expect(try next("\r") == nil)
        #expect(try next(#"{"status":"pulling a","digest":"a","total":100}"#) == progress("pulling a", "a", 0, 100))
        #expect(
            try next(#"{"status":"pulling a","digest":"a","total":100,"completed":60}"#)
                == progress("pulling a", "a", 60, 100))
        #expect(
            try next(#"{"status":"pulling b","digest":"b","total":50,"completed":70}"#)
                == progress("pulling b", "b", 110, 150))
        // A part that is fetched again does not take back what was there.
        #expect(
            try next(#"{"status":"pulling a","digest":"a","total":100,"completed":40}"#)
                == progress("pulling a", "a", 110, 150))
        expectError(
            .truncatedStream, "the server stopped before m was downloaded",
            hint: "Ask again; what is there already is kept."
        ) { try pull.end() }
        let last = try #require(try next(#"{"status":"success"}"#))
        #expect(last == progress("success", nil, 110, 150, isDone: true))
        #expect(last.fraction == 1)
        #expect(try next("garbage after the end") == nil)
        try pull.end()
    }

    @Test("A download that fails")
    func failedPull() {
        var pull = OllamaPull(model: "m")
        expectError(
            .modelNotFound, "the server does not have m: pull model manifest: file does not exist",
            hint: "Check the model's name in Ollama's library."
        ) { _ = try pull.decode(Array(#"{"error":"pull model manifest: file does not exist"}"#.utf8)) }
        expectMalformed("/status is missing") {
            _ = try pull.decode(Array("{}".utf8))
        }
    }
}
