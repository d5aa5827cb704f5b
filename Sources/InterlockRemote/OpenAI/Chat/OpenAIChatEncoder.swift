import InterlockCore

/// Puts one request into the form of Chat Completions or Completions.
struct OpenAIChatEncoder {
    let request: GenerationRequest
    let context: WireContext
    let dialect: OpenAIChatDialect
    let traits: OpenAIModelTraits
    var notes: RequestNotes
    var body = JSONObject()

    init(request: GenerationRequest, context: WireContext, dialect: OpenAIChatDialect) {
        self.request = request
        self.context = context
        self.dialect = dialect
        traits = dialect.traits(of: context.model)
        notes = RequestNotes(policy: request.unsupported)
    }

    var features: OpenAIChatFeatures { dialect.features }
    var provider: String { dialect.flavour.name }

    mutating func encode() throws(InterlockError) -> WireRequest {
        body["model"] = .string(context.model)
        let path: String
        switch request.input {
        case .transcript(let transcript):
            try checkModel()
            path = "/chat/completions"
            try writeMessages(transcript)
        case .text(let text):
            path = "/completions"
            try checkRawText()
            body["prompt"] = .string(text)
        }
        let isChat = path == "/chat/completions"
        try writeOptions(isChat: isChat)
        if isChat { try writeTools() }
        let enforcement = try writeConstraint(isChat: isChat)
        body["stream"] = .bool(context.streams)
        if context.streams, features.reportsUsage { body["stream_options"] = ["include_usage": true] }
        try ExtraFields.openAI.merge(request.options.extras[context.backend], of: context.backend, into: &body)
        return WireRequest(path: path, body: body, drops: notes.drops, enforcement: enforcement)
    }

    private func checkModel() throws(InterlockError) {
        guard !traits.hasChat else { return }
        throw InterlockError(
            .unsupported, "\(context.model) is not offered through Chat Completions",
            hint: "Use the Responses API for it, or choose another model.")
    }

    /// A text without a template: what belongs to conversations cannot be said beside it.
    private func checkRawText() throws(InterlockError) {
        guard features.rawText else {
            throw InterlockError(
                .unsupported, "\(provider) cannot continue a text without a chat template",
                hint: "Send a conversation instead.")
        }
        guard request.tools.isEmpty else {
            throw InterlockError(
                .unsupported, "tools cannot be called while a text without a chat template is continued",
                hint: "Send a conversation instead.")
        }
    }

    private mutating func writeOptions(isChat: Bool) throws(InterlockError) {
        var options = try OpenAIModelRules.admit(
            request.options, model: context.model, traits: traits, surface: .chat, notes: &notes)
        try OpenAIOptionFields.check(options, limits: features.limits)
        var fields = features.fields
        if traits.reasons == true { fields[.maximumResponseTokens] = features.reasoningLimitField }
        if !isChat { OpenAIChatEncoder.restrictToCompletions(&fields) }
        let logprobs = options.logprobs
        if isChat, fields[.logprobs] != nil { options.logprobs = nil }
        try OpenAIOptionFields.write(
            options, fields: fields, limits: features.limits, api: provider, into: &body, notes: &notes)
        guard isChat, fields[.logprobs] != nil, let logprobs else { return }
        body["logprobs"] = true
        if logprobs > 0 { body["top_logprobs"] = JSONValue(logprobs) }
    }

    /// Completions is older: some fields are called otherwise there, or are not there.
    private static func restrictToCompletions(_ fields: inout [GenerationOptions.Name: String]) {
        if fields[.maximumResponseTokens] != nil { fields[.maximumResponseTokens] = "max_tokens" }
        if fields[.user] != nil { fields[.user] = "user" }
        for name in [GenerationOptions.Name.reasoningEffort, .reasoningBudget, .metadata, .serviceTier] {
            fields[name] = nil
        }
    }

    private mutating func writeTools() throws(InterlockError) {
        var request = request
        if !request.tools.isEmpty, !features.toolChoices.contains(request.toolChoice.kind) {
            try notes.omit("tool_choice \(request.toolChoice.kind.rawValue)", "\(provider) lets the model choose")
            request.toolChoice = .auto
        }
        if !request.tools.isEmpty, request.parallelToolCalls != nil, !features.parallelToolCalls {
            try notes.omit("parallel_tool_calls", "\(provider) has no such option")
            request.parallelToolCalls = nil
        }
        let tools = OpenAITools(
            layout: .nested, strict: features.strictTools, schemas: features.schemas, provider: provider)
        try tools.write(request, into: &body, notes: &notes)
    }

    private mutating func writeConstraint(isChat: Bool) throws(InterlockError) -> EnforcementLevel? {
        guard let constraint = request.constraint else { return nil }
        let writer = OpenAIConstraintWriter(
            forms: features.constraints, schemas: features.schemas, provider: provider)
        switch try writer.member(for: constraint, notes: &notes) {
        case .field(let name, let value): body[name] = value
        case .format(let format):
            guard isChat else {
                throw InterlockError(
                    .constraintUnsupported,
                    "\(provider) cannot enforce a \(constraint.kind.rawValue) constraint on text without a template",
                    hint: "Send a conversation instead; a constraint is never dropped.")
            }
            body["response_format"] = .object(OpenAIChatEncoder.nested(format))
        }
        return .native
    }

    /// Chat Completions nests what belongs to the schema in a member of its own.
    private static func nested(_ format: JSONObject) -> JSONObject {
        guard format.contains(key: "schema") else { return format }
        var inner = format
        inner["type"] = nil
        return ["type": "json_schema", "json_schema": .object(inner)]
    }
}
