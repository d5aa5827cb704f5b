import Interlock
import TestSupport
import Testing

/// The litellm proxy with made-up answers, through the backends whose providers it stands for.
@Suite(.serialized) struct LiteLLMTests {
    private static func start() async throws -> PeerServer? {
        try await PeerServer.start(
            "litellm", "bin/litellm",
            environment: [
                "LITELLM_LOCAL_MODEL_COST_MAP": "True", "LITELLM_DANGEROUSLY_PERMIT_WEAK_OR_UNSET_MASTER_KEY": "true",
                "PATH": "/usr/bin:/bin",
            ],
            healthPath: "/health/liveliness"
        ) { port in
            [
                "--config", "\(Paths.packageRoot)/Tests/InterlockRemoteTests/Recorded/litellm.yaml", "--host",
                "127.0.0.1", "--port", "\(port)",
            ]
        }
    }

    // covers: G4, S2
    @Test("answers come whole and in pieces, and unknown models are errors")
    func answers() async throws {
        guard let server = try await Self.start() else { return }
        for (backend, parameters) in [
            ("openai", ["base_url": .string(server.url)]),
            ("openai_compatible", ["base_url": .string(server.url)]),
            ("azure", ["endpoint": .string(server.url)]),
            ("anthropic", ["base_url": .string(server.url)]),
        ] as [(String, JSONObject)] {
            var all = parameters
            all["api_key"] = "none"
            let model = try BackendRegistry.builtIn.make(
                backend, BackendConfiguration(model: "demo", parameters: all))
            let reply = try await model.generate("What is the capital of France?")
            #expect(reply.content == "The capital of France is Paris.", "\(backend)")
            #expect(reply.finishReason.canonical == .endTurn, "\(backend)")
            let unknown = try BackendRegistry.builtIn.make(
                backend, BackendConfiguration(model: "no-such-model", parameters: all))
            let error = await #expect(throws: InterlockError.self) { try await unknown.generate("Hi") }
            #expect(error?.isRetryable == false, "\(backend): \(String(describing: error))")
        }
    }
}
