// With `JSONValueEncoder` and `JSONValueDecoder` these types pass through unchanged. What follows serves other coders,
// which have no place for a number's text and often none for the order of keys.

extension JSONValue: Codable {
    /// Decodes any JSON value.
    ///
    /// With other decoders than ``JSONValueDecoder`` numbers are read as `Int64`, `UInt64` or `Double`, and the order
    /// of keys is the one the decoder reports.
    public init(from decoder: any Decoder) throws {
        if let own = decoder as? ValueDecoder {
            self = own.value
        } else if let container = try? decoder.container(keyedBy: JSONKey.self) {
            self = .object(try JSONObject(decoding: container))
        } else if var container = try? decoder.unkeyedContainer() {
            var array: [JSONValue] = []
            while !container.isAtEnd { array.append(try container.decode(JSONValue.self)) }
            self = .array(array)
        } else {
            self = try JSONValue(decoding: try decoder.singleValueContainer())
        }
    }

    private init(decoding container: any SingleValueDecodingContainer) throws {
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {
            self = .bool(value)
        } else if let value = try? container.decode(String.self) {
            self = .string(value)
        } else {
            self = .number(try JSONNumber(decoding: container))
        }
    }

    /// Encodes the value.
    ///
    /// With other encoders than ``JSONValueEncoder`` numbers are written as `Int64`, `UInt64` or the nearest `Double`.
    ///
    /// - Throws: `EncodingError.invalidValue` for a number beyond the range of `Double`, and what the encoder throws.
    public func encode(to encoder: any Encoder) throws {
        if let own = encoder as? ValueEncoder {
            own.node.take(self)
            return
        }
        switch self {
        case .object(let object):
            try object.encode(to: encoder)
        case .array(let array):
            var container = encoder.unkeyedContainer()
            for element in array { try container.encode(element) }
        case .number(let number):
            try number.encode(to: encoder)
        case .null:
            var container = encoder.singleValueContainer()
            try container.encodeNil()
        case .bool(let value):
            var container = encoder.singleValueContainer()
            try container.encode(value)
        case .string(let value):
            var container = encoder.singleValueContainer()
            try container.encode(value)
        }
    }
}

extension JSONObject: Codable {
    /// Decodes an object, with the keys in the order that the decoder reports.
    public init(from decoder: any Decoder) throws {
        if let own = decoder as? ValueDecoder {
            self = try own.object()
        } else {
            try self.init(decoding: try decoder.container(keyedBy: JSONKey.self))
        }
    }

    fileprivate init(decoding container: KeyedDecodingContainer<JSONKey>) throws {
        self.init()
        for key in container.allKeys { self[key.stringValue] = try container.decode(JSONValue.self, forKey: key) }
    }

    /// Encodes the members beside those that the encoder has already, whose keys they override.
    public func encode(to encoder: any Encoder) throws {
        if let own = encoder as? ValueEncoder {
            own.node.take(.object(self))
            return
        }
        var container = encoder.container(keyedBy: JSONKey.self)
        for (key, value) in self { try container.encode(value, forKey: JSONKey(stringValue: key)) }
    }
}

extension JSONNumber: Codable {
    /// Decodes a number.
    public init(from decoder: any Decoder) throws {
        if let own = decoder as? ValueDecoder {
            self = try own.number()
        } else {
            try self.init(decoding: try decoder.singleValueContainer())
        }
    }

    fileprivate init(decoding container: any SingleValueDecodingContainer) throws {
        if let value = try? container.decode(Int64.self) {
            self.init(value)
        } else if let value = try? container.decode(UInt64.self) {
            self.init(value)
        } else {
            try self.init(try container.decode(Double.self))
        }
    }

    /// Encodes the number: integers that are written as such as `Int64` or `UInt64`, all others as `Double`.
    public func encode(to encoder: any Encoder) throws {
        if let own = encoder as? ValueEncoder {
            own.node.take(.number(self))
            return
        }
        var container = encoder.singleValueContainer()
        let isInteger = text.utf8.allSatisfy {
            $0 == UInt8(ascii: "-") || $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9")
        }
        if isInteger, let value = int64 {
            try container.encode(value)
        } else if isInteger, let value = uint64 {
            try container.encode(value)
        } else if let value = double {
            try container.encode(value)
        } else {
            throw EncodingError.invalidValue(
                self,
                EncodingError.Context(
                    codingPath: encoder.codingPath,
                    debugDescription: "the number \(text) is beyond the range of Double; use JSONValueEncoder"
                )
            )
        }
    }
}
