import InterlockCore

/// A small validator of JSON Schema for the tests, written apart from what it checks.
struct SchemaValidator {
    let root: JSONValue

    /// Whether a value is valid.
    func accepts(_ value: JSONValue) -> Bool { accepts(value, root) }

    private func accepts(_ value: JSONValue, _ schema: JSONValue) -> Bool {
        guard case .object(let object) = schema else { return schema == true }
        for (keyword, parameter) in object where !holds(keyword, parameter, value, object) { return false }
        return true
    }

    private func holds(_ keyword: String, _ parameter: JSONValue, _ value: JSONValue, _ schema: JSONObject) -> Bool {
        let schemas = parameter.arrayValue ?? []
        switch keyword {
        case "$ref":
            guard let pointer = try? JSONPointer(parameter.stringValue?.dropFirst() ?? ""),
                let target = root.value(at: pointer)
            else { return false }
            return accepts(value, target)
        case "type": return (parameter.arrayValue ?? [parameter]).contains { isOf($0.stringValue ?? "", value) }
        case "enum": return schemas.contains(value)
        case "const": return parameter == value
        case "anyOf": return schemas.contains { accepts(value, $0) }
        case "allOf": return schemas.allSatisfy { accepts(value, $0) }
        case "oneOf": return schemas.filter { accepts(value, $0) }.count == 1
        case "not": return !accepts(value, parameter)
        case "minimum": return value.doubleValue.map { $0 >= parameter.doubleValue ?? 0 } ?? true
        case "maximum": return value.doubleValue.map { $0 <= parameter.doubleValue ?? 0 } ?? true
        case "minLength": return value.stringValue.map { $0.unicodeScalars.count >= parameter.intValue ?? 0 } ?? true
        case "minItems": return value.arrayValue.map { $0.count >= parameter.intValue ?? 0 } ?? true
        case "maxItems": return value.arrayValue.map { $0.count <= parameter.intValue ?? 0 } ?? true
        case "items": return (value.arrayValue ?? []).allSatisfy { accepts($0, parameter) }
        case "required":
            guard case .object(let members) = value else { return true }
            return schemas.allSatisfy { members[$0.stringValue ?? ""] != nil }
        case "properties":
            guard case .object(let members) = value else { return true }
            return members.allSatisfy { key, value in parameter[key].map { accepts(value, $0) } ?? true }
        case "additionalProperties":
            guard case .object(let members) = value else { return true }
            return members.allSatisfy { key, value in
                schema["properties"]?[key] != nil || accepts(value, parameter)
            }
        default: return true
        }
    }

    private func isOf(_ type: String, _ value: JSONValue) -> Bool {
        if type == "integer" { return value.doubleValue.map { $0.rounded() == $0 } ?? false }
        return value.typeName == type
    }
}

/// Random schemas and values, the same for the same seed.
struct SchemaGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
    }

    mutating func below(_ bound: Int) -> Int {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return Int(state % UInt64(bound))
    }

    /// A schema whose root is an object.
    mutating func root() -> JSONValue {
        var schema = object(depth: 3)
        schema.objectValue?["$defs"] = ["D": self.schema(depth: 1), "E": object(depth: 1)]
        return schema
    }

    private mutating func object(depth: Int) -> JSONValue {
        var properties = JSONObject()
        var required: [JSONValue] = []
        for name in ["a", "b", "c"].prefix(1 + below(3)) {
            properties[name] = schema(depth: depth - 1)
            if below(4) > 0 { required.append(.string(name)) }
        }
        var object: JSONObject = ["type": "object", "properties": .object(properties)]
        if !required.isEmpty { object["required"] = .array(required) }
        switch below(5) {
        case 0: object["additionalProperties"] = false
        case 1: object["additionalProperties"] = true
        default: break
        }
        return .object(object)
    }

    private mutating func schema(depth: Int) -> JSONValue {
        switch below(depth > 0 ? 14 : 8) {
        case 0: return ["type": "string", "minLength": JSONValue(below(3))]
        case 1: return ["type": ["integer", "null"], "minimum": JSONValue(below(3))]
        case 2: return ["enum": ["x", 1, nil]]
        case 3: return ["const": "x"]
        case 4: return ["type": "null"]
        case 5: return ["type": "boolean", "description": "D", "default": true]
        case 6: return ["type": "string"]
        case 7: return ["type": "integer", "maximum": 2]
        case 8, 9: return object(depth: depth)
        case 10: return ["type": "array", "items": schema(depth: depth - 1), "minItems": JSONValue(below(3))]
        case 11: return ["oneOf": [schema(depth: depth - 1), schema(depth: depth - 1)]]
        case 12: return ["anyOf": [schema(depth: depth - 1), ["type": "null"]]]
        default: return ["$ref": below(2) == 0 ? "#/$defs/D" : "#/$defs/E"]
        }
    }

    /// A value that is valid against a schema more often than chance would have it.
    mutating func value(for schema: JSONValue, in root: JSONValue, depth: Int = 8) -> JSONValue {
        guard depth > 0, case .object(let object) = schema, below(12) > 0 else { return scalar() }
        if let reference = object["$ref"]?.stringValue, let pointer = try? JSONPointer(reference.dropFirst()),
            let target = root.value(at: pointer)
        {
            return value(for: target, in: root, depth: depth - 1)
        }
        if let value = object["const"] { return value }
        if let values = object["enum"]?.arrayValue { return values[below(values.count)] }
        if let list = (object["anyOf"] ?? object["oneOf"] ?? object["allOf"])?.arrayValue, !list.isEmpty {
            return value(for: list[below(list.count)], in: root, depth: depth - 1)
        }
        let types = object["type"]?.arrayValue ?? [object["type"] ?? "null"]
        switch types[below(types.count)].stringValue {
        case "object":
            var members = JSONObject()
            for (name, child) in object["properties"]?.objectValue ?? [:] where below(8) > 0 {
                members[name] = value(for: child, in: root, depth: depth - 1)
            }
            if below(8) == 0 { members["z"] = 1 }
            return .object(members)
        case "array":
            var items: [JSONValue] = []
            for _ in 0..<below(4) { items.append(value(for: object["items"] ?? true, in: root, depth: depth - 1)) }
            return .array(items)
        case "string": return .string(["", "x", "xy"][below(3)])
        case "integer", "number": return JSONValue(below(4))
        case "boolean": return .bool(below(2) == 0)
        default: return .null
        }
    }

    private mutating func scalar() -> JSONValue {
        let values: [JSONValue] = [nil, "x", "", 1, 0, true, [], [:]]
        return values[below(values.count)]
    }
}
