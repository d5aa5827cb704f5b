import InterlockCore
import InterlockTesting
import Testing

@Suite(.timeLimit(.minutes(2))) struct ManualClocksTests {
    @Test func standStillUntilTheyAreMoved() {
        let manual = ManualClocks(start: WallTime(secondsSinceEpoch: 100, nanoseconds: 999_999_999))
        let clocks = manual.clocks
        #expect(clocks.monotonic() == MonotonicTime(nanoseconds: 0))
        #expect(clocks.wall() == WallTime(secondsSinceEpoch: 100, nanoseconds: 999_999_999))
        manual.advance(by: .nanoseconds(1))
        #expect(clocks.monotonic() == MonotonicTime(nanoseconds: 1))
        #expect(clocks.wall() == WallTime(secondsSinceEpoch: 101))
        manual.advance(by: .milliseconds(2_500))
        #expect(clocks.wall() == WallTime(secondsSinceEpoch: 103, nanoseconds: 500_000_000))
        #expect(ManualClocks().clocks.wall() == WallTime(secondsSinceEpoch: 1_800_000_000))
    }

    @Test func wakeWhoeverHasSleptLongEnough() async throws {
        let manual = ManualClocks()
        let woken = Locked<[Int]>([])
        try await withThrowingTaskGroup(of: Void.self) { group in
            for seconds in [3, 1, 2] {
                group.addTask {
                    try await manual.clocks.sleep(.seconds(seconds))
                    woken.withLock { $0.append(seconds) }
                }
            }
            try await manual.waitForSleepers(3)
            #expect(manual.sleeperCount == 3)
            manual.advance(by: .milliseconds(999))
            #expect(manual.sleeperCount == 3)
            manual.advance(by: .milliseconds(1))
            #expect(manual.sleeperCount == 2)
            try await group.next()
            #expect(woken.withLock { $0 } == [1])
            manual.advance(by: .seconds(100))
            #expect(manual.sleeperCount == 0)
            try await group.waitForAll()
        }
        #expect(Set(woken.withLock { $0 }) == [1, 2, 3])
    }

    @Test func noTimeIsNoSleep() async throws {
        let clocks = ManualClocks().clocks
        try await clocks.sleep(.zero)
        try await clocks.sleep(.seconds(-5))
    }

    @Test func aSleepFromAnywhereInTimeSaturates() async throws {
        let manual = ManualClocks()
        manual.advance(by: .seconds(1))
        let task = Task { try await manual.clocks.sleep(.seconds(Int64.max)) }
        try await manual.waitForSleepers()
        manual.advance(by: .seconds(Int64.max))
        try await task.value
        #expect(manual.clocks.monotonic() == MonotonicTime(nanoseconds: .max))
    }

    @Test func cancellationEndsASleep() async throws {
        let manual = ManualClocks()
        for _ in 0..<100 {
            let task = Task { try await manual.clocks.sleep(.seconds(1)) }
            // Half of them before they sleep, or not, as it happens.
            if Bool.random() { try await manual.waitForSleepers() }
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
            #expect(manual.sleeperCount == 0)
        }
    }

    @Test func waitingForSleepersCanBeCancelled() async throws {
        let manual = ManualClocks()
        try await manual.waitForSleepers(0)
        let watcher = Task { try await manual.waitForSleepers() }
        watcher.cancel()
        await #expect(throws: CancellationError.self) { try await watcher.value }
    }

    @Test func manySleepersAndManyWatchersAllWake() async throws {
        let manual = ManualClocks()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 1...50 {
                group.addTask { try await manual.clocks.sleep(.milliseconds(number)) }
                group.addTask { try await manual.waitForSleepers(number) }
            }
            try await manual.waitForSleepers(50)
            for _ in 1...50 { manual.advance(by: .milliseconds(1)) }
            #expect(manual.sleeperCount == 0)
            try await group.waitForAll()
        }
    }
}
