package import InterlockCore

/// OpenAI's own models.
package enum OpenAI {
    /// Which of OpenAI's two interfaces conversations go through.
    enum Interface: String, CaseIterable {
        /// Chat Completions.
        case chat
        /// Responses, which shows what reasoning models think.
        case responses
    }

    /// The registry's entry.
    package static let registryEntry = BackendRegistry.Entry(
        name: "openai", aliases: ["open_ai"], summary: "OpenAI: Chat Completions or Responses"
    ) { try backend($0) }

    private static let provider = RemoteSettings.Provider(
        name: "openai", baseVariables: ["OPENAI_BASE_URL", "OPENAI_API_BASE", "LLM_API_BASE"],
        defaultBase: "https://api.openai.com/v1", defaultPath: "/v1", keyVariables: ["OPENAI_API_KEY"],
        keyHint: "Set the environment variable OPENAI_API_KEY (keys are made at platform.openai.com/api-keys), or the "
            + "parameter api_key.")

    /// Makes the backend.
    ///
    /// - Throws: ``InterlockError/Code/missingCredential`` or ``InterlockError/Code/invalidConfiguration``.
    package static func backend(_ configuration: BackendConfiguration) throws(InterlockError) -> OpenAIFamilyBackend {
        var reader = ParameterReader(configuration.parameters)
        var settings = try RemoteSettings(&reader, configuration, provider)
        for (key, variable, header) in [
            ("organization", "OPENAI_ORG_ID", "openai-organization"),
            ("project", "OPENAI_PROJECT_ID", "openai-project"),
        ] {
            let value = try reader.string(key) ?? configuration.environment[variable]
            if let value, !value.isEmpty { settings.headers.append((header, value)) }
        }
        let interface = try reader.choice("api", of: Interface.self) ?? .chat
        let embeddingModel = try reader.string("embedding_model")
        let client = try ClientStore.client(&reader, configuration, hiding: settings)
        try reader.finish()
        let chat = OpenAIChatDialect(flavour: .openAI)
        var server = OpenAIFamilyBackend.Server()
        server.describesModels = true
        server.tokenCounter = .responses
        return OpenAIFamilyBackend(
            connection: RemoteConnection(
                backend: provider.name, settings: settings, client: client, configuration: configuration,
                error: chat.error),
            chat: chat, responses: interface == .responses ? OpenAIResponsesDialect(flavour: .openAI) : nil,
            embeddings: OpenAIEmbeddings(flavour: .openAI), embeddingModel: embeddingModel, server: server)
    }
}
