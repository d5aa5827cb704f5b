import InterlockCore

/// Puts one request into the form of Anthropic's Messages API.
struct AnthropicRequestEncoder {
    let dialect: AnthropicDialect
    let request: GenerationRequest
    let context: WireContext
    let traits: AnthropicTraits
    var notes: RequestNotes
    var cacheMarks = 0

    /// Above that, an answer that does not come in pieces may take longer than a connection lives.
    private static let longestWhole = 21_333
    /// The fields that count as input.
    private static let counted: Set<String> = [
        "cache_control", "output_config", "speed", "thinking", "tool_choice", "tools",
    ]
    private static let extraFields = ExtraFields(
        fixed: ["stream", "messages", "model", "system"], merged: ["output_config", "metadata"])

    init(_ dialect: AnthropicDialect, _ request: GenerationRequest, _ context: WireContext) {
        self.dialect = dialect
        self.request = request
        self.context = context
        traits = dialect.traits(of: context.model)
        notes = RequestNotes(policy: request.unsupported)
    }

    mutating func encodeMessage() throws(InterlockError) -> WireRequest {
        var body: JSONObject = ["model": .string(context.model)]
        let maximum = maximumTokens
        body["max_tokens"] = JSONValue(maximum)
        let input = try encodeInput()
        body.merge(input)
        try addThinking(to: &body, maximumTokens: maximum)
        let enforcement = try addConstraint(to: &body)
        try addSampling(to: &body)
        if !request.options.stopSequences.isEmpty {
            body["stop_sequences"] = .array(request.options.stopSequences.map(JSONValue.string))
        }
        if let user = request.options.user { body["metadata"] = ["user_id": .string(user)] }
        if let tier = request.options.serviceTier { body["service_tier"] = .string(tier) }
        if context.streams { body["stream"] = true }
        let betas = try addExtras(to: &body)
        try check(body)
        return WireRequest(
            path: "/v1/messages", body: body, headers: headers(betas), drops: notes.drops, enforcement: enforcement)
    }

    mutating func encodeTokenCount() throws(InterlockError) -> WireRequest {
        var body: JSONObject = ["model": .string(context.model)]
        let input = try encodeInput()
        body.merge(input)
        try addThinking(to: &body, maximumTokens: maximumTokens)
        _ = try addConstraint(to: &body)
        let betas = try addExtras(to: &body, only: AnthropicRequestEncoder.counted)
        return WireRequest(
            path: "/v1/messages/count_tokens", body: body, headers: headers(betas), drops: notes.drops)
    }

    /// What counts as input: instructions, conversation and tools.
    private mutating func encodeInput() throws(InterlockError) -> JSONObject {
        guard case .transcript(let transcript) = request.input else {
            throw InterlockError(
                .unsupported, "a text without a chat template cannot be continued by this API",
                hint: "Send a conversation instead.")
        }
        var body: JSONObject = [:]
        let conversation = try encode(transcript)
        if !conversation.system.isEmpty { body["system"] = .array(conversation.system) }
        body["messages"] = .array(conversation.turns)
        try addTools(to: &body)
        guard cacheMarks <= 4 else {
            throw InterlockError(
                .invalidRequest, "the request has \(cacheMarks) cache marks, and the API takes 4",
                hint: "Mark the last message and the last tool only; a mark covers everything before it.")
        }
        return body
    }

    private var maximumTokens: Int {
        if let maximum = request.options.maximumResponseTokens { return maximum }
        var maximum = dialect.defaultMaximumTokens ?? traits.maximumOutputTokens
        if !context.streams { maximum = min(maximum, AnthropicRequestEncoder.longestWhole) }
        return maximum
    }

    /// Says a model's samplers, where they are taken and say anything.
    private mutating func addSampling(to body: inout JSONObject) throws(InterlockError) {
        let options = request.options
        // What changes nothing is honoured by every model.
        let temperature = options.temperature == 1 ? nil : options.temperature
        let topP = options.topP == 1 ? nil : options.topP
        let topK = options.topK == 0 ? nil : options.topK
        let named: [(name: String, isSet: Bool)] = [
            ("temperature", temperature != nil), ("top_p", topP != nil), ("top_k", topK != nil),
        ]
        guard traits.takesSampling else {
            for option in named where option.isSet {
                try notes.omit(
                    option.name, "\(context.model) takes no samplers", hint: "Leave it out, or choose an older model.")
            }
            return
        }
        if let temperature {
            if temperature <= 1 {
                body["temperature"] = try number(temperature, "temperature")
            } else {
                try notes.omit(
                    "temperature", "the API takes 0 to 1, and it is \(temperature)", hint: "Choose 1 or less.")
            }
        }
        if let topP { body["top_p"] = try number(topP, "top_p") }
        if let topK { body["top_k"] = JSONValue(topK) }
    }

    private func number(_ value: Double, _ name: String) throws(InterlockError) -> JSONValue {
        guard let number = try? JSONValue(value) else {
            throw InterlockError(.invalidRequest, "\(name) is \(value); it must be a finite number")
        }
        return number
    }

    /// Merges the caller's own fields and takes the betas out of them.
    ///
    /// - Parameter only: The fields that are taken; nil takes all.
    private func addExtras(
        to body: inout JSONObject, only: Set<String>? = nil
    ) throws(InterlockError) -> [String] {
        guard var extras = request.options.extras[context.backend] else { return [] }
        var betas: [String] = []
        if let asked = extras.removeValue(forKey: "betas") {
            betas = asked.stringValue.map { [$0] } ?? asked.arrayValue?.compactMap(\.stringValue) ?? []
        }
        if request.constraint != nil, extras["output_config"]?["format"] != nil {
            throw InterlockError(
                .invalidRequest, "extras.\(context.backend).output_config.format cannot be set beside a constraint",
                hint: "Leave one of them out.")
        }
        if let only { extras = JSONObject(extras.filter { only.contains($0.key) }) }
        try AnthropicRequestEncoder.extraFields.merge(extras, of: context.backend, into: &body)
        return betas
    }

    /// Refuses what the API would only refuse after a round trip.
    private func check(_ body: JSONObject) throws(InterlockError) {
        if body["max_tokens"]?.intValue == 0, context.streams {
            throw InterlockError(
                .invalidRequest, "max_tokens is 0, which fills the cache and answers nothing, so it cannot be streamed",
                hint: "Ask for the whole answer at once.")
        }
    }

    private func headers(_ more: [String]) -> [(name: String, value: String)] {
        var headers = [(name: "anthropic-version", value: traits.version)]
        var betas: [String] = []
        for beta in dialect.betas + more where !betas.contains(beta) { betas.append(beta) }
        if !betas.isEmpty { headers.append((name: "anthropic-beta", value: betas.joined(separator: ","))) }
        return headers
    }
}
