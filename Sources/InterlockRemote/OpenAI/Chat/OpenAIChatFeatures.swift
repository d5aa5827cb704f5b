package import InterlockCore

/// What a server's Chat Completions and Completions take beyond what all of them do.
package struct OpenAIChatFeatures: Sendable, Hashable {
    /// How the beginning of an answer is handed over for the model to continue.
    package enum Prefill: String, Sendable, Hashable {
        /// Not at all.
        case none
        /// As a last message of the assistant.
        case lastMessage
        /// The same, with `continue_final_message` set.
        case continueFinalMessage
    }

    /// The field of each option; an option that is not here cannot be said.
    package var fields: [GenerationOptions.Name: String]
    /// The field of the token limit for models that reason.
    package var reasoningLimitField: String
    /// Limits of some options.
    package var limits: OpenAIOptionFields.Limits
    /// Whether there is a role `developer`; otherwise such messages are sent as `system`, which means the same.
    package var hasDeveloperRole: Bool
    /// Whether messages may have names.
    package var takesNames: Bool
    /// Whether pictures may be given by their address.
    package var takesImageAddresses: Bool
    /// Whether documents are taken.
    package var takesFiles: Bool
    /// Whether a refusal of the assistant has a member of its own; otherwise it is sent as what the assistant said.
    package var takesRefusals: Bool
    /// Whether arguments of tools can be held to their schema.
    package var strictTools: Bool
    /// The ways of choosing a tool that are honoured.
    package var toolChoices: Set<ToolChoice.Kind>
    /// Whether `parallel_tool_calls` is honoured.
    package var parallelToolCalls: Bool
    /// The form of each kind of constraint; a kind that is not here cannot be enforced.
    package var constraints: [Constraint.Kind: OpenAIConstraintForm]
    /// The part of JSON Schema that is held; nil leaves the judgement to the server.
    package var schemas: SchemaSubset?
    /// How an answer is continued.
    package var prefill: Prefill
    /// Whether `/completions` continues a text without a template.
    package var rawText: Bool
    /// Whether a stream reports its usage when asked to.
    package var reportsUsage: Bool
    /// The member in which earlier thoughts are sent back; nil where there is none.
    package var reasoningField: String?
    /// Whether thoughts may come inside the text, between `<think>` and `</think>`.
    package var thinksInText: Bool
    /// Whether messages may mark where a cached prefix ends, if the model knows that, too.
    package var takesCacheMarks: Bool

    /// The capabilities that follow, for a model.
    package func capabilities(traits: OpenAIModelTraits) -> Capabilities {
        Capabilities(
            options: Set(fields.keys),
            extras: nil,
            modalities: takesFiles ? [.text, .image, .file] : [.text, .image],
            tools: true,
            rawText: rawText,
            prefill: prefill != .none,
            constraints: constraints.mapValues { _ in .native },
            schemas: schemas,
            toolChoices: toolChoices,
            parallelToolCalls: parallelToolCalls,
            embeddings: true,
            contextLength: traits.contextLength)
    }
}

extension OpenAIChatFeatures {
    /// What the servers of a flavour take.
    package static func of(_ flavour: OpenAIFlavour) -> OpenAIChatFeatures {
        switch flavour {
        case .openAI: openAI
        case .azure: azure
        case .huggingFace: huggingFace
        case .lmStudio: lmStudio
        case .ollama: ollama
        case .llamaServer: llamaServer
        case .vLLM: vLLM
        case .mlx: mlx
        case .compatible: compatible
        }
    }

    /// The options that every server of this family takes.
    private static let common: [GenerationOptions.Name: String] = [
        .maximumResponseTokens: "max_tokens", .temperature: "temperature", .topP: "top_p",
        .presencePenalty: "presence_penalty", .frequencyPenalty: "frequency_penalty", .seed: "seed",
        .stopSequences: "stop",
    ]

    private static func common(
        and more: [GenerationOptions.Name: String]
    ) -> [GenerationOptions.Name: String] {
        common.merging(more) { $1 }
    }

    private static let openAI = OpenAIChatFeatures(
        fields: common(and: [
            .maximumResponseTokens: "max_completion_tokens", .logitBias: "logit_bias", .logprobs: "logprobs",
            .reasoningEffort: "reasoning_effort", .metadata: "metadata", .serviceTier: "service_tier",
            .user: "safety_identifier",
        ]),
        reasoningLimitField: "max_completion_tokens", limits: .openAI, hasDeveloperRole: true, takesNames: true,
        takesImageAddresses: true, takesFiles: true, takesRefusals: true, strictTools: true,
        toolChoices: Set(ToolChoice.Kind.allCases), parallelToolCalls: true,
        constraints: [.jsonSchema: .jsonSchema, .jsonObject: .jsonObject], schemas: .openAIStrict, prefill: .none,
        rawText: true, reportsUsage: true, reasoningField: nil, thinksInText: false, takesCacheMarks: true)

    /// Older versions of Azure's interface know neither `max_completion_tokens` nor `safety_identifier`.
    private static let azure: OpenAIChatFeatures = {
        var features = openAI
        features.fields[.maximumResponseTokens] = "max_tokens"
        features.fields[.user] = "user"
        features.fields[.serviceTier] = nil
        features.takesCacheMarks = false
        return features
    }()

    /// What a server is thought to take as long as nothing else is configured.
    private static let compatible = OpenAIChatFeatures(
        fields: common(and: [
            .logitBias: "logit_bias", .logprobs: "logprobs", .reasoningEffort: "reasoning_effort", .user: "user",
        ]),
        reasoningLimitField: "max_completion_tokens", limits: .none, hasDeveloperRole: false, takesNames: true,
        takesImageAddresses: true, takesFiles: false, takesRefusals: false, strictTools: false,
        toolChoices: Set(ToolChoice.Kind.allCases), parallelToolCalls: true,
        constraints: [.jsonSchema: .jsonSchema, .jsonObject: .jsonObject], schemas: nil, prefill: .none,
        rawText: true, reportsUsage: true, reasoningField: nil, thinksInText: true, takesCacheMarks: false)

    private static let huggingFace: OpenAIChatFeatures = {
        var features = compatible
        features.fields = common(and: [.logprobs: "logprobs", .reasoningEffort: "reasoning_effort"])
        features.limits = OpenAIOptionFields.Limits(stops: 4, alternatives: 5)
        features.parallelToolCalls = false
        features.rawText = false
        return features
    }()

    private static let lmStudio: OpenAIChatFeatures = {
        var features = compatible
        features.fields = common(and: [
            .topK: "top_k", .repetitionPenalty: "repeat_penalty", .logitBias: "logit_bias",
        ])
        features.reasoningLimitField = "max_tokens"
        features.takesImageAddresses = false
        features.parallelToolCalls = false
        features.constraints = [.jsonSchema: .jsonSchema, .jsonObject: .anyObjectSchema]
        return features
    }()

    private static let ollama: OpenAIChatFeatures = {
        var features = compatible
        features.fields = common(and: [.logprobs: "logprobs", .reasoningEffort: "reasoning_effort"])
        features.reasoningLimitField = "max_tokens"
        features.takesImageAddresses = false
        features.toolChoices = [.auto]
        features.parallelToolCalls = false
        return features
    }()

    private static let llamaServer: OpenAIChatFeatures = {
        var features = compatible
        features.fields = common(and: [
            .topK: "top_k", .minP: "min_p", .typicalP: "typical_p", .repetitionPenalty: "repeat_penalty",
            .logitBias: "logit_bias", .logprobs: "logprobs", .reasoningEffort: "reasoning_effort",
        ])
        features.reasoningLimitField = "max_tokens"
        features.constraints = [
            .jsonSchema: .jsonSchema, .jsonObject: .jsonObject, .grammar: .grammarField, .choice: .choiceGrammar,
        ]
        features.prefill = .lastMessage
        features.reasoningField = "reasoning_content"
        return features
    }()

    private static let vLLM: OpenAIChatFeatures = {
        var features = compatible
        features.fields = common(and: [
            .topK: "top_k", .minP: "min_p", .repetitionPenalty: "repetition_penalty", .logitBias: "logit_bias",
            .logprobs: "logprobs", .reasoningEffort: "reasoning_effort", .reasoningBudget: "thinking_token_budget",
            .user: "user",
        ])
        features.reasoningLimitField = "max_tokens"
        features.constraints = Dictionary(
            uniqueKeysWithValues: Constraint.Kind.allCases.map { ($0, .structuredOutputs) })
        features.prefill = .continueFinalMessage
        features.reasoningField = "reasoning"
        return features
    }()

    private static let mlx: OpenAIChatFeatures = {
        var features = compatible
        features.fields = common(and: [
            .topK: "top_k", .minP: "min_p", .repetitionPenalty: "repetition_penalty", .logitBias: "logit_bias",
            .logprobs: "logprobs",
        ])
        features.reasoningLimitField = "max_tokens"
        features.takesNames = false
        features.toolChoices = [.auto]
        features.parallelToolCalls = false
        features.constraints = [:]
        return features
    }()
}
