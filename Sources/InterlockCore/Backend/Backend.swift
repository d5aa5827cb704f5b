/// Whatever can carry out a ``GenerationRequest``: a provider, a model in this process, or a layer around other backends.
///
/// This is the one primitive of Interlock. Everything between a caller and a model (retry, fallback, cache, …) wraps a
/// backend and is one.
public protocol Backend: Sendable {
    /// The name that the backend is registered under, and the model that it was made for.
    var identity: BackendIdentity { get }

    /// What the backend can do. May change once, when a model is loaded and its limits become known.
    var capabilities: Capabilities { get }

    /// Makes the backend ready, so that the first request need not wait. Does nothing if it is ready already.
    ///
    /// - Parameter progress: Told how far the work is; may be called from any thread.
    /// - Throws: ``InterlockError`` saying why the model cannot be had.
    func load(progress: @escaping @Sendable (LoadProgress) -> Void) async throws

    /// Gives back what ``load(progress:)`` took. Running requests are ended with ``InterlockError/Code/notLoaded``; the
    /// next request loads again.
    func unload() async

    /// Whether a request would start without loading anything first.
    var isLoaded: Bool { get async }

    /// What the backend is using right now.
    func status() async -> BackendStatus

    /// Turns texts into vectors.
    ///
    /// - Throws: ``InterlockError``; ``InterlockError/Code/unsupported`` where the backend or its model cannot.
    func embed(_ request: EmbeddingRequest) async throws -> EmbeddingReply

    /// The models that the backend offers.
    ///
    /// - Throws: ``InterlockError``; ``InterlockError/Code/unsupported`` where the backend has no such list.
    func models() async throws -> [ModelInfo]

    /// Makes the backend's server fetch a model.
    ///
    /// - Parameters:
    ///   - model: The model's name, as the server knows it.
    ///   - progress: Told how far the work is; may be called from any thread.
    /// - Throws: ``InterlockError``; ``InterlockError/Code/unsupported`` where the backend cannot.
    func pull(_ model: String, progress: @escaping @Sendable (LoadProgress) -> Void) async throws

    /// The tokens that a request's input has, tools among them, without answering it.
    ///
    /// - Throws: ``InterlockError``; ``InterlockError/Code/unsupported`` where the backend cannot tell.
    func countTokens(_ request: GenerationRequest) async throws -> Int

    /// Finds out whether the backend can be used right now, without generating anything.
    ///
    /// - Parameter timeout: How long it may take.
    func checkHealth(timeout: Duration) async throws(CancellationError) -> HealthReport

    /// Carries out a request.
    ///
    /// Hands every event to `emit` and awaits it, so that a slow reader slows the backend down. The last event is
    /// ``GenerationEvent/finish(_:)``. Cancelling the task cancels the work; `run` then throws. Loads first if need be.
    ///
    /// - Throws: ``InterlockError``, or whatever `emit` throws.
    func run(_ request: GenerationRequest, emit: (GenerationEvent) async throws -> Void) async throws
}

extension Backend {
    /// Nothing has to be loaded.
    public func load(progress: @escaping @Sendable (LoadProgress) -> Void) async throws {}

    /// Nothing has to be given back.
    public func unload() async {}

    /// Nothing has to be loaded.
    public var isLoaded: Bool { get async { true } }

    /// Whether it is loaded, and nothing else.
    public func status() async -> BackendStatus {
        BackendStatus(isLoaded: await isLoaded)
    }

    /// Cannot embed.
    public func embed(_ request: EmbeddingRequest) async throws -> EmbeddingReply {
        throw InterlockError(
            .unsupported, "this backend makes no embeddings",
            hint:
                "Use a backend that does for them: openai, azure, ollama, lmstudio, huggingface or openai_compatible.",
            backend: identity.name)
    }

    /// Has no list.
    public func models() async throws -> [ModelInfo] {
        throw InterlockError(.unsupported, "this backend has no list of models", backend: identity.name)
    }

    /// Cannot fetch.
    public func pull(_ model: String, progress: @escaping @Sendable (LoadProgress) -> Void) async throws {
        throw InterlockError(
            .unsupported, "this backend fetches no models",
            hint: "Ollama's does: interlock models pull --backend ollama NAME.", backend: identity.name)
    }

    /// Cannot tell.
    public func countTokens(_ request: GenerationRequest) async throws -> Int {
        throw InterlockError(
            .unsupported, "this backend cannot count the tokens of a request", backend: identity.name)
    }

    /// Ready if loaded; otherwise the first request loads.
    public func checkHealth(timeout: Duration) async throws(CancellationError) -> HealthReport {
        HealthReport(await isLoaded ? .ready : .notLoaded, target: identity.model)
    }

    /// Finds out within five seconds whether the backend can be used right now.
    public func checkHealth() async throws(CancellationError) -> HealthReport {
        try await checkHealth(timeout: .seconds(5))
    }

    /// Loads without telling how far the work is.
    public func load() async throws {
        try await load(progress: { _ in })
    }

    /// Carries out a request and returns the whole answer.
    ///
    /// - Throws: ``InterlockError``; ``InterlockError/Code/truncatedStream`` if the backend ends without a finish.
    public func reply(to request: GenerationRequest) async throws -> Reply {
        var accumulator = ReplyAccumulator()
        try await run(request) { event in try accumulator.apply(event) }
        return try accumulator.reply()
    }

    /// Checks a request against ``capabilities`` and reports what is dropped.
    ///
    /// Every backend begins its run with this.
    ///
    /// - Returns: The request without what was dropped.
    /// - Throws: ``InterlockError`` if the request is invalid or asks for what the backend cannot honour.
    public func admit(
        _ request: GenerationRequest,
        emit: (GenerationEvent) async throws -> Void
    ) async throws -> GenerationRequest {
        let admitted: GenerationRequest
        let drops: [Drop]
        do throws(InterlockError) {
            (admitted, drops) = try capabilities.admit(request, backend: identity.name)
        } catch {
            throw error.attributed(to: identity.name)
        }
        for drop in drops { try await emit(.dropped(drop)) }
        return admitted
    }
}

/// Who a backend is.
public struct BackendIdentity: Sendable, Hashable {
    /// The name that it is registered under, such as `llama_cpp`.
    public var name: String
    /// The model that it was made for: a name or a path, as the user gave it.
    public var model: String?

    /// Makes an identity.
    public init(name: String, model: String? = nil) {
        self.name = name
        self.model = model
    }
}

/// How far loading is.
public struct LoadProgress: Sendable, Hashable {
    /// The part that is done, 0 … 1.
    public var fraction: Double
    /// What is being done, in a few words.
    public var label: String

    /// Makes a progress report.
    public init(fraction: Double, label: String) {
        self.fraction = fraction
        self.label = label
    }
}

/// What a backend is using.
public struct BackendStatus: Sendable {
    /// Whether a request would start without loading anything first.
    public var isLoaded: Bool
    /// Where the model runs, such as `CPU (2 threads)`.
    public var device: String?
    /// Memory in bytes that the loaded model takes, where known.
    public var memoryBytes: UInt64?
    /// The model's own description of itself.
    public var modelDescription: String?
    /// Requests that are being carried out.
    public var runningRequests: Int?
    /// Requests that wait.
    public var waitingRequests: Int?
    /// The state of the credential that the backend needs, shown as `SET` or `NOT SET`; nil where it needs none.
    public var credential: Secret?

    /// Makes a status; what is left out is unknown or does not apply.
    public init(
        isLoaded: Bool,
        device: String? = nil,
        memoryBytes: UInt64? = nil,
        modelDescription: String? = nil,
        runningRequests: Int? = nil,
        waitingRequests: Int? = nil,
        credential: Secret? = nil
    ) {
        self.isLoaded = isLoaded
        self.device = device
        self.memoryBytes = memoryBytes
        self.modelDescription = modelDescription
        self.runningRequests = runningRequests
        self.waitingRequests = waitingRequests
        self.credential = credential
    }
}
