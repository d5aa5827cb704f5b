package import InterlockCore

/// Chat Completions, and Completions for text without a template, as the whole family of servers speaks them.
package struct OpenAIChatDialect: OpenAIDialect {
    /// Whose server it is.
    package var flavour: OpenAIFlavour
    /// What the server takes.
    package var features: OpenAIChatFeatures
    /// What the model takes; nil looks its name up in the catalogue where names tell.
    package var traits: OpenAIModelTraits?
    /// The models that names tell of.
    package var catalogue: OpenAIModelCatalogue

    /// Makes a dialect.
    ///
    /// - Parameters:
    ///   - flavour: Whose server it is.
    ///   - features: What it takes; nil is what servers of that flavour usually do.
    ///   - traits: What the model takes; nil looks its name up. Azure's deployments may be called anything, so that
    ///     the backend's configuration has to say it there.
    ///   - catalogue: The models that names tell of.
    package init(
        flavour: OpenAIFlavour, features: OpenAIChatFeatures? = nil, traits: OpenAIModelTraits? = nil,
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

    /// Puts a request into the form of `/chat/completions`, or of `/completions` for text without a template.
    package func encode(_ request: GenerationRequest, _ context: WireContext) throws(InterlockError) -> WireRequest {
        var encoder = OpenAIChatEncoder(request: request, context: context, dialect: self)
        return try encoder.encode()
    }

    /// Makes a decoder for the answer.
    package func makeDecoder(for request: GenerationRequest, _ context: WireContext) -> OpenAIChatDecoder {
        OpenAIChatDecoder(
            backend: context.backend, flavour: flavour, model: context.model, thinksInText: features.thinksInText)
    }
}
