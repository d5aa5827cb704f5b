import Interlock
import InterlockCore
import InterlockTesting
import Testing

/// What is asked again, when, and how often.
@Suite("remote backends: retries")
struct RetryTests {
    /// A backend whose waits are noted and take no time.
    private static func backend(
        _ peer: Peer, _ server: FaultServer, retries: Int, waits: Locked<[Duration]>
    ) throws -> any Backend {
        var configuration = peer.configuration(server, ["max_retries": JSONValue(retries)])
        let system = Clocks.system
        configuration.clocks = Clocks(
            monotonic: system.monotonic, wall: { WallTime(secondsSinceEpoch: 1_800_000_000) },
            sleep: { duration in waits.withLock { $0.append(duration) } })
        return try BackendRegistry.builtIn.make(peer.backend, configuration)
    }

    @Test("a storm of 429 passes, and every attempt is in the reply", arguments: Peer.all)
    func storm(_ peer: Peer) async throws {  // covers: S8
        let server = try peer.server()
        server.inject(.storm(2, status: 429, retryAfter: "7"))
        let waits = Locked<[Duration]>([])
        let reply = try await Self.backend(peer, server, retries: 2, waits: waits).generate("Hello")
        #expect(reply.content == "You said: Hello")
        #expect(waits.withLock { $0 } == [.seconds(7), .seconds(7)])
        #expect(reply.timings.attempts.map(\.failure) == [.rateLimited, .rateLimited, nil])
        #expect(reply.timings.attempts.map(\.status) == [429, 429, nil])
        #expect(reply.timings.attempts.map(\.wait) == [.zero, .seconds(7), .seconds(7)])
        #expect(reply.timings.attempts.allSatisfy { $0.backend == peer.backend })
        #expect(Set(server.requests.map(\.body)).count == 1)
    }

    @Test("a storm that lasts longer is the caller's", arguments: Peer.all)
    func longStorm(_ peer: Peer) async throws {  // covers: G1, G3
        let server = try peer.server()
        server.inject(.storm(9, status: 429, retryAfter: "7"))
        let waits = Locked<[Duration]>([])
        let backend = try Self.backend(peer, server, retries: 2, waits: waits)
        let error = await #expect(throws: InterlockError.self) { try await backend.generate("Hello") }
        #expect(error?.code == .rateLimited)
        #expect(error?.retryAfter == .seconds(7))
        #expect(error?.provider?.status == 429)
        #expect(server.requests.count == 3)
    }

    @Test(
        "which statuses are tried again",
        arguments: [
            (408, true), (409, true), (429, true), (500, true), (502, true), (503, true), (504, true), (529, true),
            (400, false), (401, false), (402, false), (403, false), (404, false), (413, false), (422, false),
        ])
    func statuses(_ status: Int, _ isRetried: Bool) async throws {  // wire: 84
        for peer in Peer.eachSpeech {
            let server = try peer.server()
            server.inject(.status(status), times: 1)
            let waits = Locked<[Duration]>([])
            let backend = try Self.backend(peer, server, retries: 1, waits: waits)
            let result = await Result { try await backend.generate("Hello") }
            #expect(server.requests.count == (isRetried ? 2 : 1), "\(peer.name)")
            switch result {
            case .success: #expect(isRetried)
            case .failure(let error as InterlockError):
                #expect(!isRetried, "\(error)")
                #expect(error.provider?.status == status)
                #expect(error.hint != nil || error.code == .invalidRequest, "\(error)")
            case .failure(let error): throw error
            }
        }
    }

    @Test(
        "Retry-After in all its forms",
        arguments: [
            ("3", 3.0), ("0.25", 0.25), ("Fri, 15 Jan 2027 08:00:05 GMT", 5), ("120", 120),
            // Nothing usable: the wait is the policy's own.
            ("Fri, 15 Jan 2027 07:00:00 GMT", nil), ("soon", nil), ("-5", nil), ("inf", nil), ("nan", nil), ("", nil),
            ("0", nil),
        ] as [(String, Double?)])
    func retryAfter(_ text: String, _ seconds: Double?) async throws {  // wire: 81
        let server = try Peer.openAI.server()
        server.inject(.storm(1, status: 503, retryAfter: text))
        let waits = Locked<[Duration]>([])
        let backend = try Self.backend(.openAI, server, retries: 1, waits: waits)
        #expect(try await backend.generate("Hello").content == "You said: Hello")
        let wait = try #require(waits.withLock { $0.first })
        if let seconds { #expect(wait == .seconds(seconds)) } else { #expect(wait <= .milliseconds(500)) }
    }

    @Test(
        "a provider that wants a longer wait than is allowed is not asked again", arguments: ["121", "1e309", "9e99"])
    func tooLong(_ text: String) async throws {  // wire: 81
        let server = try Peer.openAI.server()
        server.inject(.storm(1, status: 429, retryAfter: text))
        let waits = Locked<[Duration]>([])
        let backend = try Self.backend(.openAI, server, retries: 1, waits: waits)
        let result = await Result { try await backend.generate("Hello") }
        // What is no number at all is not said; what is one, and huge, is obeyed.
        if text == "1e309" {
            #expect((try? result.get()) != nil || server.requests.count == 1)
        } else {
            #expect(throws: InterlockError.self) { try result.get() }
            #expect(server.requests.count == 1)
            #expect(waits.withLock { $0 } == [])
        }
    }

    @Test("milliseconds go before seconds, and x-should-retry before the status", arguments: Peer.all)
    func finerHeaders(_ peer: Peer) async throws {  // wire: 58, 82
        let server = try peer.server()
        let waits = Locked<[Duration]>([])
        let backend = try Self.backend(peer, server, retries: 1, waits: waits)
        server.inject(.status(529, retryAfter: "9"), .header("retry-after-ms", "20"), times: 1)
        #expect(try await backend.generate("Hello").content == "You said: Hello")
        #expect(waits.withLock { $0 } == [.milliseconds(20)])
        server.inject(.status(529), .header("x-should-retry", "false"), times: 1)
        await #expect(throws: InterlockError.self) { try await backend.generate("Hello") }
        #expect(server.requests.count == 3)
        server.inject(.status(400), .header("x-should-retry", "true"), times: 1)
        #expect(try await backend.generate("Hello").content == "You said: Hello")
    }

    @Test("an account without credit is not asked again", arguments: Peer.all.filter { $0.speaks != .lines })
    func quota(_ peer: Peer) async throws {  // wire: 83
        let server = try peer.server()
        server.inject(.quotaExhausted)
        // These flavours have no code for it.
        let tells = !["llama_server", "vllm", "mlx_server"].contains(peer.backend)
        let waits = Locked<[Duration]>([])
        let backend = try Self.backend(peer, server, retries: 1, waits: waits)
        let error = await #expect(throws: InterlockError.self) { try await backend.generate("Hello") }
        guard tells else { return }
        #expect(error?.code == .quotaExceeded)
        #expect(server.requests.count == 1)
    }

    @Test(
        "spend limits of Anthropic are final",
        arguments: ["enforced_spend_limit_reached", "contract_spend_limit_reached"])
    func spendLimits(_ code: String) async throws {  // wire: 83
        let server = try Peer.anthropic.server()
        server.respond { _ in
            .json(
                [
                    "type": "error",
                    "error": [
                        "type": "rate_limit_error", "message": "Limit reached",
                        "details": ["error_code": .string(code)],
                    ],
                ], status: 429)
        }
        let error = try await Peer.anthropic.failure(server, ["max_retries": 3])
        #expect(error.code == .quotaExceeded)
        #expect(server.requests.count == 1)
    }

    @Test("a wait that would outlast the deadline is not begun")
    func deadline() async throws {  // wire: 86
        let server = try Peer.openAI.server()
        server.inject(.storm(1, status: 429, retryAfter: "60"))
        var request = GenerationRequest([.user("Hello")])
        request.budget = RequestBudget(timeout: .seconds(30))
        let waits = Locked<[Duration]>([])
        let backend = try Self.backend(.openAI, server, retries: 5, waits: waits)
        let error = await #expect(throws: InterlockError.self) { try await backend.reply(to: request) }
        #expect(error?.code == .rateLimited)
        #expect(waits.withLock { $0 } == [])
    }

    @Test("the budget of a request limits its attempts", arguments: Peer.eachSpeech)
    func budget(_ peer: Peer) async throws {
        let server = try peer.server()
        server.inject(.status(503))
        var request = GenerationRequest([.user("Hello")])
        request.budget = RequestBudget(attempts: 2)
        let waits = Locked<[Duration]>([])
        let backend = try Self.backend(peer, server, retries: 9, waits: waits)
        let error = await #expect(throws: InterlockError.self) { try await backend.reply(to: request) }
        // By the type that the server gives such an error, llama.cpp means that it still loads.
        #expect(error?.code == (peer.speaks == .messages || peer.speaks == .lines ? .overloaded : .notLoaded))
        #expect(server.requests.count == 2)
    }

    @Test("vectors and lists are asked for again, too", arguments: [Peer.openAI, .ollama])
    func services(_ peer: Peer) async throws {  // covers: S8
        let server = try peer.server()
        let waits = Locked<[Duration]>([])
        let backend = try Self.backend(peer, server, retries: 1, waits: waits)
        server.inject(.storm(1, status: 503))
        #expect(try await backend.embed(EmbeddingRequest(["one"])).vectors.count == 1)
        server.inject(.storm(1, status: 503))
        #expect(try await backend.models().count == 1)
        #expect(waits.withLock { $0.count } == 2)
    }

    @Test("the id of a request is in its error, wherever the provider puts it", arguments: Peer.all)
    func requestIDs(_ peer: Peer) async throws {  // wire: 87
        let server = try peer.server()
        server.inject(.status(400))
        let error = try await peer.failure(server)
        #expect(error.provider?.requestID == (peer.backend == "ollama" ? nil : "req_fault"))
        #expect(error.backend == peer.backend)
    }
}

extension Result where Failure == any Error {
    /// What an asynchronous function returned or threw.
    fileprivate init(_ body: () async throws -> Success) async {
        do {
            self = .success(try await body())
        } catch {
            self = .failure(error)
        }
    }
}
