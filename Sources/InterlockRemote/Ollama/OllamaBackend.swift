package import InterlockCore
import InterlockHTTP

/// Models in Ollama, through its native API.
package struct OllamaBackend: Backend {
    /// The registered name, and the model.
    package let identity: BackendIdentity
    private let connection: RemoteConnection
    private let dialect: OllamaDialect
    private let embeddingModel: String?

    /// The registry's entry.
    package static let registryEntry = BackendRegistry.Entry(
        name: "ollama", summary: "Models in Ollama, on this machine or another"
    ) { try OllamaBackend($0) }

    /// Makes the backend.
    ///
    /// - Throws: ``InterlockError/Code/invalidConfiguration``.
    package init(_ configuration: BackendConfiguration) throws(InterlockError) {
        var reader = ParameterReader(configuration.parameters)
        var provider = RemoteSettings.Provider(
            name: "ollama", baseVariables: ["LLM_API_BASE"],
            defaultBase: try OllamaHost.parse(configuration.environment["OLLAMA_HOST"]),
            keyVariables: ["OLLAMA_API_KEY"], needsKey: false)
        // The variable of Ollama itself says where it is, before the one for any backend does.
        if configuration.environment["OLLAMA_HOST"] ?? "" != "" { provider.baseVariables = [] }
        var settings = try RemoteSettings(&reader, configuration, provider)
        if settings.base.text.hasSuffix("/api") {
            settings.base = try BaseAddress(String(settings.base.text.dropLast(4)), key: "base_url")
        }
        settings.contextLength = try reader.integer("num_ctx", in: 1...Int.max) ?? settings.contextLength
        let keepAlive = try reader.value("keep_alive").map { value throws(InterlockError) in
            try OllamaKeepAlive(value)
        }
        embeddingModel = try reader.string("embedding_model")
        let truncates = try reader.boolean("truncate") ?? false
        let client = try ClientStore.client(&reader, configuration, hiding: settings)
        try reader.finish()
        dialect = OllamaDialect(
            contextLength: settings.contextLength, keepAlive: keepAlive, truncates: truncates)
        identity = BackendIdentity(name: provider.name, model: configuration.model)
        connection = RemoteConnection(
            backend: provider.name, settings: settings, client: client, configuration: configuration,
            error: dialect.error)
    }

    /// What the model can do, by what is known of its name.
    package var capabilities: Capabilities { dialect.capabilities(of: identity.model ?? "") }

    /// Where it is, and whether there is a key.
    package func status() async -> BackendStatus { connection.status }

    /// Carries out a request.
    package func run(_ request: GenerationRequest, emit: (GenerationEvent) async throws -> Void) async throws {
        let model = try connection.requiredModel("a model")
        let admitted = try await admit(request, emit: emit)
        try await connection.run(dialect, admitted, WireContext(backend: identity.name, model: model), emit: emit)
    }

    /// Turns texts into vectors.
    package func embed(_ request: EmbeddingRequest) async throws -> EmbeddingReply {
        let model = try embeddingModel ?? connection.requiredModel("a model that makes embeddings")
        let wire = try connection.attributing { () throws(InterlockError) in
            try OllamaServices.encodeEmbedding(
                request, WireContext(backend: identity.name, model: model, streams: false), dialect)
        }
        let answer = try await connection.json("POST", wire.path, body: wire.body, budget: request.budget)
        return try connection.attributing { () throws(InterlockError) in
            try OllamaServices.decodeEmbedding(answer.value, count: request.inputs.count)
        }
    }

    /// The models that the server has, with what it holds in memory marked.
    package func models() async throws -> [ModelInfo] {
        let loaded = Set(try await running().map(\.id))
        return try await installed().map { model in
            var model = model
            model.isLoaded = loaded.contains(model.id)
            return model
        }
    }

    /// What the server knows of one model: template, licence, parameters and the trained context.
    package func describe(_ model: String) async throws -> ModelInfo {
        let answer = try await connection.json("POST", "/api/show", body: ["model": .string(model)])
        return try connection.attributing { () throws(InterlockError) in
            try OllamaServices.decodeModel(answer.value, id: model)
        }
    }

    /// The models that the server holds in memory, with their memory and until when.
    package func running() async throws -> [ModelInfo] { try await running(nil) }

    private func running(_ limit: Duration?) async throws -> [ModelInfo] {
        let answer = try await connection.json("GET", "/api/ps", limit: limit)
        return try connection.attributing { () throws(InterlockError) in
            try OllamaServices.decodeModels(answer.value, areLoaded: true)
        }
    }

    /// Makes the server download a model.
    package func pull(_ model: String, progress: @escaping @Sendable (LoadProgress) -> Void) async throws {
        var state = OllamaPull(model: model)
        try await connection.lines("POST", "/api/pull", body: ["model": .string(model), "stream": true]) { line in
            guard let update = try state.decode(line) else { return }
            progress(LoadProgress(fraction: update.fraction ?? 0, label: update.status))
        }
        try connection.attributing { () throws(InterlockError) in try state.end() }
    }

    /// Asks for the server's version and whether it has the model, in memory or not.
    package func checkHealth(timeout: Duration) async throws(CancellationError) -> HealthReport {
        try await connection.health(timeout: timeout) { left in
            let version = try await connection.json("GET", "/api/version", limit: left()).value["version"]?.stringValue
            let details = version.map { [HealthReport.Detail("version", $0)] } ?? []
            guard let model = identity.model else { return (.ready, details) }
            let name = Self.tagged(model)
            let installed = try await installed(left())
            guard installed.contains(where: { $0.id == name }) else {
                throw InterlockError(
                    .modelNotFound, "Ollama has no model \(model)",
                    hint: "Fetch it: interlock models pull --backend ollama \(model).", backend: identity.name)
            }
            let isLoaded = try await running(left()).contains { $0.id == name }
            return (isLoaded ? .ready : .notLoaded, details)
        }
    }

    private func installed(_ limit: Duration? = nil) async throws -> [ModelInfo] {
        let answer = try await connection.json("GET", "/api/tags", limit: limit)
        return try connection.attributing { () throws(InterlockError) in try OllamaServices.decodeModels(answer.value) }
    }

    /// The name with its tag; Ollama's own rule for names without one.
    private static func tagged(_ model: String) -> String {
        let name = model.split(separator: "/").last ?? ""
        return name.contains(":") ? model : model + ":latest"
    }
}
