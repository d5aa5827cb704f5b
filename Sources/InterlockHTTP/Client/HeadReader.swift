/// Makes heads and trailers of the lines that curl delivers.
struct HeadReader {
    private enum Stage { case before, fields, after }

    private var stage = Stage.before
    private var status = 0
    private var version = ""
    private var fields = HTTPHeaders()
    /// The fields after the body.
    private(set) var trailers = HTTPHeaders()

    /// Whether nothing of any head has come.
    private(set) var isUntouched = true
    /// Whether the final head is complete.
    var isComplete: Bool { stage == .after }

    /// Takes one line with its end; the head, when this line completes it.
    mutating func line(_ bytes: UnsafeRawBufferPointer, url: String) -> HTTPResponseHead? {
        isUntouched = false
        var line = bytes[...]
        while let last = line.last, last == UInt8(ascii: "\n") || last == UInt8(ascii: "\r") { line.removeLast() }
        switch stage {
        case .before:
            begin(line)
        case .fields where line.isEmpty:
            // 100 Continue, 103 Early Hints: the answer is still to come.
            stage = status < 200 ? .before : .after
            return status < 200 ? nil : HTTPResponseHead(status: status, headers: fields, version: version, url: url)
        case .fields:
            Self.add(line, to: &fields)
        case .after:
            Self.add(line, to: &trailers)
        }
        return nil
    }

    /// `HTTP/1.1 200 OK`, `HTTP/2 200`.
    private mutating func begin(_ line: Slice<UnsafeRawBufferPointer>) {
        let words = line.split(separator: UInt8(ascii: " "), maxSplits: 2)
        guard words.count >= 2, let slash = words[0].firstIndex(of: UInt8(ascii: "/")) else { return }
        version = String(decoding: words[0][(slash + 1)...], as: UTF8.self)
        status = words[1].reduce(0) { $0 * 10 + Int($1 & 15) }
        fields = HTTPHeaders()
        stage = .fields
    }

    private static func add(_ line: Slice<UnsafeRawBufferPointer>, to fields: inout HTTPHeaders) {
        guard let first = line.first else { return }
        if first == UInt8(ascii: " ") || first == UInt8(ascii: "\t") { return fields.extendLast(trimmed(line)) }
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { return }
        fields.append(String(decoding: line[..<colon], as: UTF8.self), trimmed(line[(colon + 1)...]))
    }

    private static func trimmed(_ text: Slice<UnsafeRawBufferPointer>) -> String {
        var text = text
        while let first = text.first, first == UInt8(ascii: " ") || first == UInt8(ascii: "\t") { text.removeFirst() }
        while let last = text.last, last == UInt8(ascii: " ") || last == UInt8(ascii: "\t") { text.removeLast() }
        return String(decoding: text, as: UTF8.self)
    }
}
