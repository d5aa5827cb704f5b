/// The tokens that a request used.
///
/// Nil is "unknown", which is not zero.
public struct Usage: Sendable, Hashable, Codable {
    /// All tokens of the input, those read from and written to a cache among them.
    public var inputTokens: Int?
    /// Tokens of the input that were read from a cache.
    public var cachedInputTokens: Int?
    /// Tokens of the input that were written to a cache.
    public var cacheWriteTokens: Int?
    /// All tokens of the output, the reasoning among them.
    public var outputTokens: Int?
    /// Tokens of the output that were reasoning.
    public var reasoningTokens: Int?

    private enum CodingKeys: String, CodingKey {
        case inputTokens = "input_tokens"
        case cachedInputTokens = "cached_input_tokens"
        case cacheWriteTokens = "cache_write_tokens"
        case outputTokens = "output_tokens"
        case reasoningTokens = "reasoning_tokens"
    }

    /// Makes a usage; what is left out is unknown.
    public init(
        inputTokens: Int? = nil,
        cachedInputTokens: Int? = nil,
        cacheWriteTokens: Int? = nil,
        outputTokens: Int? = nil,
        reasoningTokens: Int? = nil
    ) {
        self.inputTokens = inputTokens
        self.cachedInputTokens = cachedInputTokens
        self.cacheWriteTokens = cacheWriteTokens
        self.outputTokens = outputTokens
        self.reasoningTokens = reasoningTokens
    }

    /// Input and output together, where both are known.
    public var totalTokens: Int? {
        guard let inputTokens, let outputTokens else { return nil }
        // The figures are the other side's word: an absurd one must not stop the process.
        let (total, overflow) = inputTokens.addingReportingOverflow(outputTokens)
        return overflow ? nil : total
    }

    mutating func complete(with other: Usage) {
        inputTokens = other.inputTokens ?? inputTokens
        cachedInputTokens = other.cachedInputTokens ?? cachedInputTokens
        cacheWriteTokens = other.cacheWriteTokens ?? cacheWriteTokens
        outputTokens = other.outputTokens ?? outputTokens
        reasoningTokens = other.reasoningTokens ?? reasoningTokens
    }
}
