public import InterlockCore

#if canImport(Darwin)
public import Darwin
#elseif canImport(Glibc)
public import Glibc
#elseif canImport(Musl)
public import Musl
#endif

/// What a test may wait for something to happen; far more than it takes, for a machine busy with other things.
public let patience: Duration = .seconds(60)

/// Held while a process is started and while a descriptor exists that is not yet closed on exec: a child that inherited
/// another test's terminal would keep it from hanging up.
///
/// Locks a number and not nothing: the thread sanitizer takes a value without a size for the object it lies in.
public let descriptorLock = Locked(0)

/// A pipe that no child inherits.
public func makePipe() throws -> (read: Int32, write: Int32) {
    var ends: [Int32] = [-1, -1]
    let made = descriptorLock.withLock { _ in
        guard pipe(&ends) == 0 else { return false }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        return true
    }
    guard made else { throw TestFailure("no pipe: error \(errno)") }
    return (ends[0], ends[1])
}

/// Why a test could not go on.
public struct TestFailure: Error, CustomStringConvertible {
    /// The reason.
    public let description: String

    /// Makes a failure.
    public init(_ description: String) {
        self.description = description
    }
}

/// How a process ended.
public enum Exit: Equatable, Sendable {
    /// By itself, with this code.
    case code(Int32)
    /// By a signal.
    case signal(Int32)
}

/// A program that was built with the tests, running: in a terminal of its own, or between pipes.
public final class Child {
    /// The path of a program; it lies beside the test bundle.
    public static func path(of program: String) throws -> String {
        #if canImport(Darwin)
        var info = Dl_info()
        let name = dladdr(#dsohandle, &info) == 0 ? nil : info.dli_fname
        #else
        let name: String? = "/proc/self/exe"
        #endif
        guard let name, let real = realpath(name, nil) else {
            throw TestFailure("the test bundle does not know its own path")
        }
        defer { free(real) }
        var folder = String(cString: real)[...]
        while let slash = folder.lastIndex(of: "/") {
            folder = folder[..<slash]
            let candidate = "\(folder)/\(program)"
            if access(candidate, X_OK) == 0 { return candidate }
        }
        throw TestFailure("\(program) is not beside the test bundle: build the package with its tests")
    }

    /// The process's id.
    public let process: pid_t
    private var status: Int32?

    /// Starts the program with `descriptors` as its 0, 1, 2, …; with `terminal` as the controlling terminal of a session
    /// of its own instead of 0, 1 and 2 that are nil.
    ///
    /// With `script` a shell runs it instead, with the program's path as `$0` and the arguments as `$1`, ….
    public init(
        path program: String, script: String? = nil, _ arguments: [String], environment: [String: String],
        terminal: String? = nil,
        descriptors: [Int32?], ignoring ignored: [Int32] = []
    ) throws {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for (number, descriptor) in descriptors.enumerated() {
            if let descriptor {
                posix_spawn_file_actions_adddup2(&actions, descriptor, Int32(number))
            } else if let terminal {
                // A session without a controlling terminal takes the first one it opens.
                posix_spawn_file_actions_addopen(&actions, Int32(number), terminal, O_RDWR, 0)
            }
        }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var mask = sigset_t()
        sigemptyset(&mask)
        posix_spawnattr_setsigmask(&attributes, &mask)
        for number in [SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGPIPE, SIGTSTP] where !ignored.contains(number) {
            sigaddset(&mask, number)
        }
        posix_spawnattr_setsigdefault(&attributes, &mask)
        #if canImport(Darwin)
        let newSession = POSIX_SPAWN_SETSID
        #else
        // POSIX_SPAWN_SETSID, which the C headers show only to those who define _GNU_SOURCE.
        let newSession: Int32 = 0x80
        #endif
        posix_spawnattr_setflags(
            &attributes, Int16(Int32(POSIX_SPAWN_SETSIGMASK) | Int32(POSIX_SPAWN_SETSIGDEF) | newSession))
        let path = script == nil ? program : "/bin/sh"
        let words = script.map { ["sh", "-c", $0, program] } ?? [program]
        process = try withCStrings(words + arguments) { argv in
            try withCStrings(environment.map { "\($0.key)=\($0.value)" }) { envp in
                var process: pid_t = 0
                let code = descriptorLock.withLock { _ in
                    posix_spawn(&process, path, &actions, &attributes, argv, envp)
                }
                guard code == 0 else { throw TestFailure("posix_spawn: error \(code)") }
                return process
            }
        }
    }

    deinit {
        // A test that failed half-way leaves nothing running.
        if status == nil {
            kill(process, SIGKILL)
            waitpid(process, nil, 0)
        }
    }

    /// Sends it a signal.
    public func send(signal: Int32) {
        kill(process, signal)
    }

    /// How it ended, or nil while it runs.
    public func exit() -> Exit? {
        if status == nil {
            var value: Int32 = 0
            if waitpid(process, &value, WNOHANG) == process { status = value }
        }
        return status.map { $0 & 0x7F == 0 ? .code($0 >> 8 & 0xFF) : .signal($0 & 0x7F) }
    }
}

/// Between two looks at something that cannot be waited for.
public func pauseBriefly() {
    usleep(2000)
}

private func withCStrings<R>(
    _ strings: [String], _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) throws -> R
) rethrows -> R {
    var pointers = strings.map { strdup($0) } + [nil]
    defer { for pointer in pointers { free(pointer) } }
    return try pointers.withUnsafeMutableBufferPointer { buffer in
        guard let base = buffer.baseAddress else { fatalError("an array with a nil at its end is empty") }
        return try body(base)
    }
}
