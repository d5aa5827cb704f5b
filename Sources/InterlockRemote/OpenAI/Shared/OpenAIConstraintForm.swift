import InterlockCore

/// How a server is told which shape its answer must have.
package enum OpenAIConstraintForm: String, Sendable, Hashable {
    /// `response_format` (Chat) or `text.format` (Responses) of type `json_schema`.
    case jsonSchema
    /// The same of type `json_object`.
    case jsonObject
    /// The same with the schema of any object, for servers without `json_object`.
    case anyObjectSchema
    /// `grammar` in llama.cpp's GBNF.
    case grammarField
    /// A grammar made of the choices, in the same field.
    case choiceGrammar
    /// `structured_outputs`, as vLLM has it.
    case structuredOutputs
}

/// Says a constraint in one of the forms.
struct OpenAIConstraintWriter {
    /// The form of each kind of constraint.
    let forms: [Constraint.Kind: OpenAIConstraintForm]
    /// The part of JSON Schema that is held; nil is any, which the server judges itself.
    let schemas: SchemaSubset?
    /// The server's name, for messages.
    let provider: String

    /// The member that a constraint is written as.
    enum Member {
        /// What goes under `response_format` or `text.format`.
        case format(JSONObject)
        /// A member of the body itself.
        case field(String, JSONValue)
    }

    /// The member for a constraint.
    ///
    /// - Throws: ``InterlockError/Code/constraintUnsupported`` if there is no form for it.
    func member(for constraint: Constraint, notes: inout RequestNotes) throws(InterlockError) -> Member {
        guard let form = forms[constraint.kind] else { throw unsupported(constraint) }
        switch (form, constraint) {
        case (.structuredOutputs, _):
            return .field("structured_outputs", structuredOutputs(constraint))
        case (.jsonObject, .jsonObject): return .format(["type": "json_object"])
        case (.anyObjectSchema, .jsonObject):
            return .format(format(name: "object", schema: ["type": "object"]))
        case (.jsonSchema, .jsonSchema(let schema, let name)):
            var schema = schema
            if let schemas {
                let prepared = try StrictSchema.prepare(
                    schema, for: schemas, policy: notes.policy, subject: "json_schema", provider: provider)
                schema = prepared.schema
                notes.add(prepared.drops)
            }
            return .format(format(name: OpenAIConstraintWriter.allowedName(name), schema: schema))
        case (.grammarField, .grammar(let text, .gbnf)): return .field("grammar", .string(text))
        case (.choiceGrammar, .choice(let choices)):
            return .field("grammar", .string(OpenAIConstraintWriter.grammar(of: choices)))
        default: throw unsupported(constraint)
        }
    }

    private func unsupported(_ constraint: Constraint) -> InterlockError {
        var what = constraint.kind.rawValue
        if case .grammar(_, let dialect) = constraint { what = "\(dialect.rawValue) grammar" }
        return InterlockError(
            .constraintUnsupported, "\(provider) cannot enforce a \(what) constraint",
            hint: "Choose a backend that can; a constraint is never dropped.")
    }

    private func format(name: String, schema: JSONValue) -> JSONObject {
        ["type": "json_schema", "name": .string(name), "schema": schema, "strict": true]
    }

    private func structuredOutputs(_ constraint: Constraint) -> JSONValue {
        switch constraint {
        case .jsonSchema(let schema, _): ["json": schema]
        case .jsonObject: ["json_object": true]
        case .regex(let pattern): ["regex": .string(pattern)]
        case .choice(let choices): ["choice": .array(choices.map(JSONValue.string))]
        case .grammar(let text, _): ["grammar": .string(text)]
        }
    }

    /// A name as the API takes it: at most 64 letters, digits, `_` and `-` of ASCII.
    static func allowedName(_ name: String?) -> String {
        guard let name, !name.isEmpty else { return "answer" }
        let allowed = name.unicodeScalars.prefix(64).map { scalar in
            let isAllowed = scalar.isASCII && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil)
            return isAllowed || scalar == "_" || scalar == "-" ? Character(scalar) : "_"
        }
        return String(allowed)
    }

    /// A grammar whose texts are the choices.
    static func grammar(of choices: [String]) -> String {
        "root ::= " + choices.map(literal).joined(separator: " | ")
    }

    private static func literal(_ text: String) -> String {
        var literal = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": literal += "\\\""
            case "\\": literal += "\\\\"
            case "\n": literal += "\\n"
            case "\r": literal += "\\r"
            case "\t": literal += "\\t"
            default: literal.unicodeScalars.append(scalar)
            }
        }
        return literal + "\""
    }
}
