import InterlockCore

/// Puts one request into the form of Responses.
struct OpenAIResponsesEncoder {
    let request: GenerationRequest
    let context: WireContext
    let features: OpenAIResponsesFeatures
    let traits: OpenAIModelTraits
    let provider: String
    var notes: RequestNotes
    var body = JSONObject()
    private var include: [JSONValue] = []

    init(request: GenerationRequest, context: WireContext, dialect: OpenAIResponsesDialect) {
        self.request = request
        self.context = context
        features = dialect.features
        traits = dialect.traits(of: context.model)
        provider = dialect.flavour.name
        notes = RequestNotes(policy: request.unsupported)
    }

    mutating func encode() throws(InterlockError) -> WireRequest {
        guard case .transcript(let transcript) = request.input else {
            throw InterlockError(
                .unsupported, "the Responses API cannot continue a text without a chat template",
                hint: "Send a conversation instead.")
        }
        body["model"] = .string(context.model)
        try writeInput(transcript)
        try writeOptions()
        let tools = OpenAITools(
            layout: .flat, strict: features.strictTools, schemas: features.schemas, provider: provider)
        try tools.write(request, into: &body, notes: &notes)
        let enforcement = try writeConstraint()
        // Nothing is kept at the provider unless the caller asks for it.
        body["store"] = false
        if features.encryptsReasoning, traits.reasons == true { include.append("reasoning.encrypted_content") }
        if !include.isEmpty { body["include"] = .array(include) }
        body["stream"] = .bool(context.streams)
        try ExtraFields.openAI.merge(request.options.extras[context.backend], of: context.backend, into: &body)
        return WireRequest(path: "/responses", body: body, drops: notes.drops, enforcement: enforcement)
    }

    private mutating func writeOptions() throws(InterlockError) {
        var options = try OpenAIModelRules.admit(
            request.options, model: context.model, traits: traits, surface: .responses, notes: &notes)
        try OpenAIOptionFields.check(options, limits: features.limits)
        let effort = options.reasoningEffort
        let logprobs = options.logprobs
        if features.fields[.reasoningEffort] != nil { options.reasoningEffort = nil }
        if features.fields[.logprobs] != nil { options.logprobs = nil }
        try OpenAIOptionFields.write(
            options, fields: features.fields, limits: features.limits, api: "the Responses API", into: &body,
            notes: &notes)
        if let field = features.fields[.reasoningEffort], let effort {
            body[field] = ["effort": .string(effort.rawValue)]
        }
        if let field = features.fields[.logprobs], let logprobs {
            body[field] = JSONValue(logprobs)
            include.append("message.output_text.logprobs")
        }
    }

    private mutating func writeConstraint() throws(InterlockError) -> EnforcementLevel? {
        guard let constraint = request.constraint else { return nil }
        let writer = OpenAIConstraintWriter(
            forms: features.constraints, schemas: features.schemas, provider: provider)
        switch try writer.member(for: constraint, notes: &notes) {
        case .format(let format): body["text"] = ["format": .object(format)]
        case .field(let name, let value): body[name] = value
        }
        return .native
    }
}
