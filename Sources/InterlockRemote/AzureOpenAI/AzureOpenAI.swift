package import InterlockCore

/// OpenAI's models on Azure, under both forms of its addresses.
///
/// Classic: `https://NAME.openai.azure.com/openai/deployments/DEPLOYMENT/…?api-version=…`. v1:
/// `https://NAME.openai.azure.com/openai/v1/…`, with the deployment as the model and no version needed. An address that
/// ends in `/openai/v1`, or `api_version` `v1`, chooses the latter.
package enum AzureOpenAI {
    /// The registry's entry.
    package static let registryEntry = BackendRegistry.Entry(
        name: "azure", aliases: ["azure_openai"], summary: "OpenAI's models on Azure; the model is a deployment"
    ) { try backend($0) }

    /// The version of the classic form that is asked for where none is named: the newest that is generally available.
    private static let defaultVersion = "2024-10-21"

    private static let provider = RemoteSettings.Provider(
        name: "azure", baseKeys: ["endpoint", "azure_endpoint", "base_url", "api_base"],
        baseVariables: ["AZURE_OPENAI_ENDPOINT", "LLM_API_BASE"],
        baseExample: "https://NAME.openai.azure.com", keyVariables: ["AZURE_OPENAI_API_KEY"],
        placement: .header("api-key"),
        keyHint: "Set the environment variable AZURE_OPENAI_API_KEY or the parameter api_key; for Entra ID set "
            + "AZURE_OPENAI_AD_TOKEN, or api_key_command, such as az account get-access-token --resource "
            + "https://cognitiveservices.azure.com.")

    /// Makes the backend.
    ///
    /// - Throws: ``InterlockError/Code/missingCredential`` or ``InterlockError/Code/invalidConfiguration``.
    package static func backend(_ configuration: BackendConfiguration) throws(InterlockError) -> OpenAIFamilyBackend {
        var reader = ParameterReader(configuration.parameters)
        var configuration = configuration
        let deployment = try reader.string("deployment_name")
        let shortDeployment = try reader.string("deployment")
        configuration.model = deployment ?? shortDeployment ?? configuration.model
        let settings = try RemoteSettings(&reader, configuration, provider(for: configuration))
        let givenVersion = try reader.string("api_version")
        let version = givenVersion ?? configuration.environment["OPENAI_API_VERSION"].flatMap { $0.isEmpty ? nil : $0 }
        let isV1 = settings.base.text.hasSuffix("/openai/v1") || version == "v1"
        let interface = try reader.choice("api", of: OpenAI.Interface.self) ?? .chat
        let modelName = try reader.string("model_name")
        let embeddingModel = try reader.string("embedding_model")
        let client = try ClientStore.client(&reader, configuration, hiding: settings)
        try reader.finish()
        // A deployment may be called anything; what its model takes follows from the model's own name.
        let traits = modelName.map { OpenAIModelCatalogue.current.traits(of: $0) }
        let chat = OpenAIChatDialect(flavour: .azure, traits: traits)
        var server = OpenAIFamilyBackend.Server()
        server.hasDeployments = true
        return OpenAIFamilyBackend(
            connection: RemoteConnection(
                backend: provider.name, settings: settings, client: client, configuration: configuration,
                route: route(isV1, configuration.model ?? "", version ?? defaultVersion, settings.base),
                error: chat.error),
            chat: chat,
            responses: interface == .responses ? OpenAIResponsesDialect(flavour: .azure, traits: traits) : nil,
            embeddings: OpenAIEmbeddings(flavour: .azure), embeddingModel: embeddingModel, server: server)
    }

    /// How the paths of the API become those of the form.
    private static func route(
        _ isV1: Bool, _ deployment: String, _ version: String, _ base: BaseAddress
    ) -> @Sendable (String) -> String {
        { path in isV1 ? v1Route(path, base: base) : classicRoute(path, deployment, version, base: base) }
    }

    /// An Entra token travels otherwise than a key.
    private static func provider(for configuration: BackendConfiguration) -> RemoteSettings.Provider {
        var provider = provider
        let hasToken = configuration.environment["AZURE_OPENAI_AD_TOKEN"] ?? "" != ""
        let hasKey =
            configuration.parameters["api_key"] != nil || configuration.environment["AZURE_OPENAI_API_KEY"] ?? "" != ""
        if configuration.parameters["api_key_command"] != nil {
            provider.placement = .bearer
        } else if hasToken, !hasKey {
            provider.keyVariables = ["AZURE_OPENAI_AD_TOKEN"]
            provider.placement = .bearer
        }
        return provider
    }

    /// A path below the address of the form v1.
    static func v1Route(_ path: String, base: BaseAddress) -> String {
        base.text.hasSuffix("/openai/v1") ? path : "/openai/v1" + path
    }

    /// A path below the address of the classic form: the Responses API and the list of models are not a deployment's.
    static func classicRoute(_ path: String, _ deployment: String, _ version: String, base: BaseAddress) -> String {
        let root = base.text.hasSuffix("/openai") ? "" : "/openai"
        let isShared = path.hasPrefix("/responses") || path.hasPrefix("/models")
        let place = isShared ? root : "\(root)/deployments/\(deployment.pathSegment)"
        return "\(place)\(path)?api-version=\(version.queryValue)"
    }
}
