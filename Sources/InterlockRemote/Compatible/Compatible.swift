package import InterlockCore

/// Any other server that speaks OpenAI's API.
package enum Compatible {
    /// The kind of server, as far as it matters.
    enum Kind: String, CaseIterable {
        /// llama.cpp's `llama-server`.
        case llamaServer = "llama_server"
        /// vLLM.
        case vllm
        /// `mlx_lm.server`.
        case mlx
        /// LocalAI.
        case localai
        /// One of which nothing is known.
        case generic

        var flavour: OpenAIFlavour {
            switch self {
            case .llamaServer: .llamaServer
            case .vllm: .vLLM
            case .mlx: .mlx
            case .localai, .generic: .compatible
            }
        }
    }

    /// What a server of which nothing is known does with a schema for the answer, as its user says.
    enum StructuredOutputs: String, CaseIterable {
        /// Nothing that could be relied on.
        case none
        /// It holds answers to JSON.
        case jsonObject = "json_object"
        /// It holds answers to a schema.
        case jsonSchema = "json_schema"
    }

    /// The registry's entries.
    package static let registryEntries: [BackendRegistry.Entry] = [
        entry(
            "openai_compatible", ["compatible"], "Any server that speaks OpenAI's API; needs base_url", .generic, nil),
        entry("vllm", [], "vLLM's server", .vllm, "http://localhost:8000/v1"),
        entry("llama_server", [], "llama.cpp's server", .llamaServer, "http://localhost:8080/v1"),
        entry("mlx_server", [], "The server of mlx-lm", .mlx, "http://localhost:8080/v1"),
        entry("localai", [], "LocalAI", .localai, "http://localhost:8080/v1"),
        BackendRegistry.Entry(
            name: "remote", summary: "OpenAI, or the server of its API that LLM_API_BASE names"
        ) { try remote($0) },
    ]

    private static func entry(
        _ name: String, _ aliases: [String], _ summary: String, _ kind: Kind, _ base: String?
    ) -> BackendRegistry.Entry {
        BackendRegistry.Entry(name: name, aliases: aliases, summary: summary) { configuration in
            try backend(
                configuration, kind,
                RemoteSettings.Provider(
                    name: name, baseVariables: ["LLM_API_BASE"], defaultBase: base, defaultPath: "/v1",
                    keyVariables: ["OPENAI_COMPATIBLE_API_KEY"], needsKey: false))
        }
    }

    /// OpenAI where no other address is given, and the server at that address otherwise.
    private static func remote(_ configuration: BackendConfiguration) throws(InterlockError) -> any Backend {
        let names = configuration.parameters["base_url"] ?? configuration.parameters["api_base"]
        if names == nil, configuration.environment["LLM_API_BASE"] ?? "" == "" {
            return try OpenAI.backend(configuration)
        }
        // Whoever sets OPENAI_API_KEY for such a server means it.
        return try backend(
            configuration, .generic,
            RemoteSettings.Provider(
                name: "remote", baseVariables: ["LLM_API_BASE"], defaultPath: "/v1",
                keyVariables: ["OPENAI_API_KEY"], needsKey: false))
    }

    private static func backend(
        _ configuration: BackendConfiguration, _ kind: Kind, _ provider: RemoteSettings.Provider
    ) throws(InterlockError) -> OpenAIFamilyBackend {
        var reader = ParameterReader(configuration.parameters)
        let settings = try RemoteSettings(&reader, configuration, provider)
        let kind = try reader.choice("server", of: Kind.self) ?? kind
        let structured = try reader.choice("structured_outputs", of: StructuredOutputs.self)
        let interface = try reader.choice("api", of: OpenAI.Interface.self) ?? .chat
        let embeddingModel = try reader.string("embedding_model")
        let client = try ClientStore.client(&reader, configuration, hiding: settings)
        try reader.finish()
        let chat = OpenAIChatDialect(flavour: kind.flavour, features: features(kind, structured))
        var server = OpenAIFamilyBackend.Server()
        if kind == .llamaServer { server.healthPath = settings.base.replacingPath("/health") }
        server.tokenCounter = kind == .llamaServer ? .belowEach : kind == .vllm ? .tokenize : nil
        // These two answer for any name.
        server.listIsComplete = kind != .llamaServer && kind != .mlx
        return OpenAIFamilyBackend(
            connection: RemoteConnection(
                backend: provider.name, settings: settings, client: client, configuration: configuration,
                error: chat.error),
            chat: chat,
            responses: interface == .responses ? OpenAIResponsesDialect(flavour: kind.flavour) : nil,
            embeddings: OpenAIEmbeddings(flavour: kind.flavour), embeddingModel: embeddingModel, server: server)
    }

    /// What the server takes: of one of which nothing is known, no constraint is believed to be held.
    private static func features(_ kind: Kind, _ structured: StructuredOutputs?) -> OpenAIChatFeatures {
        var features = OpenAIChatFeatures.of(kind.flavour)
        let claimed = structured ?? (kind.flavour == .compatible ? StructuredOutputs.none : nil)
        switch claimed {
        case nil: break
        case .some(.none): features.constraints = [:]
        case .jsonObject: features.constraints = [.jsonObject: .jsonObject]
        case .jsonSchema: features.constraints = [.jsonObject: .jsonObject, .jsonSchema: .jsonSchema]
        }
        return features
    }
}
