import InterlockCore

/// Work that a loop does at a time.
package final class LoopTimer: @unchecked Sendable {
    /// When it is due.
    let deadline: MonotonicTime
    private let loop: EventLoop
    // What follows belongs to the loop's thread.
    /// What to do; nil once it was done or given up.
    var work: (@Sendable () -> Void)?
    /// What to do instead when the loop stops first.
    var abandon: (@Sendable () -> Void)?
    /// The place in the heap, or -1.
    var place = -1
    /// Timers of one deadline run in the order in which they were made.
    var sequence: UInt64 = 0

    init(
        deadline: MonotonicTime, loop: EventLoop, work: @escaping @Sendable () -> Void,
        abandon: (@Sendable () -> Void)?
    ) {
        self.deadline = deadline
        self.loop = loop
        self.work = work
        self.abandon = abandon
    }

    /// Gives the work up; more than once does no harm.
    ///
    /// On the loop's thread it is certain not to run afterwards; from another thread it may be running just now.
    package func cancel() {
        if loop.isCurrent {
            loop.remove(self)
        } else {
            loop.submit { self.loop.remove(self) }
        }
    }

    /// Whether this one comes before the other.
    func precedes(_ other: LoopTimer) -> Bool {
        (deadline, sequence) < (other.deadline, other.sequence)
    }
}
