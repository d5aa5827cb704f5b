/// UTF-8, one byte at a time, as strict as the Unicode Standard's table 3-7 (no overlong forms, no surrogates).
struct UTF8Decoder {
    enum Step: Equatable {
        case scalar(Unicode.Scalar)
        case more
        case invalid
    }

    private var value: UInt32 = 0
    private var missing = 0
    private var lowest: UInt8 = 0x80
    private var highest: UInt8 = 0xBF

    /// Whether a character has begun and not ended.
    var isInsideCharacter: Bool { missing > 0 }

    /// Takes the next byte.
    ///
    /// After `.invalid` the decoder is as new; the byte is not looked at again.
    mutating func feed(_ byte: UInt8) -> Step {
        guard missing > 0 else { return begin(byte) }
        guard (lowest...highest).contains(byte) else {
            self = UTF8Decoder()
            return .invalid
        }
        value = value << 6 | UInt32(byte & 0x3F)
        (lowest, highest) = (0x80, 0xBF)
        missing -= 1
        guard missing == 0 else { return .more }
        return Unicode.Scalar(value).map { .scalar($0) } ?? .invalid
    }

    private mutating func begin(_ byte: UInt8) -> Step {
        switch byte {
        case 0x00...0x7F: return .scalar(Unicode.Scalar(byte))
        case 0xC2...0xDF: expect(1, UInt32(byte & 0x1F))
        case 0xE0: expect(2, 0, from: 0xA0)
        case 0xED: expect(2, 0x0D, through: 0x9F)
        case 0xE1...0xEF: expect(2, UInt32(byte & 0x0F))
        case 0xF0: expect(3, 0, from: 0x90)
        case 0xF4: expect(3, 4, through: 0x8F)
        case 0xF1...0xF3: expect(3, UInt32(byte & 0x07))
        default: return .invalid
        }
        return .more
    }

    private mutating func expect(_ count: Int, _ bits: UInt32, from: UInt8 = 0x80, through: UInt8 = 0xBF) {
        (missing, value, lowest, highest) = (count, bits, from, through)
    }

    /// The offset of the first byte that is not valid: for a bad continuation that byte, for a character cut off by the
    /// end of the bytes the byte it begins with.
    ///
    /// Nil when everything is valid.
    static func firstInvalidOffset(in bytes: some Sequence<UInt8>) -> Int? {
        var decoder = UTF8Decoder()
        var start = 0
        var offset = 0
        for byte in bytes {
            if !decoder.isInsideCharacter { start = offset }
            if decoder.feed(byte) == .invalid { return offset }
            offset += 1
        }
        return decoder.isInsideCharacter ? start : nil
    }
}
