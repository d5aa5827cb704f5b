/// Appends the text of values to a buffer.
struct JSONWriter: ~Copyable {
    let options: JSONValue.WriteOptions
    var output = ByteBuffer(capacity: 512)

    init(options: JSONValue.WriteOptions) {
        self.options = options
    }

    mutating func write(_ value: JSONValue, depth: Int) {
        switch value {
        case .null: append("null")
        case .bool(let value): append(value ? "true" : "false")
        case .number(let number): append(number.text)
        case .string(let string): write(string)
        case .array(let array): write(array, depth: depth)
        case .object(let object): write(object, depth: depth)
        }
    }

    private mutating func write(_ array: [JSONValue], depth: Int) {
        output.append(UInt8(ascii: "["))
        var isFirst = true
        for element in array {
            separate(isFirst: isFirst, depth: depth)
            isFirst = false
            write(element, depth: depth + 1)
        }
        close(with: UInt8(ascii: "]"), isEmpty: isFirst, depth: depth)
    }

    private mutating func write(_ object: JSONObject, depth: Int) {
        output.append(UInt8(ascii: "{"))
        var isFirst = true
        let members =
            options.sortsKeys ? object.members.sorted { $0.key.precedesByBytes($1.key) } : object.members
        for member in members {
            separate(isFirst: isFirst, depth: depth)
            isFirst = false
            write(member.key)
            output.append(UInt8(ascii: ":"))
            if options.isPretty { output.append(UInt8(ascii: " ")) }
            write(member.value, depth: depth + 1)
        }
        close(with: UInt8(ascii: "}"), isEmpty: isFirst, depth: depth)
    }

    private mutating func separate(isFirst: Bool, depth: Int) {
        if !isFirst { output.append(UInt8(ascii: ",")) }
        if options.isPretty { breakLine(depth: depth + 1) }
    }

    private mutating func close(with bracket: UInt8, isEmpty: Bool, depth: Int) {
        if options.isPretty, !isEmpty { breakLine(depth: depth) }
        output.append(bracket)
    }

    private mutating func breakLine(depth: Int) {
        output.append(0x0A)
        output.append(repeating: UInt8(ascii: " "), count: 2 * depth)
    }

    private mutating func append(_ text: String) {
        var text = text
        text.withUTF8 { output.append($0) }
    }

    // MARK: - Strings

    /// Appends a string in quotes.
    mutating func write(_ string: String) {
        var string = string
        string.withUTF8 { bytes in
            output.append(UInt8(ascii: "\""))
            var start = 0
            while true {
                let end = JSONWriter.plainEnd(bytes, from: start, stopsAtNonASCII: options.escapesNonASCII)
                output.append(UnsafeBufferPointer(rebasing: bytes[start..<end]))
                guard end < bytes.count else { break }
                start = end + writeEscape(of: bytes, at: end)
            }
            output.append(UInt8(ascii: "\""))
        }
    }

    /// Appends the escape of the character at an offset and returns how many bytes the character has.
    private mutating func writeEscape(of bytes: UnsafeBufferPointer<UInt8>, at offset: Int) -> Int {
        let byte = bytes[offset]
        let short: UInt8
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): short = byte
        case 0x08: short = UInt8(ascii: "b")
        case 0x09: short = UInt8(ascii: "t")
        case 0x0A: short = UInt8(ascii: "n")
        case 0x0C: short = UInt8(ascii: "f")
        case 0x0D: short = UInt8(ascii: "r")
        case 0x80...:
            var decoder = UTF8()
            var rest = bytes[offset...].makeIterator()
            guard case .scalarValue(let scalar) = decoder.decode(&rest) else { return 1 }
            for unit in UTF16.encode(scalar) ?? UTF16.encodedReplacementCharacter { writeUnicodeEscape(unit) }
            return UTF8.width(scalar)
        default:
            writeUnicodeEscape(UInt16(byte))
            return 1
        }
        output.append(UInt8(ascii: "\\"))
        output.append(short)
        return 1
    }

    /// Appends `\u` and four hexadecimal digits, in lower case as JavaScript and Python write them.
    private mutating func writeUnicodeEscape(_ unit: UInt16) {
        append("\\u")
        for shift in [12, 8, 4, 0] as [UInt16] {
            let digit = UInt8(truncatingIfNeeded: unit >> shift & 0xF)
            output.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
        }
    }

    /// The index of the first byte from `start` on that has to be escaped; the number of bytes when there is none.
    ///
    /// Looks at eight bytes at a time in the way of the parser's search for the end of a string.
    private static func plainEnd(
        _ bytes: UnsafeBufferPointer<UInt8>,
        from start: Int,
        stopsAtNonASCII: Bool
    ) -> Int {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let highs: UInt64 = 0x8080_8080_8080_8080
        let raw = UnsafeRawBufferPointer(bytes)
        var index = start
        while index + 8 <= raw.count {
            let word = UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: index, as: UInt64.self))
            let quote = word ^ (ones &* 0x22)
            let backslash = word ^ (ones &* 0x5C)
            var special =
                ((word &- (ones &* 0x20)) & ~word) | ((quote &- ones) & ~quote) | ((backslash &- ones) & ~backslash)
            if stopsAtNonASCII { special |= word }
            if special & highs != 0 { return index + (special & highs).trailingZeroBitCount >> 3 }
            index += 8
        }
        while index < raw.count {
            let byte = raw[index]
            if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") || byte < 0x20 { return index }
            if stopsAtNonASCII, byte >= 0x80 { return index }
            index += 1
        }
        return index
    }
}
