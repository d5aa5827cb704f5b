import InterlockCore
import InterlockGateway
import Testing

@Suite("OpenAI completion and embedding requests")
struct OtherRequestTests {
    private func completion(_ text: String) throws -> CompletionRequest {
        try CompletionRequest(json(text), policy: .error)
    }

    private func embedding(_ text: String) throws -> EmbeddingBody {
        try EmbeddingBody(json(text), policy: .error)
    }

    @Test("a text is continued as it stands")
    func completions() throws {
        let request = try completion(
            #"{"model": "m", "prompt": ["Once"], "max_tokens": 3, "logprobs": 2, "best_of": 1, "echo": false}"#)
        #expect(request.request.input == .text("Once"))
        #expect(request.request.options.maximumResponseTokens == 3)
        #expect(request.request.options.logprobs == 2)
        #expect(
            failure { _ = try completion(#"{"prompt": [1, 2]}"#) }?.description
                == "prompt is made of token ids, which are not supported\nhint: Send the text.")
        #expect(
            failure { _ = try completion(#"{"prompt": ["a", "b"]}"#) }?.description
                == "prompt has 2 texts; only 1 is supported\nhint: Send a request for each.")
        #expect(failure { _ = try completion(#"{"prompt": "a", "echo": true}"#) }?.provider?.parameter == "echo")
        #expect(failure { _ = try completion(#"{"prompt": "a", "best_of": 2}"#) }?.provider?.parameter == "best_of")
        #expect(failure { _ = try completion("{}") }?.message == "prompt is missing")
    }

    // covers: D9
    @Test("texts to embed, one or many, in both encodings")
    func embeddings() throws {
        let one = try embedding(#"{"model": "e", "input": "a", "dimensions": 2}"#)
        #expect(one.request.inputs == ["a"])
        #expect(one.request.dimensions == 2)
        #expect(!one.isBase64)
        let many = try embedding(#"{"input": ["a", "b"], "encoding_format": "base64"}"#)
        #expect(many.request.inputs == ["a", "b"])
        #expect(many.isBase64)
        let reply = EmbeddingReply(vectors: [[1, -0.5], [0.1, 2]], usage: Usage(inputTokens: 4))
        #expect(
            one.response(reply, model: "e").jsonText()
                == #"{"object":"list","data":[{"object":"embedding","index":0,"embedding":[1.0,-0.5]},"#
                + #"{"object":"embedding","index":1,"embedding":[0.1,2.0]}],"model":"e","#
                + #""usage":{"prompt_tokens":4,"total_tokens":4}}"#)
        // 1.0 is 00 00 80 3f, -0.5 is 00 00 00 bf, lowest byte first.
        #expect(many.response(reply, model: "e")["data"]?[0]?["embedding"]?.stringValue == "AACAPwAAAL8=")
    }

    @Test("what cannot be embedded is refused")
    func refuses() throws {
        for input in ["[1, 2]", "[[1, 2]]"] {
            #expect(
                failure { _ = try embedding(#"{"input": \#(input)}"#) }?.description
                    == "input is made of token ids, which are not supported\nhint: Send the text.")
        }
        #expect(
            failure { _ = try embedding(#"{"input": ["a", ""]}"#) }?.message
                == "input 1 is empty and cannot be embedded")
        #expect(failure { _ = try embedding(#"{"input": []}"#) }?.message == "there is no text to embed")
        #expect(
            failure { _ = try embedding(#"{"input": "a", "encoding_format": "int8"}"#) }?.message
                == "encoding_format is int8; it must be float or base64")
        #expect(failure { _ = try embedding(#"{"input": "a", "user": "u"}"#) }?.code == .unsupported)
    }
}
