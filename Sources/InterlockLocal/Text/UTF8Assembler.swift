/// Puts the bytes of tokens together to text, never half a character.
///
/// What is not UTF-8 becomes U+FFFD, exactly as `String(decoding:as:)` would make of all the bytes at once.
struct UTF8Assembler {
    private var pending: [UInt8] = []

    /// Takes more bytes and returns the text that is complete with them.
    mutating func append(_ bytes: some Collection<UInt8>) -> String {
        pending += bytes
        let end = Self.completeLength(of: pending)
        guard end > 0 else { return "" }
        let text = String(decoding: pending[..<end], as: UTF8.self)
        pending.removeFirst(end)
        return text
    }

    /// Returns what is left when no more bytes come.
    mutating func finish() -> String {
        defer { pending.removeAll(keepingCapacity: true) }
        return String(decoding: pending, as: UTF8.self)
    }

    /// How many of the bytes do not end in the middle of a character.
    ///
    /// A lead byte always begins something new, so that cutting before one never changes what the rest decodes to.
    private static func completeLength(of bytes: [UInt8]) -> Int {
        var index = bytes.count
        for length in 1...3 {
            index -= 1
            guard index >= 0 else { break }
            let byte = bytes[index]
            if byte & 0b1100_0000 == 0b1000_0000 { continue }
            let needed =
                switch byte {
                case 0xC2...0xDF: 2
                case 0xE0...0xEF: 3
                case 0xF0...0xF4: 4
                default: 1
                }
            return needed > length ? index : bytes.count
        }
        return bytes.count
    }
}
