import InterlockCore
import Testing

@Suite struct BackendTests {
    /// A backend that says as little as one can.
    private struct Minimal: Backend {
        var identity = BackendIdentity(name: "minimal", model: "m")
        var capabilities = Capabilities(options: [.temperature])
        var events: [GenerationEvent] = [.text("a"), .finish(FinishReason(.endTurn))]

        func run(_ request: GenerationRequest, emit: (GenerationEvent) async throws -> Void) async throws {
            _ = try await admit(request, emit: emit)
            for event in events { try await emit(event) }
        }
    }

    @Test func whatNeedNotBeImplementedHasADefault() async throws {
        let backend = Minimal()
        try await backend.load()
        try await backend.load { _ in Issue.record("nothing is loaded") }
        await backend.unload()
        #expect(await backend.isLoaded)
        let status = await backend.status()
        #expect(status.isLoaded)
        #expect(status.device == nil && status.memoryBytes == nil && status.credential == nil)
    }

    @Test func aReplyIsTheFoldOverTheEvents() async throws {
        #expect(try await Minimal().reply(to: GenerationRequest([.user("x")])).content == "a")
        let cut = await #expect(throws: InterlockError.self) {
            try await Minimal(events: [.text("a")]).reply(to: GenerationRequest([.user("x")]))
        }
        #expect(cut?.code == .truncatedStream)
    }

    @Test func admissionReportsDropsBeforeAnythingElse() async throws {
        var request = GenerationRequest([.user("x")], options: GenerationOptions(temperature: 1, topK: 5))
        request.unsupported = .drop
        var events: [GenerationEvent] = []
        try await Minimal().run(request) { events.append($0) }
        #expect(events.first == .dropped(Drop(subject: "top_k", reason: "minimal has no such option")))
        #expect(try await Minimal().reply(to: request).dropped.map(\.subject) == ["top_k"])
    }

    @Test func aRefusalCarriesTheBackendsName() async throws {
        let request = GenerationRequest([.user("x")], options: GenerationOptions(topK: 5))
        let error = await #expect(throws: InterlockError.self) { try await Minimal().reply(to: request) }
        #expect(error?.backend == "minimal")
        #expect(error?.message == "top_k cannot be honoured: minimal has no such option")
    }

    @Test func whatTheReaderThrowsComesBack() async throws {
        struct Enough: Error {}
        await #expect(throws: Enough.self) {
            try await Minimal().run(GenerationRequest([.user("x")])) { _ in throw Enough() }
        }
    }
}
