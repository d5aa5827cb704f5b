/// Checks that bytes that come in pieces are UTF-8.
struct UTF8Checker {
    /// How many bytes were checked, all pieces together.
    private(set) var offset = 0
    /// How many more bytes the character under way needs.
    private var missing = 0
    /// What the next byte may be: narrower after E0, ED, F0 and F4, which excludes overlong forms and surrogates.
    private var allowed: ClosedRange<UInt8> = 0x80...0xBF

    /// Whether the bytes end in the middle of a character.
    var isIncomplete: Bool { missing > 0 }

    /// Checks more bytes.
    ///
    /// - Returns: The offset in all pieces of the first byte that is wrong, or nil.
    mutating func check(_ bytes: UnsafeBufferPointer<UInt8>) -> Int? {
        var index = 0
        let raw = UnsafeRawBufferPointer(bytes)
        while index < bytes.count {
            if missing == 0 {
                // Eight at once, as long as they are ASCII.
                while index + 8 <= bytes.count,
                    raw.loadUnaligned(fromByteOffset: index, as: UInt64.self) & 0x8080_8080_8080_8080 == 0
                {
                    index += 8
                }
                guard index < bytes.count else { break }
                guard begin(bytes[index]) else { return offset + index }
            } else {
                guard allowed.contains(bytes[index]) else { return offset + index }
                missing -= 1
                allowed = 0x80...0xBF
            }
            index += 1
        }
        offset += bytes.count
        return nil
    }

    /// The first byte of a character.
    private mutating func begin(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x00...0x7F: return true
        case 0xC2...0xDF: missing = 1
        case 0xE0...0xEF: missing = 2
        case 0xF0...0xF4: missing = 3
        default: return false
        }
        switch byte {
        case 0xE0: allowed = 0xA0...0xBF
        case 0xED: allowed = 0x80...0x9F
        case 0xF0: allowed = 0x90...0xBF
        case 0xF4: allowed = 0x80...0x8F
        default: allowed = 0x80...0xBF
        }
        return true
    }
}
