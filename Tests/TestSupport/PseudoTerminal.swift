import InterlockCore

#if canImport(Darwin)
public import Darwin
#elseif canImport(Glibc)
public import Glibc
#elseif canImport(Musl)
public import Musl
#endif

/// A program in a terminal of its own, and the test in the place of the person before it.
public final class PseudoTerminal {
    /// The program.
    public let child: Child
    /// The modes before the program was started.
    public let initialModes: [tcflag_t]
    private var master: Int32
    private let trigger: Int32
    /// The slave side kept open, so that modes can be read after the program has ended.
    private var slave: Int32
    private var unread: [UInt8] = []
    private var everything: [UInt8] = []

    /// Starts a program that was built with the tests.
    public init(
        _ program: String, script: String? = nil, _ arguments: [String], environment: [String: String] = [:],
        rows: UInt16 = 24,
        columns: UInt16 = 80, redirecting descriptors: [Int32?] = [nil, nil, nil]
    ) throws {
        var ends: (master: Int32, slave: Int32) = (-1, -1)
        var name = [CChar](repeating: 0, count: 128)
        var size = winsize(ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
        let made = descriptorLock.withLock { _ in
            guard openpty(&ends.master, &ends.slave, &name, nil, &size) == 0 else { return false }
            for end in [ends.master, ends.slave] { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
            return true
        }
        guard made else { throw TestFailure("no pseudo-terminal: error \(errno)") }
        (master, slave) = ends
        let path = name.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? "" }
        initialModes = try Self.modes(of: slave)
        let pipe = try makePipe()
        trigger = pipe.write
        defer { close(pipe.read) }
        var variables = [
            "TERM": "xterm", "LC_ALL": "C.UTF-8", "HOME": "/nonexistent", "SWIFT_BACKTRACE": "enable=no",
            // Under the sanitizers too a crash shall end in its signal.
            "TSAN_OPTIONS": "handle_segv=0", "ASAN_OPTIONS": "handle_segv=0",
        ]
        variables.merge(environment) { $1 }
        child = try Child(
            path: try Child.path(of: program), script: script, arguments, environment: variables, terminal: path,
            descriptors: descriptors + [pipe.read]
        )
    }

    deinit {
        if slave >= 0 { close(slave) }
        if master >= 0 { close(master) }
        close(trigger)
    }

    /// Types.
    public func type(_ text: String) throws {
        try type(Array(text.utf8))
    }

    /// Types.
    public func type(_ bytes: [UInt8]) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { write(master, $0.baseAddress, $0.count) }
            guard count > 0 else { throw TestFailure("cannot type: error \(errno)") }
            rest = rest.dropFirst(count)
        }
    }

    /// Lets the program do what it was told to do "later".
    public func pullTrigger() {
        var byte: UInt8 = 1
        _ = write(trigger, &byte, 1)
    }

    /// Reads the screen until `text` has appeared, and returns everything up to its end.
    @discardableResult
    public func expect(_ text: String) throws -> String {
        let wanted = Array(text.utf8)
        let deadline = ContinuousClock.now + patience
        while true {
            if let end = endOfFirst(wanted, in: unread) {
                let seen = String(decoding: unread[..<end], as: UTF8.self)
                unread.removeFirst(end)
                return seen
            }
            guard try readMore(until: deadline) else {
                throw TestFailure("expected \(text.debugDescription), saw \(seen)")
            }
        }
    }

    /// Waits for the end; fails when it does not come.
    public func expectExit() throws -> Exit {
        let deadline = ContinuousClock.now + patience
        while ContinuousClock.now < deadline {
            if let exit = child.exit() { return exit }
            // Reading on: a full terminal would keep the program from ending.
            _ = try? readMore(until: ContinuousClock.now + .milliseconds(5))
        }
        throw TestFailure("still running, saw \(seen)")
    }

    /// What stands on the screen and was not expected so far.
    public var seen: String { String(decoding: unread, as: UTF8.self).debugDescription }

    /// Everything the program wrote so far, expected or not.
    public var transcript: String { String(decoding: everything, as: UTF8.self) }

    /// Closes the terminal, as its window does.
    public func hangUp() {
        close(slave)
        close(master)
        (master, slave) = (-1, -1)
    }

    /// Makes the window larger or smaller.
    public func resize(rows: UInt16, columns: UInt16) {
        var size = winsize(ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
        _ = ioctl(master, UInt(TIOCSWINSZ), &size)
    }

    /// The modes as four numbers: input, output, control, local.
    public func modes() throws -> [tcflag_t] {
        try Self.modes(of: slave)
    }

    private static func modes(of descriptor: Int32) throws -> [tcflag_t] {
        var modes = termios()
        guard tcgetattr(descriptor, &modes) == 0 else { throw TestFailure("no modes: error \(errno)") }
        return [modes.c_iflag, modes.c_oflag, modes.c_cflag, modes.c_lflag]
    }

    private func readMore(until deadline: ContinuousClock.Instant) throws -> Bool {
        let left = ContinuousClock.now.duration(to: deadline)
        let (seconds, attoseconds) = left.components
        let milliseconds = Int32(clamping: seconds * 1000 + attoseconds / 1_000_000_000_000_000)
        var entry = pollfd(fd: master, events: Int16(POLLIN), revents: 0)
        guard poll(&entry, 1, max(milliseconds, 0)) > 0 else { return false }
        var buffer = [UInt8](repeating: 0, count: 65536)
        let count = read(master, &buffer, buffer.count)
        guard count > 0 else { return false }
        unread += buffer[..<count]
        everything += buffer[..<count]
        return true
    }
}

/// The offset behind the first occurrence.
public func endOfFirst(_ wanted: [UInt8], in bytes: [UInt8]) -> Int? {
    guard bytes.count >= wanted.count else { return nil }
    for start in 0...(bytes.count - wanted.count) where bytes[start...].starts(with: wanted) {
        return start + wanted.count
    }
    return nil
}
