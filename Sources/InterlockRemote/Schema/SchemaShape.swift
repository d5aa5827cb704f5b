import InterlockCore

/// What can be seen of a schema without changing it.
enum SchemaShape {
    /// Keywords that restrict an answer; any other is an annotation.
    static let restricting: Set<String> = [
        "type", "enum", "const", "multipleOf", "maximum", "exclusiveMaximum", "minimum", "exclusiveMinimum",
        "maxLength", "minLength", "pattern", "format", "items", "prefixItems", "additionalItems", "unevaluatedItems",
        "maxItems", "minItems", "uniqueItems", "contains", "maxContains", "minContains", "properties",
        "patternProperties", "additionalProperties", "unevaluatedProperties", "propertyNames", "maxProperties",
        "minProperties", "required", "dependentRequired", "dependentSchemas", "dependencies", "allOf", "anyOf", "oneOf",
        "not", "if", "then", "else", "$ref", "$dynamicRef", "$recursiveRef",
    ]

    /// Whether a keyword restricts nothing with this value.
    static func isTrivial(_ keyword: String, _ value: JSONValue) -> Bool {
        switch keyword {
        case "minLength", "minItems", "minProperties": value == 0
        case "uniqueItems": value == false
        case "required", "dependentRequired", "dependentSchemas", "patternProperties":
            value.arrayValue?.isEmpty ?? value.objectValue?.isEmpty ?? false
        case "propertyNames", "unevaluatedItems", "unevaluatedProperties": value == true
        default: false
        }
    }

    /// The schemas inside a schema, definitions aside.
    static func children(of object: JSONObject) -> [JSONValue] {
        var children: [JSONValue] = object["properties"]?.objectValue?.values ?? []
        for key in ["items", "additionalProperties", "not"] {
            if let child = object[key] { children.append(child) }
        }
        for key in ["anyOf", "allOf", "oneOf", "prefixItems"] { children += object[key]?.arrayValue ?? [] }
        return children
    }

    /// The types that a schema names.
    static func types(of object: JSONObject) -> [String] {
        switch object["type"] {
        case .string(let type)?: [type]
        case .array(let types)?: types.compactMap(\.stringValue)
        default: []
        }
    }

    /// The types of the values of `enum` or `const`; empty without them.
    static func typesOfValues(_ object: JSONObject) -> [String] {
        let values = object["enum"]?.arrayValue ?? object["const"].map { [$0] } ?? []
        var types: [String] = []
        for value in values where !types.contains(value.typeName) { types.append(value.typeName) }
        return types
    }

    /// The type that the other keywords speak of, where they speak of one alone.
    static func typeOfKeywords(_ object: JSONObject) -> String? {
        let groups: [(String, Set<String>)] = [
            ("object", ["properties", "required", "additionalProperties", "patternProperties"]),
            ("array", ["items", "minItems", "maxItems", "uniqueItems"]),
            ("string", ["pattern", "format", "minLength", "maxLength"]),
            ("number", ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"]),
        ]
        let found = groups.filter { group in object.keys.contains { group.1.contains($0) } }
        return found.count == 1 ? found.first?.0 : nil
    }

    /// Whether no value can be valid against two of the schemas: they differ in type, or in the value of a property
    /// that all of them require.
    static func areDisjoint(_ schemas: [JSONValue], resolve: (JSONValue) -> JSONValue) -> Bool {
        let objects = schemas.map { resolve($0).objectValue ?? JSONObject() }
        for (index, left) in objects.enumerated() {
            for right in objects[(index + 1)...] where !areDisjoint(left, right, resolve) { return false }
        }
        return true
    }

    private static func areDisjoint(
        _ left: JSONObject, _ right: JSONObject, _ resolve: (JSONValue) -> JSONValue
    ) -> Bool {
        if let left = values(of: left), let right = values(of: right) { return Set(left).isDisjoint(with: right) }
        let leftTypes = Set(types(of: left).map(widest))
        let rightTypes = Set(types(of: right).map(widest))
        if !leftTypes.isEmpty, !rightTypes.isEmpty, leftTypes.isDisjoint(with: rightTypes) { return true }
        guard leftTypes == ["object"], rightTypes == ["object"] else { return false }
        let required = Set((left["required"]?.arrayValue ?? []).compactMap(\.stringValue))
        for case .string(let name) in right["required"]?.arrayValue ?? [] where required.contains(name) {
            guard let first = left["properties"]?[name].map(resolve)?.objectValue,
                let second = right["properties"]?[name].map(resolve)?.objectValue,
                let firstValues = values(of: first), let secondValues = values(of: second)
            else { continue }
            if Set(firstValues).isDisjoint(with: secondValues) { return true }
        }
        return false
    }

    private static func values(of object: JSONObject) -> [JSONValue]? {
        object["enum"]?.arrayValue ?? object["const"].map { [$0] }
    }

    /// Every integer is a number.
    private static func widest(_ type: String) -> String { type == "integer" ? "number" : type }
}
