/// What a backend can do.
public struct Capabilities: Sendable, Hashable {
    /// A kind of content that a message may have.
    public enum Modality: String, Sendable, Hashable, CaseIterable {
        /// Text.
        case text
        /// Pictures.
        case image
        /// Documents.
        case file
    }

    /// The generation options that are honoured.
    public var options: Set<GenerationOptions.Name>
    /// The keys of ``GenerationOptions/extras`` that are honoured, or nil where the backend passes on any.
    public var extras: Set<String>?
    /// The kinds of content that messages may have.
    public var modalities: Set<Modality>
    /// Whether the model can ask for tools.
    public var tools: Bool
    /// Whether a text can be continued without any template.
    public var rawText: Bool
    /// Whether an answer can continue a last message of the assistant.
    public var prefill: Bool
    /// The kinds of constraint that can be held, each with the strongest level.
    public var constraints: [Constraint.Kind: EnforcementLevel]
    /// The part of JSON Schema that is held where ``constraints`` says ``EnforcementLevel/native``; nil is all of it.
    public var schemas: SchemaSubset?
    /// The ways of choosing a tool that are honoured.
    public var toolChoices: Set<ToolChoice.Kind>
    /// Whether the request can say if several tools may be called at once.
    public var parallelToolCalls: Bool
    /// Whether texts can be turned into vectors.
    public var embeddings: Bool
    /// The model's context in tokens, where known.
    public var contextLength: Int?

    /// Makes capabilities; what is left out cannot be done.
    public init(
        options: Set<GenerationOptions.Name> = [],
        extras: Set<String>? = [],
        modalities: Set<Modality> = [.text],
        tools: Bool = false,
        rawText: Bool = false,
        prefill: Bool = false,
        constraints: [Constraint.Kind: EnforcementLevel] = [:],
        schemas: SchemaSubset? = nil,
        toolChoices: Set<ToolChoice.Kind> = Set(ToolChoice.Kind.allCases),
        parallelToolCalls: Bool = false,
        embeddings: Bool = false,
        contextLength: Int? = nil
    ) {
        self.options = options
        self.extras = extras
        self.modalities = modalities
        self.tools = tools
        self.rawText = rawText
        self.prefill = prefill
        self.constraints = constraints
        self.schemas = schemas
        self.toolChoices = toolChoices
        self.parallelToolCalls = parallelToolCalls
        self.embeddings = embeddings
        self.contextLength = contextLength
    }
}

extension Capabilities {
    /// Checks a request: it must be valid, and what cannot be honoured is refused or dropped as the request says.
    ///
    /// - Parameters:
    ///   - request: The request.
    ///   - backend: The registered name of the backend, for the messages and for its extras.
    /// - Returns: The request without what was dropped, and what that is.
    /// - Throws: ``InterlockError/Code/invalidRequest``, ``InterlockError/Code/unsupported`` or
    ///   ``InterlockError/Code/constraintUnsupported``. Input that cannot be understood at all (text without a template,
    ///   the continuation of an answer) and constraints are never dropped: the answer would not be what was asked for.
    public func admit(
        _ request: GenerationRequest, backend: String
    ) throws(InterlockError) -> (GenerationRequest, [Drop]) {
        try request.options.validate()
        try checkInput(request.input)
        try checkConstraint(request)
        try checkTools(request)
        var admitted = request
        var drops: [Drop] = []
        for name in request.options.namesInUse where !options.contains(name) {
            drops.append(Drop(subject: name.rawValue, reason: "\(backend) has no such option"))
            admitted.options.remove(name)
        }
        if let extras, let used = request.options.extras[backend] {
            for key in used.keys where !extras.contains(key) {
                drops.append(Drop(subject: "extras.\(backend).\(key)", reason: "\(backend) has no such option"))
                admitted.options.extras[backend]?[key] = nil
            }
        }
        admitTools(&admitted, &drops, backend)
        if case .transcript(let transcript) = request.input {
            let (kept, dropped) = withoutUnsupportedContent(transcript, backend: backend)
            admitted.input = .transcript(kept)
            drops += dropped
        }
        if let first = drops.first, request.unsupported == .error {
            throw InterlockError(
                .unsupported, "\(first.subject) cannot be honoured: \(first.reason)",
                hint: "Leave it out, choose another backend, or ask for what is unsupported to be dropped.")
        }
        return (admitted, drops)
    }

    /// Leaves out of a request what the backend cannot do with tools.
    private func admitTools(_ request: inout GenerationRequest, _ drops: inout [Drop], _ backend: String) {
        guard !request.tools.isEmpty else { return }
        guard tools else {
            drops.append(Drop(subject: "tools", reason: "\(backend) cannot call tools"))
            request.tools = []
            request.toolChoice = .auto
            request.parallelToolCalls = nil
            return
        }
        if !toolChoices.contains(request.toolChoice.kind) {
            drops.append(
                Drop(
                    subject: "tool_choice \(request.toolChoice.kind.rawValue)",
                    reason: "\(backend) lets the model choose"))
            request.toolChoice = .auto
        }
        if request.parallelToolCalls != nil, !parallelToolCalls {
            drops.append(Drop(subject: "parallel_tool_calls", reason: "\(backend) has no such option"))
            request.parallelToolCalls = nil
        }
    }

    private func checkTools(_ request: GenerationRequest) throws(InterlockError) {
        var names: Set<String> = []
        for (index, tool) in request.tools.enumerated() {
            guard !tool.name.isEmpty else {
                throw InterlockError(.invalidRequest, "tools[\(index)] has no name", hint: "Give every tool a name.")
            }
            guard names.insert(tool.name).inserted else {
                throw InterlockError(
                    .invalidRequest, "two tools have the name \(tool.name)", hint: "Give every tool its own name.")
            }
        }
        switch request.toolChoice {
        case .auto, .none: break
        case .required:
            guard !names.isEmpty else {
                throw InterlockError(
                    .invalidRequest, "tool_choice requires a tool, and there are none", hint: "Define the tools.")
            }
        case .tool(let name):
            guard names.contains(name) else {
                throw InterlockError(
                    .invalidRequest, "tool_choice names the tool \(name), which is not defined",
                    hint: names.isEmpty
                        ? "Define it." : "The tools are: \(request.tools.map(\.name).joined(separator: ", ")).")
            }
        }
    }

    private func checkInput(_ input: GenerationRequest.Input) throws(InterlockError) {
        switch input {
        case .text:
            guard rawText else {
                throw InterlockError(
                    .unsupported, "a text without a chat template cannot be continued by this backend",
                    hint: "Send a conversation instead.")
            }
        case .transcript(let transcript):
            guard let last = transcript.last else {
                throw InterlockError(
                    .invalidRequest, "the conversation has no messages", hint: "Add a user message.")
            }
            // A turn that the provider paused is continued by sending it back as it came.
            if last.role == .assistant, !prefill, !last.isProviderTurn {
                throw InterlockError(
                    .unsupported, "this backend cannot continue a last message of the assistant",
                    hint: "Let the conversation end with a user message.")
            }
        }
    }

    private func checkConstraint(_ request: GenerationRequest) throws(InterlockError) {
        guard let constraint = request.constraint else { return }
        guard let level = constraints[constraint.kind] else {
            throw InterlockError(
                .constraintUnsupported, "this backend cannot enforce a \(constraint.kind.rawValue) constraint",
                hint: "Choose a backend that can; a constraint is never dropped.")
        }
        guard level >= request.minimumEnforcement else {
            throw InterlockError(
                .constraintUnsupported,
                "this backend enforces a \(constraint.kind.rawValue) constraint at level \(level.rawValue), "
                    + "and at least \(request.minimumEnforcement.rawValue) was asked for",
                hint: "Accept a lower level, or choose another backend.")
        }
    }

    private func withoutUnsupportedContent(_ transcript: Transcript, backend: String) -> (Transcript, [Drop]) {
        var kept = transcript
        var drops: [Drop] = []
        for index in kept.indices {
            kept[index].parts = kept[index].parts.compactMap { part in
                supported(part) { modality in
                    drops.append(
                        Drop(
                            subject: "messages[\(index)] \(modality.rawValue)",
                            reason: "\(backend) cannot read \(modality.rawValue) content"))
                }
            }
        }
        return (kept, drops)
    }

    /// What of a part can be read: all, nothing, or a tool's result without some of its content.
    private func supported(_ part: Part, onDrop: (Modality) -> Void) -> Part? {
        if case .toolResult(var result) = part {
            result.content = result.content.compactMap { supported($0, onDrop: onDrop) }
            return .toolResult(result)
        }
        guard let modality = part.modality, !modalities.contains(modality) else { return part }
        onDrop(modality)
        return nil
    }
}

extension Part {
    /// The kind of content, where a backend has to be able to read it; nil for what is part of the conversation itself.
    var modality: Capabilities.Modality? {
        switch self {
        case .image: .image
        case .file: .file
        case .text, .reasoning, .toolCall, .toolResult, .refusal, .providerItem: nil
        }
    }
}
