import InterlockCore

/// The answer to one request: a head, a body in pieces, an end.
///
/// May be used from any thread and by several tasks; whole calls never mix. The server takes what was written at the end of
/// the loop's turn.
package final class Responder: Sendable {
    /// What the server is to do next.
    enum Action {
        /// Nothing has been said yet.
        case wait
        /// A response of known length.
        case whole(status: Int, headers: HTTPHeaders, body: [UInt8])
        /// A response whose body comes in pieces.
        case stream(status: Int, headers: HTTPHeaders)
        /// Give the connection up.
        case abort
    }

    /// What came of asking for bytes.
    enum Piece: Equatable {
        case bytes(Int)
        case nothingYet
        case end
        case broken
    }

    private struct Waiter {
        var id: UInt64
        var continuation: CheckedContinuation<Void, any Error>
    }

    private struct State {
        var head: (status: Int, headers: HTTPHeaders)?
        var whole: [UInt8]?
        var waiting: [UInt8] = []
        var offset = 0
        var isEnded = false
        var isBroken = false
        var isGone = false
        var waiters: [Waiter] = []
        var nextID: UInt64 = 0
        var wake: (@Sendable () -> Void)?

        var waitingCount: Int { waiting.count - offset }

        mutating func append(_ bytes: [UInt8]) {
            // What was taken goes as soon as it is the larger part: a reader that is always a little behind must not
            // make the whole answer pile up.
            if offset == waiting.count {
                waiting = bytes
                offset = 0
            } else if offset > waiting.count / 2 {
                waiting = Array(waiting[offset...]) + bytes
                offset = 0
            } else {
                waiting += bytes
            }
        }
    }

    private let state: Locked<State>
    private let limit: Int

    /// Makes an answer that nobody has begun.
    ///
    /// - Parameters:
    ///   - limit: How many bytes may wait for the client before ``write(_:)`` waits too.
    ///   - wake: Called whenever there is something new to send; on any thread.
    init(limit: Int, wake: @escaping @Sendable () -> Void) {
        self.limit = limit
        state = Locked(State(wake: wake))
    }

    /// Whether the client has left, so that nothing that is written reaches anyone.
    package var isGone: Bool { state.withLock { $0.isGone } }

    /// Whether a head was sent, so that the status cannot be changed any more.
    package var hasBegun: Bool { state.withLock { $0.head != nil } }

    /// Begins a response whose body is written in pieces.
    ///
    /// - Throws: `CancellationError` when the client has left.
    package func head(status: Int, headers: HTTPHeaders) throws {
        try begin(status, headers, body: nil)
    }

    /// Writes a piece of the body, which is sent at once; waits while too much is unread.
    ///
    /// - Throws: `CancellationError` when the client has left, or the task was cancelled while it waited.
    package func write(_ bytes: [UInt8]) async throws {
        let (isFull, wake) = try state.withLock { state -> (Bool, (@Sendable () -> Void)?) in
            guard !state.isGone else { throw CancellationError() }
            guard state.head != nil, state.whole == nil, !state.isEnded else {
                throw InterlockError(.internalInconsistency, "a body was written outside of a response")
            }
            state.append(bytes)
            return (state.waitingCount > limit, state.wake)
        }
        wake?()
        if isFull { try await drained() }
    }

    /// Ends the body.
    package func end() {
        finish { $0.isEnded = true }
    }

    /// Breaks the response off, so that the client can tell that it is not complete.
    package func fail() {
        finish { $0.isBroken = true }
    }

    /// Sends a response as a whole.
    ///
    /// - Throws: `CancellationError` when the client has left.
    package func send(status: Int, headers: HTTPHeaders, body: [UInt8]) throws {
        try begin(status, headers, body: body)
    }

    private func begin(_ status: Int, _ headers: HTTPHeaders, body: [UInt8]?) throws {
        let wake = try state.withLock { state -> (@Sendable () -> Void)? in
            guard !state.isGone else { throw CancellationError() }
            guard state.head == nil else {
                throw InterlockError(.internalInconsistency, "a second response was given to one request")
            }
            state.head = (status, headers)
            state.whole = body
            if body != nil { state.isEnded = true }
            return state.wake
        }
        wake?()
    }

    private func finish(_ change: (inout State) -> Void) {
        let wake = state.withLock { state -> (@Sendable () -> Void)? in
            guard !state.isEnded, !state.isBroken else { return nil }
            change(&state)
            return state.wake
        }
        wake?()
    }

    /// Waits until at most half of what may wait does.
    private func drained() async throws {
        let id = state.withLock { state -> UInt64 in
            state.nextID += 1
            return state.nextID
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
                let outcome = state.withLock { state -> Result<Void, any Error>? in
                    if state.isGone || Task.isCancelled { return .failure(CancellationError()) }
                    if state.waitingCount <= limit / 2 { return .success(()) }
                    state.waiters.append(Waiter(id: id, continuation: continuation))
                    return nil
                }
                if let outcome { continuation.resume(with: outcome) }
            }
        } onCancel: {
            let continuation = state.withLock { state in
                state.waiters.firstIndex { $0.id == id }.map { state.waiters.remove(at: $0).continuation }
            }
            continuation?.resume(throwing: CancellationError())
        }
    }
}

// What the server does with it, on its loop.
extension Responder {
    /// Whether the response was given to its end, or broken off.
    var hasEnded: Bool { state.withLock { $0.isEnded || $0.isBroken } }

    /// What is to be done.
    var action: Action {
        state.withLock { state in
            guard let head = state.head else { return state.isBroken ? .abort : .wait }
            if let body = state.whole { return .whole(status: head.status, headers: head.headers, body: body) }
            return .stream(status: head.status, headers: head.headers)
        }
    }

    /// Moves bytes of the body to where they are sent from.
    func take(into buffer: UnsafeMutableRawBufferPointer) -> Piece {
        let (piece, waiters) = state.withLock { state -> (Piece, [Waiter]) in
            guard !state.isBroken, !state.isGone else { return (.broken, []) }
            let count = min(buffer.count, state.waitingCount)
            guard count > 0 else { return (state.isEnded ? .end : .nothingYet, []) }
            let start = state.offset
            state.waiting.withUnsafeBytes { bytes in
                buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[start..<(start + count)]))
            }
            state.offset += count
            if state.offset == state.waiting.count {
                state.waiting = []
                state.offset = 0
            }
            guard state.waitingCount <= limit / 2 else { return (.bytes(count), []) }
            defer { state.waiters = [] }
            return (.bytes(count), state.waiters)
        }
        for waiter in waiters { waiter.continuation.resume() }
        return piece
    }

    /// Says that the handler has returned.
    func close() {
        let wake = state.withLock { state -> (@Sendable () -> Void)? in
            guard !state.isEnded, !state.isBroken, !state.isGone else { return nil }
            if state.head == nil {
                state.head = (500, [:])
                state.whole = []
                state.isEnded = true
            } else {
                state.isBroken = true
            }
            return state.wake
        }
        wake?()
    }

    /// Says that nothing can be sent any more.
    func detach() {
        let waiters = state.withLock { state -> [Waiter] in
            state.isGone = true
            state.wake = nil
            state.waiting = []
            state.offset = 0
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.continuation.resume(throwing: CancellationError()) }
    }
}
