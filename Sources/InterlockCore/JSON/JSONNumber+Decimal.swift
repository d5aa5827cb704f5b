extension JSONNumber {
    /// The value as an integer of any width; nil unless the number is exactly that.
    ///
    /// Spelling does not matter: `1.0`, `1e2` and `-0` are integers, `1.5` and `1e-1` are not. No digit is lost:
    /// what does not fit gives nil.
    public func integer<Integer: FixedWidthInteger>(as type: Integer.Type = Integer.self) -> Integer? {
        if let short = shortInteger { return Integer(exactly: short) }
        // Bounded by more digits than the type can hold, so that 1e999999999 is refused without counting up to it.
        let longest = Integer.bitWidth / 3 + 1
        guard let decimal, decimal.exponent >= 0, decimal.exponent <= longest,
            decimal.digits.count + decimal.exponent <= longest
        else { return nil }
        var value: Integer = 0
        for place in 0..<(decimal.digits.count + decimal.exponent) {
            let digit = place < decimal.digits.count ? Integer(decimal.digits[place]) : 0
            let (tens, tooLarge) = value.multipliedReportingOverflow(by: 10)
            // Counted downwards for negative numbers: the smallest has no positive counterpart.
            let (sum, overflow) =
                decimal.isNegative ? tens.subtractingReportingOverflow(digit) : tens.addingReportingOverflow(digit)
            if tooLarge || overflow { return nil }
            value = sum
        }
        return value
    }

    /// The value of a number written as up to 18 digits with nothing but a sign, by far the most frequent form.
    private var shortInteger: Int64? {
        guard text.utf8.count <= 18 else { return nil }
        var value: Int64 = 0
        var isNegative = false
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "-"): isNegative = true
            case UInt8(ascii: "0")...UInt8(ascii: "9"): value = value * 10 + Int64(byte &- UInt8(ascii: "0"))
            default: return nil
            }
        }
        return isNegative ? -value : value
    }

    /// The `Double`, when it can be had with one correctly rounded operation; nil sends the caller the long way.
    ///
    /// Clinger's fast path ("How to read floating point numbers accurately", 1990): a significand up to 2^53 and a
    /// power of ten up to 10^22 are both exact, so their product or quotient is rounded once.
    var exactDouble: Double? {
        var significand: UInt64 = 0
        var exponent = 0
        var isNegative = false
        var seenPoint = false
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "-"):
                isNegative = true
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                significand = significand &* 10 &+ UInt64(byte &- UInt8(ascii: "0"))
                if significand > 1 << 53 { return nil }
                if seenPoint { exponent -= 1 }
            case UInt8(ascii: "."):
                seenPoint = true
            default:
                return nil
            }
        }
        guard -exponent < Self.powersOfTen.count else { return nil }
        let value = Double(significand) / Self.powersOfTen[-exponent]
        return isNegative ? -value : value
    }

    private static let powersOfTen: [Double] = [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
        1e20, 1e21, 1e22,
    ]

    /// A number in the one form that all its spellings share: digits without zeros at either end, times a power of ten.
    struct DecimalForm: Hashable {
        /// Never set for zero.
        var isNegative: Bool
        /// Values 0 to 9, empty for zero.
        var digits: [UInt8]
        /// The power of ten of the last digit, 0 for zero.
        var exponent: Int
    }

    /// The shared form; nil when the exponent does not fit in an `Int`.
    var decimal: DecimalForm? {
        var form = DecimalForm(isNegative: false, digits: [], exponent: 0)
        var written = 0
        var writtenIsNegative = false
        var fits = true
        var part = Part.whole
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "."):
                part = .fraction
            case UInt8(ascii: "e"), UInt8(ascii: "E"):
                part = .exponent
            case UInt8(ascii: "-"):
                if part == .exponent { writtenIsNegative = true } else { form.isNegative = true }
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                let digit = byte &- UInt8(ascii: "0")
                if part == .exponent {
                    let (tens, tooLarge) = written.multipliedReportingOverflow(by: 10)
                    let (sum, overflow) = tens.addingReportingOverflow(Int(digit))
                    if tooLarge || overflow { fits = false }
                    written = sum
                } else {
                    if digit != 0 || !form.digits.isEmpty { form.digits.append(digit) }
                    if part == .fraction { form.exponent -= 1 }
                }
            default:
                break
            }
        }
        guard !form.digits.isEmpty else { return DecimalForm(isNegative: false, digits: [], exponent: 0) }
        while form.digits.last == 0 {
            form.digits.removeLast()
            form.exponent += 1
        }
        guard fits else { return nil }
        let (exponent, overflow) = form.exponent.addingReportingOverflow(writtenIsNegative ? -written : written)
        guard !overflow else { return nil }
        form.exponent = exponent
        return form
    }

    private enum Part {
        case whole
        case fraction
        case exponent
    }

    /// Whether the text follows the grammar `-? (0 | [1-9][0-9]*) (. [0-9]+)? ([eE] [+-]? [0-9]+)?`.
    static func isNumber(_ text: String) -> Bool {
        var rest = text.utf8[...]
        func takeDigits() -> Int {
            let digits = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }.count
            rest = rest.dropFirst(digits)
            return digits
        }
        if rest.first == UInt8(ascii: "-") { rest = rest.dropFirst() }
        let startsWithZero = rest.first == UInt8(ascii: "0")
        let whole = takeDigits()
        guard whole > 0, whole == 1 || !startsWithZero else { return false }
        if rest.first == UInt8(ascii: ".") {
            rest = rest.dropFirst()
            guard takeDigits() > 0 else { return false }
        }
        if rest.first == UInt8(ascii: "e") || rest.first == UInt8(ascii: "E") {
            rest = rest.dropFirst()
            if rest.first == UInt8(ascii: "-") || rest.first == UInt8(ascii: "+") { rest = rest.dropFirst() }
            guard takeDigits() > 0 else { return false }
        }
        return rest.isEmpty
    }
}
