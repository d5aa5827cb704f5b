/// Reads a short text of fixed form from the left, byte by byte.
struct ByteScanner {
    private var rest: ArraySlice<UInt8>

    init(_ text: String) {
        rest = Array(text.utf8)[...]
    }

    var isAtEnd: Bool { rest.isEmpty }

    /// Takes a text, disregarding the case of ASCII letters.
    mutating func take(_ word: String) -> Bool {
        let length = word.utf8.count
        guard rest.count >= length, zip(rest, word.utf8).allSatisfy({ lowercase($0) == lowercase($1) }) else {
            return false
        }
        rest.removeFirst(length)
        return true
    }

    /// Takes as many letters as there are.
    mutating func letters() -> String {
        let taken = rest.prefix { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(lowercase($0)) }
        rest.removeFirst(taken.count)
        return String(decoding: taken, as: UTF8.self)
    }

    /// Takes a number of exactly that many digits.
    mutating func digits(_ count: Int) -> Int? {
        let taken = rest.prefix(count)
        guard taken.count == count, taken.allSatisfy(isDigit), let value = Int(String(decoding: taken, as: UTF8.self))
        else { return nil }
        rest.removeFirst(count)
        return value
    }

    /// Takes all digits that come, as text.
    mutating func digits() -> String {
        let taken = rest.prefix(while: isDigit)
        rest.removeFirst(taken.count)
        return String(decoding: taken, as: UTF8.self)
    }

    /// Takes an unsigned decimal number: digits, perhaps a fraction, perhaps an exponent.
    mutating func decimal() -> Double? {
        let whole = digits()
        let fraction = take(".") ? digits() : ""
        guard !(whole + fraction).isEmpty else { return nil }
        var text = (whole.isEmpty ? "0" : whole) + "." + (fraction.isEmpty ? "0" : fraction)
        let beforeExponent = rest
        if take("e") {
            let sign = take("-") ? "-" : take("+") ? "+" : ""
            let exponent = digits()
            if exponent.isEmpty { rest = beforeExponent } else { text += "e" + sign + exponent }
        }
        return Double(text)
    }

    mutating func skipSpaces() {
        rest = rest.drop { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
    }

    private func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    private func lowercase(_ byte: UInt8) -> UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
    }
}
