package import InterlockCore

/// What the dialects of OpenAI's family have in common.
package protocol OpenAIDialect: WireDialect {
    /// Whose server it is.
    var flavour: OpenAIFlavour { get }
    /// What the model takes; nil looks its name up in the catalogue where names tell.
    var traits: OpenAIModelTraits? { get }
    /// The models that names tell of.
    var catalogue: OpenAIModelCatalogue { get }
}

extension OpenAIDialect {
    /// What is known of a model.
    package func traits(of model: String) -> OpenAIModelTraits {
        traits ?? (flavour.servesOpenAIModels ? catalogue.traits(of: model) : .unknown)
    }

    /// What a response with an error status means.
    package func error(_ response: WireErrorResponse) -> InterlockError {
        OpenAIErrorMapper(flavour: flavour).error(response)
    }
}
