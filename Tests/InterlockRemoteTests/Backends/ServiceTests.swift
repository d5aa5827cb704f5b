import Interlock
import InterlockCore
import InterlockTesting
import Testing

/// Vectors, lists of models, counts of tokens and downloads by a server.
@Suite("remote backends: services")
struct ServiceTests {
    private static let embedding = Peer.all.filter { $0.speaks != .messages }

    // MARK: - Embeddings

    @Test("every text gets its vector, in order", arguments: embedding)
    func embeds(_ peer: Peer) async throws {
        let server = try peer.server()
        let backend = try peer.make(server)
        let texts = ["one", "two", "one"]
        let reply = try await backend.embed(EmbeddingRequest(texts))
        #expect(reply.vectors.count == 3)
        #expect(reply.vectors[0] == reply.vectors[2])
        #expect(reply.vectors[0] != reply.vectors[1])
        #expect(reply.vectors.allSatisfy { $0.count == 8 })
        #expect(reply.servedModel == peer.model)
        #expect(reply.usage.inputTokens == 3)
        let short = try await backend.embed(EmbeddingRequest(["one"], dimensions: 4))
        #expect(short.vectors.map(\.count) == [4])
    }

    @Test("numbers and Base64 mean the same vectors, whatever their order")
    func forms() async throws {  // wire: 51
        let server = try Peer.openAI.server()
        let backend = try Peer.openAI.make(server)
        let texts = ["one", "two", "three"]
        let packed = try await backend.embed(EmbeddingRequest(texts)).vectors
        #expect(server.requests.last?.json?["encoding_format"] == "base64")
        let plain = try await backend.embed(
            EmbeddingRequest(texts, extras: ["openai": ["encoding_format": "float"]])
        ).vectors
        #expect(server.requests.last?.json?["encoding_format"] == "float")
        #expect(packed == plain)
        server.respond { request in
            guard request.path.hasSuffix("/embeddings") else { return nil }
            let data = [2, 0, 1].map { index -> JSONValue in
                ["object": "embedding", "index": JSONValue(index), "embedding": [JSONValue(index), 1]]
            }
            return .json(["object": "list", "data": .array(data), "model": "m", "usage": ["prompt_tokens": 3]])
        }
        #expect(try await backend.embed(EmbeddingRequest(texts)).vectors == [[0, 1], [1, 1], [2, 1]])
    }

    @Test("more texts than a request takes are sent in several, all on one attempt of the budget")
    func batches() async throws {
        let server = try Peer.openAI.server { $0.embeddingSize = 2 }
        let backend = try Peer.openAI.make(server)
        let texts = (0..<(2048 + 10)).map { "text \($0)" }
        let reply = try await backend.embed(EmbeddingRequest(texts, budget: RequestBudget(attempts: 1)))
        #expect(
            server.requests.compactMap { $0.json?["input"]?.arrayValue?.count } == [2048, 10])
        #expect(reply.vectors.count == texts.count)
        #expect(reply.usage.inputTokens == texts.count * 2)
        let last = try await backend.embed(EmbeddingRequest([texts[texts.count - 1]]))
        #expect(reply.vectors.last == last.vectors.first)
    }

    @Test("a model for vectors of its own is asked where one is set", arguments: embedding)
    func embeddingModel(_ peer: Peer) async throws {  // covers: D9
        let server = try peer.server()
        let backend = try peer.make(server, ["embedding_model": "vectors-1"])
        _ = try await backend.embed(EmbeddingRequest(["one"]))
        #expect(server.requests.last?.json?["model"] == "vectors-1")
    }

    @Test("Anthropic has no vectors, and the error names who has")
    func none() async throws {  // covers: D9
        let server = try Peer.anthropic.server()
        let backend = try Peer.anthropic.make(server)
        let error = await #expect(throws: InterlockError.self) { try await backend.embed(EmbeddingRequest(["one"])) }
        #expect(
            error?.description == """
                anthropic: this backend makes no embeddings
                hint: Use a backend that does for them: openai, azure, ollama, lmstudio, huggingface or openai_compatible.
                """)
        #expect(server.requests.isEmpty)
    }

    @Test("what cannot be embedded is refused before any request", arguments: embedding)
    func invalid(_ peer: Peer) async throws {
        let server = try peer.server()
        let backend = try peer.make(server)
        for inputs in [[], [""], ["a", ""]] {
            let error = await #expect(throws: InterlockError.self) {
                try await backend.embed(EmbeddingRequest(inputs))
            }
            #expect(error?.code == .invalidRequest)
            #expect(error?.backend == peer.backend)
        }
        #expect(server.requests.isEmpty)
    }

    @Test("an answer with the wrong number of vectors is refused", arguments: [Peer.openAI, .ollama])
    func wrongCount(_ peer: Peer) async throws {  // wire: 51
        let server = try peer.server()
        server.respond { _ in
            .json(["data": [["index": 0, "embedding": [1, 2]]], "embeddings": [[1, 2]], "model": "m"])
        }
        let backend = try peer.make(server)
        let error = await #expect(throws: InterlockError.self) {
            try await backend.embed(EmbeddingRequest(["one", "two"]))
        }
        #expect(error?.code == .malformedResponse)
        #expect(error?.backend == peer.backend)
    }

    // MARK: - Models

    @Test("the models of the server are listed", arguments: Peer.all)
    func models(_ peer: Peer) async throws {
        let server = try peer.server { $0.models = ["b-model", "a-model"] }
        let models = try await peer.make(server).models()
        #expect(Set(models.map(\.id)) == ["a-model", "b-model"])
        let knowsContext = ["anthropic", "lmstudio", "vllm", "huggingface", "llama_server"].contains(peer.backend)
        if knowsContext { #expect(models.allSatisfy { $0.contextLength == 4096 }) }
        if peer.speaks == .lines {
            #expect(models.filter { $0.isLoaded == true }.map(\.id) == ["b-model"])
            #expect(models.allSatisfy { $0.sizeBytes == 1000 })
        }
    }

    @Test("a list on several pages is read to its end, and a page that repeats itself ends it")
    func pages() async throws {
        let server = try Peer.anthropic.server()
        server.respond { request in
            let after = request.queryValue("after_id")
            let start = after.flatMap { Int($0.dropFirst(2)) }.map { $0 + 1 } ?? 0
            let names = (start..<min(start + 2, 5)).map { "m-\($0)" }
            return .json([
                "data": .array(names.map { ["type": "model", "id": .string($0), "display_name": .string($0)] }),
                "has_more": JSONValue(start + 2 < 5), "last_id": .string(names.last ?? ""),
            ])
        }
        let backend = try Peer.anthropic.make(server)
        #expect(try await backend.models().map(\.id) == ["m-0", "m-1", "m-2", "m-3", "m-4"])
        #expect(server.requests.count == 3)
        #expect(server.requests.allSatisfy { $0.header("anthropic-version") != nil })
        server.respond { _ in
            .json(["data": [["type": "model", "id": "same"]], "has_more": true, "last_id": "same"])
        }
        #expect(try await backend.models().count == 2)
    }

    // MARK: - Tokens

    @Test("Anthropic counts the tokens of a request, system and tools among them")
    func countTokens() async throws {
        let server = try Peer.anthropic.server()
        let backend = try Peer.anthropic.make(server)
        var request = GenerationRequest([.system("Be kind."), .user("one two three")])
        request.tools = [ToolDefinition(name: "t", parameters: ["type": "object"])]
        #expect(try await backend.countTokens(request) == 5)
        let sent = try #require(server.requests.first)
        #expect(sent.path == "/v1/messages/count_tokens")
        #expect(sent.json?["tools"]?[0]?["name"] == "t")
        // The endpoint takes neither.
        #expect(sent.json?["max_tokens"] == nil)
        #expect(sent.json?["stream"] == nil)
    }

    @Test(
        "OpenAI, llama-server and vLLM count at addresses of their own",
        arguments: [
            (Peer.openAI, "/v1/responses/input_tokens"), (.responses, "/v1/responses/input_tokens"),
            (.llamaServer, "/v1/chat/completions/input_tokens"), (.vLLM, "/tokenize"),
        ])
    func otherCounts(_ peer: Peer, _ path: String) async throws {
        let server = try peer.server()
        server.respond { request in
            guard request.path == path else { return nil }
            return .json(peer.backend == "vllm" ? ["count": 7, "tokens": [1]] : ["input_tokens": 7])
        }
        let backend = try peer.make(server)
        var request = GenerationRequest([.system("Be kind."), .user("one two three")])
        request.tools = [ToolDefinition(name: "t", parameters: ["type": "object"])]
        #expect(try await backend.countTokens(request) == 7)
        let sent = try #require(server.requests.first)
        #expect(sent.path == path)
        #expect(sent.json?["model"]?.stringValue == peer.model)
        #expect(sent.json?["tools"]?.arrayValue?.count == 1)
        #expect(sent.key?.reveal() == Peer.key.reveal())
        server.respond { _ in .json(["something": "else"]) }
        let error = await #expect(throws: InterlockError.self) { try await backend.countTokens(request) }
        #expect(error?.description == "\(peer.backend): the server's count of the tokens has no number in it")
    }

    @Test(
        "who cannot count says so",
        arguments: [Peer.azure, .huggingFace, .lmStudio, .compatible, .mlx, .localAI, .remote])
    func cannotCount(_ peer: Peer) async throws {
        let backend = try peer.make(try peer.server())
        let error = await #expect(throws: InterlockError.self) {
            try await backend.countTokens(GenerationRequest([.user("one")]))
        }
        #expect(error?.description == "\(peer.backend): this server cannot count the tokens of a request")
    }

    // MARK: - Downloads by the server

    @Test("Ollama downloads a model and tells how far it is")
    func pull() async throws {  // wire: 79
        let server = try Peer.ollama.server()
        let reports = Locked<[LoadProgress]>([])
        try await Peer.ollama.make(server).pull("new-model") { progress in reports.withLock { $0.append(progress) } }
        let fractions = reports.withLock { $0.map(\.fraction) }
        #expect(fractions == [0, 0, 0.25, 1, 1, 1, 1])
        #expect(reports.withLock { $0.first?.label } == "pulling manifest")
        #expect(reports.withLock { $0.last?.label } == "success")
        #expect(server.requests.map(\.path) == ["/api/pull"])
        #expect(server.requests.first?.json == ["model": "new-model", "stream": true])
    }

    @Test("a download that the server gives up is an error")
    func brokenPull() async throws {  // wire: 74
        let server = try Peer.ollama.server { $0.servesAnyModel = false }
        let backend = try Peer.ollama.make(server)
        let missing = await #expect(throws: InterlockError.self) { try await backend.pull("nothing") { _ in } }
        #expect(missing?.code == .modelNotFound)
        server.configuration.servesAnyModel = true
        server.inject(.missingTerminator)
        let cut = await #expect(throws: InterlockError.self) { try await backend.pull("new-model") { _ in } }
        #expect(
            cut?.description == """
                ollama: the server stopped before new-model was downloaded
                hint: Ask again; what is there already is kept.
                """)
        server.clearFaults()
        server.inject(.errorMidStream(after: 2))
        let failed = await #expect(throws: InterlockError.self) { try await backend.pull("new-model") { _ in } }
        #expect(failed?.message.contains("The server had an error") == true)
    }

    @Test("who cannot download says so", arguments: Peer.all.filter { $0.speaks != .lines })
    func cannotPull(_ peer: Peer) async throws {
        let backend = try peer.make(try peer.server())
        let error = await #expect(throws: InterlockError.self) { try await backend.pull("m") { _ in } }
        #expect(
            error?.description == """
                \(peer.backend): this backend fetches no models
                hint: Ollama's does: interlock models pull --backend ollama NAME.
                """)
    }
}
