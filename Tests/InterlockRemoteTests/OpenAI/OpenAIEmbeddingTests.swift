import InterlockCore
import InterlockRemote
import Testing

// covers: D9

@Suite struct OpenAIEmbeddingTests {
    private let embeddings = OpenAIEmbeddings(flavour: .openAI)

    private func vector(_ index: Int, _ embedding: String) -> String {
        #"{"object":"embedding","index":\#(index),"embedding":\#(embedding)}"#
    }

    private func decode(_ data: [String], count: Int, dimensions: Int? = nil) throws -> EmbeddingReply {
        let body = try JSONValue(
            parsing: #"{"object":"list","model":"e","usage":{"prompt_tokens":5,"total_tokens":5},"data":["#
                + data.joined(separator: ",") + "]}")
        return try embeddings.decode(body, count: count, dimensions: dimensions)
    }

    @Test("the request asks for Base64, and for shorter vectors where wanted")
    func request() throws {
        let request = EmbeddingRequest(["a", "é", "c"], dimensions: 256, extras: ["b": ["user": "u"]])
        let encoded = try embeddings.encode(
            request, batch: 0..<2, WireContext(backend: "b", model: "text-embedding-3-small"))
        #expect(encoded.path == "/embeddings")
        try Golden.expect(encoded, "openai-embeddings/base64")
        let plain = OpenAIEmbeddings(flavour: .mlx, encodingFormat: nil)
        let body = try plain.encode(EmbeddingRequest(["a"]), batch: 0..<1, WireContext(backend: "b", model: "m")).body
        #expect(body == ["model": "m", "input": ["a"]])
    }

    @Test("Base64 and numbers are read, in the order of the texts")
    func vectors() throws {
        // wire: 51: 1.0, -2.5 as little-endian floats
        let reply = try decode([vector(1, "[0.5,1]"), vector(0, #""AACAPwAAIMA=""#)], count: 2)
        #expect(reply.vectors == [[1, -2.5], [0.5, 1]])
        #expect(reply.servedModel == "e")
        #expect(reply.usage == Usage(inputTokens: 5))
    }

    @Test("an answer that is not one vector for each text is malformed")
    func malformed() {
        // wire: 51
        let cases: [([String], String)] = [
            ([], "/data has 0 vectors for 2 texts"),
            ([vector(0, "[1]"), vector(0, "[1]")], "/data/1/index repeats 0"),
            ([vector(0, "[1]"), vector(2, "[1]")], "/data/1/index is missing or names no text"),
            ([vector(0, "[1]"), #"{"embedding":[1]}"#], "/data/1/index is missing or names no text"),
            ([vector(0, "[1]"), vector(1, "[1,2]")], "the vector of text 1 has 2 numbers, not 1"),
            (
                [vector(0, #""AAAA""#), vector(1, "[1]")],
                "/data/0/embedding has 3 bytes, which is no whole count of numbers"
            ),
            ([vector(0, #""!""#), vector(1, "[1]")], "/data/0/embedding is no Base64"),
            ([vector(0, #""AADAfw==""#), vector(1, "[1]")], "/data/0/embedding holds what is no finite number"),
            ([vector(0, "[1e300]"), vector(1, "[1]")], "/data/0/embedding holds what is no number"),
            ([vector(0, "[]"), vector(1, "[]")], "/data/0/embedding is empty"),
            ([vector(0, "5"), vector(1, "[]")], "/data/0/embedding is neither a string nor an array"),
        ]
        for (data, problem) in cases {
            expectError(
                .malformedResponse, "OpenAI sent something that its API does not allow: \(problem)",
                hint: "Send the request again; if it stays so, check that the address is that of such a server."
            ) { _ = try decode(data, count: 2) }
        }
        expectError(
            .malformedResponse,
            "OpenAI sent something that its API does not allow: the vector of text 0 has 2 numbers, not 3",
            hint: "Send the request again; if it stays so, check that the address is that of such a server."
        ) { _ = try decode([vector(0, "[1,2]")], count: 1, dimensions: 3) }
    }

    @Test("texts are shared out by number and by bytes")
    func batches() {
        #expect(embeddings.batches(of: []) == [])
        let many = [String](repeating: "a", count: 4097)
        #expect(embeddings.batches(of: many) == [0..<2048, 2048..<4096, 4096..<4097])
        let small = OpenAIEmbeddings(flavour: .openAI, maximumBytes: 10)
        #expect(small.batches(of: ["12345", "12345", "1", "éééééé", "1"]) == [0..<2, 2..<3, 3..<4, 4..<5])
        let joined = OpenAIEmbeddings.joined([
            EmbeddingReply(vectors: [[1]], servedModel: "e", usage: Usage(inputTokens: 2)),
            EmbeddingReply(vectors: [[2]], usage: Usage(inputTokens: 3)),
        ])
        #expect(joined == EmbeddingReply(vectors: [[1], [2]], servedModel: "e", usage: Usage(inputTokens: 5)))
    }
}

@Suite struct OpenAIModelListTests {
    private func models(_ text: String) throws -> [ModelInfo] {
        try OpenAIModels.decode(try JSONValue(parsing: text), flavour: .compatible)
    }

    @Test("the lists of all servers of the family are read")
    func lists() throws {
        let openAI = try models(#"{"object":"list","data":[{"id":"a/b:c","created":1700000000,"owned_by":"o"}]}"#)
        #expect(openAI.map(\.id) == ["a/b:c"])
        #expect(openAI[0].owner == "o")
        #expect(openAI[0].created == WallTime(secondsSinceEpoch: 1_700_000_000))
        let router = try models(
            #"{"data":[{"id":"m","providers":[{"status":"live","context_length":100},"#
                + #"{"status":"error","context_length":900},{"status":"live","context_length":200}]}]}"#)
        #expect(router[0].contextLength == 200)
        #expect(try models(#"{"data":[{"id":"m","created":1.5,"max_model_len":4096}]}"#)[0].contextLength == 4096)
        let llama = try models(#"{"models":[{"name":"x"}],"data":[{"id":"m","meta":{"n_ctx_train":8192,"size":77}}]}"#)
        #expect(llama[0].contextLength == 8192)
        #expect(llama[0].sizeBytes == 77)
        let v0 = try models(#"{"data":[{"id":"m","state":"not-loaded","max_context_length":32,"publisher":"p"}]}"#)
        #expect(v0[0].isLoaded == false)
        #expect(v0[0].contextLength == 32)
        let v1 = try models(
            #"{"models":[{"key":"k","display_name":"K","size_bytes":5,"max_context_length":99,"#
                + #""loaded_instances":[{"id":"k","config":{"context_length":64}}]}]}"#)
        #expect(v1[0].id == "k")
        #expect(v1[0].displayName == "K")
        #expect(v1[0].isLoaded == true)
        #expect(v1[0].contextLength == 64)
    }

    @Test("a list that is none is malformed")
    func malformed() {
        let hint = "Send the request again; if it stays so, check that the address is that of such a server."
        for (text, problem) in [
            (#"{"ok":1}"#, "there is no list of models under /data or /models"),
            (#"{"data":[{"id":"a"},{"object":"model"}]}"#, "model 1 of the list has no id"),
        ] {
            expectError(
                .malformedResponse, "the server sent something that its API does not allow: \(problem)", hint: hint
            ) { _ = try models(text) }
        }
    }
}
