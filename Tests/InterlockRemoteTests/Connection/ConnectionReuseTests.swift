import Interlock
import InterlockTesting
import Testing

@Suite struct ConnectionReuseTests {
    private static func model(_ server: FaultServer, _ backend: String = "openai_compatible") throws -> any Backend {
        try BackendRegistry.builtIn.make(
            backend,
            BackendConfiguration(model: "demo-model", parameters: ["base_url": .string(server.url), "api_key": "k"]))
    }

    @Test(
        "streams that ended well leave their connection to the next",
        arguments: ["openai_compatible", "anthropic", "ollama"])
    func reuse(backend: String) async throws {
        let server = try FaultServer()
        let model = try Self.model(server, backend)
        for _ in 0..<10 { _ = try await model.generate("Hello there, how are you?") }
        #expect(server.requests.count == 10)
        #expect(server.connectionCount == 1)
    }

    @Test("a server that hangs after the end of an answer holds nobody up and loses its connection")
    func hangAfterTheEnd() async throws {
        let server = try FaultServer()
        let model = try Self.model(server)
        server.respond { request in
            guard request.path.hasSuffix("/chat/completions"), request.number == 1 else { return nil }
            return .stream([
                .text(
                    #"data: {"id":"1","choices":[{"index":0,"delta":{"content":"Hi"},"finish_reason":"stop"}]}"#
                        + "\n\n"),
                .text("data: [DONE]\n\n"), .stall,
            ])
        }
        #expect(try await model.generate("Hello!").content == "Hi")
        // The stalled exchange ends because the client closes it.
        try await server.wait { exchanges in exchanges.first?.ending != nil }
        #expect(try await model.generate("Hello!").content == "You said: Hello!")
        #expect(server.connectionCount == 2)
    }
}
