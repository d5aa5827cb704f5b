/// Cuts newline-delimited JSON, bytes that come in pieces of any size, into its lines.
///
/// Lines end with LF or CRLF; blank ones, and a byte order mark, are left out. What stands in a line is not looked at.
package struct NDJSONDecoder {
    private var splitter: LineSplitter

    /// Makes a decoder.
    ///
    /// - Parameter maximumLineBytes: The size of a line above which the stream is refused.
    package init(maximumLineBytes: Int = 64 << 20) {
        splitter = LineSplitter(carriageReturnEndsLine: false, maximumLineBytes: maximumLineBytes)
    }

    /// Takes bytes, and gives the lines that they complete to `emit`.
    ///
    /// - Throws: ``InterlockError`` (`malformedResponse`) for bytes that are not UTF-8, with the offset of the first
    ///   wrong one, and for a line above the limit; what `emit` throws, after which the decoder is of no more use.
    package mutating func feed(_ bytes: [UInt8], _ emit: ([UInt8]) throws -> Void) throws {
        try splitter.feed(bytes) { try Self.emit($0, emit) }
    }

    /// The end of the stream: gives a last line without its line end to `emit`.
    ///
    /// - Throws: As ``feed(_:_:)``.
    package mutating func finish(_ emit: ([UInt8]) throws -> Void) throws {
        try splitter.finish { try Self.emit($0, emit) }
    }

    private static func emit(_ line: UnsafeBufferPointer<UInt8>, _ emit: ([UInt8]) throws -> Void) throws {
        var line = line[...]
        if line.last == UInt8(ascii: "\r") { line.removeLast() }
        let isBlank = line.allSatisfy {
            $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") || $0 == UInt8(ascii: "\r")
        }
        if !isBlank { try emit(Array(line)) }
    }
}
