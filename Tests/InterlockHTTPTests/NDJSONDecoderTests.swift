import InterlockCore
import InterlockHTTP
import Testing

@Suite("newline-delimited JSON")
struct NDJSONDecoderTests {
    private func decode(_ bytes: [UInt8], size: Int, limit: Int = 64 << 20) throws -> [String] {
        var decoder = NDJSONDecoder(maximumLineBytes: limit)
        var lines: [[UInt8]] = []
        for start in stride(from: 0, to: bytes.count, by: size) {
            try decoder.feed(Array(bytes[start..<min(bytes.count, start + size)])) { lines.append($0) }
        }
        try decoder.finish { lines.append($0) }
        return lines.map { String(decoding: $0, as: UTF8.self) }
    }

    @Test(
        "the same lines come out, however the bytes are cut",  // wire: 73
        arguments: [
            ("{\"a\":1}\n{\"a\":2}\n", ["{\"a\":1}", "{\"a\":2}"]),
            ("{\"a\":1}\r\n{\"a\":2}\r\n", ["{\"a\":1}", "{\"a\":2}"]),
            ("\u{FEFF}{}\n\n\r\n \t\r\n{}\n", ["{}", "{}"]),
            ("{}\n{\"last\":\"é😀\"}", ["{}", "{\"last\":\"é😀\"}"]),
            ("{}\r\n{}\r", ["{}", "{}"]),
            ("{\"a\":\r1}\n", ["{\"a\":\r1}"]),
            ("\"\u{2028}\u{85}\"\n", ["\"\u{2028}\u{85}\""]),
            ("", []), ("\n", []),
        ])
    func lines(_ text: String, _ lines: [String]) throws {
        for size in [1, 2, 3, 1_000] { #expect(try decode(Array(text.utf8), size: size) == lines) }
    }

    @Test("bytes that are not UTF-8 are refused, also when the stream ends within a character")
    func invalid() throws {
        let wrong = try #require(throws: InterlockError.self) { try decode([0x7B, 0xFF], size: 1) }
        #expect(wrong.message == "the stream is not UTF-8: byte 1 cannot stand where it does")
        let cut = try #require(throws: InterlockError.self) { try decode([0x7B, 0xE2, 0x82], size: 1) }
        #expect(cut.code == .malformedResponse)
        #expect(cut.message == "the stream is not UTF-8: it ends within a character at byte 3")
    }

    @Test("a line above the limit is refused")
    func tooLarge() throws {
        let error = try #require(throws: InterlockError.self) { try decode(Array("12345".utf8), size: 2, limit: 4) }
        #expect(error.message == "a line of the stream is longer than 4 bytes")
    }
}
