import InterlockCore

/// Hands events from one task to another.
///
/// At most `capacity` wait; then the sender waits for the receiver.
final class EventChannel: Sendable {
    private struct State {
        var events: [GenerationEvent] = []
        var ending: Result<Void, any Error>?
        var isAbandoned = false
        var sender: CheckedContinuation<Void, Never>?
        var receiver: CheckedContinuation<Void, Never>?
    }

    private let state = Locked(State())
    private let capacity = 16

    /// Puts an event in line; waits while the line is full.
    ///
    /// - Throws: `CancellationError` if nobody receives any more.
    func send(_ event: GenerationEvent) async throws {
        while true {
            let (isDone, wake) = try state.withLock { state throws -> (Bool, CheckedContinuation<Void, Never>?) in
                if state.isAbandoned { throw CancellationError() }
                guard state.events.count < capacity else { return (false, nil) }
                state.events.append(event)
                defer { state.receiver = nil }
                return (true, state.receiver)
            }
            wake?.resume()
            if isDone { return }
            await withCheckedContinuation { continuation in
                let mustWait = state.withLock { state in
                    guard state.events.count >= capacity, !state.isAbandoned else { return false }
                    state.sender = continuation
                    return true
                }
                if !mustWait { continuation.resume() }
            }
        }
    }

    /// Says that nothing more comes.
    func finish(_ ending: Result<Void, any Error>) {
        let wake = state.withLock { state in
            state.ending = ending
            defer { state.receiver = nil }
            return state.receiver
        }
        wake?.resume()
    }

    /// Says that nobody receives any more: the sender's next call throws.
    func abandon() {
        let (sender, receiver) = state.withLock { state in
            state.isAbandoned = true
            defer { (state.sender, state.receiver) = (nil, nil) }
            return (state.sender, state.receiver)
        }
        sender?.resume()
        receiver?.resume()
    }

    /// The next event, or nil at the end.
    ///
    /// - Throws: What the sender ended with, or `CancellationError` if the receiving task is cancelled.
    func receive() async throws -> GenerationEvent? {
        while true {
            let step = try state.withLock {
                state throws -> (GenerationEvent?, Bool, CheckedContinuation<Void, Never>?) in
                if !state.events.isEmpty {
                    defer { state.sender = nil }
                    return (state.events.removeFirst(), true, state.sender)
                }
                if state.isAbandoned { throw CancellationError() }
                try state.ending?.get()
                return (nil, state.ending != nil, nil)
            }
            step.2?.resume()
            if step.1 { return step.0 }
            await withTaskCancellationHandler {
                await withCheckedContinuation { continuation in
                    let mustWait = state.withLock { state in
                        guard state.events.isEmpty, state.ending == nil, !state.isAbandoned else { return false }
                        state.receiver = continuation
                        return true
                    }
                    if !mustWait { continuation.resume() }
                }
            } onCancel: {
                abandon()
            }
        }
    }
}
