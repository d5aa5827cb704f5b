import CLoop
import InterlockCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// A thread that waits for descriptors, timers and work, and that Swift tasks can prefer to run on.
///
/// Nothing on it may block. Jobs and work that come from the loop's own thread cost neither a lock nor a system call.
/// One turn is: descriptors that are ready, work from other threads, timers that are due, jobs, and last what
/// ``atEndOfTurn(_:)`` was given. A loop must outlive the tasks that prefer it; ``shared`` lives for ever.
package final class EventLoop: TaskExecutor, @unchecked Sendable {
    /// The loop of this process.
    package static let shared = EventLoop(label: "interlock-loop")

    /// The thread-specific value that tells which loop a thread runs.
    private static let currentKey: pthread_key_t = {
        var key = pthread_key_t()
        let code = pthread_key_create(&key, nil)
        precondition(code == 0, "pthread_key_create failed with \(code)")
        return key
    }()

    /// Signals are for the application's threads; a broken pipe is an error code here, and must not end the process.
    private static let blockedSignals = [
        SIGPIPE, SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2, SIGCHLD, SIGALRM, SIGWINCH, SIGTSTP, SIGCONT,
    ]

    /// How often jobs that make jobs are run before descriptors are looked at again.
    private static let roundsPerTurn = 16

    /// What other threads left here.
    private struct Inbox {
        var work: [@Sendable () -> Void] = []
        var jobs: [UnownedJob] = []
        /// Whether the loop waits, or is about to, and nobody has woken it yet.
        var needsWake = false
        var isStopped = false
    }

    private let inbox = Locked(Inbox())
    private let poller = Poller()

    // What follows belongs to the loop's thread.
    private var localWork: [@Sendable () -> Void] = []
    private var localJobs: [UnownedJob] = []
    private var endOfTurn: [@Sendable () -> Void] = []
    private var isEnding = false
    var timers = TimerHeap()
    var watchers = WatcherTable()
    /// What to do when the loop stops, by whom it is for.
    var stopHandlers: [ObjectIdentifier: @Sendable () -> Void] = [:]

    /// Starts a loop with a thread of its own.
    ///
    /// - Parameter label: The thread's name; systems show 15 characters of it.
    package init(label: String) {
        let started = DedicatedThread.start(blocking: Self.blockedSignals) { [self] in
            Self.name(label)
            pthread_setspecific(Self.currentKey, Unmanaged.passUnretained(self).toOpaque())
            run()
            pthread_setspecific(Self.currentKey, nil)
        }
        precondition(started, "the system gave no thread for the event loop '\(label)'")
    }

    private static func name(_ label: String) {
        let short = String(label.utf8.prefix(15)) ?? "interlock"
        #if canImport(Darwin)
        pthread_setname_np(short)
        #else
        interlock_name_thread(short)
        #endif
    }

    /// Whether the caller is on the loop's thread.
    package var isCurrent: Bool {
        pthread_getspecific(Self.currentKey) == Unmanaged.passUnretained(self).toOpaque()
    }

    /// Does `work` on the loop's thread, soon; in the order of submission for one submitting thread.
    ///
    /// - Returns: Whether it will; false once the loop was stopped.
    @discardableResult
    package func submit(_ work: @escaping @Sendable () -> Void) -> Bool {
        if isCurrent {
            guard !isEnding else { return false }
            localWork.append(work)
            return true
        }
        let (isAccepted, wakes) = inbox.withLock { inbox -> (Bool, Bool) in
            guard !inbox.isStopped else { return (false, false) }
            inbox.work.append(work)
            defer { inbox.needsWake = false }
            return (true, inbox.needsWake)
        }
        if wakes { poller.wake() }
        return isAccepted
    }

    /// Does `work` once after this turn's events and jobs; only on the loop's thread.
    package func atEndOfTurn(_ work: @escaping @Sendable () -> Void) {
        precondition(isCurrent, "atEndOfTurn was called on another thread")
        endOfTurn.append(work)
    }

    /// Ends the loop after the work that it has already; meant for tests.
    ///
    /// Sleeps end with `CancellationError`, clients' transfers with an error. New work is refused; jobs of tasks that
    /// still prefer this loop go to the global pool.
    package func stop() {
        inbox.withLock { $0.isStopped = true }
        poller.wake()
    }

    /// Takes a job; from any thread.
    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        if isCurrent, !isEnding {
            localJobs.append(job)
            return
        }
        let (isAccepted, wakes) = inbox.withLock { inbox -> (Bool, Bool) in
            guard !inbox.isStopped else { return (false, false) }
            inbox.jobs.append(job)
            defer { inbox.needsWake = false }
            return (true, inbox.needsWake)
        }
        if wakes { poller.wake() }
        if !isAccepted { job.runOnGlobalPool() }
    }

    private func run() {
        while true {
            let isIdle = localJobs.isEmpty && localWork.isEmpty && endOfTurn.isEmpty
            let (isStopped, mayWait) = inbox.withLock { inbox -> (Bool, Bool) in
                inbox.needsWake = isIdle && inbox.work.isEmpty && inbox.jobs.isEmpty
                return (inbox.isStopped, inbox.needsWake)
            }
            if isStopped { break }
            poller.wait(timeout: mayWait ? timeToFirstTimer() : 0) { descriptor, generation, found in
                watchers.handler(descriptor, generation)?(found)
            }
            takeInbox()
            fireTimers()
            runLocal()
            if !endOfTurn.isEmpty {
                let work = endOfTurn
                endOfTurn = []
                for piece in work { piece() }
            }
        }
        end()
    }

    /// How long the poller may wait, in nanoseconds; nil for as long as it likes.
    private func timeToFirstTimer() -> Int64? {
        timers.first.map { max(0, $0.deadline.nanoseconds - Self.now.nanoseconds) }
    }

    private func takeInbox() {
        let (work, jobs) = inbox.withLock { inbox -> ([@Sendable () -> Void], [UnownedJob]) in
            inbox.needsWake = false
            defer {
                if !inbox.work.isEmpty { inbox.work = [] }
                if !inbox.jobs.isEmpty { inbox.jobs = [] }
            }
            return (inbox.work, inbox.jobs)
        }
        for piece in work { piece() }
        for job in jobs { job.runSynchronously(on: asUnownedTaskExecutor()) }
    }

    private func fireTimers() {
        guard timers.first != nil else { return }
        let now = Self.now
        while let timer = timers.first, timer.deadline <= now {
            timers.remove(timer)
            let work = timer.work
            timer.work = nil
            timer.abandon = nil
            work?()
        }
    }

    private func runLocal() {
        var rounds = 0
        while rounds < Self.roundsPerTurn, !localJobs.isEmpty || !localWork.isEmpty {
            rounds += 1
            if !localWork.isEmpty {
                let work = localWork
                localWork = []
                for piece in work { piece() }
            }
            if !localJobs.isEmpty {
                let jobs = localJobs
                localJobs = []
                for job in jobs { job.runSynchronously(on: asUnownedTaskExecutor()) }
            }
        }
    }

    private func end() {
        takeInbox()
        for handler in stopHandlers.values { handler() }
        stopHandlers = [:]
        for timer in timers.removeAll() {
            let abandon = timer.abandon
            timer.work = nil
            timer.abandon = nil
            abandon?()
        }
        while !localJobs.isEmpty || !localWork.isEmpty { runLocal() }
        isEnding = true
        watchers = WatcherTable()
    }

    /// The time on the clock that the timers go by.
    static var now: MonotonicTime {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return MonotonicTime(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    }

    // MARK: Descriptors

    /// Watches a descriptor until ``unwatch(_:)``; only on the loop's thread.
    ///
    /// Readiness is level-triggered. A descriptor that the system cannot watch is reported to `handler` as `.error`.
    package func watch(
        _ descriptor: Int32, _ interest: PollInterest, _ handler: @escaping @Sendable (PollInterest) -> Void
    ) {
        precondition(isCurrent, "watch was called on another thread")
        if !watchers.add(descriptor, interest, handler, poller) { submit { handler(.error) } }
    }

    /// Watches a descriptor for something else from now on; only on the loop's thread.
    package func change(_ descriptor: Int32, _ interest: PollInterest) {
        precondition(isCurrent, "change was called on another thread")
        watchers.change(descriptor, interest, poller)
    }

    /// Whether a descriptor is watched; only on the loop's thread.
    func isWatched(_ descriptor: Int32) -> Bool { watchers.contains(descriptor) }

    /// Stops watching a descriptor, whose handler is not called any more; only on the loop's thread, and before
    /// `close`.
    package func unwatch(_ descriptor: Int32) {
        precondition(isCurrent, "unwatch was called on another thread")
        watchers.remove(descriptor, poller)
    }
}

extension UnownedJob {
    /// Gives the job to the pool that tasks without a preference run on.
    fileprivate func runOnGlobalPool() {
        globalConcurrentExecutor.enqueue(ExecutorJob(self))
    }
}
