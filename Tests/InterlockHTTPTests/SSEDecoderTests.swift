import InterlockCore
import InterlockHTTP
import Testing

/// The events of a text that comes in pieces of these sizes, over and over, and whether something was left over.
private func decode(_ bytes: [UInt8], pieces: [Int], limit: Int = 64 << 20) throws -> ([SSEEvent], Bool) {
    var decoder = SSEDecoder(maximumEventBytes: limit)
    var events: [SSEEvent] = []
    var (start, turn) = (0, 0)
    while start < bytes.count {
        let end = min(bytes.count, start + pieces[turn % pieces.count])
        try decoder.feed(Array(bytes[start..<end])) { events.append($0) }
        (start, turn) = (end, turn + 1)
    }
    return (events, try decoder.finish())
}

private func event(_ data: String, _ name: String? = nil, id: String? = nil, retry: Int? = nil) -> SSEEvent {
    SSEEvent(event: name, data: Array(data.utf8), id: id, retryMilliseconds: retry)
}

@Suite("server-sent events")
struct SSEDecoderTests {
    struct Sample: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var text: String
        var events: [SSEEvent]
        var leftOver = false

        init(_ name: String, _ text: String, _ events: [SSEEvent], leftOver: Bool = false) {
            (testDescription, self.text, self.events, self.leftOver) = (name, text, events, leftOver)
        }
    }

    // wire: 1 2 3 4 5 6 7 8 9 10 11 18 40
    static let samples = [
        Sample("line feeds", "event: a\ndata: 1\n\nevent: b\ndata: 2\n\n", [event("1", "a"), event("2", "b")]),
        Sample("CRLF", "event: a\r\ndata: 1\r\n\r\ndata: 2\r\n\r\n", [event("1", "a"), event("2")]),
        Sample("lone CR", "event: a\rdata: 1\r\rdata: 2\r\r", [event("1", "a"), event("2")]),
        Sample(
            "mixed line ends", "data: 1\r\n\ndata: 2\n\r\ndata: 3\r\r\ndata: 4\n\n",
            ["1", "2", "3", "4"].map { event($0) }),
        Sample("byte order mark", "\u{FEFF}event: a\ndata: 1\n\n", [event("1", "a")]),
        Sample("a mark that is none", "\u{FEC0}: x\ndata: 1\n\n", [event("1")]),
        Sample("only one mark", "\u{FEFF}\u{FEFF}data: 1\ndata: 2\n\n", [event("2")]),
        Sample("comments", ": hello\n\n:\ndata: 1\n: in between\ndata: 2\n\n: bye\n\n", [event("1\n2")]),
        Sample("several data lines", "data: 1\ndata:\ndata: 3\n\n", [event("1\n\n3")]),
        Sample("spaces after the colon", "data:x\n\ndata: x\n\ndata:  x\n\n", [event("x"), event("x"), event(" x")]),
        Sample(
            "id and retry", "id: 7\nretry: 10\ndata: x\n\nretry: 1s\nid: \0\ndata: y\n\n",
            [event("x", id: "7", retry: 10), event("y")]),
        Sample("a retry beyond all bounds", "retry: 99999999999999999999\ndata: x\n\n", [event("x")]),
        Sample(
            "fields without a colon", "data\n\ndata\ndata\n\nevent\ndata: x\n\n", [event(""), event("\n"), event("x")]),
        Sample("unknown fields", "date: 1\nDATA: 2\n data: 3\ndata: x\n\n", [event("x")]),
        Sample("empty data", "data:\n\ndata: \n\n", [event(""), event("")]),
        Sample("no data", "event: ping\n\nid: 3\n\ndata: x\n\n", [event("x")]),
        Sample("colons in the value", "data: a:b: c\n\n", [event("a:b: c")]),
        Sample("other line separators", "data: a\u{2028}b\u{85}c\u{0B}d\n\n", [event("a\u{2028}b\u{85}c\u{0B}d")]),
        Sample("é and 😀", "data: é😀\n\n", [event("é😀")]),
        Sample("no blank line", "data: 1\n\ndata: 2\n", [event("1")], leftOver: true),
        Sample("no line end", "data: 1\n\ndata: 2", [event("1")], leftOver: true),
        Sample("half a mark", "\u{FEFF}", []),
        Sample("a comment last", "data: 1\n\n: end\n", [event("1")]),
        Sample("nothing", "", []),
    ]

    @Test("the same events come out, however the bytes are cut", arguments: SSEDecoderTests.samples)
    func anyCut(_ sample: Sample) throws {
        for pieces in [[1], [2], [3], [1, 7], [5, 2], [1 << 20]] {
            let (events, leftOver) = try decode(Array(sample.text.utf8), pieces: pieces)
            #expect(events == sample.events, "pieces of \(pieces)")
            #expect(leftOver == sample.leftOver, "pieces of \(pieces)")
        }
    }

    @Test("random texts give the same events whole and in random pieces")
    func random() throws {
        var generator = SystemRandomNumberGenerator()
        let words = [
            "data", ":", ": ", "\n", "\r", "\r\n", "\n\n", "event", "id", "retry", "1", "é", "😀", "\u{FEFF}",
            "\u{2028}", "x",
        ]
        for _ in 0..<400 {
            let text = (0..<Int.random(in: 0..<60, using: &generator)).compactMap { _ in
                words.randomElement(using: &generator)
            }
            let bytes = Array(text.joined().utf8)
            let whole = try decode(bytes, pieces: [1 << 20])
            let pieces = (0..<8).map { _ in Int.random(in: 1..<9, using: &generator) }
            let cut = try decode(bytes, pieces: pieces)
            #expect(cut.0 == whole.0 && cut.1 == whole.1, "\(text) in pieces of \(pieces)")
        }
    }

    @Test(
        "bytes that are not UTF-8 are refused with their offset",  // wire: 12
        arguments: [
            ([0xFF], 6), ([0xC3, 0x28], 7), ([0xC0, 0x80], 6), ([0xED, 0xA0, 0x80], 7), ([0xF4, 0x90, 0x80, 0x80], 7),
            ([0xE2, 0x82, 0x0A], 8), ([0xF0, 0x80, 0x80, 0x80], 7),
        ] as [([UInt8], Int)])
    func invalid(_ wrong: [UInt8], _ offset: Int) throws {
        for size in [1, 2, 100] {
            let error = try #require(throws: InterlockError.self) {
                try decode(Array("data: ".utf8) + wrong + Array("\n\n".utf8), pieces: [size])
            }
            #expect(error.code == .malformedResponse)
            #expect(error.message == "the stream is not UTF-8: byte \(offset) cannot stand where it does")
        }
    }

    @Test("after an error the decoder keeps to it")
    func staysFailed() throws {
        var decoder = SSEDecoder()
        #expect(throws: InterlockError.self) { try decoder.feed([0xFF]) { _ in } }
        #expect(throws: InterlockError.self) { try decoder.feed(Array("data: x\n\n".utf8)) { _ in } }
        #expect(throws: InterlockError.self) { try decoder.finish() }
    }

    @Test("a line and an event above the limit are refused, at it they are not")
    func tooLarge() throws {
        let data = String(repeating: "x", count: 100)
        #expect(try decode(Array("data: \(data)\n\n".utf8), pieces: [7], limit: 100).0.count == 1)
        let line = try #require(throws: InterlockError.self) {
            try decode(Array("data: \(data)xx".utf8), pieces: [7], limit: 100)
        }
        #expect(line.message == "a line of the stream is longer than 106 bytes")
        let event = try #require(throws: InterlockError.self) {
            try decode(Array("data: \(data)\ndata: x\n\n".utf8), pieces: [7], limit: 100)
        }
        #expect(event.message == "an event of the stream is larger than 100 bytes")
    }

    @Test("8 MB in one line by 16 KB, and 512 KB byte by byte, take linear time", .timeLimit(.minutes(1)))  // wire: 13
    func longLine() throws {
        let bytes = Array("data: ".utf8) + [UInt8](repeating: 0x78, count: 8 << 20) + Array("\n\n".utf8)
        #expect(try decode(bytes, pieces: [16_384]).0.first?.data.count == 8 << 20)
        // Quadratic work would take hours here.
        let short = Array(bytes[..<(512 << 10)]) + Array("\n\n".utf8)
        #expect(try decode(short, pieces: [1]).0.first?.data.count == (512 << 10) - 6)
    }

    @Test("10,000 events in one piece")  // wire: 14
    func manyEvents() throws {
        let bytes = (0..<10_000).flatMap { Array("data: \($0)\r\n\r\n".utf8) }
        let (events, _) = try decode(bytes, pieces: [bytes.count])
        #expect(events.count == 10_000)
        #expect(events.last == event("9999"))
    }

    @Test("what the receiver throws comes out")
    func receiver() throws {
        struct Enough: Error {}
        var decoder = SSEDecoder()
        #expect(throws: Enough.self) { try decoder.feed(Array("data: x\n\n".utf8)) { _ in throw Enough() } }
    }
}
