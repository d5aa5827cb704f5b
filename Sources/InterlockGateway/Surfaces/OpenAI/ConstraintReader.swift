import InterlockCore

/// Reads the shape that an answer is asked to have: OpenAI's `response_format`, and what llama.cpp and vLLM added.
enum ConstraintReader {
    static func read(_ body: inout BodyReader, _ leftovers: inout Leftovers) throws(InterlockError) -> Constraint? {
        var found: [(name: String, constraint: Constraint)] = []
        if let constraint = try responseFormat(&body, &leftovers) { found.append(("response_format", constraint)) }
        if let constraint = try structuredOutputs(&body, &leftovers) {
            found.append(("structured_outputs", constraint))
        }
        for (name, kind) in [
            ("json_schema", "json"), ("guided_json", "json"), ("guided_regex", "regex"), ("guided_choice", "choice"),
            ("grammar", "grammar"), ("guided_grammar", "grammar"),
        ] {
            guard let value = body.value(name) else { continue }
            found.append((name, try constraint(kind, value, body.path(name))))
        }
        if found.count > 1 {
            throw .parameter(
                found[1].name, "and \(found[0].name) both say what shape the answer must have",
                hint: "Send one of them.")
        }
        return found.first?.constraint
    }

    private static func responseFormat(
        _ body: inout BodyReader, _ leftovers: inout Leftovers
    ) throws(InterlockError) -> Constraint? {
        guard var format = try body.reader("response_format") else { return nil }
        let type = try format.requiredString("type")
        var constraint: Constraint?
        switch type {
        case "text": break
        case "json_object":
            // llama.cpp takes a schema beside it.
            constraint =
                try format.value("schema").map { value throws(InterlockError) in
                    .jsonSchema(try schema(value, format.path("schema")))
                } ?? .jsonObject
        case "json_schema": constraint = try jsonSchema(&format, &leftovers)
        default:
            throw format.invalid("type", "is \(type); it must be text, json_object or json_schema")
        }
        try format.finish(&leftovers)
        return constraint
    }

    private static func jsonSchema(
        _ format: inout BodyReader, _ leftovers: inout Leftovers
    ) throws(InterlockError) -> Constraint {
        guard var body = try format.reader("json_schema") else {
            // llama.cpp takes the schema directly.
            guard let value = format.value("schema") else { throw format.missing("json_schema") }
            return .jsonSchema(try schema(value, format.path("schema")))
        }
        let name = try body.string("name")
        guard let value = body.value("schema") else { throw body.missing("schema") }
        var schema = try schema(value, body.path("schema"))
        // The description is meant for the model, who reads the schema.
        if let text = try body.string("description"), schema["description"] == nil {
            schema.objectValue?["description"] = .string(text)
        }
        // Whatever it says, the schema is held.
        body.ignore("strict")
        try body.finish(&leftovers)
        return .jsonSchema(schema, name: name)
    }

    private static func structuredOutputs(
        _ body: inout BodyReader, _ leftovers: inout Leftovers
    ) throws(InterlockError) -> Constraint? {
        guard var reader = try body.reader("structured_outputs") else { return nil }
        var found: Constraint?
        for kind in ["json", "regex", "choice", "grammar"] {
            guard let value = reader.value(kind) else { continue }
            guard found == nil else { throw reader.invalid(kind, "is one of several constraints; send only one") }
            found = try constraint(kind, value, reader.path(kind))
        }
        if try reader.boolean("json_object") == true {
            guard found == nil else {
                throw reader.invalid("json_object", "is one of several constraints; send only one")
            }
            found = .jsonObject
        }
        // A constraint is never dropped: what is not understood here is an error whatever the policy.
        var strict = Leftovers(policy: .error)
        try reader.finish(&strict)
        return found
    }

    private static func constraint(
        _ kind: String, _ value: JSONValue, _ path: String
    ) throws(InterlockError) -> Constraint {
        switch kind {
        case "json": return .jsonSchema(try schema(value, path))
        case "choice":
            let texts = value.arrayValue?.compactMap(\.stringValue) ?? []
            guard !texts.isEmpty, texts.count == value.arrayValue?.count else {
                throw .parameter(path, "must be a list of strings", word: "invalid_type")
            }
            return .choice(texts)
        default:
            guard let text = value.stringValue else {
                throw .parameter(path, "is \(value.article); it must be a string", word: "invalid_type")
            }
            return kind == "regex" ? .regex(text) : .grammar(text, dialect: .gbnf)
        }
    }

    /// A schema, which some clients send as a text.
    private static func schema(_ value: JSONValue, _ path: String) throws(InterlockError) -> JSONValue {
        if value.objectValue != nil || value.boolValue != nil { return value }
        if let text = value.stringValue, let parsed = try? JSONValue(parsing: text), parsed.objectValue != nil {
            return parsed
        }
        throw .parameter(path, "is \(value.article); it must be a JSON Schema", word: "invalid_type")
    }
}
