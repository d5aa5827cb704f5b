import InterlockCore
import Testing

@Suite struct JSONValueTests {
    @Test func literals() {
        let name = "Ada"
        let value: JSONValue = [
            "null": nil, "true": true, "int": -3, "double": 0.5, "text": "a", "greeting": "Hi \(name)",
            "array": [1, "2"],
            "object": [:],
        ]
        #expect(
            value.jsonText()
                == #"{"null":null,"true":true,"int":-3,"double":0.5,"text":"a","greeting":"Hi Ada","array":[1,"2"],"object":{}}"#
        )
        let repeated = JSONObject([("a", 1), ("b", 2), ("a", 3)])
        #expect(repeated.description == #"{"a":3,"b":2}"#)
        #expect(JSONValue(UInt64.max).jsonText() == "18446744073709551615")
        #expect(JSONValue("x") == "x")
        #expect(JSONValue(true) == true)
    }

    @Test func accessors() throws {
        let value = try JSONValue(parsing: #"{"n":null,"b":true,"i":7,"d":1.5,"s":"x","a":[1,[2]],"o":{"k":{"l":0}}}"#)
        #expect(value["n"]?.isNull == true)
        #expect(value["b"]?.boolValue == true)
        #expect(value["i"]?.intValue == 7)
        #expect(value["i"]?.doubleValue == 7)
        #expect(value["d"]?.intValue == nil)
        #expect(value["d"]?.doubleValue == 1.5)
        #expect(value["d"]?.numberValue?.text == "1.5")
        #expect(value["s"]?.stringValue == "x")
        #expect(value["a"]?[1]?[0]?.intValue == 2)
        #expect(value["a"]?[2] == nil)
        #expect(value["a"]?[-1] == nil)
        #expect(value["a"]?["k"] == nil)
        #expect(value["o"]?["k"]?["l"]?.intValue == 0)
        #expect(value["o"]?[0] == nil)
        #expect(value["missing"] == nil)
        for key in ["n", "b", "i", "s", "a", "o"] {
            let member = try #require(value[key])
            #expect((member.stringValue != nil) == (key == "s"))
            #expect((member.boolValue != nil) == (key == "b"))
            #expect((member.intValue != nil) == (key == "i"))
            #expect((member.arrayValue != nil) == (key == "a"))
            #expect((member.objectValue != nil) == (key == "o"))
            #expect(member.isNull == (key == "n"))
        }
        #expect(
            value.objectValue?.values.map(\.typeName)
                == ["null", "boolean", "number", "number", "string", "array", "object"]
        )
    }

    @Test func mutationInPlace() {
        var value: JSONValue = ["a": [1], "o": ["x": 1], "s": "t"]
        value.objectValue?["a"]?.arrayValue?.append(2)
        value.objectValue?["o"]?.objectValue?["y"] = [true]
        value.objectValue?["o"]?.objectValue?["y"]?.arrayValue?[0] = false
        value.objectValue?["o"]?.objectValue?["x"] = nil
        value.objectValue?["new"] = .null
        value.objectValue?["s"]?.objectValue?["ignored"] = 1
        value.objectValue?["absent"]?.arrayValue?.append(1)
        value.arrayValue?.append(1)
        #expect(value.jsonText() == #"{"a":[1,2],"o":{"y":[false]},"s":"t","new":null}"#)
        value.objectValue?["a"]?.arrayValue = nil
        value.objectValue?["s"]?.arrayValue = ["now"]
        value.objectValue?["o"]?.objectValue = nil
        value.objectValue?["new"]?.objectValue = ["z": 0]
        #expect(value.jsonText() == #"{"a":null,"o":null,"s":["now"],"new":{"z":0}}"#)
    }

    /// Changing one copy must not show in another, nor copy a large array when there is only one.
    @Test func copiesAreIndependent() {
        let original: JSONValue = ["a": [1, 2, 3], "o": ["x": 1]]
        var copy = original
        copy.objectValue?["a"]?.arrayValue?.removeAll()
        copy.objectValue?["o"]?.objectValue?["x"] = 2
        #expect(original.jsonText() == #"{"a":[1,2,3],"o":{"x":1}}"#)
        #expect(copy.jsonText() == #"{"a":[],"o":{"x":2}}"#)

        var large: JSONValue = ["list": .array(Array(repeating: 0, count: 1_000))]
        func address() -> UnsafeRawPointer? {
            guard case .array(let list)? = large["list"] else { return nil }
            return list.withUnsafeBytes { $0.baseAddress }
        }
        large.objectValue?["list"]?.arrayValue?[0] = 1
        let before = address()
        for index in 0..<1_000 { large.objectValue?["list"]?.arrayValue?[index] = 2 }
        #expect(address() == before)
    }

    @Test func equality() throws {
        func parse(_ text: String) throws -> JSONValue { try JSONValue(parsing: text) }
        #expect(try parse(#"{"a":1,"b":[1.0]}"#) == parse(#"{"b":[1e0],"a":1.0}"#))
        #expect(try parse(#"{"a":1,"b":[1.0]}"#).hashValue == parse(#"{"b":[1e0],"a":1.0}"#).hashValue)
        #expect(try parse("[1,2]") != parse("[2,1]"))
        #expect(try parse(#"{"a":1}"#) != parse(#"{"a":1,"b":1}"#))
        #expect(try parse(#"{"a":1}"#) != parse(#"{"b":1}"#))
        #expect(try parse(#""1""#) != parse("1"))
        #expect(try parse("null") != parse("false"))
        // Canonically equivalent, but not the same text.
        #expect(JSONValue.string("é") != .string("e\u{301}"))
        #expect(JSONValue.string("a\u{323}\u{307}") != .string("a\u{307}\u{323}"))
        #expect(JSONValue.string("é").hashValue == JSONValue.string("é").hashValue)
        let values: [JSONValue] = [nil, false, true, 0, 1, "", "a", [], [nil], [:], ["a": nil], ["a": 1], ["b": 1]]
        #expect(Set(values).count == values.count)
    }

    @Test func pointers() throws {
        // The examples of RFC 6901 §5.
        let value = try JSONValue(
            parsing: #"""
                {"foo":["bar","baz"],"":0,"a/b":1,"c%d":2,"e^f":3,"g|h":4,"i\\j":5,"k\"l":6," ":7,"m~n":8,
                 "0":{"1":[[9]]}}
                """#
        )
        let cases: [(pointer: String, expected: JSONValue?)] = [
            ("", value), ("/foo", ["bar", "baz"]), ("/foo/0", "bar"), ("/", 0), ("/a~1b", 1), ("/c%d", 2), ("/e^f", 3),
            ("/g|h", 4), ("/i\\j", 5), ("/k\"l", 6), ("/ ", 7), ("/m~0n", 8), ("/0/1/0/0", 9), ("/foo/2", nil),
            ("/foo/-", nil), ("/foo/00", nil), ("/foo/", nil), ("/foo/1x", nil), ("/foo/-1", nil), ("/foo/0/x", nil),
            ("/foo/18446744073709551616", nil), ("/missing", nil), ("/foo/+1", nil), ("/foo/\u{301}", nil),
        ]
        for (pointer, expected) in cases {
            #expect(try value.value(at: pointer) == expected, "\(pointer)")
            #expect(try JSONPointer(pointer).description == pointer)
        }
        #expect(try JSONPointer("/~01/~10").tokens == ["~1", "/0"])
        #expect(JSONPointer(tokens: ["a/b", "~", "0"]).description == "/a~1b/~0/0")
        for (text, problem) in [
            ("a", "it must be empty or begin with '/'"), ("/a~", "'~' must be followed by 0 or 1"),
            ("/~2", "'~' must be followed by 0 or 1"),
        ] {
            let error = #expect(throws: JSONPointer.ParseError.self) { try JSONPointer(text) }
            #expect(error?.description == "\"\(text)\" is not a JSON pointer (RFC 6901): \(problem)")
        }
    }
}
