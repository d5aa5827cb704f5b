import InterlockCore

/// Null as a value of a schema.
enum SchemaNull {
    /// Whether a schema permits null.
    ///
    /// A schema that goes round in references without end is taken not to.
    static func isPermitted(by schema: JSONValue, _ references: SchemaReferences, depth: Int = 0) -> Bool {
        guard depth < 32 else { return false }
        guard case .object(let object) = references.resolved(schema) else { return schema == true }
        if let value = object["const"] { return value.isNull }
        if let values = object["enum"]?.arrayValue, !values.contains(.null) { return false }
        let types = SchemaShape.types(of: object)
        if !types.isEmpty, !types.contains("null") { return false }
        for keyword in ["anyOf", "oneOf"] {
            guard let schemas = object[keyword]?.arrayValue else { continue }
            guard schemas.contains(where: { isPermitted(by: $0, references, depth: depth + 1) }) else { return false }
        }
        if let schemas = object["allOf"]?.arrayValue {
            return schemas.allSatisfy { isPermitted(by: $0, references, depth: depth + 1) }
        }
        return object["not"] == nil
    }

    /// The schema that permits null besides.
    static func permitted(by schema: JSONValue) -> JSONValue {
        if var object = schema.objectValue, object["const"] == nil {
            if case .string(let type)? = object["type"] {
                object["type"] = [.string(type), "null"]
                object["enum"]?.arrayValue?.append(.null)
                return .object(object)
            }
            if case .array(let types)? = object["type"] {
                object["type"] = .array(types + ["null"])
                object["enum"]?.arrayValue?.append(.null)
                return .object(object)
            }
            if object["anyOf"] != nil, object.count == 1 {
                object["anyOf"]?.arrayValue?.append(["type": "null"])
                return .object(object)
            }
        }
        return ["anyOf": [schema, ["type": "null"]]]
    }
}
