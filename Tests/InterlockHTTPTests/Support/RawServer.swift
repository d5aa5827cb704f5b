import InterlockCore
import TestSupport

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A server on the loopback address that does to each connection exactly what a test says, byte by byte.
///
/// One thread accepts, one serves each connection; both end with the server, whose every wait is bounded.
final class RawServer: Sendable {
    private struct State {
        var accepted = 0
        var open: [Int: RawConnection] = [:]
        var failures: [String] = []
        var isStopped = false
        var isAccepting = true
    }

    /// The port it listens on.
    let port: Int
    private let listener: Int32
    private let state = Monitor(State())

    /// Starts a server; `script` gets each connection and its number, from 0 on.
    init(_ script: @escaping @Sendable (RawConnection, Int) throws -> Void) throws {
        listener = try Self.listen()
        port = try Self.port(of: listener)
        let started = DedicatedThread.start { [self] in
            while let descriptor = acceptOne() { serve(descriptor, script) }
            state.withLock { $0.isAccepting = false }
        }
        guard started else { throw TestFailure("no thread for the server") }
    }

    deinit {
        close(listener)
    }

    /// The address of a path on it.
    func url(_ path: String = "/") -> String { "http://127.0.0.1:\(port)\(path)" }

    /// How many connections there were.
    var connections: Int { state.withLock { $0.accepted } }

    /// Ends all connections and threads; what scripts threw comes back.
    @discardableResult
    func stop() -> [String] {
        let open = state.withLock { state in
            state.isStopped = true
            return Array(state.open.values)
        }
        for connection in open { connection.interrupt() }
        // Closing a descriptor does not wake the one who accepts on it; a connection does.
        if let descriptor = try? Self.connect(to: port) { close(descriptor) }
        return state.wait { state in !state.isAccepting && state.open.isEmpty ? state.failures : nil }
    }

    private func acceptOne() -> Int32? {
        let descriptor = descriptorLock.withLock { _ in Self.acceptNow(listener) }
        guard descriptor == -1 else { return isStopped ? nil : descriptor }
        var poll = pollfd(fd: listener, events: Int16(POLLIN), revents: 0)
        _ = Self.wait(&poll)
        return isStopped ? nil : acceptOne()
    }

    private var isStopped: Bool { state.withLock { $0.isStopped } }

    private func serve(_ descriptor: Int32, _ script: @escaping @Sendable (RawConnection, Int) throws -> Void) {
        let connection = RawConnection(descriptor)
        let number = state.withLock { state in
            defer { state.accepted += 1 }
            state.open[state.accepted] = connection
            return state.accepted
        }
        let started = DedicatedThread.start { [self] in
            do {
                try script(connection, number)
            } catch {
                state.withLock { $0.failures.append("\(error)") }
            }
            connection.end()
            state.withLock { $0.open[number] = nil }
        }
        if !started {
            connection.end()
            state.withLock { $0.open[number] = nil }
        }
    }
}
