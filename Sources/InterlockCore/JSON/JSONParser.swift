/// One pass over the bytes of a document.
///
/// The nesting is kept in an explicit stack, so that hostile input cannot exhaust the thread's. Finished elements wait
/// in `elements` and `members` until their array or object ends and takes them over in one move.
struct JSONParser: ~Copyable {
    typealias Failure = JSONValue.ParseError

    let bytes: UnsafeBufferPointer<UInt8>
    let options: JSONValue.ParseOptions
    var position = 0
    /// Holds the bytes of strings with escapes, one after the other.
    var unescaped = ByteBuffer(capacity: 256)
    /// Whether the string at hand has a byte outside of ASCII and hence must be validated.
    var hasNonASCII = false

    private var frames: [Frame] = []
    private var elements = MoveStack<JSONValue>(capacity: 32)
    private var members = MoveStack<JSONObject.Member>(capacity: 32)
    /// Offsets of the keys in `members`; kept only where repeated keys are an error, to say where.
    private var keyOffsets: [Int] = []

    /// An array or object that is not closed yet.
    private struct Frame {
        let isObject: Bool
        /// Where its elements begin on their stack.
        let start: Int
        /// Its opening bracket in the document.
        let offset: Int
    }

    init(_ bytes: UnsafeBufferPointer<UInt8>, options: JSONValue.ParseOptions) {
        self.bytes = bytes
        self.options = options
    }

    mutating func parseDocument() throws(Failure) -> JSONValue {
        try checkDocument()
        skipWhitespace()
        while true {
            // Nil means that an array or object has been opened and its first value comes next.
            guard var value = try parseValue() else { continue }
            while true {
                skipWhitespace()
                guard let frame = frames.last else {
                    guard position == bytes.count else {
                        throw failure(.trailingContent, "expected end of input after the value")
                    }
                    return value
                }
                attach(consume value, to: frame)
                if try continues(frame) { break }
                value = try close(frame)
            }
        }
    }

    /// The byte at the current position; nil at the end.
    var current: UInt8? {
        position < bytes.count ? bytes[position] : nil
    }

    mutating func skipWhitespace() {
        while position < bytes.count {
            let byte = bytes[position]
            guard byte <= 0x20, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { return }
            position += 1
        }
    }

    // MARK: - Values

    private mutating func parseValue() throws(Failure) -> JSONValue? {
        switch current {
        case UInt8(ascii: "\""):
            position += 1
            return .string(try parseString())
        case UInt8(ascii: "{"):
            return try open(isObject: true)
        case UInt8(ascii: "["):
            return try open(isObject: false)
        case UInt8(ascii: "-"), (UInt8(ascii: "0")...UInt8(ascii: "9"))?:
            return .number(try parseNumber())
        case UInt8(ascii: "t"):
            try skipLiteral("true")
            return .bool(true)
        case UInt8(ascii: "f"):
            try skipLiteral("false")
            return .bool(false)
        case UInt8(ascii: "n"):
            try skipLiteral("null")
            return .null
        default:
            throw unexpectedValue()
        }
    }

    private mutating func skipLiteral(_ literal: StaticString) throws(Failure) {
        let length = literal.utf8CodeUnitCount
        for index in 0..<length {
            guard position + index < bytes.count else {
                throw failure(.unexpectedEnd, "expected \(literal)", at: bytes.count)
            }
            guard bytes[position + index] == literal.utf8Start[index] else { throw unexpectedValue() }
        }
        position += length
    }

    // MARK: - Arrays and objects

    /// Steps past an opening bracket; returns the value when it is empty, nil when its first value comes next.
    private mutating func open(isObject: Bool) throws(Failure) -> JSONValue? {
        guard frames.count < min(options.maximumDepth, JSONValue.ParseOptions.deepest) else {
            let limit = min(options.maximumDepth, JSONValue.ParseOptions.deepest)
            throw failure(.tooDeep, "arrays and objects nest deeper than the \(limit) levels allowed", found: false)
        }
        let offset = position
        position += 1
        skipWhitespace()
        if current == (isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")) {
            position += 1
            return isObject ? .object(JSONObject()) : .array([])
        }
        frames.append(Frame(isObject: isObject, start: isObject ? members.count : elements.count, offset: offset))
        if isObject { try parseKey(orClose: true) }
        return nil
    }

    private mutating func parseKey(orClose: Bool) throws(Failure) {
        guard current == UInt8(ascii: "\"") else { throw unexpectedKey(orClose: orClose) }
        if options.duplicateKeys == .reject { keyOffsets.append(position) }
        position += 1
        let key = try parseString()
        skipWhitespace()
        guard current == UInt8(ascii: ":") else { throw failure(.unexpectedCharacter, "expected ':' after the key") }
        position += 1
        skipWhitespace()
        members.push(JSONObject.Member(key: key, value: .null))
    }

    private mutating func attach(_ value: consuming JSONValue, to frame: Frame) {
        if frame.isObject {
            members.last.value = value
        } else {
            elements.push(value)
        }
    }

    /// Steps past the byte after a value in an array or object; says whether another value comes next.
    private mutating func continues(_ frame: Frame) throws(Failure) -> Bool {
        let close = frame.isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")
        if current == UInt8(ascii: ",") {
            position += 1
            skipWhitespace()
            if current == close { throw trailingComma(isObject: frame.isObject) }
            if frame.isObject { try parseKey(orClose: false) }
            return true
        }
        guard current == close else {
            throw failure(
                .unexpectedCharacter,
                frame.isObject ? "expected ',' or '}' in object" : "expected ',' or ']' in array"
            )
        }
        position += 1
        return false
    }

    private mutating func close(_ frame: Frame) throws(Failure) -> JSONValue {
        frames.removeLast()
        guard frame.isObject else { return .array(elements.pop(from: frame.start)) }
        return .object(try makeObject(members.pop(from: frame.start), start: frame.start))
    }

    private mutating func makeObject(
        _ members: consuming [JSONObject.Member],
        start: Int
    ) throws(Failure) -> JSONObject {
        defer { if options.duplicateKeys == .reject { keyOffsets.removeSubrange(start...) } }
        if members.count <= JSONObject.linearLimit {
            guard let repeated = JSONParser.firstRepeated(members) else {
                return JSONObject(distinct: members, positions: nil)
            }
            return try resolve(members, repeated: repeated, start: start)
        }
        var positions: [ByteString: Int] = [:]
        positions.reserveCapacity(members.count)
        for index in members.indices {
            guard positions.updateValue(index, forKey: ByteString(members[index].key)) == nil else {
                return try resolve(members, repeated: index, start: start)
            }
        }
        return JSONObject(distinct: members, positions: positions)
    }

    /// The index of the first member whose key an earlier one has.
    private static func firstRepeated(_ members: [JSONObject.Member]) -> Int? {
        for index in members.indices.dropFirst() {
            for earlier in 0..<index where members[earlier].key.hasSameBytes(as: members[index].key) {
                return index
            }
        }
        return nil
    }

    /// Carries out what the options say about repeated keys.
    private func resolve(
        _ members: [JSONObject.Member],
        repeated: Int,
        start: Int
    ) throws(Failure) -> JSONObject {
        var object = JSONObject()
        switch options.duplicateKeys {
        case .reject:
            let key = JSONValue.string(members[repeated].key).description
            throw failure(
                .duplicateKey,
                "the key \(key) occurs twice in this object; keep one of them",
                at: keyOffsets[start + repeated],
                found: false
            )
        case .keepLast:
            for member in members { object.updateValue(member.value, forKey: member.key) }
        case .keepFirst:
            for member in members where !object.contains(key: member.key) { object[member.key] = member.value }
        }
        return object
    }
}

// MARK: - Errors

extension JSONParser {
    /// An error at an offset, or at the current position; names what stands there unless told otherwise.
    func failure(_ code: Failure.Code, _ message: String, at offset: Int? = nil, found: Bool = true) -> Failure {
        let offset = offset ?? position
        guard found else { return Failure(code, message, at: offset, in: bytes) }
        return Failure(
            offset >= bytes.count ? .unexpectedEnd : code,
            "\(message), found \(JSONPosition.describe(offset, in: bytes))",
            at: offset,
            in: bytes
        )
    }

    private func checkDocument() throws(Failure) {
        if let limit = options.maximumBytes, bytes.count > limit {
            throw failure(
                .tooLarge,
                "the document has \(bytes.count) bytes, more than the \(limit) allowed",
                at: 0,
                found: false
            )
        }
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) {
            throw failure(
                .byteOrderMark,
                "JSON must not begin with a byte order mark (RFC 8259 §8.1); remove the bytes EF BB BF",
                found: false
            )
        }
        if bytes.starts(with: [0xFE, 0xFF]) || bytes.starts(with: [0xFF, 0xFE]) {
            throw failure(
                .byteOrderMark,
                "JSON must be UTF-8, and this begins with the byte order mark of UTF-16; convert it",
                found: false
            )
        }
    }

    private func unexpectedValue() -> Failure {
        let hints: [(text: StaticString, hint: String)] = [
            ("True", "write true"), ("False", "write false"), ("None", "write null"), ("NaN", "JSON has no NaN"),
            ("Infinity", "JSON has no infinity"), ("undefined", "write null"), ("'", "strings take double quotes"),
            ("//", "JSON has no comments"), ("/*", "JSON has no comments"), ("+", "numbers take no plus sign"),
            (".", "a number needs a digit before the point"),
        ]
        let error = failure(.unexpectedCharacter, "expected a value")
        for (text, hint) in hints where hasText(text) {
            return failure(error.code, "\(error.message) (\(hint))", found: false)
        }
        return error
    }

    private func unexpectedKey(orClose: Bool) -> Failure {
        let expected = orClose ? "expected a key in double quotes or '}'" : "expected a key in double quotes"
        return failure(.unexpectedCharacter, expected)
    }

    private func trailingComma(isObject: Bool) -> Failure {
        failure(
            .unexpectedCharacter,
            isObject ? "expected a key after ',' in object" : "expected a value after ',' in array"
        )
    }

    /// Whether the document goes on with that text at the current position.
    private func hasText(_ text: StaticString) -> Bool {
        let length = text.utf8CodeUnitCount
        guard position + length <= bytes.count else { return false }
        return (0..<length).allSatisfy { bytes[position + $0] == text.utf8Start[$0] }
    }
}
