import InterlockCore
import Testing

/// A stored conversation is read back exactly: providers refuse a replay whose signed parts changed by a byte.
@Suite struct TranscriptCodingTests {
    private func text(_ value: some Encodable) throws -> String {
        try JSONValueEncoder().encode(value).jsonText()
    }

    /// Every kind of part with every field, and its JSON.
    private static let parts: [(Part, String)] = [
        (.text("Hi"), #"{"type":"text","text":"Hi"}"#),
        (.refusal("No."), #"{"type":"refusal","refusal":"No."}"#),
        (.image(Media(.data([0, 255, 16]))), #"{"type":"image","data":"AP8Q"}"#),
        (
            .image(Media(.url("https://example.com/a.png"), mediaType: "image/png", name: "a", detail: "low")),
            #"{"type":"image","url":"https://example.com/a.png","media_type":"image/png","name":"a","detail":"low"}"#
        ),
        (
            .file(Media(.providerFile("file-1"), name: "a.pdf")),
            #"{"type":"file","provider_file":"file-1","name":"a.pdf"}"#
        ),
        (.reasoning(Reasoning("")), #"{"type":"reasoning","text":""}"#),
        (
            .reasoning(Reasoning("hm", signature: "c2ln", redacted: "cmVk", id: "rs_1")),
            #"{"type":"reasoning","text":"hm","signature":"c2ln","redacted":"cmVk","id":"rs_1"}"#
        ),
        (
            .toolCall(ToolCall(id: "c1", name: "f", arguments: #"{"b": 1,  "a":1.0}"#)),
            #"{"type":"tool_call","id":"c1","name":"f","arguments":"{\"b\": 1,  \"a\":1.0}"}"#
        ),
        (
            .toolResult(ToolResult(callID: "c1", content: [.text("4")])),
            #"{"type":"tool_result","call_id":"c1","content":[{"type":"text","text":"4"}]}"#
        ),
        (
            .toolResult(
                ToolResult(callID: "c1", name: "f", content: [.text("no"), .image(Media(.data([])))], isError: true)),
            #"{"type":"tool_result","call_id":"c1","name":"f","content":[{"type":"text","text":"no"},"#
                + #"{"type":"image","data":""}],"is_error":true}"#
        ),
    ]

    @Test(arguments: parts)
    func partsAreWrittenSoAndReadBack(part: Part, json: String) throws {
        #expect(try text(part) == json)
        let back = try JSONValueDecoder().decode(Part.self, parsing: json)
        #expect(back == part)
        #expect(try text(back) == json)
    }

    @Test func aConversationIsReplayedByteForByte() throws {
        let awkward = "e\u{301} é \u{0} \u{7F} \u{2028} \u{1F468}\u{200D}\u{1F469} \"\\/ \r\n\t"
        let transcript: Transcript = [
            .system("Be brief."),
            .developer(""),
            Message(role: .user, parts: [.text(awkward)], name: "ada"),
            Message(role: .assistant, parts: Self.parts.map(\.0)),
            .tool(callID: "c1", "4"),
            Message(role: .assistant, parts: []),
            Message(role: .user, parts: [.text("a"), .text("b")]),
        ]
        let stored = try JSONValueEncoder().encodeToBytes(transcript)
        let back = try JSONValueDecoder().decode(Transcript.self, parsing: stored)
        #expect(back == transcript)
        // Swift calls texts equal that differ in their bytes; the stored form must not.
        #expect(try JSONValueEncoder().encodeToBytes(back) == stored)
        #expect(Array(back[2].text.utf8) == Array(awkward.utf8))
        let again = try JSONValueDecoder().decode(
            Transcript.self, parsing: JSONValueEncoder().encodeToBytes(back, options: .pretty))
        #expect(again == transcript)
    }

    @Test func aMessageOfOneTextHasAPlainStringAsItsContent() throws {
        #expect(
            try text([Message.system("s"), .user("u")] as Transcript)
                == #"[{"role":"system","content":"s"},{"role":"user","content":"u"}]"#)
        #expect(
            try text(Message(role: .user, parts: [.text("u")], name: "ada"))
                == #"{"role":"user","name":"ada","content":"u"}"#)
        #expect(
            try text(Message(role: .user, parts: [.refusal("u")]))
                == #"{"role":"user","content":[{"type":"refusal","refusal":"u"}]}"#)
        #expect(try text(Message(role: .user, parts: [])) == #"{"role":"user","content":[]}"#)
        let list = #"{"content":[{"text":"x","type":"text"}],"role":"tool"}"#
        #expect(
            try JSONValueDecoder().decode(Message.self, parsing: list) == Message(role: .tool, parts: [.text("x")]))
    }

    @Test func everyRoleIsRead() throws {
        for role in Transcript.Role.allCases {
            let message = Message(role: role, parts: [.text("x")])
            #expect(try JSONValueDecoder().decode(Message.self, from: JSONValueEncoder().encode(message)) == message)
        }
    }

    /// What a decoding error says, and where.
    private func complaint(_ json: String) -> String {
        do {
            _ = try JSONValueDecoder().decode(Transcript.self, parsing: json)
            return "no error"
        } catch let DecodingError.keyNotFound(_, context), let DecodingError.valueNotFound(_, context),
            let DecodingError.typeMismatch(_, context), let DecodingError.dataCorrupted(context)
        {
            let path = context.codingPath.map { $0.intValue.map { "[\($0)]" } ?? $0.stringValue }.joined(separator: ".")
            return "\(path) | \(context.debugDescription)"
        } catch {
            return "\(error)"
        }
    }

    @Test(arguments: [
        (#"{}"#, " | expected an array, found an object of 0 keys"),
        (#"[5]"#, "[0] | at [0]: expected an object, found the number 5"),
        (#"[{"content":"x"}]"#, #"[0] | at [0]: the key "role" is missing"#),
        (#"[{"role":"user"}]"#, #"[0] | at [0]: the key "content" is missing"#),
        (
            #"[{"role":"bot","content":"x"}]"#,
            "[0].role | there is no role bot; expected one of system, developer, user, assistant, tool"
        ),
        (#"[{"role":"user","content":5}]"#, "[0].content | at [0].content: expected a string, found the number 5"),
        (#"[{"role":"user","content":null}]"#, "[0].content | at [0].content: expected a string, found null"),
        (
            #"[{"role":"user","content":[{"type":"video"}]}]"#,
            "[0].content.[0].type | there is no kind of part video; "
                + "expected one of text, image, file, reasoning, refusal, tool_call, tool_result, provider_item"
        ),
        (
            #"[{"role":"user","content":[{"type":"text"}]}]"#,
            #"[0].content.[0] | at [0].content[0]: the key "text" is missing"#
        ),
        (
            #"[{"role":"user","content":[{"type":"image","data":"A"}]}]"#, "[0].content.[0].data | not Base64"
        ),
        (
            #"[{"role":"user","content":[{"type":"image"}]}]"#,
            "[0].content.[0] | expected exactly one of data, url and provider_file"
        ),
        (
            #"[{"role":"user","content":[{"type":"file","url":"u","data":"AAAA"}]}]"#,
            "[0].content.[0] | expected exactly one of data, url and provider_file"
        ),
        (
            #"[{"role":"tool","content":[{"type":"tool_result","call_id":"1","content":"x"}]}]"#,
            #"[0].content.[0].content | at [0].content[0].content: expected an array, found the string "x""#
        ),
        (
            #"[{"role":"tool","content":[{"type":"tool_call","id":"1","name":"f","arguments":{}}]}]"#,
            "[0].content.[0].arguments | at [0].content[0].arguments: expected a string, found an object of 0 keys"
        ),
    ])
    func badInputIsNamedWithItsPlace(json: String, expected: String) {
        #expect(complaint(json) == expected)
    }
}
