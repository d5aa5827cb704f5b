import InterlockCore

/// Puts one request into the form of Ollama's API.
struct OllamaRequestEncoder {
    let dialect: OllamaDialect
    let request: GenerationRequest
    let context: WireContext
    let traits: OllamaTraits
    var notes: RequestNotes

    private static let extraFields = ExtraFields(
        fixed: ["stream", "messages", "prompt", "model", "raw"], merged: ["options"])

    init(_ dialect: OllamaDialect, _ request: GenerationRequest, _ context: WireContext) {
        self.dialect = dialect
        self.request = request
        self.context = context
        traits = dialect.traits(of: context.model)
        notes = RequestNotes(policy: request.unsupported)
    }

    mutating func encode() throws(InterlockError) -> WireRequest {
        var body: JSONObject = ["model": .string(context.model)]
        let path: String
        switch request.input {
        case .transcript(let transcript):
            path = "/api/chat"
            body["messages"] = .array(try encode(transcript))
            try addTools(to: &body)
            if let think = try encodeThinking() { body["think"] = think }
        case .text(let text):
            path = "/api/generate"
            body["prompt"] = .string(text)
            body["raw"] = true
            try refuseForText()
        }
        let enforcement = try addFormat(to: &body)
        let options = try encodeOptions()
        if !options.isEmpty { body["options"] = .object(options) }
        try addLogprobs(to: &body)
        // Else the server drops the beginning of what is too long and says nothing.
        if !dialect.truncates {
            body["truncate"] = false
            body["shift"] = false
        }
        if let keepAlive = dialect.keepAlive { body["keep_alive"] = keepAlive.value }
        body["stream"] = .bool(context.streams)
        if let extras = request.options.extras[context.backend] {
            if request.constraint != nil, extras["format"] != nil {
                throw InterlockError(
                    .invalidRequest, "extras.\(context.backend).format cannot be set beside a constraint",
                    hint: "Leave one of them out.")
            }
            try OllamaRequestEncoder.extraFields.merge(extras, of: context.backend, into: &body)
        }
        return WireRequest(path: path, body: body, drops: notes.drops, enforcement: enforcement)
    }

    /// A text is continued without a template, which tools and thinking are part of.
    private mutating func refuseForText() throws(InterlockError) {
        if !request.tools.isEmpty {
            try notes.omit(
                "tools", "a text without a chat template cannot have any", hint: "Send a conversation instead.")
        }
        if request.options.reasoningEffort != nil {
            try notes.omit(
                "reasoning_effort", "a text without a chat template cannot ask for it",
                hint: "Send a conversation instead.")
        }
    }

    private mutating func addTools(to body: inout JSONObject) throws(InterlockError) {
        guard !request.tools.isEmpty else { return }
        switch request.toolChoice {
        case .none: return
        case .auto: break
        case .required, .tool:
            try notes.omit(
                "tool_choice \(request.toolChoice.kind.rawValue)", "the API lets the model choose",
                hint: "Let it choose.")
        }
        if request.parallelToolCalls != nil {
            try notes.omit("parallel_tool_calls", "the API has no such option", hint: "Leave it out.")
        }
        var tools: [JSONValue] = []
        for tool in request.tools {
            if tool.strict == true {
                try notes.omit(
                    "strict of tool \(tool.name)", "the API does not hold arguments to a schema", hint: "Leave it out.")
            }
            var function: JSONObject = ["name": .string(tool.name)]
            if let description = tool.description { function["description"] = .string(description) }
            function["parameters"] = tool.parameters
            tools.append(["type": "function", "function": .object(function)])
        }
        body["tools"] = .array(tools)
    }

    private mutating func encodeThinking() throws(InterlockError) -> JSONValue? {
        guard let effort = request.options.reasoningEffort else { return nil }
        guard effort != .none else {
            if traits.canStopThinking { return false }
            try notes.omit(
                "reasoning_effort none", "\(context.model) always thinks",
                hint: "Ask for little effort, or choose another model.")
            return nil
        }
        // The nearest level that the model knows, rather a lesser one.
        let level = traits.levels.filter { $0 <= effort }.max() ?? traits.levels.min()
        return level.map { .string($0.rawValue) } ?? true
    }

    private func addFormat(to body: inout JSONObject) throws(InterlockError) -> EnforcementLevel? {
        guard let constraint = request.constraint else { return nil }
        switch constraint {
        case .jsonSchema(let schema, _) where traits.takesSchemas: body["format"] = schema
        case .jsonObject where traits.takesSchemas: body["format"] = "json"
        default:
            throw InterlockError(
                .constraintUnsupported, "\(context.model) cannot enforce a \(constraint.kind.rawValue) constraint",
                hint: "Choose a backend that can; a constraint is never dropped.")
        }
        return .native
    }

    private mutating func addLogprobs(to body: inout JSONObject) throws(InterlockError) {
        guard let count = request.options.logprobs else { return }
        body["logprobs"] = true
        if count > 20 {
            try notes.omit("logprobs \(count)", "the API tells 20 alternatives at most", hint: "Ask for 20 or less.")
        }
        if count > 0 { body["top_logprobs"] = JSONValue(min(count, 20)) }
    }

    private func encodeOptions() throws(InterlockError) -> JSONObject {
        let asked = request.options
        var options: JSONObject = [:]
        options["num_ctx"] = dialect.contextLength.map { JSONValue($0) }
        options["num_predict"] = asked.maximumResponseTokens.map { JSONValue($0) }
        options["temperature"] = try number(asked.temperature)
        options["top_k"] = asked.topK.map { JSONValue($0) }
        options["top_p"] = try number(asked.topP)
        options["min_p"] = try number(asked.minP)
        options["typical_p"] = try number(asked.typicalP)
        options["repeat_penalty"] = try number(asked.repetitionPenalty)
        options["presence_penalty"] = try number(asked.presencePenalty)
        options["frequency_penalty"] = try number(asked.frequencyPenalty)
        // The server's integers are signed, and a negative seed means a random one.
        options["seed"] = asked.seed.map { JSONValue($0 & UInt64(Int64.max)) }
        if !asked.stopSequences.isEmpty { options["stop"] = .array(asked.stopSequences.map(JSONValue.string)) }
        return options
    }

    private func number(_ value: Double?) throws(InterlockError) -> JSONValue? {
        guard let value else { return nil }
        guard let number = try? JSONValue(value) else {
            throw InterlockError(.invalidRequest, "an option is \(value); it must be a finite number")
        }
        return number
    }
}
