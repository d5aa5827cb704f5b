import InterlockCore
import InterlockHTTP
import TestSupport

/// A server whose handler is a closure, stopped when the test's body is over.
func withServer(
    limits: HTTPServerLimits = HTTPServerLimits(),
    handler: @escaping @Sendable (HTTPServerRequest, Responder) async throws -> Void,
    _ body: (Int) async throws -> Void
) async throws {
    let server = HTTPServer(HTTPServer.Configuration(limits: limits), handler: ClosureHandler(handler))
    let port = try server.start()
    do {
        try await onOwnThread { try await body(port) }
    } catch {
        await server.stop(grace: .zero)
        throw error
    }
    await server.stop(grace: .zero)
}

/// Runs a test's body on a thread of its own, which it may block: were it a thread of the pool, two tests that wait for
/// sockets could keep everything else from going on.
func onOwnThread(_ body: () async throws -> Void) async throws {
    let thread = EventLoop(label: "test")
    defer { thread.stop() }
    try await withTaskExecutorPreference(thread) { try await body() }
}

/// A handler that is a closure.
struct ClosureHandler: HTTPHandler {
    private let answer: @Sendable (HTTPServerRequest, Responder) async throws -> Void

    init(_ answer: @escaping @Sendable (HTTPServerRequest, Responder) async throws -> Void) {
        self.answer = answer
    }

    func handle(_ request: HTTPServerRequest, _ responder: Responder) async {
        // What is thrown here is only ever "the client has left".
        try? await answer(request, responder)
    }
}

/// Answers with what came in: method, path, query and body.
@Sendable func echo(_ request: HTTPServerRequest, _ responder: Responder) async throws {
    let query = request.query.map { "\($0.name)=\($0.value)" }.joined(separator: "&")
    let text = "\(request.method) \(request.path)?\(query) \(request.body.count):"
    try responder.send(
        status: 200, headers: ["content-type": "text/plain"], body: Array(text.utf8) + request.body.prefix(100))
}

/// Notes when things happened, for a test that waits for them.
final class Notes: Sendable {
    private let entries = Locked<[(name: String, time: ContinuousClock.Instant)]>([])

    /// Notes something.
    func add(_ name: String) { entries.withLock { $0.append((name, .now)) } }

    /// What was noted.
    var names: [String] { entries.withLock { $0.map(\.name) } }

    /// When something was noted first.
    func time(_ name: String) -> ContinuousClock.Instant? {
        entries.withLock { entries in entries.first { $0.name == name }?.time }
    }

    /// Waits until something was noted so often.
    func wait(for name: String, count: Int = 1) async throws {
        let deadline = ContinuousClock.now + patience
        while entries.withLock({ $0.count { $0.name == name } }) < count {
            guard ContinuousClock.now < deadline else { throw TestFailure("\(name) did not happen, only \(names)") }
            try await EventLoop.shared.sleep(for: .milliseconds(2))
        }
    }
}
