import InterlockCore

@testable import InterlockLocal

/// Something that happens once and that tasks wait for.
final class Signal: Sendable {
    private struct State {
        var isFired = false
        var waiters: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Locked(State())

    /// Says that it happened; once is enough.
    func fire() {
        let waiters = state.withLock { state in
            state.isFired = true
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.resume() }
    }

    /// Waits until it happens.
    func wait() async {
        await withCheckedContinuation { continuation in
            let isFired = state.withLock { state in
                if !state.isFired { state.waiters.append(continuation) }
                return state.isFired
            }
            if isFired { continuation.resume() }
        }
    }
}

/// Holds a thread of our own up until it is opened.
final class Gate: Sendable {
    private let isOpen = Monitor(false)

    /// Lets everybody pass from now on.
    func open() { isOpen.withLock { $0 = true } }

    /// Blocks the thread until the gate is open; never to be called on Swift's own threads.
    func pass() { isOpen.wait { $0 ? () : nil } }
}

/// Counts.
final class Counter: Sendable {
    private let count = Locked(0)

    /// The count so far.
    var value: Int { count.withLock { $0 } }

    /// Adds one and returns what was there before.
    @discardableResult
    func next() -> Int {
        count.withLock { count in
            defer { count += 1 }
            return count
        }
    }
}

/// Waits until something is so; the time limit of the test is the bound.
func until(_ condition: () async -> Bool) async throws {
    while !(await condition()) { try await Task.sleep(for: .milliseconds(1)) }
}
