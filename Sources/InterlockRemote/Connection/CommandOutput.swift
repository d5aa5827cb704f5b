import InterlockCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// What a command prints, for tokens that another program hands out.
enum CommandOutput {
    /// The most that is read, in bytes.
    private static let limit = 1 << 16

    /// Runs a command without a shell and returns what it writes to standard output; its standard error stays ours.
    ///
    /// - Throws: ``InterlockError/Code/missingCredential`` if it cannot be started or fails, or `CancellationError`.
    static func of(_ words: [String]) async throws -> String {
        // Its own thread: waiting for another process blocks.
        let result = await withCheckedContinuation {
            (continuation: CheckedContinuation<Result<String, InterlockError>, Never>) in
            let started = DedicatedThread.start { continuation.resume(returning: run(words)) }
            if !started { continuation.resume(returning: .failure(failure(words, "could not be started: no thread"))) }
        }
        try Task.checkCancellation()
        return try result.get()
    }

    private static func run(_ words: [String]) -> Result<String, InterlockError> {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { return .failure(failure(words, "could not be started: \(message(errno))")) }
        defer { close(ends[0]) }
        _ = fcntl(ends[0], F_SETFD, FD_CLOEXEC)
        let (process, code) = spawn(words, output: ends[1], closing: ends[0])
        close(ends[1])
        guard code == 0 else { return .failure(failure(words, "could not be started: \(message(code))")) }
        let bytes = readAll(ends[0])
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0, errno == EINTR {}
        // The low seven bits are the signal that ended it, the next eight its exit code (wait(2)).
        guard status & 0x7F == 0 else { return .failure(failure(words, "was ended by signal \(status & 0x7F)")) }
        let exitCode = (status >> 8) & 0xFF
        guard exitCode == 0 else { return .failure(failure(words, "ended with exit code \(exitCode)")) }
        guard let bytes else { return .failure(failure(words, "printed more than a token")) }
        return .success(String(decoding: bytes, as: UTF8.self))
    }

    private static func spawn(_ words: [String], output: Int32, closing: Int32) -> (process: pid_t, code: Int32) {
        #if canImport(Darwin)
        var actions: posix_spawn_file_actions_t?
        #else
        var actions = posix_spawn_file_actions_t()
        #endif
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, output, 1)
        posix_spawn_file_actions_addclose(&actions, closing)
        var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) }
        arguments.append(nil)
        defer { for argument in arguments { free(argument) } }
        var process: pid_t = 0
        let code = posix_spawnp(&process, words.first ?? "", &actions, nil, arguments, environ)
        return (process, code)
    }

    /// Everything until the other end is closed, or nil if it is more than the limit.
    private static func readAll(_ descriptor: Int32) -> [UInt8]? {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        var isTooLong = false
        while true {
            let count = read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return isTooLong ? nil : bytes }
            // Read on, so that the command does not wait for a reader for ever.
            isTooLong = isTooLong || bytes.count + count > limit
            if !isTooLong { bytes += buffer[..<count] }
        }
    }

    private static func message(_ code: Int32) -> String {
        strerror(code).map { String(cString: $0) } ?? "error \(code)"
    }

    private static func failure(_ words: [String], _ problem: String) -> InterlockError {
        InterlockError(
            .missingCredential, "the command \(words.first ?? "") for the token \(problem)",
            hint: "Run it by hand and see what it says; you may have to log in first.")
    }
}
