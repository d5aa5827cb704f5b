/// Decodes the members of an object.
struct KeyedDecoding<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let object: JSONObject
    let route: CodingRoute
    let settings: CodingSettings

    var codingPath: [any CodingKey] { route.codingPath }

    var allKeys: [Key] {
        object.members.compactMap { Key(stringValue: settings.keyStrategy.name(for: $0.key)) }
    }

    func contains(_ key: Key) -> Bool {
        object.contains(key: settings.keyStrategy.key(for: key.stringValue))
    }

    /// A decoder for the value of a key, which must be there.
    private func decoder(_ key: any CodingKey) throws -> ValueDecoder {
        let name = settings.keyStrategy.key(for: key.stringValue)
        guard let value = object[name] else {
            throw DecodingError.keyNotFound(
                key,
                DecodingError.Context(
                    codingPath: codingPath,
                    debugDescription: route.message("the key \(JSONValue.string(name)) is missing")
                )
            )
        }
        return ValueDecoder(value: value, route: route.appending(key), settings: settings)
    }

    func decodeNil(forKey key: Key) throws -> Bool { try decoder(key).value.isNull }
    func decode(_ type: Bool.Type, forKey key: Key) throws -> Bool { try decoder(key).bool() }
    func decode(_ type: String.Type, forKey key: Key) throws -> String { try decoder(key).string() }
    func decode(_ type: Double.Type, forKey key: Key) throws -> Double { try decoder(key).double() }
    func decode(_ type: Float.Type, forKey key: Key) throws -> Float { try decoder(key).float() }
    func decode(_ type: Int.Type, forKey key: Key) throws -> Int { try decoder(key).integer() }
    func decode(_ type: Int8.Type, forKey key: Key) throws -> Int8 { try decoder(key).integer() }
    func decode(_ type: Int16.Type, forKey key: Key) throws -> Int16 { try decoder(key).integer() }
    func decode(_ type: Int32.Type, forKey key: Key) throws -> Int32 { try decoder(key).integer() }
    func decode(_ type: Int64.Type, forKey key: Key) throws -> Int64 { try decoder(key).integer() }
    func decode(_ type: Int128.Type, forKey key: Key) throws -> Int128 { try decoder(key).integer() }
    func decode(_ type: UInt.Type, forKey key: Key) throws -> UInt { try decoder(key).integer() }
    func decode(_ type: UInt8.Type, forKey key: Key) throws -> UInt8 { try decoder(key).integer() }
    func decode(_ type: UInt16.Type, forKey key: Key) throws -> UInt16 { try decoder(key).integer() }
    func decode(_ type: UInt32.Type, forKey key: Key) throws -> UInt32 { try decoder(key).integer() }
    func decode(_ type: UInt64.Type, forKey key: Key) throws -> UInt64 { try decoder(key).integer() }
    func decode(_ type: UInt128.Type, forKey key: Key) throws -> UInt128 { try decoder(key).integer() }

    func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
        try decoder(key).decode(type)
    }

    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type,
        forKey key: Key
    ) throws -> KeyedDecodingContainer<Nested> {
        try decoder(key).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
        try decoder(key).unkeyedContainer()
    }

    func superDecoder() throws -> any Decoder {
        // A missing superclass is null, as with Foundation's decoder: its own decoding says what it needs.
        let value = object[settings.keyStrategy.key(for: JSONKey.super.stringValue)] ?? .null
        return ValueDecoder(value: value, route: route.appending(JSONKey.super), settings: settings)
    }

    func superDecoder(forKey key: Key) throws -> any Decoder {
        let value = object[settings.keyStrategy.key(for: key.stringValue)] ?? .null
        return ValueDecoder(value: value, route: route.appending(key), settings: settings)
    }
}

/// Decodes the elements of an array, one after the other.
struct UnkeyedDecoding: UnkeyedDecodingContainer {
    let array: [JSONValue]
    let route: CodingRoute
    let settings: CodingSettings
    private(set) var currentIndex = 0

    init(array: [JSONValue], route: CodingRoute, settings: CodingSettings) {
        self.array = array
        self.route = route
        self.settings = settings
    }

    var codingPath: [any CodingKey] { route.codingPath }
    var count: Int? { array.count }
    var isAtEnd: Bool { currentIndex == array.count }

    /// Hands the next element over, and steps past it when it could be decoded.
    private mutating func next<Result>(
        _ expected: Any.Type = Result.self,
        _ body: (ValueDecoder) throws -> Result
    ) throws -> Result {
        let route = route.appending(index: currentIndex)
        guard !isAtEnd else {
            let elements = array.count == 1 ? "1 element" : "\(array.count) elements"
            throw DecodingError.valueNotFound(
                expected,
                DecodingError.Context(
                    codingPath: route.codingPath,
                    debugDescription: route.message("expected another element; the array has only \(elements)")
                )
            )
        }
        let result = try body(ValueDecoder(value: array[currentIndex], route: route, settings: settings))
        currentIndex += 1
        return result
    }

    mutating func decodeNil() throws -> Bool {
        let isNull = try next { $0.value.isNull }
        // Anything but null stays to be decoded.
        if !isNull { currentIndex -= 1 }
        return isNull
    }

    mutating func decode(_ type: Bool.Type) throws -> Bool { try next { try $0.bool() } }
    mutating func decode(_ type: String.Type) throws -> String { try next { try $0.string() } }
    mutating func decode(_ type: Double.Type) throws -> Double { try next { try $0.double() } }
    mutating func decode(_ type: Float.Type) throws -> Float { try next { try $0.float() } }
    mutating func decode(_ type: Int.Type) throws -> Int { try next { try $0.integer() } }
    mutating func decode(_ type: Int8.Type) throws -> Int8 { try next { try $0.integer() } }
    mutating func decode(_ type: Int16.Type) throws -> Int16 { try next { try $0.integer() } }
    mutating func decode(_ type: Int32.Type) throws -> Int32 { try next { try $0.integer() } }
    mutating func decode(_ type: Int64.Type) throws -> Int64 { try next { try $0.integer() } }
    mutating func decode(_ type: Int128.Type) throws -> Int128 { try next { try $0.integer() } }
    mutating func decode(_ type: UInt.Type) throws -> UInt { try next { try $0.integer() } }
    mutating func decode(_ type: UInt8.Type) throws -> UInt8 { try next { try $0.integer() } }
    mutating func decode(_ type: UInt16.Type) throws -> UInt16 { try next { try $0.integer() } }
    mutating func decode(_ type: UInt32.Type) throws -> UInt32 { try next { try $0.integer() } }
    mutating func decode(_ type: UInt64.Type) throws -> UInt64 { try next { try $0.integer() } }
    mutating func decode(_ type: UInt128.Type) throws -> UInt128 { try next { try $0.integer() } }

    mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        try next { try $0.decode(type) }
    }

    mutating func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type
    ) throws -> KeyedDecodingContainer<Nested> {
        try next { try $0.container(keyedBy: type) }
    }

    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
        try next { try $0.unkeyedContainer() }
    }

    mutating func superDecoder() throws -> any Decoder {
        try next { $0 }
    }
}

/// Decodes a value that is neither object nor array, or passes it on to another type.
struct SingleValueDecoding: SingleValueDecodingContainer {
    let decoder: ValueDecoder

    var codingPath: [any CodingKey] { decoder.codingPath }

    func decodeNil() -> Bool { decoder.value.isNull }
    func decode(_ type: Bool.Type) throws -> Bool { try decoder.bool() }
    func decode(_ type: String.Type) throws -> String { try decoder.string() }
    func decode(_ type: Double.Type) throws -> Double { try decoder.double() }
    func decode(_ type: Float.Type) throws -> Float { try decoder.float() }
    func decode(_ type: Int.Type) throws -> Int { try decoder.integer() }
    func decode(_ type: Int8.Type) throws -> Int8 { try decoder.integer() }
    func decode(_ type: Int16.Type) throws -> Int16 { try decoder.integer() }
    func decode(_ type: Int32.Type) throws -> Int32 { try decoder.integer() }
    func decode(_ type: Int64.Type) throws -> Int64 { try decoder.integer() }
    func decode(_ type: Int128.Type) throws -> Int128 { try decoder.integer() }
    func decode(_ type: UInt.Type) throws -> UInt { try decoder.integer() }
    func decode(_ type: UInt8.Type) throws -> UInt8 { try decoder.integer() }
    func decode(_ type: UInt16.Type) throws -> UInt16 { try decoder.integer() }
    func decode(_ type: UInt32.Type) throws -> UInt32 { try decoder.integer() }
    func decode(_ type: UInt64.Type) throws -> UInt64 { try decoder.integer() }
    func decode(_ type: UInt128.Type) throws -> UInt128 { try decoder.integer() }

    func decode<Value: Decodable>(_ type: Value.Type) throws -> Value { try decoder.decode(type) }
}
