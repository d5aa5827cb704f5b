/// Turns `Encodable` values into ``JSONValue`` or JSON text.
///
/// Differs from Foundation's encoder in that the order of keys is that of encoding, the keys of dictionaries are
/// sorted (equal values give equal bytes in every process, which prompt caches depend on), and ``JSONNumber`` keeps
/// its text. A `Float` is written with the digits of a `Float`. Nil is left out by synthesized code, and is `null`
/// where it is encoded explicitly.
///
/// ```swift
/// let bytes = try JSONValueEncoder(keyStrategy: .snakeCase).encodeToBytes(request)
/// ```
public struct JSONValueEncoder: Sendable {
    /// How names become keys.
    public var keyStrategy: JSONKeyStrategy
    /// What types find in their encoder's `userInfo`.
    public var userInfo: [CodingUserInfoKey: any Sendable]

    /// Makes an encoder.
    public init(keyStrategy: JSONKeyStrategy = .asWritten, userInfo: [CodingUserInfoKey: any Sendable] = [:]) {
        self.keyStrategy = keyStrategy
        self.userInfo = userInfo
    }

    /// Encodes a value.
    ///
    /// - Throws: `EncodingError.invalidValue` for NaN, the infinities and types that encode nothing, and whatever the
    ///   type's own `encode(to:)` throws.
    public func encode(_ value: some Encodable) throws -> JSONValue {
        let settings = CodingSettings(keyStrategy: keyStrategy, userInfo: userInfo)
        guard let result = try EncodedNode.encode(value, at: .root, settings: settings) else {
            throw EncodingError.invalidValue(
                value,
                EncodingError.Context(codingPath: [], debugDescription: "\(type(of: value)) did not encode anything")
            )
        }
        return result
    }

    /// Encodes a value as JSON text in UTF-8; see ``encode(_:)``.
    public func encodeToBytes(
        _ value: some Encodable,
        options: JSONValue.WriteOptions = .compact
    ) throws -> [UInt8] {
        try encode(value).jsonBytes(options)
    }
}

/// The encoder that types see.
struct ValueEncoder: Encoder {
    let node: EncodedNode
    let route: CodingRoute
    let settings: CodingSettings

    var codingPath: [any CodingKey] { route.codingPath }
    var userInfo: [CodingUserInfoKey: Any] { settings.userInfo }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        KeyedEncodingContainer(KeyedEncoding<Key>(node: node, route: route, settings: settings))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        UnkeyedEncoding(node: node, route: route, settings: settings)
    }

    func singleValueContainer() -> any SingleValueEncodingContainer {
        SingleValueEncoding(node: node, route: route, settings: settings)
    }
}

/// A value in the making.
///
/// Containers of the same encoder share one; nested containers and super encoders have their own, which is put in its
/// place when everything is done, because they may be filled in any order until then.
final class EncodedNode {
    private enum Content {
        case nothing
        case single(JSONValue)
        case array([JSONValue])
        case object(JSONObject)
    }

    private var content = Content.nothing
    private var nestedElements: [Int: EncodedNode] = [:]
    private var nestedMembers: [ByteString: EncodedNode] = [:]

    /// The finished value; nil when nothing was encoded.
    ///
    /// What is nested and empty becomes `{}`, as with Foundation's encoder.
    func finish() -> JSONValue? {
        switch content {
        case .nothing:
            return nil
        case .single(let value):
            return value
        case .array(var array):
            for (index, node) in nestedElements { array[index] = node.finish() ?? .object(JSONObject()) }
            return .array(array)
        case .object(var object):
            for (key, node) in nestedMembers { object[key.string] = node.finish() ?? .object(JSONObject()) }
            return .object(object)
        }
    }

    var count: Int {
        if case .array(let array) = content { return array.count }
        return 0
    }

    func beginArray() {
        switch content {
        case .array: break
        case .nothing: content = .array([])
        default: preconditionFailure("an unkeyed container was asked for after something else had been encoded")
        }
    }

    func beginObject() {
        switch content {
        case .object: break
        case .nothing: content = .object(JSONObject())
        default: preconditionFailure("a keyed container was asked for after something else had been encoded")
        }
    }

    func set(_ value: JSONValue) {
        guard case .nothing = content else {
            preconditionFailure("a single value was encoded after something else had been encoded")
        }
        content = .single(value)
    }

    func append(_ value: JSONValue) {
        guard case .array(var array) = content else { return }
        content = .nothing
        array.append(value)
        content = .array(array)
    }

    func set(_ value: JSONValue, forKey key: String) {
        guard case .object(var object) = content else { return }
        content = .nothing
        object.updateValue(value, forKey: key)
        content = .object(object)
        if !nestedMembers.isEmpty { nestedMembers[ByteString(key)] = nil }
    }

    func appendNested() -> EncodedNode {
        let node = EncodedNode()
        nestedElements[count] = node
        append(.null)
        return node
    }

    /// The nested value of a key; asking again continues the one that is there.
    func nested(forKey key: String) -> EncodedNode {
        if let known = nestedMembers[ByteString(key)] { return known }
        let node = EncodedNode()
        set(.null, forKey: key)
        nestedMembers[ByteString(key)] = node
        return node
    }

    /// Takes in a finished value, the members of an object beside those that are there already.
    func take(_ value: JSONValue) {
        guard case .object(let object) = value else { return set(value) }
        beginObject()
        for (key, value) in object { set(value, forKey: key) }
    }

    /// Encodes any value; nil when its type encodes nothing.
    static func encode<Value: Encodable>(
        _ value: Value,
        at route: CodingRoute,
        settings: CodingSettings
    ) throws -> JSONValue? {
        if Value.self == JSONValue.self, let value = value as? JSONValue { return value }
        if Value.self == JSONNumber.self, let value = value as? JSONNumber { return .number(value) }
        if Value.self == JSONObject.self, let value = value as? JSONObject { return .object(value) }
        if let dictionary = value as? any KeyedByStrings {
            return .object(try dictionary.encodeMembers(at: route, settings: settings))
        }
        let node = EncodedNode()
        try value.encode(to: ValueEncoder(node: node, route: route, settings: settings))
        return node.finish()
    }

    /// Turns what a type encoded into an error when JSON cannot hold it.
    static func number(_ value: Double, at route: CodingRoute) throws -> JSONValue {
        do {
            return .number(try JSONNumber(value))
        } catch {
            throw notFinite(value, error, at: route)
        }
    }

    /// As for `Double`, with the digits of a `Float`.
    static func number(_ value: Float, at route: CodingRoute) throws -> JSONValue {
        do {
            return .number(try JSONNumber(value))
        } catch {
            throw notFinite(value, error, at: route)
        }
    }

    private static func notFinite(
        _ value: Any,
        _ error: JSONNumber.NotFinite,
        at route: CodingRoute
    ) -> EncodingError {
        EncodingError.invalidValue(
            value,
            EncodingError.Context(
                codingPath: route.codingPath,
                debugDescription: route.message(error.description),
                underlyingError: error
            )
        )
    }
}

/// Dictionaries that the standard library encodes as objects.
protocol KeyedByStrings {
    func encodeMembers(at route: CodingRoute, settings: CodingSettings) throws -> JSONObject
}

extension Dictionary: KeyedByStrings where Key: CodingKeyRepresentable, Value: Encodable {
    /// Encodes the members in the order of their keys, unlike the standard library, whose order changes from run to
    /// run.
    func encodeMembers(at route: CodingRoute, settings: CodingSettings) throws -> JSONObject {
        var object = JSONObject()
        object.reserveCapacity(count)
        let members = map { (key: $0.key.codingKey, value: $0.value) }
        for (key, value) in members.sorted(by: { $0.key.stringValue.precedesByBytes($1.key.stringValue) }) {
            let encoded = try EncodedNode.encode(value, at: route.appending(key), settings: settings)
            object.updateValue(encoded ?? .object(JSONObject()), forKey: key.stringValue)
        }
        return object
    }
}
