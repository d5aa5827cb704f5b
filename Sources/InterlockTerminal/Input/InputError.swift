#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Where input was read from, as an error message names it.
public enum InputSource: Equatable, Sendable, CustomStringConvertible {
    /// All of standard input.
    case standardInput
    /// One line of standard input, counted from 1.
    case line(Int)
    /// What a person typed at the terminal.
    case terminal
    /// A file.
    case file(String)

    /// The source in words: `standard input`, `line 3 of standard input`, `the terminal`, `"notes.txt"`.
    public var description: String {
        switch self {
        case .standardInput: "standard input"
        case .line(let number): "line \(number) of standard input"
        case .terminal: "the terminal"
        case .file(let path): "\"\(Text.singleLine(path))\""
        }
    }
}

/// Why input could not be read.
///
/// The description is what a command prints: what, where, and what to do.
public struct InputError: Error, Equatable, Sendable, CustomStringConvertible {
    /// What went wrong.
    public enum Problem: Equatable, Sendable {
        /// There is no such file.
        case notFound
        /// The path names a directory.
        case isDirectory
        /// The file may not be read.
        case permissionDenied
        /// There are more bytes than the limit.
        case tooLarge(limit: Int)
        /// The bytes are not UTF-8: the offset, counted from 0, and the byte there.
        case invalidUTF8(offset: Int, byte: UInt8)
        /// What was typed is not UTF-8.
        case typedInvalidUTF8(byte: UInt8)
        /// The system refused, with this `errno` code.
        case failed(code: Int32)
    }

    /// What went wrong.
    public let problem: Problem
    /// Where.
    public let source: InputSource

    /// An error of the given kind.
    public init(_ problem: Problem, in source: InputSource) {
        self.problem = problem
        self.source = source
    }

    /// One line for a person, beginning in lower case and without a full stop.
    public var description: String {
        switch problem {
        case .notFound:
            "cannot read \(source): there is no such file; check the path"
        case .isDirectory:
            "cannot read \(source): it is a directory; name a file in it"
        case .permissionDenied:
            "cannot read \(source): permission denied; check who may read it (ls -l)"
        case .tooLarge(let limit):
            "\(source) is larger than the limit of \(limit) bytes; shorten it"
        case .invalidUTF8(let offset, let byte):
            "invalid UTF-8 at byte \(offset) of \(source) (\(Self.hexadecimal(byte))); convert it to UTF-8"
        case .typedInvalidUTF8(let byte):
            "invalid UTF-8 from \(source) (\(Self.hexadecimal(byte))); set its character set to UTF-8"
        case .failed(let code):
            "cannot read \(source): \(Descriptors.message(for: code))"
        }
    }

    private static func hexadecimal(_ byte: UInt8) -> String {
        let digits = String(byte, radix: 16)
        return digits.count == 1 ? "0x0\(digits)" : "0x\(digits)"
    }

    static func opening(_ code: Int32, _ source: InputSource) -> InputError {
        switch code {
        case ENOENT, ENOTDIR: InputError(.notFound, in: source)
        case EACCES, EPERM: InputError(.permissionDenied, in: source)
        case EISDIR: InputError(.isDirectory, in: source)
        default: InputError(.failed(code: code), in: source)
        }
    }
}
