import InterlockCore
import InterlockHTTP

/// Carries an answer out as a stream of server-sent events.
///
/// The response begins with the first thing there is to show, so that what fails before is an error with a status of its
/// own; or with the first sign of life, when nothing comes for long.
final class StreamWriter: Sendable {
    private struct State: Sendable {
        var drops: [Drop]
        var hasBegun = false
        /// How much was written when the last sign of life was thought of.
        var writes = 0
    }

    private let exchange: GatewayExchange
    private let state: Locked<State>

    init(_ exchange: GatewayExchange, drops: [Drop]) {
        self.exchange = exchange
        state = Locked(State(drops: drops))
    }

    /// Whether an error can only be said inside of the stream.
    var hasBegun: Bool { state.withLock { $0.hasBegun } }

    /// Notes that something asked for is left out; shows in the header as long as that has not been sent.
    func add(_ drop: Drop) {
        state.withLock { $0.drops.append(drop) }
    }

    /// Writes; awaits a slow reader.
    func write(_ bytes: [UInt8]) async throws {
        guard !bytes.isEmpty else { return }
        let drops = state.withLock { state -> [Drop]? in
            state.writes += 1
            guard !state.hasBegun else { return nil }
            state.hasBegun = true
            return state.drops
        }
        if let drops {
            var headers = exchange.headers("text/event-stream; charset=utf-8", drops: drops)
            headers.append("cache-control", "no-cache")
            headers.append("x-accel-buffering", "no")
            try exchange.responder.head(status: 200, headers: headers)
        }
        try await exchange.responder.write(bytes)
    }

    /// Writes a comment whenever nothing else was written for a while; ends by being cancelled.
    private func keepAlive() async throws {
        while true {
            let before = state.withLock { $0.writes }
            try await exchange.configuration.clocks.sleep(exchange.configuration.pingInterval)
            if state.withLock({ $0.writes }) == before { try await write(ServerSentEvent.ping) }
        }
    }

    /// Runs a request and writes what comes of it.
    func run(_ backend: any Backend, _ request: GenerationRequest, as stream: some AnswerStream & Sendable) async throws
    {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { [self] in try await keepAlive() }
            var stream = stream
            var isFinished = false
            try await backend.run(request) { event in
                if case .dropped(let drop) = event { add(drop) }
                if case .finish = event { isFinished = true }
                try await write(try stream.bytes(for: event))
            }
            group.cancelAll()
            guard isFinished else {
                throw InterlockError(
                    .truncatedStream, "the answer was cut off: it ended without saying why",
                    hint: "Send the request again.")
            }
        }
    }
}
