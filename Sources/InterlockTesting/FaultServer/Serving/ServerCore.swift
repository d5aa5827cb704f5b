import InterlockCore

/// What a fault server's threads share: one that accepts, and as many that serve as there are connections, up to a limit.
final class ServerCore: Sendable {
    /// A connection that is open.
    struct Client {
        var descriptor: Int32
        /// Whether it waits for a request, so that it may be closed for the sake of another.
        var isIdle = false
    }

    struct State {
        var configuration: FaultServer.Configuration
        var handler: FaultServer.Handler?
        var script: (@Sendable (FaultServer.Prompt) -> FaultServer.Saying)?
        var injections: [Injection] = []
        var released: Set<String> = []
        var exchanges: [FaultServer.Exchange] = []
        var connectionCount = 0
        var clients: [Int: Client] = [:]
        var waiting: [Int] = []
        var threads = 0
        var idleThreads = 0
        var isStopped = false
    }

    /// The most connections that are served at once; more wait.
    static let threadLimit = 64

    let port: UInt16
    let state: Monitor<State>
    private let listener: Int32
    private let wake: (read: Int32, write: Int32)

    init(_ configuration: FaultServer.Configuration) throws(InterlockError) {
        let wake = try LoopbackSocket.makePipe()
        let socket: (descriptor: Int32, port: UInt16)
        do {
            socket = try LoopbackSocket.listen()
        } catch {
            LoopbackSocket.close(wake.read)
            LoopbackSocket.close(wake.write)
            throw error
        }
        (listener, port) = socket
        self.wake = wake
        state = Monitor(State(configuration: configuration))
        guard DedicatedThread.start({ self.acceptConnections() }) else {
            for descriptor in [listener, wake.read, wake.write] { LoopbackSocket.close(descriptor) }
            throw InterlockError(
                .connectionFailed, "the fault server gets no thread",
                hint: "Look whether this process or user has too many threads.")
        }
    }

    /// Stops listening and ends every connection; the threads end by themselves.
    func stop() {
        let clients: [Client]? = state.withLock { state in
            guard !state.isStopped else { return nil }
            state.isStopped = true
            // Under the lock, so that no descriptor is ended after its number was given to another file.
            for client in state.clients.values { LoopbackSocket.end(client.descriptor) }
            return Array(state.clients.values)
        }
        if clients != nil { LoopbackSocket.close(wake.write) }
    }

    private func acceptConnections() {
        while LoopbackSocket.waitForInput([wake.read, listener]) == 1 {
            guard let descriptor = LoopbackSocket.accept(listener) else {
                // Too many open files, most likely: what waits to be taken would be asked about again and again.
                LoopbackSocket.rest(milliseconds: 10)
                continue
            }
            let needsThread = state.withLock { state in
                state.connectionCount += 1
                state.clients[state.connectionCount] = Client(descriptor: descriptor)
                state.waiting.append(state.connectionCount)
                if state.isStopped { LoopbackSocket.end(descriptor) }
                if state.idleThreads >= state.waiting.count { return false }
                if state.threads < Self.threadLimit {
                    state.threads += 1
                    return true
                }
                if let idle = state.clients.values.first(where: \.isIdle) {
                    LoopbackSocket.endReading(idle.descriptor)
                }
                return false
            }
            if needsThread, !DedicatedThread.start({ self.serveConnections() }) {
                state.withLock { $0.threads -= 1 }
            }
        }
        LoopbackSocket.close(listener)
        LoopbackSocket.close(wake.read)
    }

    private func serveConnections() {
        while let number = nextConnection() {
            guard let descriptor = state.withLock({ $0.clients[number]?.descriptor }) else { continue }
            Connection(core: self, descriptor: descriptor, number: number).serve()
            state.withLock { state in
                state.clients[number] = nil
                LoopbackSocket.close(descriptor)
            }
        }
    }

    /// The next connection to be served, or nil once all is over.
    private func nextConnection() -> Int? {
        state.withLock { $0.idleThreads += 1 }
        return state.wait { state -> Int?? in
            if !state.waiting.isEmpty {
                state.idleThreads -= 1
                return .some(state.waiting.removeFirst())
            }
            return state.isStopped ? .some(nil) : nil
        }
    }

    // MARK: - What a connection asks and tells

    /// Notes whether a connection waits for a request; false when it is to be closed instead.
    func note(_ connection: Int, isIdle: Bool) -> Bool {
        state.withLock { state in
            state.clients[connection]?.isIdle = isIdle
            return !state.isStopped
        }
    }

    /// Notes a complete request; its number and the faults that are to act on its answer.
    func begin(_ request: FaultServer.Request) -> (request: FaultServer.Request, faults: [FaultServer.Fault]) {
        state.withLock { state in
            var request = request
            request.number = state.exchanges.count + 1
            state.exchanges.append(FaultServer.Exchange(request: request))
            var faults: [FaultServer.Fault] = []
            for index in state.injections.indices where state.injections[index].take(for: request.path) {
                faults += state.injections[index].faults.compactMap { $0.chosen(for: request.number) }
            }
            return (request, faults)
        }
    }

    /// Notes bytes of an answer that were sent.
    func note(_ number: Int, sent count: Int) {
        state.withLock { $0.exchanges[number - 1].sentBytes += count }
    }

    /// Notes the end of an answer.
    func end(_ number: Int, _ ending: FaultServer.Exchange.Ending) {
        let now = Clocks.system.monotonic()
        state.withLock { state in
            state.exchanges[number - 1].ending = ending
            state.exchanges[number - 1].endedAt = now
        }
    }

    /// Whether answers may go on that wait for that name.
    func isReleased(_ name: String) -> Bool {
        state.withLock { $0.released.contains(name) || $0.isStopped }
    }
}
