import InterlockCore

/// A backend whose run a test writes itself.
struct ClosureBackend: Backend {
    typealias Run = @Sendable (GenerationRequest, (GenerationEvent) async throws -> Void) async throws -> Void

    let identity = BackendIdentity(name: "closure", model: nil)
    let capabilities = Capabilities(options: Set(GenerationOptions.Name.allCases))
    let body: Run

    init(_ body: @escaping Run) {
        self.body = body
    }

    func run(_ request: GenerationRequest, emit: (GenerationEvent) async throws -> Void) async throws {
        try await body(request, emit)
    }
}

extension GenerationEvent {
    /// The usual end of an answer.
    static let end = GenerationEvent.finish(FinishReason(.endTurn, raw: "test"))
}
