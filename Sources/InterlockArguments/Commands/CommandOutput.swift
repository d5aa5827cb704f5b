// `stdout` is a variable in C; nothing assigns it.
#if canImport(Glibc)
@preconcurrency import Glibc
#elseif canImport(Musl)
@preconcurrency import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Where help, versions and errors are printed.
public struct CommandOutput: Sendable {
    private let out: @Sendable (String) -> Void
    private let error: @Sendable (String) -> Void

    /// Creates an output; the closures get whole texts with their last line break.
    public init(out: @escaping @Sendable (String) -> Void, error: @escaping @Sendable (String) -> Void) {
        self.out = out
        self.error = error
    }

    /// The process's own standard output and standard error.
    public static let standard = CommandOutput(
        out: { write($0, to: STDOUT_FILENO) },
        error: { write($0, to: STDERR_FILENO) }
    )

    func printOut(_ text: String) { out(text.endingInLineBreak) }

    func printError(_ text: String) { error(text.endingInLineBreak) }

    /// Ends the process; `exit` flushes what the C library still holds.
    func end(_ code: ExitCode) -> Never {
        exit(code.rawValue)
    }

    private static func write(_ text: String, to descriptor: Int32) {
        // What was printed before must come out before. Not `fflush(nil)`: it would wait for a thread that reads.
        fflush(stdout)
        var text = text
        text.withUTF8 { bytes in
            var rest = UnsafeRawBufferPointer(bytes)
            while let start = rest.baseAddress, !rest.isEmpty {
                #if canImport(Glibc)
                let written = Glibc.write(descriptor, start, rest.count)
                #elseif canImport(Musl)
                let written = Musl.write(descriptor, start, rest.count)
                #else
                let written = Darwin.write(descriptor, start, rest.count)
                #endif
                if written < 0, errno == EINTR { continue }
                guard written > 0 else { return }
                rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(written))
            }
        }
    }
}

extension String {
    fileprivate var endingInLineBreak: String { hasSuffix("\n") ? self : self + "\n" }
}
