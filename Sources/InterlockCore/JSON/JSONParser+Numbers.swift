extension JSONParser {
    /// Parses a number at the current position, which holds a digit or a minus sign.
    mutating func parseNumber() throws(Failure) -> JSONNumber {
        let start = position
        if bytes[position] == UInt8(ascii: "-") { position += 1 }
        if current == UInt8(ascii: "0") {
            position += 1
            if let byte = current, JSONParser.isDigit(byte) {
                throw failure(.invalidNumber, "a number must not begin with 0 and another digit", found: false)
            }
        } else {
            try skipDigits(after: "'-'")
        }
        if current == UInt8(ascii: ".") {
            position += 1
            try skipDigits(after: "the decimal point")
        }
        if current == UInt8(ascii: "e") || current == UInt8(ascii: "E") {
            position += 1
            if current == UInt8(ascii: "+") || current == UInt8(ascii: "-") { position += 1 }
            try skipDigits(after: "'e' and its sign")
        }
        return JSONNumber(checked: String(decoding: slice(start, position), as: UTF8.self))
    }

    /// Steps past one or more digits.
    private mutating func skipDigits(after what: StaticString) throws(Failure) {
        guard let first = current, JSONParser.isDigit(first) else {
            throw failure(.invalidNumber, "expected a digit after \(what)")
        }
        repeat { position += 1 } while position < bytes.count && JSONParser.isDigit(bytes[position])
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        byte &- UInt8(ascii: "0") < 10
    }
}
