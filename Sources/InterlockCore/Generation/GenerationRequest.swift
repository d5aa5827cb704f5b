/// What a backend is asked to do.
public struct GenerationRequest: Sendable {
    /// What the model is given.
    public enum Input: Sendable, Hashable {
        /// A conversation, which the backend puts in the model's own form. If its last message is the assistant's, the
        /// answer continues it.
        case transcript(Transcript)
        /// A text that the model continues as it stands, without any template.
        case text(String)
    }

    /// What to do about something that the backend cannot honour.
    public enum UnsupportedPolicy: String, Sendable, Hashable, Codable, CaseIterable {
        /// Refuse the request.
        case error
        /// Go on without it and report the drop in an event and in the reply.
        case drop
    }

    /// What the model is given.
    public var input: Input
    /// How to generate.
    public var options: GenerationOptions
    /// The tools that the model may ask for.
    public var tools: [ToolDefinition]
    /// Whether and which tool is to be called; means nothing without tools.
    public var toolChoice: ToolChoice
    /// Whether the model may ask for several tools at once; nil leaves it to the provider.
    public var parallelToolCalls: Bool?
    /// The shape that the answer must have.
    public var constraint: Constraint?
    /// The weakest way of holding the constraint that the caller accepts.
    public var minimumEnforcement: EnforcementLevel
    /// What to do about something that the backend cannot honour.
    ///
    /// A constraint is never dropped.
    public var unsupported: UnsupportedPolicy
    /// Attempts and time that every layer below shares.
    public var budget: RequestBudget

    /// Makes a request.
    public init(
        _ input: Input,
        options: GenerationOptions = GenerationOptions(),
        tools: [ToolDefinition] = [],
        toolChoice: ToolChoice = .auto,
        parallelToolCalls: Bool? = nil,
        constraint: Constraint? = nil,
        minimumEnforcement: EnforcementLevel = .checked,
        unsupported: UnsupportedPolicy = .error,
        budget: RequestBudget = RequestBudget()
    ) {
        self.input = input
        self.options = options
        self.tools = tools
        self.toolChoice = toolChoice
        self.parallelToolCalls = parallelToolCalls
        self.constraint = constraint
        self.minimumEnforcement = minimumEnforcement
        self.unsupported = unsupported
        self.budget = budget
    }

    /// Makes a request of a conversation.
    public init(_ transcript: Transcript, options: GenerationOptions = GenerationOptions()) {
        self.init(.transcript(transcript), options: options)
    }
}
