import InterlockCore

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Whole inputs: standard input to its end, or a file.
public enum StandardInput {
    /// What is read at most unless the caller says otherwise: 64 MiB.
    public static let defaultLimit = 64 << 20

    /// All bytes of standard input.
    ///
    /// Reads on a thread of its own, because standard input may be a person or a slow pipe, and gives up when the task
    /// is cancelled.
    /// - Throws: ``InputError`` when there are more than `limit` bytes or the system refuses; `CancellationError`.
    public static func readAll(limit: Int = defaultLimit) async throws -> [UInt8] {
        try await readAll(fileDescriptor: 0, limit: limit)
    }

    /// All of standard input as text.
    /// - Throws: ``InputError``, for bytes that are not UTF-8 with the offset of the first; `CancellationError`.
    public static func readText(limit: Int = defaultLimit) async throws -> String {
        try decode(try await readAll(limit: limit), source: .standardInput)
    }

    /// All bytes of a file, a named pipe or a device, up to `limit`.
    ///
    /// Blocks until they are read.
    public static func readFile(_ path: String, limit: Int = defaultLimit) throws(InputError) -> [UInt8] {
        let source = InputSource.file(path)
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw InputError.opening(errno, source) }
        defer { close(descriptor) }
        return try read(descriptor, limit: limit, source: source, wake: nil) ?? []
    }

    /// All of a file as text.
    /// - Throws: ``InputError``, for bytes that are not UTF-8 with the offset of the first.
    public static func readTextFile(_ path: String, limit: Int = defaultLimit) throws(InputError) -> String {
        try decode(try readFile(path, limit: limit), source: .file(path))
    }

    /// Bytes as text, strictly: nothing is replaced.
    ///
    /// Valid is what table 3-7 of the Unicode Standard lists; a byte order mark is kept. The offset in the error is that
    /// of the first byte that cannot stand where it stands; for a character cut off by the end, of its first byte.
    public static func decode(_ bytes: [UInt8], source: InputSource) throws(InputError) -> String {
        if let text = String(validating: bytes, as: UTF8.self) { return text }
        let offset = UTF8Decoder.firstInvalidOffset(in: bytes) ?? 0
        throw InputError(.invalidUTF8(offset: offset, byte: bytes[offset]), in: source)
    }

    static func readAll(fileDescriptor: Int32, limit: Int) async throws -> [UInt8] {
        guard let wake = WakePipe() else { throw InputError(.failed(code: errno), in: .standardInput) }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<[UInt8], any Error>) in
                let started = DedicatedThread.start(blocking: SignalWatcher.watched) {
                    do throws(InputError) {
                        let bytes = try read(fileDescriptor, limit: limit, source: .standardInput, wake: wake)
                        guard let bytes else { return continuation.resume(throwing: CancellationError()) }
                        continuation.resume(returning: bytes)
                    } catch {
                        continuation.resume(throwing: error)
                    }
                }
                if !started { continuation.resume(throwing: InputError(.failed(code: EAGAIN), in: .standardInput)) }
            }
        } onCancel: {
            wake.wake()
        }
    }

    /// Reads to the end; nil when `wake` became readable.
    private static func read(
        _ descriptor: Int32, limit: Int, source: InputSource, wake: WakePipe?
    ) throws(InputError) -> [UInt8]? {
        var bytes: [UInt8] = []
        let input = ByteSource(descriptor: descriptor, wake: wake)
        while true {
            switch input.nextChunk() {
            case .bytes(let chunk):
                guard bytes.count + chunk.count <= limit else {
                    throw InputError(.tooLarge(limit: limit), in: source)
                }
                bytes.append(contentsOf: chunk)
            case .end: return bytes
            case .woken: return nil
            case .failed(let code): throw InputError.opening(code, source)
            }
        }
    }
}
