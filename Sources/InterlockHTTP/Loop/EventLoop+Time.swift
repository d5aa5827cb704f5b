package import InterlockCore

extension EventLoop {
    /// Does `work` on the loop's thread after a time; from any thread.
    ///
    /// A loop that was stopped drops it.
    @discardableResult
    package func schedule(after duration: Duration, _ work: @escaping @Sendable () -> Void) -> LoopTimer {
        schedule(after: duration, work, abandon: nil)
    }

    /// The same, with what to do instead when the loop stops first.
    @discardableResult
    func schedule(
        after duration: Duration, _ work: @escaping @Sendable () -> Void, abandon: (@Sendable () -> Void)?
    ) -> LoopTimer {
        let timer = LoopTimer(deadline: Self.now + duration, loop: self, work: work, abandon: abandon)
        if isCurrent {
            timers.insert(timer)
        } else if !submit({ self.timers.insert(timer) }) {
            abandon?()
        }
        return timer
    }

    /// Takes a timer out of the heap; on the loop's thread.
    func remove(_ timer: LoopTimer) {
        timers.remove(timer)
        timer.work = nil
        timer.abandon = nil
    }

    /// Waits on a timer of this loop.
    ///
    /// - Throws: `CancellationError` when the task is cancelled, or the loop stopped.
    package func sleep(for duration: Duration) async throws {
        let sleeper = Sleeper()
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
                guard sleeper.begin(continuation) else { return }
                let timer = schedule(
                    after: duration, { sleeper.end(with: .success(())) },
                    abandon: { sleeper.end(with: .failure(CancellationError())) }
                )
                sleeper.keep(timer)
            }
        } onCancel: {
            sleeper.end(with: .failure(CancellationError()))
        }
    }

    /// The machine's clocks, whose sleep is a timer of this loop.
    package var clocks: Clocks {
        Clocks(
            monotonic: Clocks.system.monotonic, wall: Clocks.system.wall,
            sleep: { [self] in try await sleep(for: $0) }
        )
    }
}

/// One wait that is ended by its timer or by cancellation, whichever comes first.
private final class Sleeper: Sendable {
    private struct State {
        var continuation: CheckedContinuation<Void, any Error>?
        var timer: LoopTimer?
        var isOver = false
    }

    private let state = Locked(State())

    /// Whether to wait; false when it was cancelled already, and the continuation is resumed.
    func begin(_ continuation: CheckedContinuation<Void, any Error>) -> Bool {
        let isOver = state.withLock { state -> Bool in
            if !state.isOver { state.continuation = continuation }
            return state.isOver
        }
        if isOver { continuation.resume(throwing: CancellationError()) }
        return !isOver
    }

    /// Remembers the timer, to be cancelled when the wait ends without it.
    func keep(_ timer: LoopTimer) {
        let isOver = state.withLock { state -> Bool in
            if !state.isOver { state.timer = timer }
            return state.isOver
        }
        if isOver { timer.cancel() }
    }

    func end(with result: Result<Void, any Error>) {
        let (continuation, timer) = state.withLock { state in
            defer { state = State(isOver: true) }
            return (state.continuation, state.timer)
        }
        timer?.cancel()
        continuation?.resume(with: result)
    }
}
