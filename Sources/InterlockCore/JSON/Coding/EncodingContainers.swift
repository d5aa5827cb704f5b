/// Encodes the members of an object.
struct KeyedEncoding<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let node: EncodedNode
    let route: CodingRoute
    let settings: CodingSettings

    init(node: EncodedNode, route: CodingRoute, settings: CodingSettings) {
        node.beginObject()
        self.node = node
        self.route = route
        self.settings = settings
    }

    var codingPath: [any CodingKey] { route.codingPath }

    private func set(_ value: JSONValue, _ key: Key) {
        node.set(value, forKey: settings.keyStrategy.key(for: key.stringValue))
    }

    private func nested(_ key: any CodingKey) -> EncodedNode {
        node.nested(forKey: settings.keyStrategy.key(for: key.stringValue))
    }

    func encodeNil(forKey key: Key) { set(.null, key) }
    func encode(_ value: Bool, forKey key: Key) { set(.bool(value), key) }
    func encode(_ value: String, forKey key: Key) { set(.string(value), key) }
    func encode(_ value: Int, forKey key: Key) { set(JSONValue(value), key) }
    func encode(_ value: Int8, forKey key: Key) { set(JSONValue(value), key) }
    func encode(_ value: Int16, forKey key: Key) { set(JSONValue(value), key) }
    func encode(_ value: Int32, forKey key: Key) { set(JSONValue(value), key) }
    func encode(_ value: Int64, forKey key: Key) { set(JSONValue(value), key) }
    func encode(_ value: Int128, forKey key: Key) { set(JSONValue(value), key) }
    func encode(_ value: UInt, forKey key: Key) { set(JSONValue(value), key) }
    func encode(_ value: UInt8, forKey key: Key) { set(JSONValue(value), key) }
    func encode(_ value: UInt16, forKey key: Key) { set(JSONValue(value), key) }
    func encode(_ value: UInt32, forKey key: Key) { set(JSONValue(value), key) }
    func encode(_ value: UInt64, forKey key: Key) { set(JSONValue(value), key) }
    func encode(_ value: UInt128, forKey key: Key) { set(JSONValue(value), key) }
    func encode(_ value: Double, forKey key: Key) throws {
        try set(EncodedNode.number(value, at: route.appending(key)), key)
    }
    func encode(_ value: Float, forKey key: Key) throws {
        try set(EncodedNode.number(value, at: route.appending(key)), key)
    }

    func encode<Value: Encodable>(_ value: Value, forKey key: Key) throws {
        let encoded = try EncodedNode.encode(value, at: route.appending(key), settings: settings)
        set(encoded ?? .object(JSONObject()), key)
    }

    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type,
        forKey key: Key
    ) -> KeyedEncodingContainer<Nested> {
        let container = KeyedEncoding<Nested>(node: nested(key), route: route.appending(key), settings: settings)
        return KeyedEncodingContainer(container)
    }

    func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
        UnkeyedEncoding(node: nested(key), route: route.appending(key), settings: settings)
    }

    func superEncoder() -> any Encoder {
        ValueEncoder(node: nested(JSONKey.super), route: route.appending(JSONKey.super), settings: settings)
    }

    func superEncoder(forKey key: Key) -> any Encoder {
        ValueEncoder(node: nested(key), route: route.appending(key), settings: settings)
    }
}

/// Encodes the elements of an array.
struct UnkeyedEncoding: UnkeyedEncodingContainer {
    let node: EncodedNode
    let route: CodingRoute
    let settings: CodingSettings

    init(node: EncodedNode, route: CodingRoute, settings: CodingSettings) {
        node.beginArray()
        self.node = node
        self.route = route
        self.settings = settings
    }

    var codingPath: [any CodingKey] { route.codingPath }
    var count: Int { node.count }

    private var next: CodingRoute { route.appending(index: node.count) }

    func encodeNil() { node.append(.null) }
    func encode(_ value: Bool) { node.append(.bool(value)) }
    func encode(_ value: String) { node.append(.string(value)) }
    func encode(_ value: Int) { node.append(JSONValue(value)) }
    func encode(_ value: Int8) { node.append(JSONValue(value)) }
    func encode(_ value: Int16) { node.append(JSONValue(value)) }
    func encode(_ value: Int32) { node.append(JSONValue(value)) }
    func encode(_ value: Int64) { node.append(JSONValue(value)) }
    func encode(_ value: Int128) { node.append(JSONValue(value)) }
    func encode(_ value: UInt) { node.append(JSONValue(value)) }
    func encode(_ value: UInt8) { node.append(JSONValue(value)) }
    func encode(_ value: UInt16) { node.append(JSONValue(value)) }
    func encode(_ value: UInt32) { node.append(JSONValue(value)) }
    func encode(_ value: UInt64) { node.append(JSONValue(value)) }
    func encode(_ value: UInt128) { node.append(JSONValue(value)) }
    func encode(_ value: Double) throws {
        try node.append(EncodedNode.number(value, at: next))
    }
    func encode(_ value: Float) throws {
        try node.append(EncodedNode.number(value, at: next))
    }

    func encode<Value: Encodable>(_ value: Value) throws {
        node.append(try EncodedNode.encode(value, at: next, settings: settings) ?? .object(JSONObject()))
    }

    func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type) -> KeyedEncodingContainer<Nested> {
        let route = next
        return KeyedEncodingContainer(
            KeyedEncoding<Nested>(node: node.appendNested(), route: route, settings: settings)
        )
    }

    func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
        let route = next
        return UnkeyedEncoding(node: node.appendNested(), route: route, settings: settings)
    }

    func superEncoder() -> any Encoder {
        let route = next
        return ValueEncoder(node: node.appendNested(), route: route, settings: settings)
    }
}

/// Encodes a value that is neither object nor array, or passes another value through.
struct SingleValueEncoding: SingleValueEncodingContainer {
    let node: EncodedNode
    let route: CodingRoute
    let settings: CodingSettings

    var codingPath: [any CodingKey] { route.codingPath }

    func encodeNil() { node.set(.null) }
    func encode(_ value: Bool) { node.set(.bool(value)) }
    func encode(_ value: String) { node.set(.string(value)) }
    func encode(_ value: Int) { node.set(JSONValue(value)) }
    func encode(_ value: Int8) { node.set(JSONValue(value)) }
    func encode(_ value: Int16) { node.set(JSONValue(value)) }
    func encode(_ value: Int32) { node.set(JSONValue(value)) }
    func encode(_ value: Int64) { node.set(JSONValue(value)) }
    func encode(_ value: Int128) { node.set(JSONValue(value)) }
    func encode(_ value: UInt) { node.set(JSONValue(value)) }
    func encode(_ value: UInt8) { node.set(JSONValue(value)) }
    func encode(_ value: UInt16) { node.set(JSONValue(value)) }
    func encode(_ value: UInt32) { node.set(JSONValue(value)) }
    func encode(_ value: UInt64) { node.set(JSONValue(value)) }
    func encode(_ value: UInt128) { node.set(JSONValue(value)) }
    func encode(_ value: Double) throws {
        try node.set(EncodedNode.number(value, at: route))
    }
    func encode(_ value: Float) throws {
        try node.set(EncodedNode.number(value, at: route))
    }

    func encode<Value: Encodable>(_ value: Value) throws {
        node.set(try EncodedNode.encode(value, at: route, settings: settings) ?? .object(JSONObject()))
    }
}
