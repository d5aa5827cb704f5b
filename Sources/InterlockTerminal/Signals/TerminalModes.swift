import InterlockCore
import Synchronization

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The modes the terminal had before the line editor changed them, to be put back on every way out.
///
/// `restore` runs at a normal exit, before a signal ends or stops the process, and from the handlers of the signals
/// that mean a crash; so it uses only what POSIX allows in a signal handler.
enum TerminalModes {
    /// Makes the terminal mark pasted text (xterm's "bracketed paste"), so that a pasted line break is not Return.
    static let bracketedPasteOn: StaticString = "\u{1B}[?2004h"
    static let bracketedPasteOff: StaticString = "\u{1B}[?2004l"

    /// Written by the editor's thread only while `isChanged` is false, and never freed.
    nonisolated(unsafe) private static let saved: UnsafeMutablePointer<termios> = {
        let pointer = UnsafeMutablePointer<termios>.allocate(capacity: 1)
        pointer.initialize(to: termios())
        return pointer
    }()
    private static let input = Atomic<Int32>(-1)
    private static let output = Atomic<Int32>(-1)
    private static let isChanged = Atomic<Bool>(false)
    private static let isPrepared = Locked(false)

    /// Remembers the modes as they are; the caller changes them after this.
    static func remember(input: Int32, output: Int32) {
        prepare()
        guard !isChanged.load(ordering: .acquiring), tcgetattr(input, saved) == 0 else { return }
        Self.input.store(input, ordering: .relaxed)
        Self.output.store(output, ordering: .relaxed)
        isChanged.store(true, ordering: .releasing)
    }

    /// The caller has put the modes back itself.
    static func forget() {
        isChanged.store(false, ordering: .releasing)
    }

    /// Puts the modes back if they are changed, unless another program has the terminal now.
    static func restore() {
        guard isChanged.load(ordering: .acquiring) else { return }
        let descriptor = input.load(ordering: .relaxed)
        let owner = tcgetpgrp(descriptor)
        guard owner == -1 || owner == getpgrp() else { return }
        tcsetattr(descriptor, TCSANOW, saved)
        write(bracketedPasteOff, to: output.load(ordering: .relaxed))
    }

    static func write(_ sequence: StaticString, to descriptor: Int32) {
        let bytes = UnsafeRawBufferPointer(start: sequence.utf8Start, count: sequence.utf8CodeUnitCount)
        // A terminal that is gone has no modes to set.
        _ = FileOutput.writeAll(bytes, to: descriptor)
    }

    private static func prepare() {
        let isFirst = isPrepared.withLock { isPrepared in
            defer { isPrepared = true }
            return !isPrepared
        }
        guard isFirst else { return }
        atexit { TerminalModes.restore() }
        for number in crashes { CrashHandlers.install(number) }
    }

    /// The signals that mean a crash.
    private static let crashes: [Int32] = [SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGSEGV]
}

/// Puts the terminal's modes back before whoever handled a crash before handles it: the system, or Swift's backtracer.
private enum CrashHandlers {
    /// The actions before ours, by signal number.
    nonisolated(unsafe) private static let previous: UnsafeMutablePointer<sigaction> = {
        let actions = UnsafeMutablePointer<sigaction>.allocate(capacity: 32)
        actions.initialize(repeating: sigaction(), count: 32)
        return actions
    }()

    static func install(_ number: Int32) {
        var action = sigaction()
        #if canImport(Darwin)
        action.__sigaction_u.__sa_sigaction = handler
        #elseif canImport(Musl)
        action.__sa_handler.sa_sigaction = handler
        #else
        action.__sigaction_handler.sa_sigaction = handler
        #endif
        action.sa_flags = Int32(truncatingIfNeeded: SA_SIGINFO)
        sigemptyset(&action.sa_mask)
        sigaction(number, &action, previous + Int(number))
    }

    private typealias Handler =
        @convention(c) (Int32, UnsafeMutablePointer<siginfo_t>?, UnsafeMutableRawPointer?) -> Void

    private static let handler: Handler = { number, info, _ in
        TerminalModes.restore()
        sigaction(number, previous + Int(number), nil)
        // A faulting instruction faults again when this returns, with its address for a backtrace. What came by `kill`
        // or `abort` has to be sent again: its code is 0 or less on Linux and above 0x10000 on macOS.
        if let code = info?.pointee.si_code, (1..<0x80).contains(code) { return }
        raise(number)
    }
}
