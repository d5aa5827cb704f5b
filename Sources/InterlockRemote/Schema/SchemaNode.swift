import InterlockCore

/// One schema on its way into the subset: keyword by keyword, in their own order.
struct SchemaNode {
    let object: JSONObject
    let pointer: JSONPointer
    private(set) var result = JSONObject()
    /// What goes into the description, because there is no other place for it.
    private var remarks: [String] = []

    init(_ object: JSONObject, _ pointer: JSONPointer) {
        self.object = object
        self.pointer = pointer
    }

    /// Writes the schema.
    mutating func write(with walker: inout SchemaWalker) throws(InterlockError) {
        for (keyword, value) in object { try write(keyword, value, &walker) }
        try addType(walker)
        try checkItems(walker)
        if SchemaShape.types(of: result).contains("object") || result["properties"] != nil {
            try closeObject(&walker)
            try requireProperties(&walker)
        } else {
            result["required"] = nil
            result["additionalProperties"] = nil
        }
        guard !remarks.isEmpty else { return }
        let remark = remarks.joined(separator: "; ")
        let text = result["description"]?.stringValue.map { $0.isEmpty ? remark : "\($0) (\(remark))" } ?? remark
        result["description"] = .string(text)
    }

    private mutating func write(
        _ keyword: String, _ value: JSONValue, _ walker: inout SchemaWalker
    ) throws(InterlockError) {
        switch keyword {
        case "title", "description", "type": result[keyword] = value
        // A hint to the model, not a restriction.
        case "default", "examples": remarks.append("\(keyword): \(value.jsonText())")
        // Only their place for now: what they become depends on the properties.
        case "required", "additionalProperties": result[keyword] = value
        case "properties": try writeProperties(value, &walker)
        case "items": try writeItems(value, &walker)
        case "anyOf": try writeList(keyword, value, as: "anyOf", &walker)
        case "allOf": try writeAllOf(value, &walker)
        case "oneOf": try writeOneOf(value, &walker)
        case "const": writeConst(value, walker.subset)
        case "format":
            guard let format = value.stringValue, walker.subset.formats.contains(format) else {
                return try leaveOut(keyword, value, &walker, because: "it does not know the format \(value)")
            }
            result[keyword] = value
        case "minItems":
            if let most = walker.subset.maximumMinItems, let count = value.intValue, count > most {
                return try leaveOut(keyword, value, &walker, because: "it holds at most \(most)")
            }
            try writeOther(keyword, value, &walker)
        default: try writeOther(keyword, value, &walker)
        }
    }

    private mutating func writeOther(
        _ keyword: String, _ value: JSONValue, _ walker: inout SchemaWalker
    ) throws(InterlockError) {
        guard SchemaShape.restricting.contains(keyword), !SchemaShape.isTrivial(keyword, value) else { return }
        guard walker.subset.keywords.contains(keyword) else { return try leaveOut(keyword, value, &walker) }
        result[keyword] = value
    }

    private mutating func leaveOut(
        _ keyword: String, _ value: JSONValue, _ walker: inout SchemaWalker,
        because problem: String = "it does not know the keyword"
    ) throws(InterlockError) {
        try walker.leaveOut(keyword, at: pointer, because: problem)
        remarks.append("\(keyword): \(value.jsonText())")
    }

    private func below(_ tokens: String...) -> JSONPointer {
        JSONPointer(tokens: pointer.tokens + tokens)
    }

    // MARK: - Schemas inside

    private mutating func writeProperties(
        _ value: JSONValue, _ walker: inout SchemaWalker
    ) throws(InterlockError) {
        guard case .object(let properties) = value else { throw notA("properties", "object", walker) }
        var written = JSONObject()
        for (name, schema) in properties { written[name] = try walker.visit(schema, below("properties", name)) }
        result["properties"] = .object(written)
    }

    private mutating func writeItems(_ value: JSONValue, _ walker: inout SchemaWalker) throws(InterlockError) {
        guard case .array = value else {
            result["items"] = try walker.visit(value, below("items"))
            return
        }
        try leaveOut("items", value, &walker, because: "it does not know lists of schemas there")
    }

    private mutating func writeList(
        _ keyword: String, _ value: JSONValue, as written: String, _ walker: inout SchemaWalker
    ) throws(InterlockError) {
        guard case .array(let schemas) = value else { throw notA(keyword, "array", walker) }
        guard walker.subset.keywords.contains(written), result[written] == nil else {
            return try leaveOut(keyword, value, &walker)
        }
        var list: [JSONValue] = []
        for (index, schema) in schemas.enumerated() {
            list.append(try walker.visit(schema, below(keyword, String(index))))
        }
        result[written] = .array(list)
    }

    /// All of one schema is that schema.
    private mutating func writeAllOf(_ value: JSONValue, _ walker: inout SchemaWalker) throws(InterlockError) {
        guard !walker.subset.keywords.contains("allOf") else {
            return try writeList("allOf", value, as: "allOf", &walker)
        }
        let others = object.keys.filter { $0 != "allOf" && SchemaShape.restricting.contains($0) }
        guard let only = value.arrayValue, only.count == 1, others.isEmpty else {
            return try leaveOut("allOf", value, &walker)
        }
        guard case .object(let inner) = try walker.visit(only[0], below("allOf", "0")) else { return }
        for (key, value) in inner where result[key] == nil { result[key] = value }
    }

    /// One of several is any of them where no value can match two.
    private mutating func writeOneOf(_ value: JSONValue, _ walker: inout SchemaWalker) throws(InterlockError) {
        guard !walker.subset.keywords.contains("oneOf") else {
            return try writeList("oneOf", value, as: "oneOf", &walker)
        }
        let references = walker.references
        if !SchemaShape.areDisjoint(value.arrayValue ?? [], resolve: references.resolved) {
            try walker.leaveOut(
                "oneOf", at: pointer, because: "it knows anyOf only, and a value may match several of these")
        }
        try writeList("oneOf", value, as: "anyOf", &walker)
    }

    private mutating func writeConst(_ value: JSONValue, _ subset: SchemaSubset) {
        if subset.keywords.contains("const") {
            result["const"] = value
        } else {
            result["enum"] = [value]
        }
    }

    private func notA(_ keyword: String, _ type: String, _ walker: SchemaWalker) -> InterlockError {
        walker.voice.unsupported(
            walker.voice.place(pointer, keyword), "it must be of type \(type)", hint: "Correct the schema.")
    }

    // MARK: - Types

    /// Says the type that the other keywords mean; a schema of any type has no equivalent.
    private mutating func addType(_ walker: SchemaWalker) throws(InterlockError) {
        guard result["type"] == nil, result["anyOf"] == nil, result["allOf"] == nil, result["$ref"] == nil else {
            return
        }
        let types = SchemaShape.typesOfValues(result)
        if types.isEmpty, let type = SchemaShape.typeOfKeywords(object) {
            result["type"] = .string(type)
        } else if types.count == 1 {
            result["type"] = .string(types[0])
        } else if types.isEmpty {
            throw walker.voice.unsupported(
                walker.voice.place(pointer), "it permits any value", hint: "Say which types it may have.")
        } else {
            result["type"] = .array(types.map(JSONValue.string))
        }
    }

    /// A list of anything may hold open objects, which cannot be held where all have to be closed.
    private func checkItems(_ walker: SchemaWalker) throws(InterlockError) {
        guard walker.subset.requiresClosedObjects, SchemaShape.types(of: result).contains("array"),
            result["items"] == nil, result["enum"] == nil, result["const"] == nil
        else { return }
        throw walker.voice.unsupported(
            walker.voice.place(pointer), "it permits a list of anything", hint: "Say under items what the list holds.")
    }

    // MARK: - Objects

    private mutating func closeObject(_ walker: inout SchemaWalker) throws(InterlockError) {
        let said = object["additionalProperties"]
        guard walker.subset.requiresClosedObjects else {
            if case .object? = said, let said {
                result["additionalProperties"] = try walker.visit(said, below("additionalProperties"))
            } else if let said {
                result["additionalProperties"] = said
            }
            return
        }
        if let said, said != false {
            try leaveOut("additionalProperties", said, &walker, because: "its objects have named properties only")
        } else if said == nil, object["properties"]?.objectValue?.isEmpty != false {
            // Closed, it would permit the empty object alone.
            try walker.leaveOut("properties", at: pointer, because: "without them it permits any object")
        }
        if result["properties"] == nil { result["properties"] = [:] }
        result["additionalProperties"] = false
    }

    private mutating func requireProperties(_ walker: inout SchemaWalker) throws(InterlockError) {
        var required = (object["required"]?.arrayValue ?? []).compactMap(\.stringValue)
        let properties = object["properties"]?.objectValue ?? JSONObject()
        if walker.subset.requiresClosedObjects, let missing = required.first(where: { properties[$0] == nil }) {
            throw walker.voice.unsupported(
                walker.voice.place(pointer, "required"), "it names \(missing), which is not among the properties",
                hint: "Define the property.")
        }
        if walker.subset.requiresAllProperties {
            for (name, schema) in properties where !required.contains(name) {
                try require(name, schema, &walker)
                required.append(name)
            }
        }
        let isWritten = !required.isEmpty || walker.subset.requiresAllProperties
        result["required"] = isWritten ? .array(required.map(JSONValue.string)) : nil
    }

    /// Makes a property required; one that may not be null has to become so, which the original does not permit.
    private mutating func require(
        _ name: String, _ schema: JSONValue, _ walker: inout SchemaWalker
    ) throws(InterlockError) {
        guard !SchemaNull.isPermitted(by: schema, walker.references) else { return }
        let place = walker.voice.place(below("properties", name))
        guard walker.policy == .drop else {
            throw walker.voice.unsupported(
                place, "it is optional, and all properties have to be required",
                hint: "Require it, let it be null, or ask for what is unsupported to be dropped.")
        }
        try walker.leaveOut(name, at: below("properties"), because: "it is optional")
        let written = result["properties"]?[name] ?? schema
        result["properties"]?.objectValue?[name] = SchemaNull.permitted(by: written)
    }
}
