import InterlockCore

/// How the body of a request is delimited, told strictly: where two readers could disagree, the request is refused, so
/// that nobody smuggles a second one past a proxy (RFC 9112 §6).
enum RequestFraming: Equatable {
    /// There is none.
    case none
    /// So many bytes.
    case length(Int)
    /// In chunks, as `Transfer-Encoding: chunked` says.
    case chunked

    /// Tells the framing from the header fields.
    init(version: String, headers: HTTPHeaders) throws(HTTPRefusal) {
        for field in headers where !RequestFraming.isToken(field.name) {
            throw .malformed("a header field's name has a character that no name can have")
        }
        let hosts = headers.all("host")
        guard hosts.count <= 1 else { throw .malformed("the request has \(hosts.count) Host fields") }
        if version == "HTTP/1.1", hosts.isEmpty { throw .malformed("the request has no Host field") }
        let codings = headers.all("transfer-encoding")
        let lengths = headers.all("content-length")
        guard codings.isEmpty else {
            guard lengths.isEmpty else {
                throw .malformed("the request has both a Transfer-Encoding and a Content-Length")
            }
            guard version != "HTTP/1.0" else { throw .malformed("HTTP/1.0 knows no Transfer-Encoding") }
            guard codings.count == 1, codings[0].utf8.elementsEqual("chunked".utf8, by: { $0 | 0x20 == $1 }) else {
                throw HTTPRefusal(501, .unsupported, "the only Transfer-Encoding that is read is chunked")
            }
            self = .chunked
            return
        }
        guard let text = lengths.first else {
            self = .none
            return
        }
        guard lengths.count == 1 else { throw .malformed("the request has \(lengths.count) Content-Length fields") }
        guard !text.isEmpty, text.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }), let length = Int(text) else {
            throw .malformed("the Content-Length is not a number of bytes")
        }
        self = .length(length)
    }

    /// Whether a text can be the name of a header field (RFC 9110 §5.6.2).
    private static func isToken(_ text: String) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"):
                    true
                default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
                }
            }
    }
}
