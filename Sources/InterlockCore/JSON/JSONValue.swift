/// A JSON value that keeps what other models lose: the order of keys and the text of numbers.
///
/// Equality is that of JSON, not of its spelling: objects compare without regard to key order, numbers by their
/// mathematical value (`1`, `1.0` and `10e-1` are equal), strings by their UTF-8 bytes (so that `"é"` and
/// `"e\u{301}"`, which Swift's `String` calls equal, stay different keys and different values). Compare
/// ``text(_:)`` where the spelling matters.
///
/// ```swift
/// var body: JSONValue = ["model": "m", "messages": [["role": "user", "content": "Hi"]]]
/// body.objectValue?["stream"] = true
/// body["messages"]?[0]?["role"]?.stringValue  // "user"
/// ```
public enum JSONValue: Sendable {
    /// The literal `null`.
    case null
    /// `true` or `false`.
    case bool(Bool)
    /// A number, with its text as it was written.
    case number(JSONNumber)
    /// A string; always well-formed Unicode.
    case string(String)
    /// An array.
    case array([JSONValue])
    /// An object with its keys in order.
    case object(JSONObject)
}

extension JSONValue {
    /// Makes a JSON string.
    public init(_ value: String) {
        self = .string(value)
    }

    /// Makes `true` or `false`.
    public init(_ value: Bool) {
        self = .bool(value)
    }

    /// Makes a number from an integer of any width.
    public init(_ value: some BinaryInteger) {
        self = .number(JSONNumber(value))
    }

    /// Makes a number from a `Double`, spelled with the fewest digits that read back as the same value.
    ///
    /// - Throws: ``JSONNumber/NotFinite`` for NaN and the infinities, which JSON cannot write.
    public init(_ value: Double) throws(JSONNumber.NotFinite) {
        self = .number(try JSONNumber(value))
    }
}

// MARK: - Reading

extension JSONValue {
    /// Whether this is `null`.
    public var isNull: Bool {
        if case .null = self { return true }
        return false
    }

    /// The string, or nil when this is not a string.
    public var stringValue: String? {
        if case .string(let value) = self { return value }
        return nil
    }

    /// The Boolean, or nil when this is not `true` or `false`.
    public var boolValue: Bool? {
        if case .bool(let value) = self { return value }
        return nil
    }

    /// The number, or nil when this is not a number.
    public var numberValue: JSONNumber? {
        if case .number(let value) = self { return value }
        return nil
    }

    /// The number as an `Int`, or nil when this is not a number or not exactly an `Int`; see ``JSONNumber/int``.
    public var intValue: Int? {
        numberValue?.int
    }

    /// The number as the nearest `Double`, or nil when this is not a number or too large; see ``JSONNumber/double``.
    public var doubleValue: Double? {
        numberValue?.double
    }

    /// The array, or nil when this is not an array.
    ///
    /// Mutation through optional chaining changes an array in place and leaves anything else alone:
    /// `value.arrayValue?.append(1)`. Assigning nil makes the value `null`.
    public var arrayValue: [JSONValue]? {
        get {
            if case .array(let value) = self { return value }
            return nil
        }
        _modify {
            guard case .array(let taken) = self else {
                var none: [JSONValue]?
                yield &none
                if let none { self = .array(none) }
                return
            }
            // The payload leaves the enum so that the caller holds the only reference and changes it in place.
            self = .null
            var value: [JSONValue]? = consume taken
            defer { self = value.map(JSONValue.array) ?? .null }
            yield &value
        }
    }

    /// The object, or nil when this is not an object.
    ///
    /// Mutation through optional chaining changes an object in place and leaves anything else alone:
    /// `value.objectValue?["stream"] = true`. Assigning nil makes an object `null`.
    public var objectValue: JSONObject? {
        get {
            if case .object(let value) = self { return value }
            return nil
        }
        _modify {
            guard case .object(let taken) = self else {
                var none: JSONObject?
                yield &none
                if let none { self = .object(none) }
                return
            }
            self = .null
            var value: JSONObject? = consume taken
            defer { self = value.map(JSONValue.object) ?? .null }
            yield &value
        }
    }

    /// The member with that key, or nil when there is none or this is not an object.
    public subscript(key: String) -> JSONValue? {
        if case .object(let object) = self { return object[key] }
        return nil
    }

    /// The element at that index, or nil when the index is out of range or this is not an array.
    public subscript(index: Int) -> JSONValue? {
        if case .array(let array) = self, array.indices.contains(index) { return array[index] }
        return nil
    }

    /// What kind of value this is, for messages: `null`, `boolean`, `number`, `string`, `array` or `object`.
    ///
    /// The names are those of JSON Schema's `type`.
    public var typeName: String {
        switch self {
        case .null: return "null"
        case .bool: return "boolean"
        case .number: return "number"
        case .string: return "string"
        case .array: return "array"
        case .object: return "object"
        }
    }
}

// MARK: - Equality

extension JSONValue: Hashable {
    /// Whether both are the same JSON value; see ``JSONValue`` for what that means.
    public static func == (left: JSONValue, right: JSONValue) -> Bool {
        switch (left, right) {
        case (.null, .null): return true
        case (.bool(let left), .bool(let right)): return left == right
        case (.number(let left), .number(let right)): return left == right
        case (.string(let left), .string(let right)): return left.hasSameBytes(as: right)
        case (.array(let left), .array(let right)): return left == right
        case (.object(let left), .object(let right)): return left == right
        default: return false
        }
    }

    /// Feeds the value to a hasher, equal for equal values.
    public func hash(into hasher: inout Hasher) {
        switch self {
        case .null:
            hasher.combine(0 as UInt8)
        case .bool(let value):
            hasher.combine(1 as UInt8)
            hasher.combine(value)
        case .number(let value):
            hasher.combine(2 as UInt8)
            hasher.combine(value)
        case .string(let value):
            hasher.combine(3 as UInt8)
            hasher.combine(ByteString(value))
        case .array(let value):
            hasher.combine(4 as UInt8)
            hasher.combine(value)
        case .object(let value):
            hasher.combine(5 as UInt8)
            hasher.combine(value)
        }
    }
}
