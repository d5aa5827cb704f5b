package import InterlockCore

/// How OpenAI's interface spells what the answers of all its endpoints share.
package enum OpenAIForm {
    /// The word for a reason, as chat completions say it.
    package static func finish(_ reason: FinishReason, hasRefusalText: Bool) -> String {
        switch reason.canonical {
        case .endTurn, .stopSequence, .pause, .other: "stop"
        case .maxTokens, .contextWindow: "length"
        case .toolUse: "tool_calls"
        // A refusal that explains itself is an answer like any other.
        case .refusal: hasRefusalText ? "stop" : "content_filter"
        }
    }

    /// The tokens used; nil unless both counts are known, for there is no way to say that one is not.
    package static func usage(_ usage: Usage) -> JSONValue? {
        guard let input = usage.inputTokens, let output = usage.outputTokens, let total = usage.totalTokens else {
            return nil
        }
        var form: JSONObject = [
            "prompt_tokens": JSONValue(input), "completion_tokens": JSONValue(output),
            "total_tokens": JSONValue(total),
        ]
        var details = JSONObject()
        details["cached_tokens"] = usage.cachedInputTokens.map { JSONValue($0) }
        details["cache_write_tokens"] = usage.cacheWriteTokens.map { JSONValue($0) }
        if !details.isEmpty { form["prompt_tokens_details"] = .object(details) }
        if let reasoning = usage.reasoningTokens {
            form["completion_tokens_details"] = ["reasoning_tokens": JSONValue(reasoning)]
        }
        return .object(form)
    }

    /// The classes of service that OpenAI's interface knows; others cannot be said in it.
    package static func serviceTier(_ tier: String?) -> JSONValue? {
        guard let tier, ["auto", "default", "flex", "scale", "priority", "fast"].contains(tier) else { return nil }
        return .string(tier)
    }

    /// How likely tokens were.
    package static func logprobs(_ entries: [TokenLogprob]) -> JSONValue {
        let content = entries.map { entry -> JSONValue in
            guard case .object(var form) = candidate(entry.chosen) else { return .null }
            form["top_logprobs"] = .array(entry.alternatives.map(candidate))
            return .object(form)
        }
        return ["content": .array(content), "refusal": nil]
    }

    private static func candidate(_ candidate: TokenLogprob.Candidate) -> JSONValue {
        [
            "token": .string(String(decoding: candidate.bytes, as: UTF8.self)),
            "logprob": number(candidate.logprob),
            "bytes": .array(candidate.bytes.map { JSONValue($0) }),
        ]
    }

    /// A log-probability; the interface says -9999 where a token is as good as impossible.
    static func number(_ value: Double) -> JSONValue {
        (try? JSONValue(value)) ?? JSONValue(-9999)
    }
}
