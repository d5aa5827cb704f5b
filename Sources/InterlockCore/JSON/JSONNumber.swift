/// A JSON number, kept as the text it was written with.
///
/// `1.0`, `-0`, `1e400` and integers of any length survive unchanged from parsing to writing; conversion happens only
/// where a number is asked for. Equality and hashing go by mathematical value (`1` equals `1.0` equals `10e-1`, and
/// `-0` equals `0`); compare ``text`` for the spelling. Numbers whose exponent does not fit in an `Int` are equal only
/// when they are spelled alike.
public struct JSONNumber: Sendable {
    /// The number as written; always matches the grammar of RFC 8259 §6.
    public let text: String

    /// A `Double` or `Float` that JSON cannot write.
    public struct NotFinite: Error, Hashable, CustomStringConvertible {
        /// The value as Swift prints it: `nan`, `inf` or `-inf`.
        public let value: String

        /// What is wrong and what to do.
        public var description: String {
            "\(value) cannot be written as JSON, which has no NaN and no infinity; use a finite number or null"
        }
    }

    /// Takes text that follows the grammar of a JSON number; nil when it does not.
    public init?(text: String) {
        guard JSONNumber.isNumber(text) else { return nil }
        self.text = text
    }

    /// Takes text that the parser has checked.
    init(checked text: String) {
        self.text = text
    }

    /// Makes a number from an integer of any width.
    public init(_ value: some BinaryInteger) {
        text = String(value)
    }

    /// Makes a number from a `Double`, spelled with the fewest digits that read back as the same value.
    ///
    /// An integral value keeps its fraction (`1.0`), as it does in Swift and Python, so that a reader that tells
    /// integers from floating point sees the latter.
    ///
    /// - Throws: ``NotFinite`` for NaN and the infinities.
    public init(_ value: Double) throws(NotFinite) {
        guard value.isFinite else { throw NotFinite(value: value.description) }
        text = value.description
    }

    /// Makes a number from a `Float`, spelled with the fewest digits that read back as the same `Float`.
    ///
    /// - Throws: ``NotFinite`` for NaN and the infinities.
    public init(_ value: Float) throws(NotFinite) {
        guard value.isFinite else { throw NotFinite(value: value.description) }
        text = value.description
    }

    /// The value as an `Int`, or nil when it is not exactly that; see ``integer(as:)``.
    public var int: Int? { integer(as: Int.self) }

    /// The value as an `Int64`, or nil when it is not exactly that; see ``integer(as:)``.
    public var int64: Int64? { integer(as: Int64.self) }

    /// The value as a `UInt64`, or nil when it is not exactly that; see ``integer(as:)``.
    public var uint64: UInt64? { integer(as: UInt64.self) }

    /// The nearest `Double`; nil when the number lies beyond its range (`1e400`).
    ///
    /// Numbers too small for a `Double` become zero, keeping their sign.
    public var double: Double? {
        if let exact = exactDouble { return exact }
        guard let value = Double(text), value.isFinite else { return nil }
        return value
    }

    /// The nearest `Float`; nil when the number lies beyond its range.
    public var float: Float? {
        guard let value = Float(text), value.isFinite else { return nil }
        return value
    }
}

extension JSONNumber: Hashable {
    /// Whether both are the same number, however they are written.
    public static func == (left: JSONNumber, right: JSONNumber) -> Bool {
        if left.text == right.text { return true }
        guard let left = left.decimal, let right = right.decimal else { return false }
        return left == right
    }

    /// Feeds the number to a hasher, equal for equal numbers.
    public func hash(into hasher: inout Hasher) {
        if let decimal {
            hasher.combine(decimal)
        } else {
            hasher.combine(text)
        }
    }
}

extension JSONNumber: ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral {
    /// Makes a number.
    public init(integerLiteral value: Int) {
        self.init(value)
    }

    /// Makes a number, spelled with the fewest digits that read back as the same `Double`.
    ///
    /// A literal beyond the range of `Double` is a programming error and stops the program.
    public init(floatLiteral value: Double) {
        precondition(value.isFinite, "a floating-point literal is beyond the range of Double; use JSONNumber(text:)")
        text = value.description
    }
}

extension JSONNumber: CustomStringConvertible {
    /// The number as written.
    public var description: String { text }
}
