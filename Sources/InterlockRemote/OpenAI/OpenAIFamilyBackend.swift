package import InterlockCore

/// A server that speaks OpenAI's API, whoever runs it.
package struct OpenAIFamilyBackend: Backend {
    /// How a server differs from the others of the family, beyond its dialect.
    package struct Server: Sendable {
        /// The path of the list of models; an address with a scheme stands for itself.
        var modelsPath = "/models"
        /// Whether one model can be asked for by its name below ``modelsPath``.
        var describesModels = false
        /// Whether a model that the list does not name cannot be used.
        var listIsComplete = true
        /// The part of a model's name that the list shows.
        var listedName: @Sendable (String) -> String = { $0 }
        /// Where the server says whether it is ready, if it does.
        var healthPath: String?
        /// Where tokens are counted, if anywhere.
        var tokenCounter: TokenCounter?
        /// Whether the model is a deployment, which no list shows.
        var hasDeployments = false
    }

    /// The registered name, and the model.
    package let identity: BackendIdentity
    /// What server and model can do, by what is known of them.
    package let capabilities: Capabilities
    let connection: RemoteConnection
    let chat: OpenAIChatDialect
    let responses: OpenAIResponsesDialect?
    let embeddings: OpenAIEmbeddings
    let embeddingModel: String?
    let server: Server

    /// Makes the backend.
    ///
    /// - Parameters:
    ///   - connection: Where it is.
    ///   - chat: How it speaks.
    ///   - responses: How it speaks where conversations go through the Responses API; nil goes through Chat Completions.
    ///   - embeddings: How it is asked for vectors.
    ///   - embeddingModel: The model that makes vectors; nil is the backend's model.
    ///   - server: How it differs from the others of the family.
    init(
        connection: RemoteConnection, chat: OpenAIChatDialect, responses: OpenAIResponsesDialect? = nil,
        embeddings: OpenAIEmbeddings, embeddingModel: String? = nil, server: Server = Server()
    ) {
        identity = BackendIdentity(name: connection.backend, model: connection.model)
        self.connection = connection
        self.chat = chat
        self.responses = responses
        self.embeddings = embeddings
        self.embeddingModel = embeddingModel
        self.server = server
        let model = identity.model ?? ""
        var capabilities = responses?.capabilities(for: model) ?? chat.capabilities(for: model)
        capabilities.contextLength = connection.settings.contextLength ?? capabilities.contextLength
        self.capabilities = capabilities
    }

    /// Where it is, and whether there is a key.
    package func status() async -> BackendStatus { connection.status }

    /// Carries out a request.
    package func run(_ request: GenerationRequest, emit: (GenerationEvent) async throws -> Void) async throws {
        let context = WireContext(backend: identity.name, model: try connection.requiredModel("a model"))
        let admitted = try await admit(request, emit: emit)
        if let responses {
            try await connection.run(responses, admitted, context, emit: emit)
        } else {
            try await connection.run(chat, admitted, context, emit: emit)
        }
    }

    /// Turns texts into vectors, in as many requests as the API's limits make necessary.
    package func embed(_ request: EmbeddingRequest) async throws -> EmbeddingReply {
        let model = try embeddingModel ?? connection.requiredModel("a model that makes embeddings")
        let context = WireContext(backend: identity.name, model: model, streams: false)
        try connection.attributing { () throws(InterlockError) in
            try request.validate()
            // One attempt, in however many parts it has to be made.
            try request.budget.takeAttempt()
        }
        var replies: [EmbeddingReply] = []
        for batch in embeddings.batches(of: request.inputs) {
            let wire = try connection.attributing { () throws(InterlockError) in
                try embeddings.encode(request, batch: batch, context)
            }
            let answer = try await connection.json(
                "POST", wire.path, body: wire.body, headers: wire.headers, budget: request.budget, takesAttempt: false)
            replies.append(
                try connection.attributing { () throws(InterlockError) in
                    try embeddings.decode(answer.value, count: batch.count, dimensions: request.dimensions)
                })
        }
        return OpenAIEmbeddings.joined(replies)
    }

    /// The models that the server offers.
    package func models() async throws -> [ModelInfo] {
        let answer = try await connection.json("GET", server.modelsPath)
        return try connection.attributing { () throws(InterlockError) in
            try OpenAIModels.decode(answer.value, flavour: chat.flavour)
        }
    }

    /// Asks for something small that only a usable backend answers.
    package func checkHealth(timeout: Duration) async throws(CancellationError) -> HealthReport {
        try await connection.health(timeout: timeout) { left in
            if let path = server.healthPath { _ = try await connection.json("GET", path, limit: left()) }
            guard let model = identity.model else {
                _ = try await connection.json("GET", server.modelsPath, limit: left())
                return (.ready, [])
            }
            if server.hasDeployments { return (try await deploymentState(left()), []) }
            if server.describesModels {
                _ = try await connection.json("GET", "\(server.modelsPath)/\(model.pathSegment)", limit: left())
                return (.ready, [])
            }
            let answer = try await connection.json("GET", server.modelsPath, limit: left())
            return try state(of: model, among: try OpenAIModels.decode(answer.value, flavour: chat.flavour))
        }
    }

    private func state(
        of model: String, among models: [ModelInfo]
    ) throws(InterlockError) -> (HealthReport.State, [HealthReport.Detail]) {
        let name = server.listedName(model)
        if let found = models.first(where: { $0.id == name }) {
            let context = found.contextLength.map { [HealthReport.Detail("context", "\($0) tokens")] } ?? []
            return (found.isLoaded == false ? .notLoaded : .ready, context)
        }
        let names = models.map(\.id)
        guard server.listIsComplete else {
            return (.ready, [HealthReport.Detail("models listed", names.joined(separator: ", "))])
        }
        let guess = EditDistance.closest(to: name, among: names).map { "Did you mean \($0)? " } ?? ""
        let shown = names.prefix(10).joined(separator: ", ") + (names.count > 10 ? ", …" : "")
        throw InterlockError(
            .modelNotFound, "the server has no model \(name)",
            hint: names.isEmpty ? "It has none at all." : "\(guess)It has: \(shown).", backend: identity.name)
    }

    /// Asks a deployment, which shows in no list, something that it refuses: that costs nothing.
    private func deploymentState(_ limit: Duration) async throws -> HealthReport.State {
        do {
            let body: JSONObject = ["messages": [], "model": .string(identity.model ?? "")]
            _ = try await connection.json("POST", "/chat/completions", body: body, limit: limit)
            return .ready
        } catch let error as InterlockError where error.provider?.status == 400 && error.code != .modelNotFound {
            return .ready
        }
    }
}
