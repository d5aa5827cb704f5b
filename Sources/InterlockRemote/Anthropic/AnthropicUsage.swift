import InterlockCore

/// The tokens that Anthropic counts, which come in pieces and cumulatively.
struct AnthropicUsage {
    private var input: Int?
    private var cacheWrite: Int?
    private var cacheRead: Int?
    private var output: Int?
    private var thinking: Int?

    /// Takes later figures, which replace earlier ones.
    mutating func update(with frame: WireFrame) {
        input = frame.count("input_tokens") ?? input
        cacheWrite = frame.count("cache_creation_input_tokens") ?? cacheWrite
        cacheRead = frame.count("cache_read_input_tokens") ?? cacheRead
        output = frame.count("output_tokens") ?? output
        thinking = frame.looseFrame("output_tokens_details")?.count("thinking_tokens") ?? thinking
    }

    /// The figures in Interlock's words, where all input counts as input.
    var total: Usage {
        Usage(
            inputTokens: input.flatMap { sum($0, cacheWrite ?? 0, cacheRead ?? 0) },
            cachedInputTokens: cacheRead, cacheWriteTokens: cacheWrite, outputTokens: output,
            reasoningTokens: thinking)
    }

    /// The sum, or nil where the figures are absurd.
    private func sum(_ numbers: Int...) -> Int? {
        var sum = 0
        for number in numbers {
            let (next, overflow) = sum.addingReportingOverflow(number)
            if overflow { return nil }
            sum = next
        }
        return sum
    }
}
