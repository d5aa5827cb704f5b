import Interlock
import InterlockCore
import InterlockTesting
import Testing

/// What a check finds out, and that it does not take longer than it may.
@Suite("remote backends: health")
struct HealthTests {
    private static func check(
        _ peer: Peer, _ server: FaultServer, model: String? = nil, timeout: Duration = .seconds(20)
    ) async throws -> HealthReport {
        try await peer.make(server, model: model).checkHealth(timeout: timeout)
    }

    @Test("ready", arguments: Peer.all)
    func ready(_ peer: Peer) async throws {  // covers: S7
        let server = try peer.server()
        let report = try await Self.check(peer, server)
        #expect(report.state == .ready)
        #expect(report.problem == nil)
        #expect(report.target == server.url + peer.path)
        #expect(report.latency != nil)
        #expect(report.details.contains { $0.name == "key" && $0.value == "SET" })
        // Nothing was generated: Azure is asked something that it refuses, the others only for what they have.
        #expect(server.requests.allSatisfy { $0.json?["messages"]?.arrayValue?.isEmpty ?? true })
    }

    @Test("no such model", arguments: Peer.all.filter { !["llama_server", "mlx_server"].contains($0.backend) })
    func noSuchModel(_ peer: Peer) async throws {  // covers: S7
        let server = try peer.server { $0.servesAnyModel = false }
        let report = try await Self.check(peer, server, model: peer.model.replacingLast(with: "x"))
        #expect(report.state == .noSuchModel)
        #expect(report.problem?.code == .modelNotFound)
        #expect(report.problem?.hint != nil)
    }

    @Test("unauthorised", arguments: Peer.all.filter { $0.backend != "llama_server" })
    func unauthorised(_ peer: Peer) async throws {  // covers: S7
        let server = try peer.server { $0.requiredKey = Secret("another-key") }
        let report = try await Self.check(peer, server)
        #expect(report.state == .unauthorized)
        #expect(report.problem?.provider?.status == 401)
    }

    @Test("unauthorised by llama-server, whose readiness is public")
    func unauthorisedLlama() async throws {
        let server = try Peer.llamaServer.server { $0.requiredKey = Secret("another-key") }
        #expect(try await Self.check(.llamaServer, server).state == .unauthorized)
    }

    @Test("unreachable", arguments: Peer.all)
    func unreachable(_ peer: Peer) async throws {  // covers: S7
        let closed = try ClosedPort()
        let port = closed.number
        let backend = try BackendRegistry.builtIn.make(
            peer.backend, peer.configuration(address: "http://127.0.0.1:\(port)\(peer.path)"))
        let report = try await backend.checkHealth(timeout: .seconds(20))
        #expect(report.state == .unreachable)
        #expect(report.problem?.message == "cannot connect to 127.0.0.1:\(port): connection refused")
        #expect(report.problem?.hint == "Is the server at 127.0.0.1:\(port) running?")
    }

    @Test("no answer in time, and the check ends in time", arguments: Peer.all)
    func timedOut(_ peer: Peer) async throws {  // covers: S7
        let server = try peer.server()
        server.inject(.slowFirstByte(.seconds(600)))
        let start = ContinuousClock.now
        let report = try await Self.check(peer, server, timeout: .milliseconds(200))
        #expect(report.state == .timedOut)
        #expect(ContinuousClock.now - start < .seconds(60))
    }

    @Test(
        "a server that answers the first question and no other ends the check in time, too",
        arguments: [(Peer.ollama, "/api/tags"), (.ollama, "/api/ps"), (.llamaServer, "/v1/models")])
    func halfDead(_ peer: Peer, _ path: String) async throws {  // covers: S7
        let server = try peer.server()
        server.inject(.slowFirstByte(.seconds(600)), path: path)
        let start = ContinuousClock.now
        #expect(try await Self.check(peer, server, timeout: .milliseconds(300)).state == .timedOut)
        #expect(ContinuousClock.now - start < .seconds(60))
    }

    @Test("several slow answers together do not take longer than the check may")
    func slowTogether() async throws {
        let server = try Peer.ollama.server()
        server.inject(.slowFirstByte(.milliseconds(400)))
        #expect(try await Self.check(.ollama, server, timeout: .seconds(1)).state == .timedOut)
    }

    @Test("answers that are no answers", arguments: Peer.all)
    func failing(_ peer: Peer) async throws {  // covers: S7
        let server = try peer.server()
        for fault in [FaultServer.Fault.html502, .garbage, .status(500), .emptyBody(status: 503)] {
            server.clearFaults()
            server.inject(fault)
            #expect(try await Self.check(peer, server).state == .failing)
        }
    }

    @Test("a model that is there but not in memory")
    func notLoaded() async throws {  // covers: S7
        let server = try Peer.ollama.server { $0.models = ["other:latest", "llama:latest"] }
        #expect(try await Self.check(.ollama, server).state == .notLoaded)
        // Ollama's own rule: a name without a tag means the latest.
        #expect(try await Self.check(.ollama, server, model: "other").state == .ready)
        let studio = try Peer.lmStudio.server()
        studio.respond { request in
            guard request.path == "/api/v0/models" else { return nil }
            return .json(["data": [["id": "local-model", "state": "not-loaded", "max_context_length": 4096]]])
        }
        #expect(try await Self.check(.lmStudio, studio).state == .notLoaded)
    }

    @Test("llama-server that still loads its model is not ready")
    func loading() async throws {  // covers: S7; wire: 47
        let server = try Peer.llamaServer.server()
        server.respond { request in
            guard request.path == "/health" else { return nil }
            return .json(
                ["error": ["code": 503, "message": "Loading model", "type": "unavailable_error"]], status: 503)
        }
        let report = try await Self.check(.llamaServer, server)
        #expect([.failing, .notLoaded].contains(report.state))
        #expect(report.problem?.message.contains("Loading model") == true)
        #expect(server.requests.count == 1)
    }

    @Test("cancelling ends the check")
    func cancelled() async throws {
        let server = try Peer.openAI.server()
        server.inject(.slowFirstByte(.seconds(600)))
        let backend = try Peer.openAI.make(server)
        let task = Task { try await backend.checkHealth(timeout: .seconds(600)) }
        try await server.wait { $0.count == 1 }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
    }
}

extension String {
    /// The same name with another last letter, which is a name of nothing.
    fileprivate func replacingLast(with letter: Character) -> String { String(dropLast()) + String(letter) }
}
