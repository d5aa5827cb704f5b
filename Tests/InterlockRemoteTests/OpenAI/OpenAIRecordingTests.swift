import InterlockCore
import InterlockRemote
import Testing

// covers: S2

/// What llama-server and litellm's proxy really answered, run through the decoders.
@Suite struct OpenAIRecordingTests {
    private let context = WireContext(backend: "b", model: "demo")
    private let llama = OpenAIChatDialect(flavour: .llamaServer)
    private let proxy = OpenAIChatDialect(flavour: .compatible)

    @Test("llama-server's chat")
    func chat() throws {
        let whole = try reply(llama.events(whole: Recording("llama-server/chat").json, context))
        #expect(whole.content == "The capital of France is Paris.")
        #expect(whole.finishReason == FinishReason(.endTurn, raw: "stop"))
        #expect(whole.usage == Usage(inputTokens: 18, cachedInputTokens: 0, outputTokens: 8))
        #expect(whole.timings.generation != nil)
        for name in ["chat-stream", "chat-stream-usage"] {
            let streamed = try reply(llama.events(Recording("llama-server/\(name)").frames, context))
            #expect(streamed.content == whole.content)
            #expect(streamed.finishReason == whole.finishReason)
            #expect(streamed.usage.outputTokens == (name == "chat-stream" ? nil : 8))
        }
        let cut = try reply(llama.events(whole: Recording("llama-server/chat-length").json, context))
        #expect(cut.finishReason.canonical == .maxTokens)
        let object = try reply(llama.events(whole: Recording("llama-server/chat-schema").json, context))
        #expect(object.content == #"{"city": "Paris"}"#)
    }

    @Test("llama-server's tool calls and log-probabilities")
    func callsAndLogprobs() throws {
        let whole = try reply(llama.events(whole: Recording("llama-server/chat-tools").json, context))
        let streamed = try reply(llama.events(Recording("llama-server/chat-tools-stream").frames, context))
        #expect(streamed.toolCalls.map(\.name) == ["weather"])
        #expect(streamed.toolCalls.map(\.arguments) == whole.toolCalls.map(\.arguments))
        #expect(streamed.finishReason == FinishReason(.toolUse, raw: "tool_calls"))
        let scored = try reply(llama.events(Recording("llama-server/chat-logprobs-stream").frames, context))
        #expect(scored.logprobs.count == 3)
        #expect(scored.logprobs.first?.chosen.token == 287)
        #expect(scored.logprobs.flatMap(\.chosen.bytes) == Array(scored.content.utf8))
        #expect(scored.logprobs.allSatisfy { $0.alternatives.count == 2 })
    }

    @Test("llama-server's Responses, embeddings, models and errors")
    func others() throws {
        let responses = OpenAIResponsesDialect(flavour: .llamaServer)
        let whole = try reply(responses.events(whole: Recording("llama-server/responses").json, context))
        let streamed = try reply(responses.events(Recording("llama-server/responses-stream").frames, context))
        #expect(whole.content == "The capital of France is Paris.")
        #expect(streamed.content == whole.content)
        #expect(streamed.usage == whole.usage)
        #expect(streamed.servedModel == "demo")
        let embeddings = OpenAIEmbeddings(flavour: .llamaServer)
        let numbers = try embeddings.decode(Recording("llama-server/embeddings-on").json, count: 2)
        let encoded = try embeddings.decode(Recording("llama-server/embeddings-base64").json, count: 2)
        #expect(numbers.vectors.map(\.count) == [256, 256])
        for (left, right) in zip(numbers.vectors, encoded.vectors) {
            #expect(zip(left, right).allSatisfy { abs($0 - $1) < 1e-6 })
        }
        let models = try OpenAIModels.decode(Recording("llama-server/models").json, flavour: .llamaServer)
        #expect(models.map(\.id) == ["demo"])
        #expect(models.first?.contextLength == 1024)
        #expect(models.first?.sizeBytes == 2_929_680)
        let codes: [(String, InterlockError.Code)] = [
            ("error-too-long", .contextLengthExceeded), ("error-too-long-stream", .contextLengthExceeded),
            ("error-path", .unsupported), ("error-not-json", .providerFailed), ("embeddings", .unsupported),
        ]
        for (name, code) in codes {
            let recording = try Recording("llama-server/\(name)")
            #expect(llama.error(recording.status, recording.text).code == code, "\(name)")
        }
    }

    @Test("litellm's proxy")
    func litellm() throws {
        let whole = try reply(proxy.events(whole: Recording("litellm/chat").json, context))
        #expect(!whole.content.isEmpty)
        for name in ["chat-stream", "chat-stream-usage"] {
            // wire: 30
            let streamed = try reply(proxy.events(Recording("litellm/\(name)").frames, context))
            #expect(streamed.content == whole.content)
            #expect(streamed.finishReason.canonical == .endTurn)
        }
        let responses = OpenAIResponsesDialect(flavour: .compatible)
        #expect(try !reply(responses.events(whole: Recording("litellm/responses").json, context)).content.isEmpty)
        #expect(
            try OpenAIModels.decode(Recording("litellm/models").json, flavour: .compatible).map(\.id) == ["demo"])
        // Its mock puts the mocked text where the vector should be.
        let embeddings = OpenAIEmbeddings(flavour: .compatible)
        let answer = try Recording("litellm/embeddings").json
        let error = #expect(throws: InterlockError.self) { try embeddings.decode(answer, count: 1) }
        #expect(error?.code == .malformedResponse)
        let codes: [(String, InterlockError.Code)] = [
            ("error-model", .modelNotFound), ("error-path", .unsupported), ("error-not-json", .invalidRequest),
        ]
        for (name, code) in codes {
            let recording = try Recording("litellm/\(name)")
            #expect(proxy.error(recording.status, recording.text).code == code, "\(name)")
        }
    }
}
