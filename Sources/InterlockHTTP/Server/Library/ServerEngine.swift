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

/// What runs behind an ``HTTPServer``: the HTTP library, its connections and their time limits.
///
/// Belongs to the loop.
final class ServerEngine: @unchecked Sendable {
    let limits: HTTPServerLimits
    let loop: EventLoop
    let handler: any HTTPHandler
    private var listener: Listener
    private var daemon: OpaquePointer?
    private var daemonDescriptor: Int32 = -1
    private var connections: [Int32: ServerConnection] = [:]
    private var addresses: [String: Int] = [:]
    /// The client of the connection that is being handed to the library.
    private var arriving = ""
    private var isRunScheduled = false
    private var runTimer: LoopTimer?
    private var sweepTimer: LoopTimer?
    private var acceptTimer: LoopTimer?
    /// Handlers that have not returned.
    private var runningTasks = 0
    private(set) var isStopping = false
    private var stopWaiters: [CheckedContinuation<Void, Never>] = []
    private var stopTimer: LoopTimer?

    init(_ limits: HTTPServerLimits, _ loop: EventLoop, _ handler: any HTTPHandler, _ listener: Listener) {
        self.limits = limits
        self.loop = loop
        self.handler = handler
        self.listener = listener
    }

    var now: MonotonicTime { Clocks.system.monotonic() }

    // MARK: The library

    /// Starts the library; before anything else, on any thread.
    func prepare() throws(InterlockError) {
        let callbacks = interlock_mhd_callbacks(
            request: { context, handle, _, method, version, data, size, _ in
                ServerEngine.requestCallback(context, handle, method, version, data, size)
            },
            target: { ServerEngine.targetCallback($0, $1, $2) },
            completed: { _, connection, _, _ in ServerEngine.connection(connection)?.finish() },
            connection: { ServerEngine.connectionCallback($0, $1, $2, $3) },
            context: Unmanaged.passUnretained(self).toOpaque()
        )
        daemon = interlock_mhd_start(callbacks, limits.connectionMemory, UInt32(clamping: limits.connections + 16))
        guard let daemon else {
            throw InterlockError(
                .internalInconsistency, "libmicrohttpd does not start: \(String(cString: strerror(errno)))")
        }
        daemonDescriptor = interlock_mhd_descriptor(daemon)
        guard daemonDescriptor >= 0 else {
            throw InterlockError(
                .unsupported, "libmicrohttpd has no epoll on this system, and the server needs it",
                hint: "Run the server on Linux.")
        }
    }

    /// Gives back what was prepared and will not be used.
    func discard() {
        listener.close()
        if let daemon { MHD_stop_daemon(daemon) }
        daemon = nil
    }

    /// Begins to take connections; from now on the loop keeps the engine, until it has stopped.
    func open() {
        loop.watch(daemonDescriptor, .readable) { [self] _ in needsRun() }
        for descriptor in listener.descriptors {
            loop.watch(descriptor, .readable) { [self] _ in accept(descriptor) }
        }
    }

    /// Has the library look at its connections at the end of this turn.
    func needsRun() {
        guard !isRunScheduled, daemon != nil else { return }
        isRunScheduled = true
        loop.atEndOfTurn { [weak self] in self?.run() }
    }

    private func run() {
        isRunScheduled = false
        guard let daemon else { return }
        MHD_run(daemon)
        var milliseconds: UInt64 = 0
        guard MHD_get_timeout(daemon, &milliseconds) == interlock_mhd_result(1) else { return }
        if milliseconds == 0 { return needsRun() }
        runTimer?.cancel()
        runTimer = loop.schedule(after: .milliseconds(Int64(clamping: milliseconds))) { [weak self] in self?.needsRun()
        }
    }

    // MARK: Connections

    private func accept(_ descriptor: Int32) {
        for _ in 0..<64 {
            var storage = sockaddr_storage()
            var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
            let (client, code) = withUnsafeMutablePointer(to: &storage) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address -> (Int32, Int32) in
                    let client = acceptClient(descriptor, address, &length)
                    guard client >= 0 else { return (-1, errno) }
                    arriving = Listener.name(of: address, length)
                    admit(client, address, length)
                    return (client, 0)
                }
            }
            guard client < 0 else { continue }
            if code == EMFILE || code == ENFILE || code == ENOBUFS || code == ENOMEM { pauseAccepting() }
            if code != ECONNABORTED, code != EINTR { return }
        }
    }

    private func admit(_ client: Int32, _ address: UnsafePointer<sockaddr>, _ length: socklen_t) {
        var yes: Int32 = 1
        setsockopt(client, Int32(IPPROTO_TCP), TCP_NODELAY, &yes, socklen_t(MemoryLayout<Int32>.size))
        let isOver =
            connections.count >= limits.connections
            || limits.connectionsPerAddress.map { addresses[arriving, default: 0] >= $0 } ?? false
        guard !isOver, !isStopping, let daemon else { return turnAway(client) }
        // The library closes the connection itself if it cannot take it.
        MHD_add_connection(daemon, client, address, length)
        needsRun()
        sweepLater()
    }

    private func turnAway(_ client: Int32) {
        let error = InterlockError(
            .busy, "the server has as many connections as it takes", hint: "Try again in a second.")
        let (headers, body) = handler.refusal(error, status: 503)
        var text = "HTTP/1.1 503 Service Unavailable\r\nretry-after: 1\r\nconnection: close\r\n"
        for field in headers { text += "\(field.name): \(field.value)\r\n" }
        text += "content-length: \(body.count)\r\n\r\n"
        let bytes = Array(text.utf8) + body
        _ = bytes.withUnsafeBytes { send(client, $0.baseAddress, $0.count, 0) }
        _ = shutdown(client, Int32(SHUT_WR))
        closeDescriptor(client)
    }

    /// Without descriptors left, the waiting clients would wake the loop again and again.
    private func pauseAccepting() {
        guard acceptTimer == nil else { return }
        for descriptor in listener.descriptors { loop.change(descriptor, []) }
        acceptTimer = loop.schedule(after: .milliseconds(100)) { [weak self] in
            guard let self else { return }
            acceptTimer = nil
            for descriptor in listener.descriptors { loop.change(descriptor, .readable) }
        }
    }

    /// Takes in a connection that the library has accepted.
    func opened(_ handle: OpaquePointer) -> ServerConnection {
        let descriptor = interlock_mhd_socket(handle)
        let connection = ServerConnection(descriptor: descriptor, peer: arriving, handle: handle, engine: self)
        connections[descriptor] = connection
        addresses[arriving, default: 0] += 1
        connection.open()
        return connection
    }

    /// Lets go of a connection whose descriptor the library is about to close.
    func closed(_ connection: ServerConnection) {
        connection.close()
        connections[connection.descriptor] = nil
        let left = addresses[connection.peer, default: 1] - 1
        addresses[connection.peer] = left > 0 ? left : nil
        checkStop()
    }

    private func sweepLater() {
        guard sweepTimer == nil else { return }
        sweepTimer = loop.schedule(after: limits.sweepInterval) { [weak self] in self?.sweep() }
    }

    private func sweep() {
        sweepTimer = nil
        let now = now
        for connection in connections.values {
            if let deadline = connection.deadline, deadline <= now { connection.abort() }
        }
        if !connections.isEmpty { sweepLater() }
    }

    // MARK: Handlers

    /// Starts the handler of a request.
    func start(_ request: HTTPServerRequest, _ responder: Responder) -> Task<Void, Never> {
        runningTasks += 1
        // The one place of the package that starts tasks: a request begins in a callback, where none is running.
        return Task(executorPreference: loop) { [handler, loop] in
            await handler.handle(request, responder)
            responder.close()
            loop.submit { [weak self] in self?.taskEnded() }
        }
    }

    private func taskEnded() {
        runningTasks -= 1
        checkStop()
    }

    /// Notes that an answer was given or given up.
    func exchangeEnded() {
        guard isStopping else { return }
        loop.submit { [weak self] in self?.closeIdle() }
    }

    // MARK: The end

    /// Takes no more connections, lets running requests finish, and cancels those that have not after a time.
    func stop(grace: Duration, _ done: CheckedContinuation<Void, Never>) {
        guard daemon != nil else { return done.resume() }
        stopWaiters.append(done)
        if !isStopping {
            isStopping = true
            acceptTimer?.cancel()
            for descriptor in listener.descriptors { loop.unwatch(descriptor) }
            listener.close()
        }
        closeIdle()
        stopTimer?.cancel()
        stopTimer = loop.schedule(after: grace) { [weak self] in self?.cancelAll() }
        checkStop()
    }

    private func closeIdle() {
        for connection in connections.values where connection.exchange == nil { connection.abort() }
    }

    private func cancelAll() {
        for connection in connections.values { connection.abort() }
        // Handlers that take no notice of being cancelled are not waited for much longer.
        stopTimer = loop.schedule(after: .seconds(2)) { [weak self] in
            self?.runningTasks = 0
            self?.checkStop()
        }
        checkStop()
    }

    private func checkStop() {
        guard isStopping, connections.isEmpty, runningTasks <= 0, daemon != nil else { return }
        // Not here: this may be inside of the library.
        loop.submit { [self] in end() }
    }

    private func end() {
        guard let daemon, connections.isEmpty else { return }
        loop.unwatch(daemonDescriptor)
        for timer in [runTimer, sweepTimer, stopTimer] { timer?.cancel() }
        self.daemon = nil
        MHD_stop_daemon(daemon)
        for waiter in stopWaiters { waiter.resume() }
        stopWaiters = []
    }
}

/// Accepts a client whose descriptor neither blocks nor is inherited by child processes.
private func acceptClient(
    _ descriptor: Int32, _ address: UnsafeMutablePointer<sockaddr>, _ length: UnsafeMutablePointer<socklen_t>
) -> Int32 {
    let client = accept(descriptor, address, length)
    guard client >= 0 else { return -1 }
    _ = fcntl(client, F_SETFD, FD_CLOEXEC)
    _ = fcntl(client, F_SETFL, O_NONBLOCK)
    return client
}
#endif
