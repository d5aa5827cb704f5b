import InterlockCore
import Testing

@Suite struct ReplyAccumulatorTests {
    private static let end = GenerationEvent.finish(FinishReason(.endTurn, raw: "stop"))

    private func reply(to events: [GenerationEvent]) throws -> Reply {
        var accumulator = ReplyAccumulator()
        for event in events { try accumulator.apply(event) }
        return try accumulator.reply()
    }

    /// The error that some events end in.
    private func complaint(_ events: [GenerationEvent]) throws -> InterlockError {
        try #require(throws: InterlockError.self) { try reply(to: events) }
    }

    @Test func foldsEveryKindOfEvent() throws {
        let candidate = TokenLogprob.Candidate(token: 1, bytes: [65], logprob: -0.5)
        let logprob = TokenLogprob(chosen: candidate, alternatives: [candidate])
        let drop = Drop(subject: "top_k", reason: "b has no such option")
        let reply = try reply(to: [
            .dropped(drop),
            .head(ReplyHead(backend: "b", servedModel: "old")),
            .reasoning(ReasoningDelta(text: "hm")),
            .enforcement(.guided),
            .text("Par"),
            .logprobs([logprob]),
            .text("is"),
            .logprobs([logprob]),
            .refusal("I "),
            .refusal("will not"),
            .toolCall(ToolCallDelta(id: "c", name: "f", arguments: "{}")),
            .usage(Usage(inputTokens: 3)),
            .timings(Timings(prompt: .seconds(1))),
            .head(ReplyHead(servedModel: "m", id: "r1")),
            .enforcement(.masked),
            .usage(Usage(outputTokens: 2)),
            .timings(Timings(total: .seconds(2))),
            .finish(FinishReason(.stopSequence, raw: "stop", stopSequence: "\n")),
        ])
        #expect(reply.content == "Paris")
        #expect(reply.reasoning == [Reasoning("hm")])
        #expect(reply.toolCalls == [ToolCall(id: "c", name: "f", arguments: "{}")])
        #expect(reply.refusal == "I will not")
        #expect(reply.finishReason == FinishReason(.stopSequence, raw: "stop", stopSequence: "\n"))
        #expect(reply.usage == Usage(inputTokens: 3, outputTokens: 2))
        #expect(reply.backend == "b")
        #expect(reply.servedModel == "m")
        #expect(reply.id == "r1")
        #expect(reply.timings == Timings(prompt: .seconds(1), total: .seconds(2)))
        #expect(reply.dropped == [drop])
        #expect(reply.enforcement == .masked)
        #expect(reply.logprobs == [logprob, logprob])
    }

    @Test func anAnswerOfNothingIsAnAnswer() throws {
        let reply = try reply(to: [Self.end])
        #expect(reply.content.isEmpty)
        #expect(reply.refusal == nil)
        #expect(reply.enforcement == nil)
        #expect(reply.usage == Usage())
        #expect(reply.timings == Timings())
        #expect(reply.message == Message(role: .assistant, parts: []))
    }

    @Test func toolCallsThatComeInterleavedAreKeptApart() throws {
        let reply = try reply(to: [
            .toolCall(ToolCallDelta(index: 1, id: "b", name: "g")),
            .toolCall(ToolCallDelta(index: 0, id: "a", name: "f", arguments: #"{"x":"#)),
            .toolCall(ToolCallDelta(index: 1, arguments: "[1")),
            .toolCall(ToolCallDelta(index: 0, arguments: "1")),
            .toolCall(ToolCallDelta(index: 7, id: "c", name: "h", arguments: "null")),
            .toolCall(ToolCallDelta(index: 1, arguments: ",2]")),
            .toolCall(ToolCallDelta(index: 0, arguments: "}")),
            Self.end,
        ])
        #expect(
            reply.toolCalls == [
                ToolCall(id: "a", name: "f", arguments: #"{"x":1}"#), ToolCall(id: "b", name: "g", arguments: "[1,2]"),
                ToolCall(id: "c", name: "h", arguments: "null"),
            ])
    }

    @Test func thoughtsThatComeInterleavedAreKeptApart() throws {
        let reply = try reply(to: [
            .reasoning(ReasoningDelta(index: 1, text: "two")),
            .reasoning(ReasoningDelta(index: 0, text: "o", id: "r0")),
            .reasoning(ReasoningDelta(index: 0, text: "ne")),
            .reasoning(ReasoningDelta(index: 0, signature: "s0")),
            .reasoning(ReasoningDelta(index: 1, redacted: "x1")),
            Self.end,
        ])
        #expect(
            reply.reasoning == [Reasoning("one", signature: "s0", id: "r0"), Reasoning("two", redacted: "x1")])
    }

    @Test func laterUsageCompletesAndReplacesButNeverUnknows() throws {
        let reply = try reply(to: [
            .usage(Usage(inputTokens: 10, cachedInputTokens: 0, outputTokens: 1)),
            .usage(Usage(outputTokens: 5)),
            .usage(Usage(cacheWriteTokens: 0)),
            .usage(Usage()),
            Self.end,
        ])
        #expect(reply.usage == Usage(inputTokens: 10, cachedInputTokens: 0, cacheWriteTokens: 0, outputTokens: 5))
        #expect(reply.usage.reasoningTokens == nil)
        #expect(reply.usage.totalTokens == 15)
    }

    @Test func laterTimingsCompleteEarlierOnes() throws {
        let reply = try reply(to: [
            .timings(Timings(queue: .zero, load: .seconds(1), prompt: .seconds(2))),
            .timings(Timings(prompt: .seconds(3), generation: .seconds(4), firstContent: .seconds(5))),
            Self.end,
        ])
        #expect(
            reply.timings
                == Timings(
                    queue: .zero, load: .seconds(1), prompt: .seconds(3), generation: .seconds(4),
                    firstContent: .seconds(5)))
    }

    @Test func aRestartKeepsThatMuchTextAndTheAccountOfTheRequest() throws {
        let drop = Drop(subject: "seed", reason: "r")
        let logprob = TokenLogprob(chosen: .init(token: 1, bytes: [], logprob: 0))
        let reply = try reply(to: [
            .head(ReplyHead(backend: "b")), .dropped(drop), .enforcement(.guided), .usage(Usage(inputTokens: 3)),
            .reasoning(ReasoningDelta(text: "hm")), .refusal("no"), .toolCall(ToolCallDelta(id: "c", name: "f")),
            .text("{\"a\": tru"), .logprobs([logprob]),
            .restart(keeping: 6),
            .text("1}"),
            Self.end,
        ])
        #expect(reply.content == "{\"a\": 1}")
        #expect(reply.reasoning.isEmpty)
        #expect(reply.toolCalls.isEmpty)
        #expect(reply.refusal == nil)
        #expect(reply.logprobs.isEmpty)
        #expect(reply.backend == "b")
        #expect(reply.dropped == [drop])
        #expect(reply.enforcement == .guided)
        #expect(reply.usage == Usage(inputTokens: 3))
    }

    @Test(arguments: [(0, ""), (1, "a"), (3, "aé"), (6, "aé€"), (10, "aé€😀"), (11, "aé€😀e"), (13, "aé€😀e\u{301}")])
    func aRestartCutsBetweenCharacters(kept: Int, content: String) throws {
        let text = "aé€😀e\u{301}"
        let reply = try reply(to: [.text(text), .restart(keeping: kept), Self.end])
        #expect(Array(reply.content.utf8) == Array(content.utf8))
    }

    @Test(arguments: [2, 4, 5, 7, 8, 9, 12])
    func aRestartIntoACharacterIsAnError(kept: Int) throws {
        let error = try complaint([
            .head(ReplyHead(backend: "b")), .text("aé€😀e\u{301}"), .restart(keeping: kept), Self.end,
        ])
        #expect(error.code == .malformedResponse)
        #expect(error.description == "b: a restart keeps \(kept) bytes, which end inside a character")
    }

    @Test(arguments: [-1, 3, Int.max, Int.min])
    func aRestartThatKeepsMoreThanThereIsIsAnError(kept: Int) throws {
        let error = try complaint([.text("ab"), .restart(keeping: kept), Self.end])
        #expect(error.code == .malformedResponse)
        #expect(error.description == "a restart keeps \(kept) bytes of a text of 2")
    }

    @Test(arguments: [GenerationEvent.text("x"), .usage(Usage()), end, .restart(keeping: 0)])
    func nothingMayFollowTheFinish(event: GenerationEvent) throws {
        let error = try complaint([.head(ReplyHead(backend: "b")), Self.end, event])
        #expect(error.code == .malformedResponse)
        #expect(error.description == "b: an event followed the end of the answer")
    }

    @Test(arguments: [[], [GenerationEvent.text("all of it")], [.usage(Usage(outputTokens: 3)), .text("x")]])
    func withoutAFinishTheAnswerWasCutOff(events: [GenerationEvent]) throws {
        let error = try complaint([.head(ReplyHead(backend: "b"))] + events)
        #expect(error.code == .truncatedStream)
        #expect(error.isRetryable)
        #expect(
            error.description == """
                b: the answer was cut off: it ended without saying why
                hint: Send the request again.
                """)
    }

    @Test func theTextSoFarCanBeRead() throws {
        var accumulator = ReplyAccumulator()
        try accumulator.apply(.text("a"))
        #expect(accumulator.content == "a")
        #expect(accumulator.finishReason == nil)
        try accumulator.apply(.text("b"))
        #expect(accumulator.content == "ab")
        try accumulator.apply(Self.end)
        #expect(accumulator.finishReason?.canonical == .endTurn)
    }

    /// Providers that sign thoughts refuse them in another order than they came in.
    @Test func theAnswerBecomesAMessageInTheOrderInWhichItCame() throws {
        let call = ToolCall(id: "c", name: "f", arguments: "{}")
        let reply = try reply(to: [
            .reasoning(ReasoningDelta(index: 0, text: "h")),
            .reasoning(ReasoningDelta(index: 0, text: "m", signature: "s")),
            .text("a"), .text("b"), .providerItem(ProviderItem(dialect: "d", value: 1)),
            .toolCall(ToolCallDelta(id: "c", name: "f", arguments: "{")),
            .reasoning(ReasoningDelta(index: 1, text: "so")),
            .toolCall(ToolCallDelta(arguments: "}")), .text("x"), .refusal("n"), .refusal("o"), Self.end,
        ])
        #expect(
            reply.message
                == Message(
                    role: .assistant,
                    parts: [
                        .reasoning(Reasoning("hm", signature: "s")), .text("ab"),
                        .providerItem(ProviderItem(dialect: "d", value: 1)), .toolCall(call),
                        .reasoning(Reasoning("so")),
                        .text("x"), .refusal("no"),
                    ]))
        #expect(reply.content == "abx")
    }
}
