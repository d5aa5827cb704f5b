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
        for number in [SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGSEGV]
        where SignalAction.current(number) == .standard {
            // Once, and open to itself: raising the signal again then ends the process with its default action.
            SignalAction.set(number, to: crashHandler, flags: Int32(bitPattern: UInt32(SA_RESETHAND)) | SA_NODEFER)
        }
    }

    private static let crashHandler: @convention(c) (Int32) -> Void = { number in
        restore()
        raise(number)
    }
}
