package import InterlockCore

/// Responses, without anything kept at the provider: the conversation is sent whole each time, thoughts included.
package struct OpenAIResponsesDialect: OpenAIDialect {
    /// The name under which pieces in this dialect's own form are kept in a conversation.
    package static let name = "openai_responses"

    /// Whose server it is.
    package var flavour: OpenAIFlavour
    /// What the server takes.
    package var features: OpenAIResponsesFeatures
    /// What the model takes; nil looks its name up in the catalogue where names tell.
    package var traits: OpenAIModelTraits?
    /// The models that names tell of.
    package var catalogue: OpenAIModelCatalogue

    /// Makes a dialect; see ``OpenAIChatDialect`` for the parameters.
    package init(
        flavour: OpenAIFlavour, features: OpenAIResponsesFeatures? = nil, traits: OpenAIModelTraits? = nil,
        catalogue: OpenAIModelCatalogue = .current
    ) {
        self.flavour = flavour
        self.features = features ?? .of(flavour)
        self.traits = traits
        self.catalogue = catalogue
    }

    /// What a backend of this dialect can do with a model.
    package func capabilities(for model: String) -> Capabilities {
        features.capabilities(traits: traits(of: model))
    }

    /// Puts a request into the form of `/responses`.
    package func encode(_ request: GenerationRequest, _ context: WireContext) throws(InterlockError) -> WireRequest {
        var encoder = OpenAIResponsesEncoder(request: request, context: context, dialect: self)
        return try encoder.encode()
    }

    /// Makes a decoder for the answer.
    package func makeDecoder(for request: GenerationRequest, _ context: WireContext) -> OpenAIResponsesDecoder {
        OpenAIResponsesDecoder(backend: context.backend, flavour: flavour, model: context.model)
    }
}
