#if Server
import CMicroHTTPD
import InterlockCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// A client's connection: its time limits and the request that is under way on it.
///
/// Belongs to the server's loop.
final class ServerConnection {
    let descriptor: Int32
    let peer: String
    let handle: OpaquePointer
    unowned let engine: ServerEngine
    /// When the connection is given up unless something happens first.
    private(set) var deadline: MonotonicTime?
    /// The target of the request that is coming in.
    var target = ""
    var exchange: Exchange?
    /// Whether the client has closed its side.
    private(set) var isPeerGone = false
    private var isWatched = false

    init(descriptor: Int32, peer: String, handle: OpaquePointer, engine: ServerEngine) {
        self.descriptor = descriptor
        self.peer = peer
        self.handle = handle
        self.engine = engine
    }

    /// Begins to watch for the client's leaving, which the library does not do while a request is being worked on.
    func open() {
        allow(engine.limits.headerTimeout)
        isWatched = true
        // The handler is gone with the watch, before the connection is.
        nonisolated(unsafe) let connection = self
        engine.loop.watch(descriptor, .peerClosed) { _ in connection.peerLeft() }
    }

    /// Ends what the connection still has; its descriptor is closed right after.
    func close() {
        unwatch()
        finish()
    }

    /// Gives the client so much time for what comes next; nil for as long as it takes.
    func allow(_ duration: Duration?) {
        deadline = duration.map { engine.now + $0 }
    }

    /// Ends the request that is under way, if any; the connection may take another.
    func finish() {
        guard let exchange else { return }
        self.exchange = nil
        exchange.complete()
        allow(engine.limits.idleTimeout)
    }

    /// Makes the library see the end of the connection, and end what runs on it.
    func abort() {
        unwatch()
        isPeerGone = true
        _ = shutdown(descriptor, Int32(SHUT_RDWR))
        exchange?.clientLeft()
        engine.needsRun()
    }

    private func peerLeft() {
        // A client that only closes its side of the connection is taken for one that has left, as other servers do.
        abort()
    }

    private func unwatch() {
        guard isWatched else { return }
        isWatched = false
        engine.loop.unwatch(descriptor)
    }
}
#endif
