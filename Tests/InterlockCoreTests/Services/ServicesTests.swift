import InterlockCore
import Testing

@Suite struct ServicesTests {
    /// A backend that implements nothing but what it must.
    private struct Plain: Backend {
        let identity = BackendIdentity(name: "plain")
        let capabilities = Capabilities()
        func run(_ request: GenerationRequest, emit: (GenerationEvent) async throws -> Void) async throws {}
    }

    // covers: D9
    @Test func aBackendWithoutEmbeddingsNamesThoseThatHaveThem() async throws {
        let error = await #expect(throws: InterlockError.self) { try await Plain().embed(EmbeddingRequest(["x"])) }
        #expect(error?.code == .unsupported)
        #expect(
            error?.description == """
                plain: this backend makes no embeddings
                hint: Use a backend that does for them: openai, azure, ollama, lmstudio, huggingface or openai_compatible.
                """)
    }

    @Test func whatABackendDoesNotHaveIsSaid() async throws {
        let list = await #expect(throws: InterlockError.self) { try await Plain().models() }
        #expect(list?.description == "plain: this backend has no list of models")
        let count = await #expect(throws: InterlockError.self) {
            try await Plain().countTokens(GenerationRequest([.user("x")]))
        }
        #expect(count?.description == "plain: this backend cannot count the tokens of a request")
        #expect(try await Plain().checkHealth(timeout: .seconds(1)).state == .ready)
    }

    @Test func embeddingRequestsAreChecked() throws {
        try EmbeddingRequest(["a", "b"], dimensions: 1).validate()
        #expect(
            try #require(throws: InterlockError.self) { try EmbeddingRequest([]).validate() }.message
                == "there is no text to embed")
        #expect(
            try #require(throws: InterlockError.self) { try EmbeddingRequest(["a", ""]).validate() }.message
                == "input 1 is empty and cannot be embedded")
        #expect(
            try #require(throws: InterlockError.self) { try EmbeddingRequest(["a"], dimensions: 0).validate() }.message
                == "dimensions is 0; it must be at least 1")
    }

    // covers: S7
    @Test(arguments: [
        (InterlockError.Code.missingCredential, HealthReport.State.missingCredential),
        (.unauthorized, .unauthorized), (.permissionDenied, .unauthorized), (.modelNotFound, .noSuchModel),
        (.connectionFailed, .unreachable), (.tlsFailed, .unreachable), (.timeout, .timedOut),
        (.notLoaded, .notLoaded), (.providerFailed, .failing),
    ])
    func anErrorIsAVerdict(code: InterlockError.Code, state: HealthReport.State) {
        #expect(HealthReport(InterlockError(code, "m")).state == state)
    }
}
