import InterlockCore

/// What the decode thread has for one caller and the caller has not taken yet.
///
/// Text that waits is joined, so that a slow reader costs no more memory than the answer has bytes, and never holds the
/// decode thread up. One producer, one consumer.
final class Outbox: Sendable {
    /// What a caller takes in one go.
    struct Delivery: Sendable {
        var text = ""
        var logprobs: [TokenLogprob] = []
        var ending: Result<Ending, any Error>?

        fileprivate var isEmpty: Bool { text.isEmpty && logprobs.isEmpty && ending == nil }
    }

    /// How an answer ended, and what it took.
    struct Ending: Sendable {
        var reason: FinishReason
        var usage: Usage
        var timings: Timings
    }

    private struct State {
        var waiting = Delivery()
        var reader: CheckedContinuation<Delivery, Never>?
    }

    private let state = Locked(State())

    /// Adds text and log-probabilities.
    func put(text: String, logprobs: [TokenLogprob]) {
        guard !text.isEmpty || !logprobs.isEmpty else { return }
        deliver { waiting in
            waiting.text += text
            waiting.logprobs += logprobs
        }
    }

    /// Says that nothing more comes.
    ///
    /// Only the first ending counts.
    func end(_ ending: Result<Ending, any Error>) {
        deliver { waiting in
            if waiting.ending == nil { waiting.ending = ending }
        }
    }

    /// Takes everything there is, waiting until there is something.
    func take() async -> Delivery {
        await withCheckedContinuation { continuation in
            let ready: Delivery? = state.withLock { state in
                guard state.waiting.isEmpty else {
                    defer { state.waiting = Delivery() }
                    return state.waiting
                }
                state.reader = continuation
                return nil
            }
            if let ready { continuation.resume(returning: ready) }
        }
    }

    private func deliver(_ change: (inout Delivery) -> Void) {
        let wake = state.withLock { state -> (CheckedContinuation<Delivery, Never>, Delivery)? in
            change(&state.waiting)
            guard let reader = state.reader else { return nil }
            state.reader = nil
            defer { state.waiting = Delivery() }
            return (reader, state.waiting)
        }
        if let (reader, delivery) = wake { reader.resume(returning: delivery) }
    }
}
