import Interlock

extension Main {
    static func oneLine(_ model: any Backend) async throws {
        // snippet: one-line
        let reply = try await model.generate("What is the capital of France?")
        print(reply.content)
        // end snippet
    }

    static func options(_ model: any Backend) async throws {
        // snippet: options
        let options = GenerationOptions(maximumResponseTokens: 40, temperature: 0, stopSequences: ["\n"])
        let reply = try await model.generate(
            "What is the capital of France?", system: "Answer briefly.", options: options)
        print(reply.content)
        print(reply.finishReason.canonical)  // endTurn, maxTokens, stopSequence, …
        print(reply.usage.outputTokens ?? 0, "tokens")  // nil is "unknown", not zero
        // end snippet
    }

    static func chat(_ model: any Backend) async throws {
        // snippet: chat
        let reply = try await model.chat([
            .system("Answer briefly."),
            .user("What is the capital of France?"),
            .assistant("The capital of France is Paris."),
            .user("What is the capital of Japan?"),
        ])
        print(reply.content)
        // end snippet
    }

    static func session(_ model: any Backend) async throws {
        // snippet: session
        let session = LanguageModelSession(model: model, instructions: "Answer briefly.")
        try await session.prewarm()  // loads now, so that the first answer need not wait
        print(try await session.respond(to: "What is the capital of France?").content)
        print(try await session.respond(to: "What is the capital of Japan?").content)
        print(session.transcript.count, "messages")
        // end snippet
    }

    static func stream(_ model: any Backend) async throws {
        let session = LanguageModelSession(model: model)
        // snippet: stream
        for try await snapshot in session.streamResponse(to: "What is the capital of Japan?") {
            print(snapshot.delta, terminator: "")  // what is new; snapshot.content is all so far
        }
        print()
        // end snippet
    }

    static func deltas(_ model: any Backend) async throws {
        // snippet: deltas
        let request = GenerationRequest([.user("What is the capital of France?")])
        for try await text in model.stream(request).deltas {
            print(text, terminator: "")
        }
        print()
        // end snippet
    }
}
