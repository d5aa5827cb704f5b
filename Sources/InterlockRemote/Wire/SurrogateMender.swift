/// Joins a surrogate pair that a provider cut between two frames, each half as an escape of its own.
///
/// A server that cuts its JSON text by UTF-16 units sends `"…\ud83d"` and then `"\ude00…"`. The first half is taken out
/// of its frame and put before the second one. Only frames that hold half a pair need to pass here.
package struct SurrogateMender: Sendable {
    private var half: [UInt8] = []

    /// Makes a mender that holds nothing back.
    package init() {}

    /// The frame with whole pairs.
    package mutating func mend(_ frame: [UInt8]) -> [UInt8] {
        guard half.isEmpty else { return holdBack(in: complete(frame)) }
        return holdBack(in: frame)
    }

    /// Puts the half that is held back before the first low surrogate that begins a string.
    private mutating func complete(_ frame: [UInt8]) -> [UInt8] {
        guard let place = SurrogateMender.firstLow(in: frame) else { return frame }
        var mended = frame
        mended.insert(contentsOf: half, at: place)
        half = []
        return mended
    }

    /// Takes a high surrogate that ends a string out of the frame.
    private mutating func holdBack(in frame: [UInt8]) -> [UInt8] {
        guard let place = SurrogateMender.lastHigh(in: frame) else { return frame }
        half = Array(frame[place..<(place + 6)])
        var mended = frame
        mended.removeSubrange(place..<(place + 6))
        return mended
    }

    private static let quote = UInt8(ascii: "\"")
    private static let backslash = UInt8(ascii: "\\")

    private static func firstLow(in frame: [UInt8]) -> Int? {
        var index = 1
        while index + 6 <= frame.count {
            if frame[index - 1] == quote, isUnescaped(frame, at: index - 1),
                isSurrogate(frame, at: index, second: "cdef")
            {
                return index
            }
            index += 1
        }
        return nil
    }

    private static func lastHigh(in frame: [UInt8]) -> Int? {
        var index = frame.count - 7
        while index >= 0 {
            if frame[index + 6] == quote, isSurrogate(frame, at: index, second: "89ab"),
                isUnescaped(frame, at: index)
            {
                return index
            }
            index -= 1
        }
        return nil
    }

    /// Whether `\udXYY` stands there with X among the given digits.
    private static func isSurrogate(_ frame: [UInt8], at index: Int, second: String) -> Bool {
        guard frame[index] == backslash, frame[index + 1] == UInt8(ascii: "u"), frame[index + 2] | 0x20 == 0x64 else {
            return false
        }
        return second.utf8.contains(frame[index + 3] | (frame[index + 3] >= 0x41 ? 0x20 : 0))
            && isHexadecimal(frame[index + 4]) && isHexadecimal(frame[index + 5])
    }

    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
            UInt8(ascii: "A")...UInt8(ascii: "F"):
            true
        default: false
        }
    }

    /// Whether the byte there is not escaped by a backslash before it.
    private static func isUnescaped(_ frame: [UInt8], at index: Int) -> Bool {
        var before = index
        while before > 0, frame[before - 1] == backslash { before -= 1 }
        return (index - before).isMultiple(of: 2)
    }
}
