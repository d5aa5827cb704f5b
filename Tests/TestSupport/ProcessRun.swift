#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A program between pipes: input given at once, output and errors collected.
public struct ProcessRun: Sendable {
    /// What it wrote to standard output.
    public let output: String
    /// What it wrote to standard error.
    public let errors: String
    /// How it ended.
    public let exit: Exit

    /// Runs a program that was built with the tests to its end.
    ///
    /// With `readingAtMost` its output is closed after so many bytes.
    public init(
        _ program: String, _ arguments: [String], input: [UInt8] = [], environment: [String: String] = [:],
        readingAtMost: Int = .max
    ) throws {
        try self.init(
            path: Child.path(of: program), arguments, input: input, environment: environment,
            readingAtMost: readingAtMost)
    }

    /// Runs the program at a path to its end.
    public init(
        path: String, _ arguments: [String], input: [UInt8] = [], environment: [String: String] = [:],
        readingAtMost: Int = .max
    ) throws {
        let standardInput = try makePipe()
        let standardOutput = try makePipe()
        let standardError = try makePipe()
        // Under the thread sanitizer every program would sleep for a second before it ends.
        var variables = ["SWIFT_BACKTRACE": "enable=no", "TSAN_OPTIONS": "atexit_sleep_ms=50"]
        variables.merge(environment) { $1 }
        let child = try Child(
            path: path, arguments, environment: variables,
            descriptors: [standardInput.read, standardOutput.write, standardError.write]
        )
        close(standardInput.read)
        close(standardOutput.write)
        close(standardError.write)
        // Small enough for the pipe, or the test would wait for a program that waits for the test.
        precondition(input.count <= 65536, "more input than a pipe holds")
        _ = input.withUnsafeBytes { write(standardInput.write, $0.baseAddress, $0.count) }
        close(standardInput.write)
        output = Self.readAll(standardOutput.read, atMost: readingAtMost)
        close(standardOutput.read)
        errors = Self.readAll(standardError.read, atMost: .max)
        close(standardError.read)
        let deadline = ContinuousClock.now + patience
        var exit = child.exit()
        while exit == nil, ContinuousClock.now < deadline {
            pauseBriefly()
            exit = child.exit()
        }
        guard let exit else { throw TestFailure("still running") }
        self.exit = exit
    }

    private static func readAll(_ descriptor: Int32, atMost limit: Int) -> String {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        let deadline = ContinuousClock.now + patience
        while bytes.count < limit, ContinuousClock.now < deadline {
            var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            guard poll(&entry, 1, 1000) > 0 else { continue }
            let count = read(descriptor, &buffer, buffer.count)
            guard count > 0 else { break }
            bytes += buffer[..<count]
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
