import Interlock
import InterlockTesting

// snippet: parrot
/// Repeats what it hears: the least that a backend has to be.
struct Parrot: Backend {
    let identity = BackendIdentity(name: "parrot")
    let capabilities = Capabilities()

    func run(_ request: GenerationRequest, emit: (GenerationEvent) async throws -> Void) async throws {
        let request = try await admit(request, emit: emit)
        guard case .transcript(let transcript) = request.input, let heard = transcript.last?.text else { return }
        for word in heard.split(separator: " ") { try await emit(.text("\(word) ")) }
        try await emit(.finish(FinishReason(.endTurn)))
    }
}
// end snippet

// snippet: layer
/// A layer: a backend around a backend, which changes what passes through it.
struct Shouting: Backend {
    let base: any Backend
    var identity: BackendIdentity { base.identity }
    var capabilities: Capabilities { base.capabilities }

    func run(_ request: GenerationRequest, emit: (GenerationEvent) async throws -> Void) async throws {
        try await base.run(request) { event in
            if case .text(let text) = event { try await emit(.text(text.uppercased())) } else { try await emit(event) }
        }
    }
}
// end snippet

extension Main {
    static func parrot(_: any Backend) async throws {
        // snippet: parrot-registry
        var backends = BackendRegistry.builtIn
        try backends.register("parrot", summary: "repeats what it hears") { _ in Parrot() }
        let model = try backends.make("parrot")
        print(try await model.generate("Pieces of eight!").content)
        // end snippet
    }

    static func layer(_ model: any Backend) async throws {
        print(try await Shouting(base: model).generate("What is the capital of France?").content)
    }

    static func testing(_: any Backend) async throws {
        // snippet: testing
        let model = ScriptedBackend([
            .text("Par", "is."),
            .failure(InterlockError(.busy, "come back later")),
        ])
        let session = LanguageModelSession(model: model)
        print(try await session.respond(to: "What is the capital of France?").content)
        do {
            try await session.respond(to: "And of Italy?")
        } catch let error as InterlockError {
            print(error.code, error.isRetryable)  // busy true
        }
        print(session.transcript.count, model.requests.count)  // 2 2: the failed turn is not remembered
        // end snippet
    }
}
