/// The target of a request line, taken apart and decoded (RFC 3986).
struct RequestTarget {
    var path: String
    var rawPath: String
    var query: [(name: String, value: String)]

    /// Takes a target apart: `/path?query`, or the absolute form that clients use with proxies.
    init(_ target: String) throws(HTTPRefusal) {
        var rest = target[...]
        for scheme in ["http://", "https://"] where rest.hasPrefix(scheme) {
            rest = rest.dropFirst(scheme.count)
            rest = rest[(rest.firstIndex(of: "/") ?? rest.endIndex)...]
            if rest.isEmpty { rest = "/" }
        }
        let mark = rest.utf8.firstIndex(of: UInt8(ascii: "?"))
        rawPath = String(rest[..<(mark ?? rest.endIndex)])
        guard rawPath.utf8.first == UInt8(ascii: "/") || rawPath == "*" else {
            throw .malformed("the request's target is not a path")
        }
        guard let path = RequestTarget.decode(rawPath[...], plusIsSpace: false) else {
            throw .malformed("the request's path has an escape that stands for no character")
        }
        self.path = path
        query = []
        guard let mark else { return }
        for pair in rest.utf8[rest.utf8.index(after: mark)...].split(separator: UInt8(ascii: "&")) {
            let halves = pair.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = RequestTarget.decode(Substring(halves[0]), plusIsSpace: true),
                let value = halves.count < 2 ? "" : RequestTarget.decode(Substring(halves[1]), plusIsSpace: true)
            else { throw .malformed("the request's query has an escape that stands for no character") }
            query.append((name, value))
        }
    }

    /// The text with its percent escapes decoded; nil if one is not an escape, stands for NUL or breaks the UTF-8.
    static func decode(_ text: Substring, plusIsSpace: Bool) -> String? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count)
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "%"):
                guard let high = rest.popFirst().flatMap(nibble), let low = rest.popFirst().flatMap(nibble) else {
                    return nil
                }
                guard high << 4 | low != 0 else { return nil }
                bytes.append(high << 4 | low)
            case UInt8(ascii: "+") where plusIsSpace: bytes.append(UInt8(ascii: " "))
            default: bytes.append(byte)
            }
        }
        return String(validating: bytes, as: UTF8.self)
    }

    private static func nibble(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
