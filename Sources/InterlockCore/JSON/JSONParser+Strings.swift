extension JSONParser {
    /// Parses a string whose opening quote is behind the current position.
    mutating func parseString() throws(Failure) -> String {
        let start = position
        hasNonASCII = false
        position = plainEnd(from: start)
        guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else {
            return try parseEscapedString(from: start)
        }
        position += 1
        return try makeString(slice(start, position - 1), start: start)
    }

    /// A part of the document.
    func slice(_ start: Int, _ end: Int) -> UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(rebasing: bytes[start..<end])
    }

    /// Makes the string that ends before the current position.
    private func makeString(_ content: UnsafeBufferPointer<UInt8>, start: Int) throws(Failure) -> String {
        // Decoding is the faster of the two; it would repair ill-formed text, of which ASCII has none.
        guard hasNonASCII else { return String(decoding: content, as: UTF8.self) }
        guard let string = String(validating: content, as: UTF8.self) else {
            throw invalidUTF8(start..<(position - 1))
        }
        return string
    }

    /// Parses a string that is plain from `start` up to the current position and has something special there.
    private mutating func parseEscapedString(from start: Int) throws(Failure) -> String {
        unescaped.removeAll()
        var plainStart = start
        while true {
            unescaped.append(slice(plainStart, position))
            guard let byte = current else { throw unclosedString(start) }
            switch byte {
            case UInt8(ascii: "\""):
                position += 1
                return try unescaped.withBytes { content throws(Failure) in try makeString(content, start: start) }
            case UInt8(ascii: "\\"):
                try parseEscape(stringStart: start)
            default:
                throw failure(
                    .controlCharacter,
                    "the control character \(JSONPosition.describe(position, in: bytes)) must be escaped in a string",
                    found: false
                )
            }
            plainStart = position
            position = plainEnd(from: plainStart)
        }
    }

    /// Parses an escape at the current position and appends what it stands for.
    private mutating func parseEscape(stringStart: Int) throws(Failure) {
        guard position + 1 < bytes.count else { throw unclosedString(stringStart) }
        switch bytes[position + 1] {
        case UInt8(ascii: "n"): unescaped.append(0x0A)
        case UInt8(ascii: "\""): unescaped.append(UInt8(ascii: "\""))
        case UInt8(ascii: "\\"): unescaped.append(UInt8(ascii: "\\"))
        case UInt8(ascii: "/"): unescaped.append(UInt8(ascii: "/"))
        case UInt8(ascii: "t"): unescaped.append(0x09)
        case UInt8(ascii: "r"): unescaped.append(0x0D)
        case UInt8(ascii: "b"): unescaped.append(0x08)
        case UInt8(ascii: "f"): unescaped.append(0x0C)
        case UInt8(ascii: "u"):
            try parseUnicodeEscape(stringStart: stringStart)
            return
        default:
            throw failure(
                .invalidEscape,
                "expected one of \" \\ / b f n r t u after '\\' in string",
                at: position + 1
            )
        }
        position += 2
    }

    private mutating func parseUnicodeEscape(stringStart: Int) throws(Failure) {
        let escape = position
        let unit = try parseHexadecimal(at: escape + 2, stringStart: stringStart)
        position = escape + 6
        if let scalar = Unicode.Scalar(unit) {
            append(scalar)
            return
        }
        if unit < 0xDC00, beginsUnicodeEscape() {
            let second = try parseHexadecimal(at: position + 2, stringStart: stringStart)
            if (0xDC00...0xDFFF).contains(second) {
                position += 6
                let value = 0x10000 + ((unit - 0xD800) << 10) + (second - 0xDC00)
                append(Unicode.Scalar(value) ?? "\u{FFFD}")
                return
            }
        }
        guard options.loneSurrogates == .replace else {
            let digits = String(decoding: bytes[(escape + 2)..<(escape + 6)], as: UTF8.self)
            throw failure(
                .loneSurrogate,
                "\\u\(digits) is half of a surrogate pair without its other half",
                at: escape,
                found: false
            )
        }
        append("\u{FFFD}")
    }

    /// Whether `\u` comes next, as far as the document goes: one that is cut off here may have had the other half.
    private func beginsUnicodeEscape() -> Bool {
        if position < bytes.count, bytes[position] != UInt8(ascii: "\\") { return false }
        return position + 1 >= bytes.count || bytes[position + 1] == UInt8(ascii: "u")
    }

    private mutating func append(_ scalar: Unicode.Scalar) {
        hasNonASCII = true
        for byte in UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter { unescaped.append(byte) }
    }

    /// The value of four hexadecimal digits.
    private func parseHexadecimal(at start: Int, stringStart: Int) throws(Failure) -> UInt32 {
        var value: UInt32 = 0
        for offset in start..<(start + 4) {
            guard offset < bytes.count else { throw unclosedString(stringStart) }
            let byte = bytes[offset]
            let digit: UInt8
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte - UInt8(ascii: "a") + 10
            case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = byte - UInt8(ascii: "A") + 10
            default: throw failure(.invalidEscape, "expected four hexadecimal digits after '\\u'", at: offset)
            }
            value = value << 4 | UInt32(digit)
        }
        return value
    }

    /// The index of the first byte from `start` on that ends the plain part of a string: a quote, a backslash or a
    /// control character; the end of the document when there is none.
    ///
    /// Looks at eight bytes at a time. Each test sets the high bit of the bytes that match; a borrow may also set it
    /// in bytes above a match, never below, so that the lowest one is right.
    private mutating func plainEnd(from start: Int) -> Int {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let highs: UInt64 = 0x8080_8080_8080_8080
        let raw = UnsafeRawBufferPointer(bytes)
        var index = start
        var seen: UInt64 = 0
        defer { if seen & highs != 0 { hasNonASCII = true } }
        while index + 8 <= raw.count {
            let word = UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: index, as: UInt64.self))
            let quote = word ^ (ones &* 0x22)
            let backslash = word ^ (ones &* 0x5C)
            let special =
                ((word &- (ones &* 0x20)) & ~word) | ((quote &- ones) & ~quote) | ((backslash &- ones) & ~backslash)
            seen |= word
            if special & highs != 0 { return index + (special & highs).trailingZeroBitCount >> 3 }
            index += 8
        }
        while index < bytes.count {
            let byte = bytes[index]
            if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") || byte < 0x20 { return index }
            seen |= UInt64(byte)
            index += 1
        }
        return index
    }

    // MARK: - Errors

    private func unclosedString(_ start: Int) -> Failure {
        let (line, column) = JSONPosition.lineAndColumn(of: start - 1, in: bytes)
        return failure(
            .unexpectedEnd,
            "the string that begins at line \(line), column \(column) is not closed",
            at: bytes.count
        )
    }

    /// The error for a string that is known to hold ill-formed UTF-8.
    private func invalidUTF8(_ range: Range<Int>) -> Failure {
        var offset = range.lowerBound
        while offset < range.upperBound {
            var decoder = UTF8()
            var rest = bytes[offset..<min(offset + 4, range.upperBound)].makeIterator()
            guard case .scalarValue(let scalar) = decoder.decode(&rest) else { break }
            offset += UTF8.width(scalar)
        }
        let byte = JSONPosition.hexadecimal(UInt32(bytes[offset]), digits: 2)
        return failure(.invalidUTF8, "byte 0x\(byte) is not well-formed UTF-8 here", at: offset, found: false)
    }
}
