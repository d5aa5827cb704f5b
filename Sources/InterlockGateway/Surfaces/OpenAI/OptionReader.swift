import InterlockCore

/// Reads the parameters that chat and text completions have in common: OpenAI's, and those that its imitators added.
enum OptionReader {
    static func read(
        _ body: inout BodyReader, _ leftovers: inout Leftovers
    ) throws(InterlockError) -> GenerationOptions {
        var options = GenerationOptions()
        // LM Studio and llama.cpp write -1 for "as many as it takes".
        let maximum = try either(
            ("max_completion_tokens", try body.integer("max_completion_tokens")),
            ("max_tokens", try body.integer("max_tokens")))
        options.maximumResponseTokens = maximum == -1 ? nil : maximum
        options.temperature = try body.number("temperature")
        options.topP = try body.number("top_p")
        // vLLM writes -1 for "all of them".
        options.topK = try body.integer("top_k").map { $0 == -1 ? 0 : $0 }
        options.minP = try body.number("min_p")
        options.typicalP = try either(
            ("typical_p", try body.number("typical_p")), ("typ_p", try body.number("typ_p")))
        options.repetitionPenalty = try either(
            ("repetition_penalty", try body.number("repetition_penalty")),
            ("repeat_penalty", try body.number("repeat_penalty")))
        options.presencePenalty = try body.number("presence_penalty")
        options.frequencyPenalty = try body.number("frequency_penalty")
        options.seed = try seed(&body)
        options.stopSequences = try stop(&body)
        options.logitBias = try logitBias(&body)
        options.reasoningEffort = try effort(&body)
        options.reasoningBudget = try either(
            ("thinking_token_budget", try body.integer("thinking_token_budget")),
            ("thinking_budget_tokens", try body.integer("thinking_budget_tokens")))
        options.metadata = try metadata(&body)
        options.serviceTier = try body.string("service_tier")
        // The newer name goes before the older one, whose other use, telling caches apart, means nothing here.
        let identifier = try body.string("safety_identifier")
        let user = try body.string("user")
        options.user = identifier ?? user
        try harmless(&body, &leftovers)
        try options.validate()
        return options
    }

    /// What says how to store, cache or disguise an answer, and changes nothing in it.
    private static func harmless(_ body: inout BodyReader, _ leftovers: inout Leftovers) throws(InterlockError) {
        body.ignore("prompt_cache_key", "prompt_cache_options", "prompt_cache_retention", "cache_prompt")
        if try body.boolean("store") == true { try leftovers.add("store", "is true, and nothing is stored here") }
        if let count = try body.integer("n"), count != 1 {
            throw .parameter(
                "n", "is \(count); only 1 is supported", hint: "Send the request several times.", code: .unsupported,
                word: "unsupported_value")
        }
    }

    /// The value that goes by one of two names; where both are there, they have to say the same.
    private static func either<Value: Equatable>(
        _ first: (name: String, value: Value?), _ second: (name: String, value: Value?)
    ) throws(InterlockError) -> Value? {
        if let one = first.value, let other = second.value, one != other {
            throw .parameter(
                second.name, "and \(first.name) say different things", hint: "Send one of them.", word: "invalid_value")
        }
        return first.value ?? second.value
    }

    private static func seed(_ body: inout BodyReader) throws(InterlockError) -> UInt64? {
        guard let value = body.value("seed") else { return nil }
        if let seed = value.numberValue?.uint64 { return seed }
        guard let negative = value.numberValue?.int64 else { throw body.mismatch("seed", value, "a whole number") }
        // llama.cpp and LM Studio write -1 for "any".
        return negative == -1 ? nil : UInt64(bitPattern: negative)
    }

    private static func stop(_ body: inout BodyReader) throws(InterlockError) -> [String] {
        guard let value = body.value("stop") else { return [] }
        if let text = value.stringValue { return [text] }
        guard let list = value.arrayValue else { throw body.mismatch("stop", value, "a string or a list of strings") }
        var texts: [String] = []
        for (index, item) in list.enumerated() {
            guard let text = item.stringValue else { throw body.mismatch("stop[\(index)]", item, "a string") }
            texts.append(text)
        }
        return texts
    }

    private static func logitBias(_ body: inout BodyReader) throws(InterlockError) -> [Int: Double] {
        guard let value = body.value("logit_bias") else { return [:] }
        guard let object = value.objectValue else { throw body.mismatch("logit_bias", value, "an object") }
        var biases: [Int: Double] = [:]
        for (key, value) in object {
            guard let token = Int(key) else {
                throw body.invalid("logit_bias", "has the key \(key), which is no token id")
            }
            guard let bias = value.doubleValue else { throw body.mismatch("logit_bias.\(key)", value, "a number") }
            biases[token] = bias
        }
        return biases
    }

    private static func effort(_ body: inout BodyReader) throws(InterlockError) -> ReasoningEffort? {
        guard let text = try body.string("reasoning_effort") else { return nil }
        guard let effort = ReasoningEffort(rawValue: text) else {
            let names = ReasoningEffort.allCases.map(\.rawValue).joined(separator: ", ")
            throw body.invalid("reasoning_effort", "is \(text); it must be one of \(names)")
        }
        return effort
    }

    private static func metadata(_ body: inout BodyReader) throws(InterlockError) -> [String: String] {
        guard let value = body.value("metadata") else { return [:] }
        guard let object = value.objectValue else { throw body.mismatch("metadata", value, "an object") }
        var labels: [String: String] = [:]
        for (key, value) in object {
            guard let text = value.stringValue else { throw body.mismatch("metadata.\(key)", value, "a string") }
            labels[key] = text
        }
        return labels
    }
}
