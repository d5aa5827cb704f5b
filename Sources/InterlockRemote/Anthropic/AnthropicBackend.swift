package import InterlockCore

/// Claude, through Anthropic's Messages API.
package struct AnthropicBackend: Backend {
    /// The registered name, and the model.
    package let identity: BackendIdentity
    private let connection: RemoteConnection
    private let dialect: AnthropicDialect

    /// The registry's entry.
    package static let registryEntry = BackendRegistry.Entry(
        name: "anthropic", aliases: ["claude"], summary: "Claude, through Anthropic's Messages API"
    ) { try AnthropicBackend($0) }

    private static let provider = RemoteSettings.Provider(
        name: "anthropic", baseVariables: ["ANTHROPIC_BASE_URL", "LLM_API_BASE"],
        defaultBase: "https://api.anthropic.com", keyVariables: ["ANTHROPIC_API_KEY"],
        placement: .header("x-api-key"),
        keyHint: "Set the environment variable ANTHROPIC_API_KEY (keys are made at console.anthropic.com), or the "
            + "parameter api_key.")

    /// Makes the backend.
    ///
    /// - Throws: ``InterlockError/Code/missingCredential`` or ``InterlockError/Code/invalidConfiguration``.
    package init(_ configuration: BackendConfiguration) throws(InterlockError) {
        var reader = ParameterReader(configuration.parameters)
        var provider = Self.provider
        // A token of the kind that people log in for travels otherwise than a key.
        if configuration.parameters["api_key"] == nil, configuration.environment["ANTHROPIC_API_KEY"] ?? "" == "",
            configuration.environment["ANTHROPIC_AUTH_TOKEN"] ?? "" != ""
        {
            provider.keyVariables = ["ANTHROPIC_AUTH_TOKEN"]
            provider.placement = .bearer
        }
        var settings = try RemoteSettings(&reader, configuration, provider)
        // Addresses of other APIs end so; the paths of this one bring it along.
        if settings.base.text.hasSuffix("/v1") {
            settings.base = try BaseAddress(String(settings.base.text.dropLast(3)), key: "base_url")
        }
        let client = try ClientStore.client(&reader, configuration, hiding: settings)
        let betas = try reader.string("betas")?.split(separator: ",").map { String($0).trimmingSpaces } ?? []
        try reader.finish()
        dialect = AnthropicDialect(
            betas: betas
        ) {
            schema, policy throws(InterlockError) in
            let prepared = try StrictSchema.prepare(schema, for: .anthropic, policy: policy, provider: "Anthropic")
            return (prepared.schema, prepared.drops)
        }
        identity = BackendIdentity(name: provider.name, model: configuration.model)
        connection = RemoteConnection(
            backend: provider.name, settings: settings, client: client, configuration: configuration,
            error: dialect.error)
    }

    /// What the model can do, by what is known of its name.
    package var capabilities: Capabilities {
        var capabilities = dialect.capabilities(of: identity.model ?? "", schemas: .anthropic)
        capabilities.contextLength = connection.settings.contextLength ?? capabilities.contextLength
        return capabilities
    }

    /// Where it is, and whether there is a key.
    package func status() async -> BackendStatus { connection.status }

    /// Carries out a request.
    package func run(_ request: GenerationRequest, emit: (GenerationEvent) async throws -> Void) async throws {
        let model = try connection.requiredModel("a model")
        let admitted = try await admit(request, emit: emit)
        try await connection.run(dialect, admitted, context(model), emit: emit)
    }

    /// The models that the key may use.
    package func models() async throws -> [ModelInfo] {
        var models: [ModelInfo] = []
        var next: String?
        repeat {
            let answer = try await connection.json("GET", AnthropicServices.modelsPath(after: next), headers: version)
            let page = try connection.attributing { () throws(InterlockError) in
                try AnthropicServices.decodeModels(answer.value)
            }
            models += page.models
            // A server that names the same page for ever is not followed for ever.
            next = page.next == next ? nil : page.next
        } while next != nil && models.count < 100_000
        return models
    }

    /// The tokens of a request's input, by the provider's own count.
    package func countTokens(_ request: GenerationRequest) async throws -> Int {
        let model = try connection.requiredModel("a model")
        let wire = try connection.attributing { () throws(InterlockError) in
            try dialect.encodeTokenCount(try capabilities.admit(request, backend: identity.name).0, context(model))
        }
        let answer = try await connection.json(
            "POST", wire.path, body: wire.body, headers: wire.headers, budget: request.budget)
        return try connection.attributing { () throws(InterlockError) in
            try AnthropicServices.decodeTokenCount(answer.value)
        }
    }

    /// Asks for the model's description, or for the list of models where none is named.
    package func checkHealth(timeout: Duration) async throws(CancellationError) -> HealthReport {
        try await connection.health(timeout: timeout) { left in
            let path = identity.model.map { "/v1/models/\($0.pathSegment)" } ?? "/v1/models?limit=1"
            let answer = try await connection.json("GET", path, headers: version, limit: left())
            let name = answer.value["display_name"]?.stringValue
            return (.ready, name.map { [HealthReport.Detail("model", $0)] } ?? [])
        }
    }

    private func context(_ model: String) -> WireContext {
        WireContext(backend: identity.name, model: model)
    }

    private var version: [(name: String, value: String)] {
        [("anthropic-version", dialect.traits(of: identity.model ?? "").version)]
    }
}
