import InterlockCore
import Synchronization

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The signal handler, the pipe behind it, and the thread that reads the pipe.
enum SignalWatcher {
    /// What is watched.
    ///
    /// Besides the three of `Interrupts.Signal`: Ctrl-\ and Ctrl-Z need the terminal's modes put back first, and after
    /// a stop or a new window size a prompt has to be drawn again.
    static let watched: [Int32] = [SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP, SIGCONT, SIGWINCH]

    /// Where the handler writes; an atomic, because the handler may only do what is safe at any instruction.
    private static let pipeEnd = Atomic<Int32>(-1)

    static func start() {
        var ends: [Int32] = [-1, -1]
        // Without a pipe (no descriptor left) the signals keep their usual effect.
        guard pipe(&ends) == 0 else { return }
        for end in ends { Descriptors.closeOnExec(end) }
        Descriptors.setNonBlocking(ends[1])
        let readEnd = ends[0]
        pipeEnd.store(ends[1], ordering: .releasing)
        guard DedicatedThread.start(blocking: [], { watch(readEnd) }) else { return }
        var mask = sigset_t()
        sigemptyset(&mask)
        for number in watched where SignalAction.current(number) != .ignored {
            SignalAction.set(number, to: handler)
            sigaddset(&mask, number)
        }
        SignalAction.ignore(SIGPIPE)
        pthread_sigmask(SIG_BLOCK, &mask, nil)
    }

    private static let handler: @convention(c) (Int32) -> Void = { number in
        let savedError = errno
        var byte = UInt8(truncatingIfNeeded: number)
        // A full pipe drops the signal: 65,536 of them wait already.
        _ = write(pipeEnd.load(ordering: .relaxed), &byte, 1)
        errno = savedError
    }

    private static func watch(_ readEnd: Int32) {
        var byte: UInt8 = 0
        while true {
            let count = read(readEnd, &byte, 1)
            if count == 1 {
                receive(Int32(byte))
            } else if count == 0 || errno != EINTR {
                return
            }
        }
    }

    private static func receive(_ number: Int32) {
        switch number {
        case SIGWINCH: Interrupts.notify(.resized)
        case SIGCONT: Interrupts.notify(.continued)
        case SIGTSTP: stop()
        default:
            if let signal = Interrupts.Signal(rawValue: number), Interrupts.deliver(signal) { return }
            end(by: number)
        }
    }

    /// Does what Ctrl-Z does by default.
    ///
    /// Through the default action and not SIGSTOP, because the system spares a process that no shell could continue.
    private static func stop() {
        TerminalModes.restore()
        SignalAction.setDefault(SIGTSTP)
        raise(SIGTSTP)
        SignalAction.set(SIGTSTP, to: handler)
        // No SIGCONT comes when the stop was spared.
        Interrupts.notify(.continued)
    }

    private static func end(by number: Int32) {
        TerminalModes.restore()
        SignalAction.setDefault(number)
        raise(number)
        _exit(128 + number)
    }
}

/// `sigaction`, whose structure is spelled differently on each system.
enum SignalAction: Equatable {
    case standard
    case ignored
    case handled

    static func current(_ number: Int32) -> SignalAction {
        var action = sigaction()
        guard sigaction(number, nil, &action) == 0 else { return .standard }
        #if canImport(Darwin)
        let address = unsafeBitCast(action.__sigaction_u.__sa_handler, to: Int.self)
        #elseif canImport(Musl)
        let address = unsafeBitCast(action.__sa_handler.sa_handler, to: Int.self)
        #else
        let address = unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self)
        #endif
        // SIG_DFL is 0 and SIG_IGN is 1 on all of them.
        switch address {
        case 0: return .standard
        case 1: return .ignored
        default: return .handled
        }
    }

    static func set(_ number: Int32, to handler: @escaping @convention(c) (Int32) -> Void) {
        var action = sigaction()
        #if canImport(Darwin)
        action.__sigaction_u.__sa_handler = handler
        #elseif canImport(Musl)
        action.__sa_handler.sa_handler = handler
        #else
        action.__sigaction_handler.sa_handler = handler
        #endif
        action.sa_flags = SA_RESTART
        // One at a time, or the handler of the later of two signals would run, and write to the pipe, first.
        sigfillset(&action.sa_mask)
        sigaction(number, &action, nil)
    }

    static func setDefault(_ number: Int32) {
        signal(number, SIG_DFL)
    }

    static func ignore(_ number: Int32) {
        signal(number, SIG_IGN)
    }
}
