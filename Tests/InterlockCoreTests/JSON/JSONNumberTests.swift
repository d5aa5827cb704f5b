import InterlockCore
import Testing

@Suite struct JSONNumberTests {
    @Test func grammar() {
        for text in ["0", "-0", "1", "10", "0.5", "1.50", "1e5", "1E+05", "-1.5e-400", "12345678901234567890"] {
            #expect(JSONNumber(text: text)?.text == text)
        }
        for text in ["", "-", "+1", "01", "1.", ".5", "1e", "1e+", "0x1", "1 ", " 1", "nan", "1.e1", "١", "--1", "1-"] {
            #expect(JSONNumber(text: text) == nil, "\(text)")
        }
    }

    @Test func integersAreExactOrNil() throws {
        let cases: [(text: String, value: Int?)] = [
            ("0", 0), ("-0", 0), ("0.0", 0), ("0e99999999999999999999", 0), ("1", 1), ("-1", -1), ("1.0", 1),
            ("1.000", 1), ("1e2", 100), ("1E2", 100), ("1.5e1", 15), ("15e-1", nil), ("150e-1", 15), ("1.5", nil),
            ("1e-1", nil), ("10e-1", 1), ("9223372036854775807", .max), ("9223372036854775808", nil),
            ("-9223372036854775808", .min), ("-9223372036854775809", nil), ("9223372036854775807.0", .max),
            ("922337203685477580.7e1", .max), ("1e18", 1_000_000_000_000_000_000), ("1e19", nil), ("1e400", nil),
            ("1e999999999999", nil), ("1e9223372036854775807", nil), ("1e9223372036854775808", nil),
            ("1e-9223372036854775809", nil), ("12345678901234567890", nil),
            ("123456789012345678", 123_456_789_012_345_678),
            ("-123456789012345678", -123_456_789_012_345_678), ("999999999999999999", 999_999_999_999_999_999),
            ("100000000000000000000e-2", 1_000_000_000_000_000_000), ("0.000001e6", 1),
        ]
        for (text, value) in cases {
            let number = try #require(JSONNumber(text: text))
            #expect(number.int == value, "\(text)")
            #expect(number.int64 == value.map(Int64.init), "\(text)")
        }
    }

    @Test func integersOfEveryWidth() throws {
        func check<Integer: FixedWidthInteger>(_ type: Integer.Type) throws {
            for value in [Integer.min, Integer.max, 0, 1] {
                let number = JSONNumber(value)
                #expect(number.text == String(value))
                #expect(number.integer(as: type) == value)
                #expect(JSONNumber(text: number.text + ".0")?.integer(as: type) == value)
            }
            // One beyond either end: the last digit of a bound is never 9 (max) nor 9 (min).
            let above = String(String(Integer.max).dropLast()) + "9"
            #expect(JSONNumber(text: above)?.integer(as: type) == nil, "\(above)")
            let below = Integer.isSigned ? String(String(Integer.min).dropLast()) + "9" : "-1"
            #expect(JSONNumber(text: below)?.integer(as: type) == nil, "\(below)")
        }
        try check(Int8.self)
        try check(Int16.self)
        try check(Int32.self)
        try check(Int64.self)
        try check(Int128.self)
        try check(UInt8.self)
        try check(UInt16.self)
        try check(UInt32.self)
        try check(UInt64.self)
        try check(UInt128.self)
        #expect(JSONNumber(text: "18446744073709551615")?.uint64 == .max)
        #expect(JSONNumber(text: "18446744073709551616")?.uint64 == nil)
    }

    @Test func doubles() throws {
        // Through a function, because JSONNumber(0.1) is a literal.
        func number(_ value: Double) throws -> JSONNumber { try JSONNumber(value) }
        #expect(try number(0.1).text == "0.1")
        #expect(try number(1.0).text == "1.0")
        #expect(try number(-0.0).text == "-0.0")
        #expect(try number(1e20).text == "1e+20")
        #expect(try number(.leastNonzeroMagnitude).text == "5e-324")
        #expect(try JSONNumber(Float(0.1)).text == "0.1")
        #expect(try JSONNumber(Double.greatestFiniteMagnitude).text == "1.7976931348623157e+308")
        #expect(JSONNumber(text: "1e400")?.double == nil)
        #expect(JSONNumber(text: "-1e400")?.double == nil)
        #expect(JSONNumber(text: "1e-400")?.double == 0)
        #expect(JSONNumber(text: "-0")?.double?.sign == .minus)
        #expect(JSONNumber(text: "1e39")?.float == nil)
        #expect(JSONNumber(text: "0.1")?.float == 0.1)
        for value in [Double.nan, .infinity, -.infinity] {
            #expect(throws: JSONNumber.NotFinite.self) { try JSONNumber(value) }
            #expect(throws: JSONNumber.NotFinite.self) { try JSONNumber(Float(value)) }
            #expect(throws: JSONNumber.NotFinite.self) { try JSONValue(value) }
        }
        let error = #expect(throws: JSONNumber.NotFinite.self) { try JSONNumber(-Double.infinity) }
        #expect(
            error?.description
                == "-inf cannot be written as JSON, which has no NaN and no infinity; use a finite number or null"
        )
    }

    /// The short way to a `Double` must give what the standard library's conversion gives.
    @Test func doublesAreTheNearest() throws {
        var random = JSONTestRandom(seed: 7)
        for _ in 0..<20_000 {
            let whole = UInt64.random(in: 0...(.max), using: &random) >> UInt64.random(in: 0..<64, using: &random)
            var text = String(whole)
            let fraction = Int.random(in: 0...24, using: &random)
            if fraction > 0 {
                let digits = String(repeating: "0", count: max(0, fraction + 1 - text.utf8.count)) + text
                text = String(digits.dropLast(fraction)) + "." + String(digits.suffix(fraction))
            }
            if Bool.random(using: &random) { text = "-" + text }
            let number = try #require(JSONNumber(text: text))
            #expect(number.double?.bitPattern == Double(text)?.bitPattern, "\(text)")
        }
        for _ in 0..<20_000 {
            let value = Double(bitPattern: UInt64.random(in: 0...(.max), using: &random))
            guard value.isFinite else { continue }
            #expect(try JSONNumber(value).double?.bitPattern == value.bitPattern)
        }
    }

    @Test func equalityGoesByValue() throws {
        let classes: [[String]] = [
            ["0", "-0", "0.0", "0e5", "-0.00e-7", "0e99999999999999999999999"],
            ["1", "1.0", "10e-1", "0.1e1", "1e0", "1.000E+00"],
            ["-1", "-1.0", "-100e-2"],
            ["100", "1e2", "1.00e2", "10e1", "0.0001e6"],
            ["12345678901234567890123", "12345678901234567890123.0", "1.2345678901234567890123e22"],
            ["12345678901234567890124"], ["0.1"], ["0.10000000000000000000000001"],
            ["1e400", "10e399", "0.1e401"], ["1e-400"], ["1e99999999999999999999"], ["1e99999999999999999998"],
        ]
        for (index, texts) in classes.enumerated() {
            for (otherIndex, others) in classes.enumerated() {
                for text in texts {
                    for other in others {
                        let left = try #require(JSONNumber(text: text))
                        let right = try #require(JSONNumber(text: other))
                        #expect((left == right) == (index == otherIndex), "\(text) and \(other)")
                        if left == right { #expect(left.hashValue == right.hashValue, "\(text) and \(other)") }
                    }
                }
            }
        }
    }

    @Test func literals() {
        let integer: JSONNumber = 5
        let fraction: JSONNumber = 0.25
        #expect(integer.text == "5")
        #expect(fraction.text == "0.25")
        #expect("\(fraction)" == "0.25")
    }
}
