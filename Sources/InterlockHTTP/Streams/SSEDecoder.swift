package import InterlockCore

/// Decodes `text/event-stream` from bytes that come in pieces of any size.
///
/// Format: WHATWG HTML, "Server-sent events". A byte order mark is left out, lines end with LF, CR or CRLF, comments
/// are dropped. An event is complete at its blank line; one without any `data` line is no event, one with an empty
/// `data` is.
package struct SSEDecoder {
    private let maximumEventBytes: Int
    private var splitter: LineSplitter
    private var event = PartialEvent()

    /// Makes a decoder.
    ///
    /// - Parameter maximumEventBytes: The size of a line, and of an event's data, above which the stream is refused.
    package init(maximumEventBytes: Int = 64 << 20) {
        self.maximumEventBytes = maximumEventBytes
        // The name of the field and its colon are not data.
        splitter = LineSplitter(
            carriageReturnEndsLine: true, maximumLineBytes: maximumEventBytes + "data: ".utf8.count)
    }

    /// Takes bytes, and gives the events that they complete to `emit`.
    ///
    /// - Throws: ``InterlockError`` (`malformedResponse`) for bytes that are not UTF-8, with the offset of the first
    ///   wrong one, and for an event above the limit; what `emit` throws, after which the decoder is of no more use.
    package mutating func feed(_ bytes: [UInt8], _ emit: (SSEEvent) throws -> Void) throws {
        var tooLarge = false
        do {
            try splitter.feed(bytes) { [maximumEventBytes] line in
                if line.isEmpty {
                    if let complete = event.complete() { try emit(complete) }
                } else {
                    event.take(line)
                    tooLarge = event.size > maximumEventBytes
                    if tooLarge { throw Stop() }
                }
            }
        } catch is Stop where tooLarge {
            throw splitter.fail("an event of the stream is larger than \(maximumEventBytes) bytes")
        }
    }

    /// The end of the stream.
    ///
    /// - Returns: Whether something incomplete was left over, which is not delivered: a line, or an event without its
    ///   blank line.
    /// - Throws: What ``feed(_:_:)`` threw about the stream before.
    package mutating func finish() throws(InterlockError) -> Bool {
        try splitter.rethrow()
        return splitter.hasPartialLine || event.hasFields
    }
}

/// Stops the splitting of lines.
private struct Stop: Error {}

/// The fields of an event whose blank line has not come yet.
private struct PartialEvent {
    private var name: String?
    private var data: [UInt8]?
    private var id: String?
    private var retry: Int?
    /// Whether any field has come.
    private(set) var hasFields = false

    /// The size of the data so far.
    var size: Int { data?.count ?? 0 }

    mutating func take(_ line: UnsafeBufferPointer<UInt8>) {
        let colon = line.firstIndex(of: UInt8(ascii: ":")) ?? line.count
        // A comment: often sent to keep the connection alive.
        guard colon > 0 else { return }
        hasFields = true
        var start = min(colon + 1, line.count)
        if start < line.count, line[start] == UInt8(ascii: " ") { start += 1 }
        let value = UnsafeBufferPointer(rebasing: line[start...])
        switch UnsafeBufferPointer(rebasing: line[..<colon]) {
        case let field where Self.isSame(field, "data"):
            if data == nil {
                data = Array(value)
            } else {
                data?.append(UInt8(ascii: "\n"))
                data?.append(contentsOf: value)
            }
        case let field where Self.isSame(field, "event"):
            name = value.isEmpty ? nil : String(decoding: value, as: UTF8.self)
        case let field where Self.isSame(field, "id"):
            if !value.contains(0) { id = String(decoding: value, as: UTF8.self) }
        case let field where Self.isSame(field, "retry"):
            if !value.isEmpty, value.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) {
                retry = Int(String(decoding: value, as: UTF8.self)) ?? retry
            }
        default: break
        }
    }

    private static func isSame(_ field: UnsafeBufferPointer<UInt8>, _ name: StaticString) -> Bool {
        field.count == name.utf8CodeUnitCount
            && field.elementsEqual(UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
    }

    /// The event, if it has data; begins the next one.
    mutating func complete() -> SSEEvent? {
        guard hasFields else { return nil }
        defer { self = PartialEvent() }
        return data.map { SSEEvent(event: name, data: $0, id: id, retryMilliseconds: retry) }
    }
}
