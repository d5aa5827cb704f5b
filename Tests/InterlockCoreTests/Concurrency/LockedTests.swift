import InterlockCore
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

@Suite struct LockedTests {
    private struct Failure: Error {}

    @Test func returnsWhatTheBodyReturnsAndKeepsTheChange() {
        let box = Locked([1, 2])
        #expect(box.withLock { $0.removeLast() } == 2)
        #expect(box.withLock { $0 } == [1])
    }

    @Test func passesOnTheErrorAndReleasesTheLock() {
        let box = Locked(0)
        #expect(throws: Failure.self) {
            try box.withLock { value throws(Failure) in
                value = 7
                throw Failure()
            }
        }
        // Would block for ever if the lock were still held.
        #expect(box.withLock { $0 } == 7)
    }

    /// Sees its own end.
    private final class Witness: Sendable {
        let onEnd: @Sendable () -> Void
        init(onEnd: @escaping @Sendable () -> Void) { self.onEnd = onEnd }
        deinit { onEnd() }
    }

    @Test func freesItsState() {
        let ended = Locked(false)
        do {
            let box = Locked(Witness { ended.withLock { $0 = true } })
            box.withLock { _ in }
            #expect(!ended.withLock { $0 })
        }
        #expect(ended.withLock { $0 })
    }

    /// A step that is not atomic: with a lock that does not lock, steps get lost and the two halves differ.
    private struct Pair: Equatable {
        var left = 0
        var right: [Int] = []
    }

    @Test func tasksDoNotSeeEachOthersHalfDoneWork() async {
        let box = Locked(Pair())
        let torn = Locked(0)
        await withTaskGroup { group in
            for task in 0..<16 {
                group.addTask {
                    for step in 0..<500 {
                        box.withLock { pair in
                            if pair.left != pair.right.count { torn.withLock { $0 += 1 } }
                            pair.left += 1
                            pair.right.append(task * 1_000 + step)
                        }
                    }
                }
            }
        }
        let pair = box.withLock { $0 }
        #expect(torn.withLock { $0 } == 0)
        #expect(pair.left == 8_000)
        #expect(Set(pair.right).count == 8_000)
    }

    @Test func threadsThatAreNoTasksDoNotEither() throws {
        // Threads of their own run at once even where the pool of tasks has a single one.
        final class Work: Sendable {
            let box = Locked(Pair())
        }
        let work = Work()
        var threads: [pthread_t] = []
        for _ in 0..<8 {
            #if canImport(Darwin)
            var thread: pthread_t?
            #else
            var thread = pthread_t()
            #endif
            let code = pthread_create(
                &thread, nil,
                { argument in
                    #if canImport(Darwin)
                    let work = Unmanaged<Work>.fromOpaque(argument).takeRetainedValue()
                    #else
                    let work = Unmanaged<Work>.fromOpaque(argument!).takeRetainedValue()
                    #endif
                    for step in 0..<1_000 {
                        work.box.withLock { pair in
                            pair.left += 1
                            pair.right.append(step)
                        }
                    }
                    return nil
                }, Unmanaged.passRetained(work).toOpaque())
            try #require(code == 0)
            #if canImport(Darwin)
            threads.append(try #require(thread))
            #else
            threads.append(thread)
            #endif
        }
        for thread in threads { pthread_join(thread, nil) }
        let pair = work.box.withLock { $0 }
        #expect(pair.left == 8_000)
        #expect(pair.right.count == 8_000)
        #expect(pair.right.reduce(0, +) == 8 * 999 * 500)
    }
}
