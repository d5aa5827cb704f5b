package import InterlockCore

/// Ollama's own API (`/api/chat`, and `/api/generate` for a text without a template).
package struct OllamaDialect: WireDialect {
    /// The name of this dialect in ``ProviderItem/dialect``.
    package static let name = "ollama"

    /// What the models take, whatever their names say; nil goes by the name.
    package var traits: OllamaTraits?
    /// The context to give the model, in tokens; nil is the server's choice.
    package var contextLength: Int?
    /// How long the model stays in memory; nil is the server's choice.
    package var keepAlive: OllamaKeepAlive?
    /// Whether the server may cut a conversation that is too long, instead of refusing it.
    package var truncates: Bool

    /// Makes the dialect; see the properties for the parameters.
    package init(
        traits: OllamaTraits? = nil, contextLength: Int? = nil, keepAlive: OllamaKeepAlive? = nil,
        truncates: Bool = false
    ) {
        self.traits = traits
        self.contextLength = contextLength
        self.keepAlive = keepAlive
        self.truncates = truncates
    }

    /// What the named model takes.
    package func traits(of model: String) -> OllamaTraits {
        traits ?? OllamaTraits.of(model)
    }

    /// Puts a request into the form of `/api/chat` or `/api/generate`.
    package func encode(
        _ request: GenerationRequest, _ context: WireContext
    ) throws(InterlockError) -> WireRequest {
        var encoder = OllamaRequestEncoder(self, request, context)
        return try encoder.encode()
    }

    /// Makes a decoder for the answer to a request.
    package func makeDecoder(for request: GenerationRequest, _ context: WireContext) -> OllamaDecoder {
        OllamaDecoder(context)
    }

    /// What a response with an error status means.
    package func error(_ response: WireErrorResponse) -> InterlockError {
        OllamaFailure(response).error
    }

    /// What the named model can do, as far as the API goes; not every model calls tools, sees or thinks.
    package func capabilities(of model: String) -> Capabilities {
        let traits = traits(of: model)
        var options = GenerationOptions.samplingNames
        options.remove(.logitBias)
        options.insert(.reasoningEffort)
        return Capabilities(
            options: options,
            extras: nil,
            modalities: [.text, .image],
            tools: true,
            rawText: true,
            constraints: traits.takesSchemas ? [.jsonSchema: .native, .jsonObject: .native] : [:],
            toolChoices: [.auto, .none],
            embeddings: true,
            contextLength: contextLength
        )
    }
}
