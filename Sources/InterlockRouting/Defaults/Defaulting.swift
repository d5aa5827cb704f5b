public import InterlockCore

/// A layer that fills in the options that a request leaves open.
public struct Defaulting: Backend {
    private let base: any Backend
    private let options: GenerationOptions

    /// Puts the layer around a backend.
    ///
    /// - Parameters:
    ///   - base: The backend that is asked.
    ///   - options: What holds where a request does not say otherwise.
    public init(_ base: any Backend, options: GenerationOptions) {
        self.base = base
        self.options = options
    }

    /// The wrapped backend's.
    public var identity: BackendIdentity { base.identity }
    /// The wrapped backend's.
    public var capabilities: Capabilities { base.capabilities }
    /// The wrapped backend's.
    public var isLoaded: Bool { get async { await base.isLoaded } }

    /// Loads the wrapped backend.
    public func load(progress: @escaping @Sendable (LoadProgress) -> Void) async throws {
        try await base.load(progress: progress)
    }

    /// Unloads the wrapped backend.
    public func unload() async { await base.unload() }

    /// The wrapped backend's.
    public func status() async -> BackendStatus { await base.status() }

    /// The wrapped backend's.
    public func checkHealth(timeout: Duration) async throws(CancellationError) -> HealthReport {
        try await base.checkHealth(timeout: timeout)
    }

    /// The wrapped backend's.
    public func embed(_ request: EmbeddingRequest) async throws -> EmbeddingReply { try await base.embed(request) }

    /// The wrapped backend's.
    public func models() async throws -> [ModelInfo] { try await base.models() }

    /// The wrapped backend's.
    public func pull(_ model: String, progress: @escaping @Sendable (LoadProgress) -> Void) async throws {
        try await base.pull(model, progress: progress)
    }

    /// Counts tokens, with the options filled in.
    public func countTokens(_ request: GenerationRequest) async throws -> Int {
        try await base.countTokens(filled(request))
    }

    /// Carries out a request, with the options filled in.
    public func run(_ request: GenerationRequest, emit: (GenerationEvent) async throws -> Void) async throws {
        try await base.run(filled(request), emit: emit)
    }

    private func filled(_ request: GenerationRequest) -> GenerationRequest {
        var request = request
        request.options.fill(from: options)
        return request
    }
}
