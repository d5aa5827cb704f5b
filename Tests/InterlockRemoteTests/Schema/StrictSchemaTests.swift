import InterlockCore
import InterlockRemote
import Testing

private let openAI = SchemaSubset.openAIStrict

private func prepare(
    _ schema: String, _ subset: SchemaSubset = openAI, _ policy: GenerationRequest.UnsupportedPolicy = .error
) throws -> StrictSchema.Prepared {
    try StrictSchema.prepare(
        try JSONValue(parsing: schema), for: subset, policy: policy, subject: "json_schema", provider: "OpenAI")
}

/// An object with one required property.
private func object(_ property: String) -> String {
    #"{"type":"object","properties":{"a":\#(property)},"required":["a"],"additionalProperties":false}"#
}

@Suite struct StrictSchemaTests {
    @Test(
        "a schema within the subset stays as it is, byte for byte",
        arguments: [
            object(#"{"type":"string","description":"D","enum":["x","y"]}"#),
            object(#"{"type":"array","items":{"type":"integer","minimum":1},"minItems":2,"maxItems":9}"#),
            object(#"{"anyOf":[{"type":"string","pattern":"^a","format":"date"},{"type":"null"}]}"#),
            object(#"{"type":"number","multipleOf":0.5,"exclusiveMinimum":0,"title":"T"}"#),
            ##"{"type":"object","properties":{"b":{"type":"null"},"a":{"$ref":"#"}},"required":["b","a"],"##
                + ##""additionalProperties":false}"##,
        ])
    func unchanged(schema: String) throws {
        let prepared = try prepare(schema)
        #expect(prepared.schema.jsonText() == schema)
        #expect(prepared.drops == [])
    }

    private static let rewrites: [(String, String)] = [
        (
            #"{"properties":{"a":{"type":["string","null"]}},"$schema":"x","$comment":"y"}"#,
            #"{"properties":{"a":{"type":["string","null"]}},"type":"object","additionalProperties":false,"#
                + #""required":["a"]}"#
        ),
        (object(#"{"const":"x"}"#), object(#"{"const":"x","type":"string"}"#)),
        (object(#"{"enum":["x",1]}"#), object(#"{"enum":["x",1],"type":["string","number"]}"#)),
        (
            object(#"{"type":"string","minLength":0,"default":"q","x-note":1}"#),
            object(#"{"type":"string","description":"default: \"q\""}"#)
        ),
        (object(#"{"allOf":[{"type":"string"}],"description":"D"}"#), object(#"{"type":"string","description":"D"}"#)),
        (
            object(#"{"oneOf":[{"type":"string"},{"type":"integer"}]}"#),
            object(#"{"anyOf":[{"type":"string"},{"type":"integer"}]}"#)
        ),
        (
            ##"{"$ref":"#/definitions/N","definitions":{"N":{"type":"object","properties":{"n":{"anyOf":"##
                + ##"[{"$ref":"#/definitions/N"},{"type":"null"}]}}}}}"##,
            ##"{"type":"object","properties":{"n":{"anyOf":[{"$ref":"#/$defs/N"},{"type":"null"}]}},"##
                + ##""additionalProperties":false,"required":["n"],"$defs":{"N":{"type":"object","properties":{"n":"##
                + ##"{"anyOf":[{"$ref":"#/$defs/N"},{"type":"null"}]}},"additionalProperties":false,"##
                + ##""required":["n"]}}}"##
        ),
        (
            ##"{"type":"object","required":["a"],"properties":{"a":{"$ref":"#/$defs/S","description":"Mine"}},"##
                + ##""$defs":{"S":{"type":"string","description":"Theirs"},"Unused":{"not":{}}}}"##,
            ##"{"type":"object","required":["a"],"properties":{"a":{"type":"string","description":"Mine"}},"##
                + ##""additionalProperties":false}"##
        ),
    ]

    @Test("what restricts nothing or only further is rewritten without a word", arguments: rewrites)
    func rewritten(schema: String, expected: String) throws {
        let prepared = try prepare(schema)
        #expect(prepared.schema.jsonText() == expected)
        #expect(prepared.drops == [])
    }

    @Test("alternatives that a property tells apart are alternatives of any kind")
    func discriminated() throws {
        func branch(_ kind: String) -> String {
            #"{"type":"object","properties":{"kind":{"const":"\#(kind)"}},"required":["kind"],"#
                + #""additionalProperties":false}"#
        }
        let schema = object(#"{"oneOf":[\#(branch("a")),\#(branch("b"))],"discriminator":{"propertyName":"kind"}}"#)
        #expect(try prepare(schema).schema["properties"]?["a"]?["anyOf"]?.arrayValue?.count == 2)
        let same = object(#"{"oneOf":[\#(branch("a")),\#(branch("a"))]}"#)
        expectError(
            .constraintUnsupported,
            "json_schema#/properties/a/oneOf cannot be held by the structured output of OpenAI: it knows anyOf only, "
                + "and a value may match several of these",
            hint: "Leave it out and check the answer yourself, or ask for what is unsupported to be dropped."
        ) { _ = try prepare(same) }
    }

    private static let leaveOut =
        "Leave it out and check the answer yourself, or ask for what is unsupported to be dropped."

    @Test("what is outside the subset is refused with keyword and place, or dropped into the description")
    func unsupported() throws {
        let cases: [(String, String, String, String)] = [
            (
                object(#"{"type":"string","minLength":2}"#), "/properties/a/minLength", "it does not know the keyword",
                object(#"{"type":"string","description":"minLength: 2"}"#)
            ),
            (
                object(#"{"type":"string","description":"D","format":"uri"}"#), "/properties/a/format",
                #"it does not know the format "uri""#,
                object(#"{"type":"string","description":"D (format: \"uri\")"}"#)
            ),
            (
                object(#"{"type":"array","items":{"type":"string"},"uniqueItems":true}"#),
                "/properties/a/uniqueItems", "it does not know the keyword",
                object(#"{"type":"array","items":{"type":"string"},"description":"uniqueItems: true"}"#)
            ),
            (
                object(#"{"type":"object","additionalProperties":{"type":"integer"}}"#),
                "/properties/a/additionalProperties", "its objects have named properties only",
                object(
                    #"{"type":"object","additionalProperties":false,"properties":{},"required":[],"#
                        + #""description":"additionalProperties: {\"type\":\"integer\"}"}"#)
            ),
            (
                object(#"{"type":"object"}"#), "/properties/a/properties", "without them it permits any object",
                object(#"{"type":"object","properties":{},"additionalProperties":false,"required":[]}"#)
            ),
            (
                object(#"{"type":"integer","not":{"const":1}}"#), "/properties/a/not", "it does not know the keyword",
                object(#"{"type":"integer","description":"not: {\"const\":1}"}"#)
            ),
            (
                object(#"{"oneOf":[{"type":"number"},{"type":"integer"}]}"#), "/properties/a/oneOf",
                "it knows anyOf only, and a value may match several of these",
                object(#"{"anyOf":[{"type":"number"},{"type":"integer"}]}"#)
            ),
        ]
        for (schema, pointer, problem, dropped) in cases {
            expectError(
                .constraintUnsupported,
                "json_schema#\(pointer) cannot be held by the structured output of OpenAI: \(problem)",
                hint: Self.leaveOut
            ) { _ = try prepare(schema) }
            let prepared = try prepare(schema, openAI, .drop)
            #expect(prepared.schema.jsonText() == dropped)
            #expect(
                prepared.drops == [
                    Drop(
                        subject: "json_schema#\(pointer)",
                        reason: "the structured output of OpenAI does not hold it")
                ])
        }
    }

    @Test("an optional property is refused, or made to be required and may be null")
    func optional() throws {
        let schema =
            #"{"type":"object","properties":{"a":{"type":"string","enum":["x"]},"b":{"anyOf":[{"type":"#
            + #""string"},{"type":"null"}]},"c":{"const":1}}}"#
        expectError(
            .constraintUnsupported,
            "json_schema#/properties/a cannot be held by the structured output of OpenAI: it is optional, and all "
                + "properties have to be required",
            hint: "Require it, let it be null, or ask for what is unsupported to be dropped."
        ) { _ = try prepare(schema) }
        let prepared = try prepare(schema, openAI, .drop)
        #expect(
            prepared.schema.jsonText()
                == #"{"type":"object","properties":{"a":{"type":["string","null"],"enum":["x",null]},"b":{"anyOf":"#
                + #"[{"type":"string"},{"type":"null"}]},"c":{"anyOf":[{"const":1,"type":"number"},{"type":"null"}]}},"#
                + #""additionalProperties":false,"required":["a","b","c"]}"#)
        #expect(prepared.drops.map(\.subject) == ["json_schema#/properties/a", "json_schema#/properties/c"])
    }

    @Test("what has no equivalent is refused under either policy")
    func impossible() {
        let cases: [(String, String, SchemaSubset, String, String)] = [
            (
                #"{"type":"array","items":{"type":"string"}}"#, "json_schema", openAI, "its root must be an object",
                "Put the schema into a property of an object."
            ),
            (
                #"{"anyOf":[{"type":"string"}]}"#, "json_schema", openAI, "its root must be an object",
                "Put the schema into a property of an object."
            ),
            ("true", "json_schema#", openAI, "it permits any value", "Say which types it may have."),
            (
                object(#"{"type":"array"}"#), "json_schema#/properties/a", openAI, "it permits a list of anything",
                "Say under items what the list holds."
            ),
            (
                object("{}"), "json_schema#/properties/a", openAI, "it permits any value",
                "Say which types it may have."
            ),
            (
                object(##"{"$ref":"#/$defs/x"}"##), "json_schema#/properties/a/$ref", openAI,
                "#/$defs/x leads nowhere in it", "Define it under $defs of the same schema."
            ),
            (
                #"{"type":"object","properties":{"a":{"type":"null"}},"required":["a","z"]}"#, "json_schema#/required",
                openAI, "it names z, which is not among the properties", "Define the property."
            ),
            (
                object(##"{"$ref":"#"}"##), "json_schema#/properties/a/$ref", .anthropic, "# contains itself",
                "Unfold the schema to the depth that you need."
            ),
            (
                object(##"{"$ref":"#/properties/a"}"##), "json_schema#/properties/a/$ref", openAI,
                "#/properties/a leads back to itself and says nothing", "Let it lead to a schema."
            ),
            (
                ##"{"$ref":"#"}"##, "json_schema#/$ref", openAI, "# leads back to itself and says nothing",
                "Let it lead to a schema."
            ),
            (
                object(##"{"type":"object","properties":{"b":{"$ref":"#/properties/a"}},"required":["b"]}"##),
                "json_schema#/properties/a/properties/b/$ref", openAI,
                "#/properties/a contains itself and is no definition", "Move what it leads to under $defs."
            ),
        ]
        for policy in GenerationRequest.UnsupportedPolicy.allCases {
            for (schema, place, subset, problem, hint) in cases {
                expectError(
                    .constraintUnsupported,
                    "\(place) cannot be held by the structured output of OpenAI: \(problem)", hint: hint
                ) { _ = try prepare(schema, subset, policy) }
            }
        }
    }

    @Test("limits are checked with their numbers")
    func limits() throws {
        func nested(_ levels: Int) -> String {
            levels == 0 ? #"{"type":"string"}"# : object(nested(levels - 1))
        }
        #expect(try prepare(nested(10)).drops == [])
        let values = (0...1000).map(String.init).joined(separator: ",")
        for (schema, problem) in [
            (nested(11), "it has 11 levels of objects, and at most 10 are held"),
            (
                object(#"{"type":"integer","enum":[\#(values)]}"#),
                "it has 1001 values of enum, and at most 1000 are held"
            ),
        ] {
            expectError(
                .constraintUnsupported,
                "json_schema cannot be held by the structured output of OpenAI: \(problem)",
                hint: "Make the schema smaller."
            ) { _ = try prepare(schema) }
        }
    }

    @Test("names and texts together have a limit, and those of one long enum")
    func characters() throws {
        func texts(_ count: Int, of length: Int) -> String {
            (0..<count).map { index in
                let digits = String(index)
                return "\"" + digits + String(repeating: "ä", count: length - digits.count) + "\""
            }.joined(separator: ",")
        }
        func choice(_ texts: String) -> String { object(#"{"type":"string","enum":[\#(texts)]}"#) }
        #expect(try prepare(choice(texts(251, of: 59))).drops == [])
        #expect(try prepare(choice(texts(250, of: 479))).drops == [])
        let name = String(repeating: "n", count: 60_000)
        func named(_ value: Int) -> String {
            let text = String(repeating: "v", count: value)
            return ##"{"type":"object","properties":{"\##(name)":{"$ref":"#/$defs/d"}},"required":["\##(name)"],"##
                + ##""additionalProperties":false,"$defs":{"d":{"type":"string","const":"\##(text)"}}}"##
        }
        #expect(try prepare(named(59_999)).drops == [])
        for (schema, problem) in [
            (
                choice(texts(251, of: 60)),
                "it has 15060 characters in one enum of more than 250 texts, and at most 15000 are held"
            ),
            (choice(texts(250, of: 480)), "it has 120001 characters of names and values, and at most 120000 are held"),
            (named(60_000), "it has 120001 characters of names and values, and at most 120000 are held"),
        ] {
            expectError(
                .constraintUnsupported,
                "json_schema cannot be held by the structured output of OpenAI: \(problem)",
                hint: "Make the schema smaller."
            ) { _ = try prepare(schema) }
        }
        #expect(try prepare(named(60_000), .anthropic).drops == [])
    }

    @Test("Anthropic's subset keeps optional properties, allOf and short lists")
    func anthropic() throws {
        let schema =
            #"{"type":"object","properties":{"a":{"type":"array","items":{"type":"string","format":"uri"},"#
            + #""minItems":1},"b":{"allOf":[{"type":"integer"},{"enum":[1,2]}]}}}"#
        let prepared = try prepare(schema, .anthropic)
        #expect(
            prepared.schema.jsonText()
                == #"{"type":"object","properties":{"a":{"type":"array","items":{"type":"string","format":"uri"},"#
                + #""minItems":1},"b":{"allOf":[{"type":"integer"},{"enum":[1,2],"type":"number"}]}},"#
                + #""additionalProperties":false}"#)
        let long = #"{"type":"array","items":{"type":"string"},"minItems":2}"#
        expectError(
            .constraintUnsupported,
            "json_schema#/minItems cannot be held by the structured output of OpenAI: it holds at most 1",
            hint: Self.leaveOut
        ) { _ = try prepare(long, .anthropic) }
    }
}
