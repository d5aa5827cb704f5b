package import InterlockCore

/// What a server's Responses takes.
package struct OpenAIResponsesFeatures: Sendable, Hashable {
    /// The field of each option; an option that is not here cannot be said.
    package var fields: [GenerationOptions.Name: String]
    /// Limits of some options.
    package var limits: OpenAIOptionFields.Limits
    /// Whether encrypted thoughts are asked for and sent back.
    package var encryptsReasoning: Bool
    /// Whether the field for the shape of the answer is honoured.
    package var constraints: [Constraint.Kind: OpenAIConstraintForm]
    /// The part of JSON Schema that is held; nil leaves the judgement to the server.
    package var schemas: SchemaSubset?
    /// Whether arguments of tools can be held to their schema.
    package var strictTools: Bool
    /// Whether messages may mark where a cached prefix ends, if the model knows that, too.
    package var takesCacheMarks: Bool

    /// The capabilities that follow, for a model.
    package func capabilities(traits: OpenAIModelTraits) -> Capabilities {
        Capabilities(
            options: Set(fields.keys),
            extras: nil,
            modalities: [.text, .image, .file],
            tools: true,
            constraints: constraints.mapValues { _ in .native },
            schemas: schemas,
            parallelToolCalls: true,
            embeddings: true,
            contextLength: traits.contextLength)
    }

    /// What the servers of a flavour take.
    package static func of(_ flavour: OpenAIFlavour) -> OpenAIResponsesFeatures {
        flavour == .openAI || flavour == .azure ? openAI : other
    }

    private static let openAI = OpenAIResponsesFeatures(
        fields: [
            .maximumResponseTokens: "max_output_tokens", .temperature: "temperature", .topP: "top_p",
            .logprobs: "top_logprobs", .reasoningEffort: "reasoning", .metadata: "metadata",
            .serviceTier: "service_tier", .user: "safety_identifier",
        ],
        limits: .openAI, encryptsReasoning: true,
        constraints: [.jsonSchema: .jsonSchema, .jsonObject: .jsonObject], schemas: .openAIStrict,
        strictTools: true, takesCacheMarks: true)

    private static let other = OpenAIResponsesFeatures(
        fields: [
            .maximumResponseTokens: "max_output_tokens", .temperature: "temperature", .topP: "top_p",
            .reasoningEffort: "reasoning",
        ],
        limits: .none, encryptsReasoning: false, constraints: [.jsonSchema: .jsonSchema], schemas: nil,
        strictTools: false, takesCacheMarks: false)
}
