import InterlockCore
import InterlockGateway
import InterlockHTTP
import InterlockTesting
import TestSupport

/// A gateway on a port of this machine, stopped when the test's body is over.
func withGateway(
    _ routes: [ModelRoute], configuration: GatewayConfiguration = GatewayConfiguration(newID: { "id" }),
    _ body: (GatewayClient) async throws -> Void
) async throws {
    let gateway = try Gateway(routes, configuration: configuration)
    let server = HTTPServer(HTTPServer.Configuration(limits: HTTPServerLimits(bodyBytes: 1 << 20)), handler: gateway)
    let client = GatewayClient(port: try server.start())
    do {
        try await onOwnThread { try await body(client) }
    } catch {
        await server.stop(grace: .zero)
        throw error
    }
    await server.stop(grace: .zero)
}

/// The same with one backend named `m`.
func withGateway(
    _ backend: any Backend, configuration: GatewayConfiguration = GatewayConfiguration(newID: { "id" }),
    _ body: (GatewayClient) async throws -> Void
) async throws {
    try await withGateway([ModelRoute(id: "m", backend: backend)], configuration: configuration, body)
}

/// Runs a test's body on a thread of its own, which it may block: were it a thread of the pool, two tests that wait for
/// sockets could keep everything else from going on.
func onOwnThread(_ body: () async throws -> Void) async throws {
    let thread = EventLoop(label: "test")
    defer { thread.stop() }
    try await withTaskExecutorPreference(thread) { try await body() }
}

/// Asks a gateway.
struct GatewayClient {
    let port: Int

    /// Begins a request on a connection of its own.
    func begin(_ method: String, _ path: String, _ body: String = "", _ fields: [String] = []) throws -> RawClient {
        let client = try RawClient(port: port)
        var head = "\(method) \(path) HTTP/1.1\r\n"
        if !fields.contains(where: { $0.hasPrefix("Host:") }) { head += "Host: localhost:\(port)\r\n" }
        for field in fields { head += "\(field)\r\n" }
        if !body.isEmpty { head += "Content-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n" }
        try client.send("\(head)\r\n\(body)")
        return client
    }

    /// A request and its response.
    func ask(_ method: String, _ path: String, _ body: String = "", _ fields: [String] = []) throws -> RawResponse {
        try begin(method, path, body, fields).response()
    }

    /// A chat request and its response.
    func chat(_ members: String = "", _ fields: [String] = []) throws -> RawResponse {
        try ask("POST", "/v1/chat/completions", Self.chatBody(members), fields)
    }

    static func chatBody(_ members: String) -> String {
        let rest = members.isEmpty ? "" : ", \(members)"
        return #"{"model": "m", "messages": [{"role": "user", "content": "Hi"}]\#(rest)}"#
    }
}

/// A backend that embeds, counts and reports what a test says.
struct EmbeddingBackend: Backend {
    var state = HealthReport.State.ready
    let identity = BackendIdentity(name: "embedder")
    let capabilities = Capabilities(embeddings: true)

    func embed(_ request: EmbeddingRequest) async throws -> EmbeddingReply {
        try request.validate()
        let size = request.dimensions ?? 3
        let vectors = request.inputs.map { text in
            (0..<size).map { Float(text.utf8.count) / Float($0 + 1) }
        }
        return EmbeddingReply(vectors: vectors, usage: Usage(inputTokens: request.inputs.count))
    }

    func checkHealth(timeout: Duration) async throws(CancellationError) -> HealthReport {
        state == .unreachable
            ? HealthReport(InterlockError(.connectionFailed, "nobody answers at 10.0.0.1")) : HealthReport(state)
    }

    func run(_ request: GenerationRequest, emit: (GenerationEvent) async throws -> Void) async throws {
        throw InterlockError(.unsupported, "this backend only embeds")
    }
}
