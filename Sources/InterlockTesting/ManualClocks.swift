public import InterlockCore

/// Clocks that stand still until a test moves them.
///
/// ```swift
/// let clocks = ManualClocks()
/// let task = Task { try await slowThing(clocks.clocks) }
/// try await clocks.waitForSleepers()
/// clocks.advance(by: .seconds(60))
/// try await task.value
/// ```
public final class ManualClocks: Sendable {
    private typealias Continuation = CheckedContinuation<Void, any Error>

    /// Someone who waits: for a time, or for a number of sleepers.
    private struct Waiter<Goal: Sendable>: Sendable {
        var id: UInt64
        var goal: Goal
        var continuation: Continuation
    }

    private struct State {
        var now = MonotonicTime(nanoseconds: 0)
        var sleepers: [Waiter<MonotonicTime>] = []
        var watchers: [Waiter<Int>] = []
        var nextID: UInt64 = 0

        /// Takes out the watchers who see as many sleepers as they wait for.
        mutating func satisfiedWatchers() -> [Continuation] {
            let count = sleepers.count
            defer { watchers.removeAll { $0.goal <= count } }
            return watchers.filter { $0.goal <= count }.map(\.continuation)
        }

        /// Takes out whoever has that id.
        mutating func remove(_ id: UInt64) -> Continuation? {
            if let index = sleepers.firstIndex(where: { $0.id == id }) {
                return sleepers.remove(at: index).continuation
            }
            return watchers.firstIndex { $0.id == id }.map { watchers.remove(at: $0).continuation }
        }
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
            monotonic: { [state] in state.withLock { $0.now } },
            wall: { [state, start] in
                let now = Int64(start.nanoseconds) + state.withLock { $0.now.nanoseconds }
                return WallTime(
                    secondsSinceEpoch: start.secondsSinceEpoch + now / 1_000_000_000,
                    nanoseconds: Int32(now % 1_000_000_000))
            },
            sleep: { [self] duration in try await sleep(duration) }
        )
    }

    /// How many tasks sleep.
    public var sleeperCount: Int { state.withLock { $0.sleepers.count } }

    /// Waits until that many tasks sleep, or more.
    ///
    /// A test calls it before it moves time on, so that it neither comes too early nor has to guess.
    ///
    /// - Throws: `CancellationError` if the waiting task is cancelled.
    public func waitForSleepers(_ count: Int = 1) async throws {
        try await wait { state, id, continuation in
            state.watchers.append(Waiter(id: id, goal: count, continuation: continuation))
        }
    }

    /// Moves time on and wakes whoever has slept long enough, the earliest first.
    public func advance(by duration: Duration) {
        precondition(duration >= .zero, "clocks only go forwards")
        let woken = state.withLock { state in
            let now = state.now + duration
            state.now = now
            defer { state.sleepers.removeAll { $0.goal <= now } }
            return state.sleepers.filter { $0.goal <= now }.sorted { $0.goal < $1.goal }
        }
        for sleeper in woken { sleeper.continuation.resume() }
    }

    private func sleep(_ duration: Duration) async throws {
        try Task.checkCancellation()
        guard duration > .zero else { return }
        try await wait { state, id, continuation in
            state.sleepers.append(Waiter(id: id, goal: state.now + duration, continuation: continuation))
        }
    }

    /// Waits as `enqueue` says, until the time or the number of sleepers is reached or the task is cancelled.
    private func wait(_ enqueue: (inout State, UInt64, Continuation) -> Void) async throws {
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let (satisfied, cancelled): ([Continuation], Continuation?) = state.withLock { state in
                    enqueue(&state, id, continuation)
                    // Whoever is cancelled before it is in line is not found by the handler below.
                    let cancelled = Task.isCancelled ? state.remove(id) : nil
                    return (state.satisfiedWatchers(), cancelled)
                }
                for watcher in satisfied { watcher.resume() }
                cancelled?.resume(throwing: CancellationError())
            }
        } onCancel: {
            let cancelled = state.withLock { $0.remove(id) }
            cancelled?.resume(throwing: CancellationError())
        }
    }
}
