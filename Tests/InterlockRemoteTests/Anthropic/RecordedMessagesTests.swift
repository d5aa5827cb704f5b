import InterlockCore
import InterlockRemote
import Testing

/// What servers of other makes really answered where they speak Anthropic's API.
@Suite("Recorded answers to /v1/messages")
struct RecordedMessagesTests {
    private let context = AnthropicTest.context("demo")

    private func frames(_ name: String) throws -> [(name: String?, data: String)] {
        // The names of the events are not needed.
        try Recording(name).frames.map { (nil, $0.data) }
    }

    private func answer(whole name: String) throws -> Reply {
        try reply(AnthropicTest.dialect.events(whole: Recording(name).json, context))
    }

    private func count(_ name: String) throws -> Int {
        try AnthropicServices.decodeTokenCount(Recording(name).json)
    }

    private func error(_ name: String) throws -> InterlockError {
        let recording = try Recording(name)
        return AnthropicTest.dialect.error(recording.status, recording.text)
    }

    @Test("llama.cpp's server, in pieces and whole")
    func llamaServer() throws {
        let answer = try reply(AnthropicTest.dialect.events(frames("llama-server/messages-stream"), context))
        #expect(answer.content == "The capital of France is Paris.")
        #expect(answer.finishReason == FinishReason(.endTurn, raw: "end_turn"))
        #expect(answer.usage == Usage(inputTokens: 18, cachedInputTokens: 17, outputTokens: 8))
        #expect(answer.servedModel == "demo")
        let whole = try self.answer(whole: "llama-server/messages")
        #expect(whole.content == answer.content)
        #expect(whole.usage == answer.usage)
        #expect(try count("llama-server/messages-count-tokens") == 18)
    }

    @Test("llama.cpp's server calls a tool")
    func llamaServerTools() throws {
        let answer = try reply(AnthropicTest.dialect.events(frames("llama-server/messages-tools-stream"), context))
        #expect(answer.toolCalls.map(\.name) == ["weather"])
        #expect(answer.toolCalls.map(\.arguments) == [#"{"city": "]"}"#])
        #expect(answer.toolCalls.first?.id.isEmpty == false)
        #expect(answer.finishReason.canonical == .toolUse)
    }

    @Test("litellm")
    func litellm() throws {
        let answer = try answer(whole: "litellm/messages")
        #expect(answer.content == "The capital of France is Paris.")
        #expect(answer.usage == Usage(inputTokens: 2_095, outputTokens: 503))
        // A stream was asked for, and the document came instead: whoever reads the content type takes it whole.
        #expect(try self.answer(whole: "litellm/messages-stream").content == answer.content)
        #expect(try count("litellm/messages-count-tokens") == 14)
    }

    @Test("Their errors")
    func errors() throws {
        let failed = try error("llama-server/error-messages-empty")
        #expect(failed.code == .providerFailed)
        #expect(failed.message == "the provider failed: 'messages' is required")
        let tooLong = try error("llama-server/error-messages-too-long")
        #expect(tooLong.code == .contextLengthExceeded)
        #expect(
            tooLong.hint
                == "Shorten the conversation by 1988 tokens or more, or choose a model with a longer context.")
        let refused = try error("litellm/error-messages-empty")
        #expect(refused.code == .invalidRequest)
        #expect(
            refused.message
                == "the provider refused the request: anthropic_messages: Missing required parameter: 'messages'")
    }
}
