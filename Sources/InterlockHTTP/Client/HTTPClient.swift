import InterlockCore

/// An HTTP client: libcurl on an event loop.
///
/// Connections are kept and shared by its requests. A `POST` whose kept connection turns out to be closed is sent once
/// more on a new one, as long as no byte of a response had come.
package final class HTTPClient: Sendable, CustomReflectable {
    /// What a redirect's own body may have for its connection to be kept.
    private static let drainLimit = 64 << 10
    /// How many addresses are remembered as taken apart.
    private static let knownLimit = 256

    /// The client of this process, with the usual configuration and no proxy.
    package static let shared = HTTPClient(Configuration())

    private struct State {
        var exchanges: UInt64 = 0
        var known: [String: HTTPURL] = [:]
    }

    private let configuration: Configuration
    private let engine: CurlEngine
    private let state = Locked(State())

    /// Makes a client whose connections belong to `loop`.
    package init(_ configuration: Configuration, loop: EventLoop = .shared) {
        self.configuration = configuration
        engine = CurlEngine(configuration, loop: loop)
    }

    deinit {
        engine.close()
    }

    /// A mirror without children: connections and what was sent on them hold credentials, and `dump` shows everything.
    package var customMirror: Mirror { Mirror(self, children: [:]) }

    /// Sends a request and gives the response, while it comes, to `body`.
    ///
    /// When `body` returns or throws before the response is over, its connection is closed at once.
    ///
    /// - Throws: ``InterlockError``: `invalidRequest` before anything is sent; `connectionFailed`, `tlsFailed`,
    ///   `timeout`, `truncatedStream`, `malformedResponse`; `invalidConfiguration` for a redirect that is not followed.
    ///   `CancellationError` when the task is cancelled, and what `body` throws. A status of 4xx or 5xx is no error.
    package func withResponse<R>(
        to request: HTTPRequest, _ body: (HTTPResponseHead, HTTPBody) async throws -> R
    ) async throws -> R {
        var trail = try trail(request)
        while true {
            let transfer = transfer(trail, .stream(limit: configuration.bufferLimit))
            defer { transfer.leave() }
            let head = try await transfer.head()
            if try trail.follow(head, at: EventLoop.now) {
                await drain(transfer)
                continue
            }
            return try await withTaskCancellationHandler {
                try await body(head, HTTPBody(transfer))
            } onCancel: {
                transfer.leave()
            }
        }
    }

    /// Sends a request and waits for the whole response: the cheap way, with one resumption.
    ///
    /// - Throws: As ``withResponse(to:_:)``; `malformedResponse` where the decoded body is larger than `limit` bytes.
    package func collect(_ request: HTTPRequest, limit: Int = 64 << 20) async throws -> HTTPWholeResponse {
        var trail = try trail(request)
        while true {
            let response = try await transfer(trail, .whole(limit: limit)).whole()
            if try !trail.follow(response.head, at: EventLoop.now) { return response }
        }
    }

    /// Ends all requests with an error, closes all connections and waits until that is done.
    package func shutdown() async {
        await withCheckedContinuation { continuation in
            engine.close { continuation.resume() }
        }
    }

    private func trail(_ request: HTTPRequest) throws -> RedirectTrail {
        let known = state.withLock { $0.known[request.url] }
        let url = try known ?? HTTPURL(request.url)
        if known == nil {
            state.withLock { state in
                if state.known.count >= Self.knownLimit { state.known = [:] }
                state.known[request.url] = url
            }
        }
        return try RedirectTrail(request, to: url, at: EventLoop.now)
    }

    private func transfer(_ trail: RedirectTrail, _ mode: Transfer.Mode) -> Transfer {
        let exchange = state.withLock { state in
            state.exchanges += 1
            return state.exchanges
        }
        return Transfer(
            exchange: exchange, request: trail.request, url: trail.url,
            proxy: configuration.proxy.proxy(for: trail.url),
            mode: mode, engine: engine
        )
    }

    /// Reads a redirect's own body so that the connection can be used again; what fails here shows in the next request.
    private func drain(_ transfer: Transfer) async {
        var count = 0
        while count <= Self.drainLimit, let chunk = try? await transfer.next() { count += chunk.count }
    }
}
