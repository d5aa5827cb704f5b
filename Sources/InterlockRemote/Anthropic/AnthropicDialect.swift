package import InterlockCore

/// Anthropic's Messages API (`/v1/messages`), also as other servers speak it.
package struct AnthropicDialect: WireDialect {
    /// Brings a schema into the form that the provider holds answers to, and says what it cannot hold.
    package typealias PrepareSchema =
        @Sendable (
            JSONValue, GenerationRequest.UnsupportedPolicy
        ) throws(InterlockError) -> (JSONValue, [Drop])

    /// The name of this dialect in ``ProviderItem/dialect``.
    package static let name = "anthropic"

    /// What the models take, whatever their names say; nil goes by the name.
    package var traits: AnthropicTraits?
    /// Features to ask for by the header `anthropic-beta`.
    package var betas: [String]
    /// Where the key comes from, for messages.
    package var keyVariable: String
    /// The most tokens of an answer, where a request does not say; nil goes by the model.
    package var defaultMaximumTokens: Int?
    let prepareSchema: PrepareSchema

    /// Makes the dialect.
    ///
    /// - Parameters:
    ///   - traits: What the models take, whatever their names say; nil goes by the name.
    ///   - betas: Features to ask for by the header `anthropic-beta`.
    ///   - keyVariable: The environment variable that hints name for the key.
    ///   - defaultMaximumTokens: The most tokens of an answer, where a request does not say; nil goes by the model.
    ///   - prepareSchema: Brings a schema into the form that the provider holds answers to.
    package init(
        traits: AnthropicTraits? = nil, betas: [String] = [], keyVariable: String = "ANTHROPIC_API_KEY",
        defaultMaximumTokens: Int? = nil, prepareSchema: @escaping PrepareSchema
    ) {
        self.traits = traits
        self.betas = betas
        self.keyVariable = keyVariable
        self.defaultMaximumTokens = defaultMaximumTokens
        self.prepareSchema = prepareSchema
    }

    /// What the named model takes.
    package func traits(of model: String) -> AnthropicTraits {
        traits ?? AnthropicTraits.of(model)
    }

    /// Puts a request into the form of `/v1/messages`.
    package func encode(
        _ request: GenerationRequest, _ context: WireContext
    ) throws(InterlockError) -> WireRequest {
        var encoder = AnthropicRequestEncoder(self, request, context)
        return try encoder.encodeMessage()
    }

    /// Puts a request into the form of `/v1/messages/count_tokens`, which answers how long its input is.
    package func encodeTokenCount(
        _ request: GenerationRequest, _ context: WireContext
    ) throws(InterlockError) -> WireRequest {
        var encoder = AnthropicRequestEncoder(self, request, context)
        return try encoder.encodeTokenCount()
    }

    /// Makes a decoder for the answer to a request.
    package func makeDecoder(for request: GenerationRequest, _ context: WireContext) -> AnthropicDecoder {
        AnthropicDecoder(context, keyVariable: keyVariable)
    }

    /// What a response with an error status means.
    package func error(_ response: WireErrorResponse) -> InterlockError {
        AnthropicFailure(response, keyVariable: keyVariable).error
    }

    /// What the named model can do, extra settings passed on.
    ///
    /// - Parameter schemas: The part of JSON Schema that the provider holds answers to.
    package func capabilities(of model: String, schemas: SchemaSubset?) -> Capabilities {
        let traits = traits(of: model)
        var options: Set<GenerationOptions.Name> = [.maximumResponseTokens, .stopSequences, .serviceTier, .user]
        if traits.takesSampling { options.formUnion([.temperature, .topP, .topK]) }
        if !traits.thinking.isEmpty || !traits.efforts.isEmpty { options.insert(.reasoningEffort) }
        if !traits.thinking.isEmpty { options.insert(.reasoningBudget) }
        return Capabilities(
            options: options,
            extras: nil,
            modalities: [.text, .image, .file],
            tools: true,
            prefill: traits.takesPrefill,
            constraints: traits.takesSchemas ? [.jsonSchema: .native] : [:],
            schemas: traits.takesSchemas ? schemas : nil,
            toolChoices: traits.takesForcedTools ? Set(ToolChoice.Kind.allCases) : [.auto, .none],
            parallelToolCalls: true,
            contextLength: traits.contextLength
        )
    }
}
