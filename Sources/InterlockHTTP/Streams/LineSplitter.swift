import InterlockCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Cuts bytes that come in pieces into lines, without a byte order mark, checked to be UTF-8; in linear time.
///
/// U+2028 and U+0085 are characters like any other.
struct LineSplitter {
    private static let mark: [UInt8] = [0xEF, 0xBB, 0xBF]

    private let carriageReturnEndsLine: Bool
    private let maximumLineBytes: Int
    private var checker = UTF8Checker()
    /// The beginning of a line whose end has not come yet.
    private var partial: [UInt8] = []
    /// How much of the byte order mark has come; nil once it is decided.
    private var markBytes: Int? = 0
    private var skipsLineFeed = false
    private var failure: InterlockError?

    init(carriageReturnEndsLine: Bool, maximumLineBytes: Int) {
        self.carriageReturnEndsLine = carriageReturnEndsLine
        self.maximumLineBytes = maximumLineBytes
    }

    /// Takes bytes; `emit` gets each line without its end, as memory that is valid during the call.
    ///
    /// After an error every further call throws it again.
    mutating func feed(_ bytes: [UInt8], _ emit: (UnsafeBufferPointer<UInt8>) throws -> Void) throws {
        if let failure { throw failure }
        try bytes.withUnsafeBufferPointer { bytes in
            if let wrong = checker.check(bytes) {
                throw fail("the stream is not UTF-8: byte \(wrong) cannot stand where it does")
            }
            try split(UnsafeBufferPointer(rebasing: bytes[withoutMark(bytes)...]), emit)
        }
    }

    /// The end of the bytes: gives the last line, which no line end follows, to `emit`.
    ///
    /// - Throws: What ``feed(_:_:)`` threw, and `malformedResponse` for a character that breaks off.
    mutating func finish(_ emit: (UnsafeBufferPointer<UInt8>) throws -> Void) throws {
        if let failure { throw failure }
        guard !checker.isIncomplete else {
            throw fail("the stream is not UTF-8: it ends within a character at byte \(checker.offset)")
        }
        guard !partial.isEmpty else { return }
        defer { partial = [] }
        try partial.withUnsafeBufferPointer(emit)
    }

    /// Whether there is a beginning of a line.
    var hasPartialLine: Bool { !partial.isEmpty || (markBytes ?? 0) > 0 }

    /// What an earlier call threw.
    func rethrow() throws(InterlockError) {
        if let failure { throw failure }
    }

    /// Remembers an error of a line's content, which ends the stream like one of ours.
    mutating func fail(_ message: String) -> InterlockError {
        let error = InterlockError(
            .malformedResponse, message, hint: "The server, or something between, sends what it must not.")
        failure = error
        return error
    }

    /// How many bytes of the piece belong to a byte order mark.
    private mutating func withoutMark(_ bytes: UnsafeBufferPointer<UInt8>) -> Int {
        guard var seen = markBytes else { return 0 }
        var index = 0
        while index < bytes.count, seen < Self.mark.count, bytes[index] == Self.mark[seen] {
            index += 1
            seen += 1
        }
        if index == bytes.count, seen < Self.mark.count {
            markBytes = seen
            return index
        }
        markBytes = nil
        if seen == Self.mark.count { return index }
        // It was a character that begins like the mark.
        partial = Array(Self.mark[..<(seen - index)])
        return 0
    }

    private mutating func split(
        _ bytes: UnsafeBufferPointer<UInt8>, _ emit: (UnsafeBufferPointer<UInt8>) throws -> Void
    ) throws {
        var start = 0
        // Found once each, not once a line: looking for what is not there must not cost the whole piece again.
        var feed = Self.find(0x0A, in: bytes, from: 0)
        var carriage = carriageReturnEndsLine ? Self.find(0x0D, in: bytes, from: 0) : bytes.count
        while start < bytes.count {
            if skipsLineFeed {
                skipsLineFeed = false
                if feed == start {
                    start += 1
                    feed = Self.find(0x0A, in: bytes, from: start)
                    continue
                }
            }
            let end = min(feed, carriage)
            try checkSize(partial.count + end - start)
            guard end < bytes.count else {
                partial.append(contentsOf: bytes[start...])
                return
            }
            try emitLine(UnsafeBufferPointer(rebasing: bytes[start..<end]), emit)
            start = end + 1
            if end == carriage {
                skipsLineFeed = true
                carriage = Self.find(0x0D, in: bytes, from: start)
            } else {
                feed = Self.find(0x0A, in: bytes, from: start)
            }
        }
    }

    private mutating func emitLine(
        _ rest: UnsafeBufferPointer<UInt8>, _ emit: (UnsafeBufferPointer<UInt8>) throws -> Void
    ) throws {
        guard !partial.isEmpty else { return try emit(rest) }
        partial.append(contentsOf: rest)
        defer { partial.removeAll(keepingCapacity: partial.count < 65_536) }
        try partial.withUnsafeBufferPointer(emit)
    }

    private mutating func checkSize(_ count: Int) throws {
        guard count <= maximumLineBytes else {
            throw fail("a line of the stream is longer than \(maximumLineBytes) bytes")
        }
    }

    /// The place of a byte, or the end.
    private static func find(_ byte: UInt8, in bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
        guard start < bytes.count, let base = bytes.baseAddress,
            let found = memchr(base + start, Int32(byte), bytes.count - start)
        else { return bytes.count }
        return UnsafeRawPointer(found) - UnsafeRawPointer(base)
    }
}
