package import InterlockCore

/// The router of Hugging Face, which passes requests on to many providers.
///
/// A model is `org/name`, or `org/name:provider`, where `fastest`, `cheapest` and `preferred` leave the choice to the
/// router.
package enum HuggingFace {
    /// The registry's entry.
    package static let registryEntry = BackendRegistry.Entry(
        name: "huggingface", aliases: ["hf", "hugging_face"],
        summary: "Open models through Hugging Face's router: org/name or org/name:provider"
    ) { try backend($0) }

    private static let provider = RemoteSettings.Provider(
        name: "huggingface", baseVariables: ["LLM_API_BASE"], defaultBase: "https://router.huggingface.co/v1",
        defaultPath: "/v1", keyVariables: ["HF_TOKEN", "HUGGING_FACE_HUB_TOKEN"],
        keyHint: "Set the environment variable HF_TOKEN (tokens are made at huggingface.co/settings/tokens), or the "
            + "parameter api_key.")

    /// Makes the backend.
    ///
    /// - Throws: ``InterlockError/Code/missingCredential`` or ``InterlockError/Code/invalidConfiguration``.
    package static func backend(_ configuration: BackendConfiguration) throws(InterlockError) -> OpenAIFamilyBackend {
        var reader = ParameterReader(configuration.parameters)
        var settings = try RemoteSettings(&reader, configuration, provider)
        if let payer = try reader.string("bill_to") { settings.headers.append(("x-hf-bill-to", payer)) }
        let embeddingModel = try reader.string("embedding_model")
        let client = try ClientStore.client(&reader, configuration, hiding: settings)
        try reader.finish()
        let chat = OpenAIChatDialect(flavour: .huggingFace)
        var server = OpenAIFamilyBackend.Server()
        server.listedName = { name in name.firstIndex(of: ":").map { String(name[..<$0]) } ?? name }
        return OpenAIFamilyBackend(
            connection: RemoteConnection(
                backend: provider.name, settings: settings, client: client, configuration: configuration,
                error: chat.error),
            chat: chat, embeddings: OpenAIEmbeddings(flavour: .huggingFace), embeddingModel: embeddingModel,
            server: server)
    }
}
