package import InterlockCore

/// An HTTP/1.1 server on an event loop.
///
/// ```swift
/// let server = HTTPServer(.init(host: "127.0.0.1", port: 8080), handler: handler)
/// let port = try server.start()
/// …
/// await server.stop(grace: .seconds(10))
/// ```
///
/// libmicrohttpd reads and writes HTTP; its descriptors are watched by the loop, and nothing here has a thread of its own.
package final class HTTPServer: Sendable {
    /// Where a server listens, and what it takes.
    package struct Configuration: Sendable, Hashable {
        /// A name, a numeric address, or `*` for every address of this machine.
        package var host: String
        /// The port; 0 takes any that is free.
        package var port: Int
        /// What is taken from clients.
        package var limits: HTTPServerLimits

        /// Makes a configuration.
        package init(host: String = "127.0.0.1", port: Int = 0, limits: HTTPServerLimits = HTTPServerLimits()) {
            self.host = host
            self.port = port
            self.limits = limits
        }
    }

    private let configuration: Configuration
    private let loop: EventLoop
    private let handler: any HTTPHandler
    #if Server
    private let engine = Locked<ServerEngine?>(nil)
    #endif

    /// Makes a server that does not listen yet.
    package init(_ configuration: Configuration, loop: EventLoop = .shared, handler: any HTTPHandler) {
        self.configuration = configuration
        self.loop = loop
        self.handler = handler
    }

    /// Listens.
    ///
    /// - Returns: The port.
    /// - Throws: ``InterlockError/Code/invalidConfiguration`` where the address or the port cannot be had.
    package func start() throws(InterlockError) -> Int {
        #if Server
        guard engine.withLock({ $0 == nil }) else {
            throw InterlockError(.internalInconsistency, "the server was started already")
        }
        let listener = try Listener(host: configuration.host, port: configuration.port)
        let started = ServerEngine(configuration.limits, loop, handler, listener)
        do throws(InterlockError) {
            try started.prepare()
        } catch {
            started.discard()
            throw error
        }
        guard loop.submit({ started.open() }) else {
            started.discard()
            throw InterlockError(.internalInconsistency, "the server's event loop has ended")
        }
        engine.withLock { $0 = started }
        return listener.port
        #else
        throw InterlockError(
            .backendNotBuilt, "this build of Interlock has no HTTP server",
            hint: "Build with the trait Server: `make build` does.")
        #endif
    }

    /// Takes no more connections, lets running requests finish, and cancels those that have not after a time.
    package func stop(grace: Duration) async {
        #if Server
        guard let engine = engine.withLock({ $0 }) else { return }
        await withCheckedContinuation { continuation in
            if !loop.submit({ engine.stop(grace: grace, continuation) }) { continuation.resume() }
        }
        self.engine.withLock { $0 = nil }
        #endif
    }
}
