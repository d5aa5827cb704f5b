import InterlockCore
import Testing

@Suite struct JSONWritingTests {
    private let sample: JSONValue = [
        "b": [1, 2.5, true, nil, [:], []], "a": ["é": "x/y\u{7}\"\\\n", "Z": "😀"], "é": 1, "e": -0.0,
    ]

    @Test func compact() {
        #expect(
            sample.jsonText() == #"{"b":[1,2.5,true,null,{},[]],"a":{"é":"x/y\u0007\"\\\n","Z":"😀"},"é":1,"e":-0.0}"#
        )
        #expect(sample.description == sample.jsonText())
        #expect(sample["a"]?.objectValue?.description == #"{"é":"x/y\u0007\"\\\n","Z":"😀"}"#)
    }

    @Test func pretty() {
        #expect(
            sample.jsonText(.pretty) == """
                {
                  "b": [
                    1,
                    2.5,
                    true,
                    null,
                    {},
                    []
                  ],
                  "a": {
                    "é": "x/y\\u0007\\"\\\\\\n",
                    "Z": "😀"
                  },
                  "é": 1,
                  "e": -0.0
                }
                """
        )
        #expect(JSONValue.array([]).jsonText(.pretty) == "[]")
        #expect((1 as JSONValue).jsonText(.pretty) == "1")
    }

    @Test func sortedAndASCII() {
        #expect(
            sample.jsonText(.init(sortsKeys: true, escapesNonASCII: true))
                == #"{"a":{"Z":"\ud83d\ude00","\u00e9":"x/y\u0007\"\\\n"},"b":[1,2.5,true,null,{},[]],"e":-0.0,"\u00e9":1}"#
        )
        // By code point: U+FF5E comes before U+1F600, although its UTF-16 form comes after.
        let keys: JSONValue = ["😀": 1, "～": 2, "a": 3]
        #expect(keys.jsonText(.canonical) == #"{"a":3,"～":2,"😀":1}"#)
    }

    @Test func escapesWhatMustBeEscapedAndNothingElse() throws {
        for value in 0..<0x300 as Range<UInt32> {
            guard let scalar = Unicode.Scalar(value) else { continue }
            let text = JSONValue.string("\(scalar)").jsonText()
            let expected: String
            switch value {
            case 0x08: expected = "\"\\b\""
            case 0x09: expected = "\"\\t\""
            case 0x0A: expected = "\"\\n\""
            case 0x0C: expected = "\"\\f\""
            case 0x0D: expected = "\"\\r\""
            case 0x22: expected = "\"\\\"\""
            case 0x5C: expected = "\"\\\\\""
            case 0..<0x20: expected = "\"\\u00" + (value < 16 ? "0" : "") + String(value, radix: 16) + "\""
            default: expected = "\"\(scalar)\""
            }
            #expect(text.utf8.elementsEqual(expected.utf8), "U+\(String(value, radix: 16))")
        }
    }

    @Test func specialsAtEveryOffset() throws {
        for length in 0..<40 {
            for special in ["\"", "\\", "\n", "\u{1}", "é", "😀", "\u{7f}", " ", "!", "#", "[", "]"] {
                for position in 0...length {
                    let text =
                        String(repeating: "a", count: position) + special
                        + String(repeating: "b", count: length - position)
                    for options in [JSONValue.WriteOptions.compact, .init(escapesNonASCII: true)] {
                        let written = JSONValue.string(text).jsonBytes(options)
                        #expect(try JSONValue(parsing: written) == .string(text))
                        if options.escapesNonASCII { #expect(written.allSatisfy { $0 < 0x80 }) }
                    }
                }
            }
        }
    }

    @Test func appendsToABuffer() {
        var buffer = Array("data: ".utf8)
        (["a": 1] as JSONValue).write(into: &buffer)
        (["b"] as JSONValue).write(into: &buffer, options: .pretty)
        #expect(String(decoding: buffer, as: UTF8.self) == "data: {\"a\":1}[\n  \"b\"\n]")
    }

    /// What providers sign or hash must come back as the bytes that went in.
    @Test func canonicalTextIsReproduced() throws {
        let texts = [
            #"{"z":1.0,"a":1e400,"m":-0,"n":12345678901234567890123,"s":"a/b\n\u0000é\u001f","l":[1.50,1E5,0.10]}"#,
            #"{"type":"thinking","thinking":"…","signature":"EqQBCkgIARABGAIiQL+/=="}"#,
            "[[[[]]],{},\"\",null,true,false]",
        ]
        for text in texts {
            #expect(try JSONValue(parsing: text).jsonBytes() == Array(text.utf8))
        }
    }

    @Test func largeDocuments() throws {
        let long = String(repeating: "0123456789 é\n", count: 100_000)
        let value: JSONValue = .array((0..<1_000).map { ["index": JSONValue($0), "text": "t\($0)"] } + [.string(long)])
        let bytes = value.jsonBytes()
        #expect(bytes.count > 1_300_000)
        #expect(try JSONValue(parsing: bytes) == value)
        #expect(try JSONValue(parsing: value.jsonText(.pretty)) == value)
    }
}
