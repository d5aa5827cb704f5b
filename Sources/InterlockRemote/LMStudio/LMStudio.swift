package import InterlockCore

/// LM Studio: conversations through its OpenAI-like interface, models and their context through its own.
package enum LMStudio {
    /// The registry's entry.
    package static let registryEntry = BackendRegistry.Entry(
        name: "lmstudio", aliases: ["lm_studio"], summary: "Models in LM Studio's local server"
    ) { try backend($0) }

    private static let provider = RemoteSettings.Provider(
        name: "lmstudio", baseVariables: ["LMSTUDIO_BASE_URL", "LLM_API_BASE"], defaultBase: "http://localhost:1234/v1",
        defaultPath: "/v1", keyVariables: ["LM_API_TOKEN"], needsKey: false)

    /// Makes the backend.
    ///
    /// - Throws: ``InterlockError/Code/invalidConfiguration``.
    package static func backend(_ configuration: BackendConfiguration) throws(InterlockError) -> OpenAIFamilyBackend {
        var reader = ParameterReader(configuration.parameters)
        let settings = try RemoteSettings(&reader, configuration, provider)
        let embeddingModel = try reader.string("embedding_model")
        let client = try ClientStore.client(&reader, configuration, hiding: settings)
        try reader.finish()
        let chat = OpenAIChatDialect(flavour: .lmStudio)
        var server = OpenAIFamilyBackend.Server()
        // The interface of its own says which models are loaded, and their context.
        server.modelsPath = settings.base.replacingPath("/api/v0/models")
        return OpenAIFamilyBackend(
            connection: RemoteConnection(
                backend: provider.name, settings: settings, client: client, configuration: configuration,
                error: chat.error),
            chat: chat, embeddings: OpenAIEmbeddings(flavour: .lmStudio), embeddingModel: embeddingModel,
            server: server)
    }
}
