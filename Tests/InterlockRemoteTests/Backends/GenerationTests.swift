import Interlock
import InterlockCore
import InterlockTesting
import Testing

/// What every remote backend does with a server that behaves.
@Suite("remote backends: generation")
struct GenerationTests {
    @Test("an answer comes with its reason, its usage and who gave it", arguments: Peer.all)
    func generates(_ peer: Peer) async throws {  // covers: S2, S3, S4, S6, S8
        let server = try peer.server()
        let reply = try await peer.make(server).generate("Hello there", system: "Be kind.")
        #expect(reply.content == "You said: Hello there")
        #expect(reply.finishReason.canonical == .endTurn)
        #expect(reply.usage.inputTokens == 4)
        #expect(reply.usage.outputTokens == 4)
        #expect(reply.backend == peer.backend)
        #expect(reply.servedModel == peer.model)
        #expect(reply.dropped == [])
        #expect(reply.timings.firstContent != nil)
        #expect(reply.timings.total != nil)
        // One attempt is no list of attempts.
        #expect(reply.timings.attempts == [])
        #expect(server.requests.map(\.path) == [peer.conversationPath])
        #expect(server.requests.first?.key?.reveal() == Peer.key.reveal())
    }

    @Test("the request id and the rate limits of the headers are in the reply", arguments: Peer.all)
    func head(_ peer: Peer) async throws {  // wire: 85, 87
        let server = try peer.server()
        server.inject(.header("x-ratelimit-limit-requests", "60"))
        server.inject(.header("x-ratelimit-remaining-requests", "59"), .header("x-ratelimit-reset-requests", "6m0s"))
        let reply = try await peer.ask(server)
        let limit = try #require(reply.rateLimits?.requests)
        #expect(limit.limit == 60)
        #expect(limit.remaining == 59)
        #expect(limit.resetsIn == .seconds(360))
        // Ollama gives its requests no id.
        #expect(reply.requestID == (peer.backend == "ollama" ? nil : "req_fault"))
        if peer.backend != "ollama" { #expect(reply.id != nil) }
    }

    @Test("Anthropic's own rate limits, with their dates, are understood")
    func anthropicLimits() async throws {  // wire: 85
        let server = try Peer.anthropic.server()
        server.inject(
            .header("anthropic-ratelimit-input-tokens-limit", "40000"),
            .header("anthropic-ratelimit-input-tokens-remaining", "39000"),
            .header("anthropic-ratelimit-input-tokens-reset", "2001-01-01T00:00:00Z"))
        let limit = try #require(try await Peer.anthropic.ask(server).rateLimits?.inputTokens)
        #expect(limit.limit == 40000)
        #expect(limit.remaining == 39000)
        #expect(limit.resetsIn == .zero)
    }

    @Test("the first piece arrives before the last is said", arguments: Peer.all)
    func streams(_ peer: Peer) async throws {  // covers: G8, G9
        let server = try peer.server()
        server.script { _ in FaultServer.Saying((0..<50).map { "word\($0) " }) }
        server.inject(.pauseMidStream(after: 20, "rest"))
        let stream = try peer.make(server).stream(GenerationRequest([.user("Hello")]))
        var text = ""
        var wasReleased = false
        for try await snapshot in stream {
            text = snapshot.content
            guard !snapshot.delta.isEmpty, !wasReleased else { continue }
            // The server has not said the rest, nor ended.
            #expect(server.exchanges.first?.ending == nil)
            #expect(!text.contains("word49"))
            wasReleased = true
            server.release("rest")
        }
        #expect(wasReleased)
        #expect(text == (0..<50).map { "word\($0) " }.joined())
    }

    @Test("a stop sequence, the token limit and the filter are told apart", arguments: Peer.all)
    func finishReasons(_ peer: Peer) async throws {
        let server = try peer.server()
        server.script { _ in FaultServer.Saying(["one "], ending: .length) }
        #expect(try await peer.ask(server).finishReason.canonical == .maxTokens)
        // Ollama has no filter, and says nothing of stop sequences.
        guard peer.speaks != .lines else { return }
        server.script { _ in FaultServer.Saying(["one "], ending: .filtered) }
        #expect(try await peer.ask(server).finishReason.canonical == .refusal)
        guard peer.speaks == .messages else { return }
        server.script { _ in FaultServer.Saying(["one "], ending: .stop("END")) }
        let reason = try await peer.ask(server).finishReason
        #expect(reason.canonical == .stopSequence)
        #expect(reason.stopSequence == "END")
    }

    @Test("a conversation goes on, over the same connection", arguments: Peer.all)
    func conversations(_ peer: Peer) async throws {  // covers: S6
        let server = try peer.server()
        let session = LanguageModelSession(model: try peer.make(server), instructions: "Be kind.")
        #expect(try await session.respond(to: "one").content == "You said: one")
        #expect(try await session.respond(to: "two").content == "You said: two")
        #expect(server.connectionCount == 1)
        let body = try #require(server.requests.last?.json)
        let messages = try #require((body["messages"] ?? body["input"])?.arrayValue)
        let roles = messages.compactMap { $0["role"]?.stringValue }.filter { $0 != "system" && $0 != "developer" }
        #expect(roles == ["user", "assistant", "user"])
    }

    @Test("many requests at once on one backend do not disturb each other", arguments: Peer.eachSpeech)
    func concurrent(_ peer: Peer) async throws {  // covers: G10
        let server = try peer.server()
        let backend = try peer.make(server)
        let replies = try await withThrowingTaskGroup(of: (Int, Reply).self) { group in
            for number in 0..<40 {
                group.addTask { (number, try await backend.generate("number \(number)")) }
            }
            var replies: [Int: Reply] = [:]
            for try await (number, reply) in group { replies[number] = reply }
            return replies
        }
        #expect(replies.count == 40)
        for (number, reply) in replies { #expect(reply.content == "You said: number \(number)") }
    }

    @Test("leaving the stream closes the connection", arguments: Peer.eachSpeech)
    func cancellation(_ peer: Peer) async throws {  // wire: 24
        let server = try peer.server()
        server.script { _ in FaultServer.Saying((0..<50).map { "word\($0) " }) }
        server.inject(.pauseMidStream(after: 20, "never"))
        for try await snapshot in try peer.make(server).stream(GenerationRequest([.user("Hello")]))
        where !snapshot.delta.isEmpty {
            break
        }
        try await server.wait { $0.first?.ending != nil }
        #expect(server.exchanges.first?.ending == .clientLeft)
    }

    @Test("cancelling the task ends a request that waits for its answer", arguments: Peer.all)
    func cancelledTask(_ peer: Peer) async throws {  // wire: 24
        let server = try peer.server()
        server.inject(.slowFirstByte(.seconds(600)))
        let backend = try peer.make(server)
        let task = Task { try await backend.generate("Hello") }
        try await server.wait { $0.count == 1 }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        try await server.wait { $0.first?.ending == .clientLeft }
    }
}
