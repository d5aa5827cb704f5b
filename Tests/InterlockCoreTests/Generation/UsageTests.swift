import InterlockCore
import Testing

@Suite struct UsageTests {
    @Test func unknownIsNotZero() throws {
        #expect(Usage() != Usage(inputTokens: 0, outputTokens: 0))
        #expect(Usage().totalTokens == nil)
        #expect(Usage(inputTokens: 1).totalTokens == nil)
        #expect(Usage(outputTokens: 1).totalTokens == nil)
        #expect(Usage(inputTokens: 0, outputTokens: 0).totalTokens == 0)
        #expect(Usage(inputTokens: 2, cachedInputTokens: 1, outputTokens: 3, reasoningTokens: 1).totalTokens == 5)
        #expect(try JSONValueEncoder().encode(Usage(outputTokens: 0)).jsonText() == #"{"output_tokens":0}"#)
    }

    @Test func anAbsurdFigureIsNoCrash() {
        #expect(Usage(inputTokens: .max, outputTokens: 1).totalTokens == nil)
        #expect(Usage(inputTokens: .min, outputTokens: -1).totalTokens == nil)
    }

    @Test func codingUsesSnakeCase() throws {
        let usage = Usage(
            inputTokens: 1, cachedInputTokens: 2, cacheWriteTokens: 3, outputTokens: 4, reasoningTokens: 5)
        let json = """
            {"input_tokens":1,"cached_input_tokens":2,"cache_write_tokens":3,"output_tokens":4,"reasoning_tokens":5}
            """
        #expect(try JSONValueEncoder().encode(usage).jsonText() == json)
        #expect(try JSONValueDecoder().decode(Usage.self, parsing: json) == usage)
        #expect(try JSONValueDecoder().decode(Usage.self, parsing: "{}") == Usage())
    }

    @Test func reasonsHaveTheirNames() {
        #expect(
            FinishReason.Canonical.allCases.map(\.rawValue) == [
                "end_turn", "stop_sequence", "max_tokens", "context_window", "tool_use", "refusal", "pause", "other",
            ])
        #expect(FinishReason(.endTurn, raw: "stop") != FinishReason(.endTurn))
    }
}
