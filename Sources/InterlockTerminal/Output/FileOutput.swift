import InterlockCore

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Why bytes could not be written.
public enum OutputError: Error, Equatable, Sendable, CustomStringConvertible {
    /// Nobody reads any more: the other end of the pipe or the terminal was closed. A command ends quietly then.
    case readerWentAway
    /// The system refused, with this `errno` code (a full disk, a closed descriptor).
    case failed(descriptor: Int32, code: Int32)

    /// What happened, in words.
    public var description: String {
        switch self {
        case .readerWentAway:
            "the reader of the output went away"
        case .failed(let descriptor, let code):
            "cannot write to \(Self.name(of: descriptor)): \(Descriptors.message(for: code))"
        }
    }

    private static func name(of descriptor: Int32) -> String {
        switch descriptor {
        case 1: "standard output"
        case 2: "standard error"
        default: "file descriptor \(descriptor)"
        }
    }
}

/// Bytes to a file descriptor, through a small buffer.
///
/// Safe to use from any thread: a write is never split by another one's. Interrupted and partial writes are continued,
/// a descriptor in non-blocking mode is waited for. A closed pipe or terminal throws ``OutputError/readerWentAway``;
/// that needs SIGPIPE ignored, which ``Interrupts/install()`` does. The first failure is kept: every later call throws
/// it again and writes nothing.
///
/// A write blocks the calling thread while the reader is slow.
public final class FileOutput: Sendable {
    private struct State {
        var buffer: [UInt8] = []
        var failure: OutputError?
    }

    /// Standard output; what is written appears after ``flush()`` or when the buffer is full.
    public static let standardOutput = FileOutput(fileDescriptor: 1)
    /// Standard error; every write appears at once.
    public static let standardError = FileOutput(fileDescriptor: 2, bufferSize: 0)

    /// Where the bytes go.
    ///
    /// Not closed by this object.
    public let fileDescriptor: Int32
    private let bufferSize: Int
    private let state = Locked(State())

    /// Writes to `fileDescriptor`, collecting up to `bufferSize` bytes; with 0 every write goes out at once.
    public init(fileDescriptor: Int32, bufferSize: Int = 8192) {
        self.fileDescriptor = fileDescriptor
        self.bufferSize = bufferSize
    }

    /// Writes text as UTF-8.
    public func write(_ text: String) throws(OutputError) {
        try state.withLock { (state) throws(OutputError) in
            try append(Array(text.utf8), to: &state)
        }
    }

    /// Writes bytes.
    public func write(_ bytes: [UInt8]) throws(OutputError) {
        try state.withLock { (state) throws(OutputError) in
            try append(bytes, to: &state)
        }
    }

    /// Hands everything written so far to the system.
    public func flush() throws(OutputError) {
        try state.withLock { (state) throws(OutputError) in
            try drain(&state)
        }
    }

    private func append(_ bytes: [UInt8], to state: inout State) throws(OutputError) {
        if let failure = state.failure { throw failure }
        if state.buffer.count + bytes.count > bufferSize {
            try drain(&state)
        }
        if bytes.count >= bufferSize {
            try send(bytes, &state)
        } else {
            state.buffer.append(contentsOf: bytes)
        }
    }

    private func drain(_ state: inout State) throws(OutputError) {
        if let failure = state.failure { throw failure }
        guard !state.buffer.isEmpty else { return }
        let bytes = state.buffer
        state.buffer.removeAll(keepingCapacity: true)
        try send(bytes, &state)
    }

    private func send(_ bytes: [UInt8], _ state: inout State) throws(OutputError) {
        let failure = bytes.withUnsafeBytes { Self.writeAll($0, to: fileDescriptor) }
        if let failure {
            state.failure = failure
            throw failure
        }
    }

    /// Writes every byte, or says why not.
    static func writeAll(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> OutputError? {
        var rest = bytes
        while !rest.isEmpty {
            #if canImport(Darwin)
            let count = Darwin.write(descriptor, rest.baseAddress, rest.count)
            #elseif canImport(Glibc)
            let count = Glibc.write(descriptor, rest.baseAddress, rest.count)
            #elseif canImport(Musl)
            let count = Musl.write(descriptor, rest.baseAddress, rest.count)
            #endif
            if count >= 0 {
                rest = UnsafeRawBufferPointer(rebasing: rest[count...])
                continue
            }
            let code = errno
            switch code {
            case EINTR: continue
            case EAGAIN: Descriptors.waitUntilWritable(descriptor)
            case EPIPE: return .readerWentAway
            // On a device this is a terminal that was closed; on a file it is a broken disk.
            case EIO where Descriptors.isCharacterDevice(descriptor): return .readerWentAway
            default: return .failed(descriptor: descriptor, code: code)
            }
        }
        return nil
    }
}
