extension GenerationOptions: Codable {
    private enum Key: String, CodingKey {
        case maximumResponseTokens = "max_tokens"
        case topP = "top_p"
        case topK = "top_k"
        case minP = "min_p"
        case typicalP = "typical_p"
        case repetitionPenalty = "repetition_penalty"
        case presencePenalty = "presence_penalty"
        case frequencyPenalty = "frequency_penalty"
        case stopSequences = "stop"
        case logitBias = "logit_bias"
        case reasoningEffort = "reasoning_effort"
        case reasoningBudget = "reasoning_budget"
        case serviceTier = "service_tier"
        case temperature, seed, logprobs, metadata, user, extras
    }

    /// Reads an object of the field's usual snake_case names; all may be missing.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        self.init(
            maximumResponseTokens: try container.decodeIfPresent(Int.self, forKey: .maximumResponseTokens),
            temperature: try container.decodeIfPresent(Double.self, forKey: .temperature),
            topP: try container.decodeIfPresent(Double.self, forKey: .topP),
            topK: try container.decodeIfPresent(Int.self, forKey: .topK),
            minP: try container.decodeIfPresent(Double.self, forKey: .minP),
            typicalP: try container.decodeIfPresent(Double.self, forKey: .typicalP),
            repetitionPenalty: try container.decodeIfPresent(Double.self, forKey: .repetitionPenalty),
            presencePenalty: try container.decodeIfPresent(Double.self, forKey: .presencePenalty),
            frequencyPenalty: try container.decodeIfPresent(Double.self, forKey: .frequencyPenalty),
            seed: try container.decodeIfPresent(UInt64.self, forKey: .seed),
            stopSequences: try container.decodeIfPresent([String].self, forKey: .stopSequences) ?? [],
            logitBias: try container.decodeIfPresent([Int: Double].self, forKey: .logitBias) ?? [:],
            logprobs: try container.decodeIfPresent(Int.self, forKey: .logprobs),
            reasoningEffort: try container.decodeIfPresent(ReasoningEffort.self, forKey: .reasoningEffort),
            reasoningBudget: try container.decodeIfPresent(Int.self, forKey: .reasoningBudget),
            metadata: try container.decodeIfPresent([String: String].self, forKey: .metadata) ?? [:],
            serviceTier: try container.decodeIfPresent(String.self, forKey: .serviceTier),
            user: try container.decodeIfPresent(String.self, forKey: .user),
            extras: try container.decodeIfPresent([String: JSONObject].self, forKey: .extras) ?? [:]
        )
    }

    /// Writes what ``init(from:)`` reads; options that are not set are left out.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encodeIfPresent(maximumResponseTokens, forKey: .maximumResponseTokens)
        try container.encodeIfPresent(temperature, forKey: .temperature)
        try container.encodeIfPresent(topP, forKey: .topP)
        try container.encodeIfPresent(topK, forKey: .topK)
        try container.encodeIfPresent(minP, forKey: .minP)
        try container.encodeIfPresent(typicalP, forKey: .typicalP)
        try container.encodeIfPresent(repetitionPenalty, forKey: .repetitionPenalty)
        try container.encodeIfPresent(presencePenalty, forKey: .presencePenalty)
        try container.encodeIfPresent(frequencyPenalty, forKey: .frequencyPenalty)
        try container.encodeIfPresent(seed, forKey: .seed)
        if !stopSequences.isEmpty { try container.encode(stopSequences, forKey: .stopSequences) }
        if !logitBias.isEmpty { try container.encode(logitBias, forKey: .logitBias) }
        try container.encodeIfPresent(logprobs, forKey: .logprobs)
        try container.encodeIfPresent(reasoningEffort, forKey: .reasoningEffort)
        try container.encodeIfPresent(reasoningBudget, forKey: .reasoningBudget)
        if !metadata.isEmpty { try container.encode(metadata, forKey: .metadata) }
        try container.encodeIfPresent(serviceTier, forKey: .serviceTier)
        try container.encodeIfPresent(user, forKey: .user)
        if !extras.isEmpty { try container.encode(extras, forKey: .extras) }
    }
}
