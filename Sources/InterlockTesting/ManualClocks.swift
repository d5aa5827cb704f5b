public import InterlockCore

/// Clocks that stand still until a test moves them.
public final class ManualClocks: Sendable {
    private struct State {
        var now: Int64 = 0
        var sleepers: [(id: UInt64, until: Int64, wake: CheckedContinuation<Void, any Error>)] = []
        var nextID: UInt64 = 0
    }

    private let state = Locked(State())
    private let start: WallTime

    /// Makes clocks that show a date and, on the monotonic side, zero.
    public init(start: WallTime = WallTime(secondsSinceEpoch: 1_800_000_000)) {
        self.start = start
    }

    /// The clocks, to be passed to what is tested.
    public var clocks: Clocks {
        Clocks(
            monotonic: { [state] in MonotonicTime(nanoseconds: state.withLock { $0.now }) },
            wall: { [state, start] in
                let now = state.withLock { $0.now }
                return WallTime(
                    secondsSinceEpoch: start.secondsSinceEpoch + now / 1_000_000_000,
                    nanoseconds: Int32(now % 1_000_000_000))
            },
            sleep: { [self] duration in try await sleep(duration) }
        )
    }

    /// How many tasks sleep.
    public var sleeperCount: Int { state.withLock { $0.sleepers.count } }

    /// Moves time on and wakes whoever has slept long enough.
    public func advance(by duration: Duration) {
        let woken = state.withLock { state in
            state.now += duration.wholeNanoseconds
            let woken = state.sleepers.filter { $0.until <= state.now }
            state.sleepers.removeAll { $0.until <= state.now }
            return woken.sorted { $0.until < $1.until }
        }
        for sleeper in woken { sleeper.wake.resume() }
    }

    private func sleep(_ duration: Duration) async throws {
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let result: Result<Void, any Error>? = state.withLock { state in
                    if Task.isCancelled { return .failure(CancellationError()) }
                    let until = state.now + duration.wholeNanoseconds
                    if until <= state.now { return .success(()) }
                    state.sleepers.append((id, until, continuation))
                    return nil
                }
                if let result { continuation.resume(with: result) }
            }
        } onCancel: {
            let sleeper = state.withLock { state in
                let index = state.sleepers.firstIndex { $0.id == id }
                return index.map { state.sleepers.remove(at: $0) }
            }
            sleeper?.wake.resume(throwing: CancellationError())
        }
    }
}
