import InterlockCore

/// Reads the tokens used, as Chat Completions, Completions, Embeddings and Responses say them.
enum OpenAIUsage {
    /// The usage; nil if the value is none.
    ///
    /// What is missing stays unknown.
    static func read(_ value: JSONValue?) -> Usage? {
        guard case .object(let usage)? = value else { return nil }
        let input = usage["prompt_tokens_details"] ?? usage["input_tokens_details"]
        let output = usage["completion_tokens_details"] ?? usage["output_tokens_details"]
        let total = count(usage["prompt_tokens"] ?? usage["input_tokens"])
        let read = Usage(
            inputTokens: total,
            // More cannot have been read from a cache than there was.
            cachedInputTokens: count(input?["cached_tokens"]).map { min($0, total ?? $0) },
            cacheWriteTokens: count(input?["cache_write_tokens"] ?? input?["created_cache_tokens"]),
            outputTokens: count(usage["completion_tokens"] ?? usage["output_tokens"]),
            reasoningTokens: count(output?["reasoning_tokens"]))
        return read == Usage() ? nil : read
    }

    private static func count(_ value: JSONValue?) -> Int? {
        guard let count = value?.intValue, count >= 0 else { return nil }
        return count
    }
}

/// Reads the times that llama-server adds to its answers.
enum OpenAITimings {
    /// The times; nil if the value has none.
    static func read(_ value: JSONValue?) -> Timings? {
        guard case .object(let timings)? = value else { return nil }
        let read = Timings(prompt: duration(timings["prompt_ms"]), generation: duration(timings["predicted_ms"]))
        return read == Timings() ? nil : read
    }

    private static func duration(_ milliseconds: JSONValue?) -> Duration? {
        guard let value = milliseconds?.doubleValue, value >= 0, value < 1e12 else { return nil }
        return .nanoseconds(Int64(value * 1_000_000))
    }
}
