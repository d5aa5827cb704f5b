/// Turns ``JSONValue`` or JSON text into `Decodable` values.
///
/// Numbers convert exactly or not at all: `1.0` and `1e2` decode as integers, `1.5` and what does not fit are errors.
/// A `Double` takes the nearest value. ``JSONValue``, ``JSONObject`` and ``JSONNumber`` inside of a type keep key order
/// and number text. Nothing is converted between strings, numbers and Booleans.
///
/// Errors are `DecodingError`s whose `debugDescription` names the place and what was found there, as in
/// `at messages[0].content: expected a string, found null`.
public struct JSONValueDecoder: Sendable {
    /// How names become keys.
    public var keyStrategy: JSONKeyStrategy
    /// What types find in their decoder's `userInfo`.
    public var userInfo: [CodingUserInfoKey: any Sendable]
    /// How text is parsed.
    public var parseOptions: JSONValue.ParseOptions

    /// Makes a decoder.
    public init(
        keyStrategy: JSONKeyStrategy = .asWritten,
        userInfo: [CodingUserInfoKey: any Sendable] = [:],
        parseOptions: JSONValue.ParseOptions = JSONValue.ParseOptions()
    ) {
        self.keyStrategy = keyStrategy
        self.userInfo = userInfo
        self.parseOptions = parseOptions
    }

    /// Decodes a value.
    ///
    /// - Throws: `DecodingError`, and whatever the type's own `init(from:)` throws.
    public func decode<Value: Decodable>(_ type: Value.Type = Value.self, from value: JSONValue) throws -> Value {
        let settings = CodingSettings(keyStrategy: keyStrategy, userInfo: userInfo)
        return try ValueDecoder(value: value, route: .root, settings: settings).decode(type)
    }

    /// Parses JSON text in UTF-8 and decodes it.
    ///
    /// - Throws: ``JSONValue/ParseError``, `DecodingError`, and whatever the type's own `init(from:)` throws.
    public func decode<Value: Decodable>(
        _ type: Value.Type = Value.self,
        parsing bytes: some Collection<UInt8>
    ) throws -> Value {
        try decode(type, from: JSONValue(parsing: bytes, options: parseOptions))
    }

    /// Parses JSON text and decodes it.
    ///
    /// - Throws: ``JSONValue/ParseError``, `DecodingError`, and whatever the type's own `init(from:)` throws.
    public func decode<Value: Decodable>(
        _ type: Value.Type = Value.self,
        parsing text: some StringProtocol
    ) throws -> Value {
        try decode(type, from: JSONValue(parsing: text, options: parseOptions))
    }
}

/// The decoder that types see: a value and the way to it.
struct ValueDecoder: Decoder {
    let value: JSONValue
    let route: CodingRoute
    let settings: CodingSettings

    var codingPath: [any CodingKey] { route.codingPath }
    var userInfo: [CodingUserInfoKey: Any] { settings.userInfo }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        KeyedDecodingContainer(KeyedDecoding<Key>(object: try object(), route: route, settings: settings))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        guard case .array(let array) = value else { throw mismatch([Any].self, "an array") }
        return UnkeyedDecoding(array: array, route: route, settings: settings)
    }

    func singleValueContainer() -> any SingleValueDecodingContainer {
        SingleValueDecoding(decoder: self)
    }

    // MARK: - Values

    func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        if type == JSONValue.self, let value = value as? Value { return value }
        if type == JSONNumber.self, let number = try number() as? Value { return number }
        if type == JSONObject.self, let object = try object() as? Value { return object }
        if settings.keyStrategy != .asWritten, let dictionary = type as? any DecodableByStrings.Type,
            let members = try dictionary.decodeMembers(of: self) as? Value
        {
            return members
        }
        return try Value(from: self)
    }

    func object() throws -> JSONObject {
        guard case .object(let object) = value else { throw mismatch([String: Any].self, "an object") }
        return object
    }

    func number() throws -> JSONNumber {
        guard case .number(let number) = value else { throw mismatch(JSONNumber.self, "a number") }
        return number
    }

    func bool() throws -> Bool {
        guard case .bool(let bool) = value else { throw mismatch(Bool.self, "true or false") }
        return bool
    }

    func string() throws -> String {
        guard case .string(let string) = value else { throw mismatch(String.self, "a string") }
        return string
    }

    func double() throws -> Double {
        guard case .number(let number) = value else { throw mismatch(Double.self, "a number") }
        guard let double = number.double else { throw corrupted("\(value.summary) is too large for Double") }
        return double
    }

    func float() throws -> Float {
        guard case .number(let number) = value else { throw mismatch(Float.self, "a number") }
        guard let float = number.float else { throw corrupted("\(value.summary) is too large for Float") }
        return float
    }

    func integer<Integer: FixedWidthInteger>() throws -> Integer {
        guard case .number(let number) = value else { throw mismatch(Integer.self, "an integer") }
        if let integer = number.integer(as: Integer.self) { return integer }
        // Without a shared form, or with digits before the point only, it is an integer of another size.
        if let decimal = number.decimal, decimal.exponent < 0 {
            throw corrupted("expected an integer, found \(value.summary)")
        }
        throw corrupted("\(value.summary) does not fit in \(Integer.self)")
    }

    // MARK: - Errors

    private func mismatch(_ type: Any.Type, _ expected: String) -> DecodingError {
        let context = DecodingError.Context(
            codingPath: codingPath,
            debugDescription: route.message("expected \(expected), found \(value.summary)")
        )
        return value.isNull ? .valueNotFound(type, context) : .typeMismatch(type, context)
    }

    func corrupted(_ text: String) -> DecodingError {
        .dataCorrupted(DecodingError.Context(codingPath: codingPath, debugDescription: route.message(text)))
    }
}

/// Dictionaries that the standard library decodes from objects.
///
/// Needed only where a strategy converts names, which must not touch keys that are data.
protocol DecodableByStrings {
    static func decodeMembers(of decoder: ValueDecoder) throws -> Self
}

extension Dictionary: DecodableByStrings where Key: CodingKeyRepresentable, Value: Decodable {
    static func decodeMembers(of decoder: ValueDecoder) throws -> [Key: Value] {
        var result: [Key: Value] = [:]
        for (name, value) in try decoder.object() {
            let codingKey = JSONKey(stringValue: name)
            let decoder = ValueDecoder(
                value: value,
                route: decoder.route.appending(codingKey),
                settings: decoder.settings
            )
            // A key that is an integer is recognised by its integer value only.
            let numbered = Int(name).flatMap { Key(codingKey: JSONKey(intValue: $0)) }
            guard let key = Key(codingKey: codingKey) ?? numbered else {
                throw decoder.corrupted("the key cannot be read as \(Key.self)")
            }
            result[key] = try decoder.decode(Value.self)
        }
        return result
    }
}
