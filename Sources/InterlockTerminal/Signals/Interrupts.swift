import InterlockCore

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Ctrl-C, a request to end, and a closed terminal, handled in one place.
///
/// ``install()`` is the first thing `main` does. A signal handler writes the signal's number into a pipe; a watcher
/// thread reads it and calls the handlers, which may therefore take locks and cancel tasks. (Waiting with `sigwait` for
/// blocked signals would not do: in a program with an asynchronous `main` on Linux the main thread ends in
/// `sigsuspend` with nothing blocked, so a blocked signal would kill the process there.)
///
/// Without a handler a signal does what it always does: it ends the process, after the terminal's modes were put back.
/// The parent sees that it was the signal (a shell reports 128 plus its number).
///
///     try await Interrupts.withHandler { signal in
///         answer.cancel()
///         return .handled
///     } operation: {
///         try await answer.value
///     }
///
/// A signal that was ignored when the process began (`nohup`, a job in the background of a script) stays ignored.
public enum Interrupts {
    /// The signals a handler may get.
    public enum Signal: Int32, Sendable, CaseIterable {
        /// The terminal was closed (SIGHUP).
        case hangup = 1
        /// Ctrl-C (SIGINT).
        case interrupt = 2
        /// Somebody asks the process to end (SIGTERM).
        case terminate = 15

        /// What a command returns that this signal ended: 128 plus its number, as shells report it.
        public var exitCode: Int32 { 128 + rawValue }
    }

    /// What a handler did with a signal.
    public enum Disposition: Sendable {
        /// It is dealt with.
        case handled
        /// The handler installed before this one shall see it; after the last one, the process ends.
        case passedOn
    }

    /// A function that gets signals, on the watcher thread: it should be brief.
    public typealias Handler = @Sendable (Signal) -> Disposition

    private struct State {
        var isInstalled = false
        var nextIdentifier = 0
        var handlers: [(identifier: Int, handle: Handler)] = []
        var observers: [(identifier: Int, notify: @Sendable (Event) -> Void)] = []
        var counts: [Signal: Int] = [:]
        var terminalIsClosed = false
    }

    /// What a line editor has to know besides: all of these change what is on the screen.
    enum Event: Sendable {
        case resized
        case continued
    }

    private static let state = Locked(State())

    /// Takes over the signals for the whole process; must come first in `main`, before any thread is started.
    ///
    /// Blocks them in the calling thread, so that threads started later (also by C libraries) do not get them and no
    /// system call of theirs is interrupted, and ignores SIGPIPE: a closed pipe is an error of the write
    /// (``OutputError/readerWentAway``). Child processes inherit both; start them with `POSIX_SPAWN_SETSIGMASK` and
    /// `POSIX_SPAWN_SETSIGDEF`. Calling it again does nothing.
    public static func install() {
        let isFirst = state.withLock { state in
            defer { state.isInstalled = true }
            return !state.isInstalled
        }
        if isFirst { SignalWatcher.start() }
    }

    /// Runs `operation` with `handler` in front of all handlers installed before.
    ///
    /// When this returns, a call of the handler that began before may still be under way.
    public static func withHandler<Result>(
        _ handler: @escaping Handler, operation: () async throws -> Result
    ) async rethrows -> Result {
        let registration = addHandler(handler)
        defer { registration.cancel() }
        return try await operation()
    }

    /// Puts `handler` in front of all handlers installed before, until the registration is cancelled.
    public static func addHandler(_ handler: @escaping Handler) -> Registration {
        state.withLock { state in
            state.nextIdentifier += 1
            state.handlers.append((state.nextIdentifier, handler))
            return Registration(identifier: state.nextIdentifier)
        }
    }

    /// How often a signal has come since ``install()``.
    public static func count(of signal: Signal) -> Int {
        state.withLock { $0.counts[signal] ?? 0 }
    }

    /// The exit code of a command: 128 plus the number of a hangup or a request to end if one has come, else `code`.
    ///
    /// The line editor turns both into the end of input, so that a chat ends on its usual way; this tells the parent.
    public static func exitCode(otherwise code: Int32) -> Int32 {
        let ending = [Signal.hangup, .terminate].first { count(of: $0) > 0 }
        return ending?.exitCode ?? code
    }

    /// An installed handler.
    public struct Registration: Sendable {
        fileprivate let identifier: Int

        /// Takes the handler away.
        ///
        /// Doing it twice does nothing.
        public func cancel() {
            Interrupts.state.withLock { state in
                state.handlers.removeAll { $0.identifier == identifier }
                state.observers.removeAll { $0.identifier == identifier }
            }
        }
    }

    static func addObserver(_ notify: @escaping @Sendable (Event) -> Void) -> Registration {
        state.withLock { state in
            state.nextIdentifier += 1
            state.observers.append((state.nextIdentifier, notify))
            return Registration(identifier: state.nextIdentifier)
        }
    }

    static func notify(_ event: Event) {
        // Called outside the lock: an observer may register or cancel.
        for observer in state.withLock({ $0.observers }) { observer.notify(event) }
    }

    /// Counts a hangup that was noticed by reading from the terminal: SIGHUP may come later, or never.
    ///
    /// When it comes it is dealt with: the process is on its way out.
    static func noteClosedTerminal() {
        state.withLock { state in
            state.terminalIsClosed = true
            if state.counts[.hangup] == nil { state.counts[.hangup] = 1 }
        }
    }

    /// Counts the signal and offers it to the handlers, newest first; true when one took it.
    static func deliver(_ signal: Signal) -> Bool {
        let (handlers, isKnown) = state.withLock { state in
            let isKnown = signal == .hangup && state.terminalIsClosed
            if !isKnown { state.counts[signal, default: 0] += 1 }
            return (state.handlers, isKnown)
        }
        if isKnown { return true }
        for handler in handlers.reversed() where handler.handle(signal) == .handled { return true }
        return false
    }
}
