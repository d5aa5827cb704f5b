import InterlockCore
import InterlockRemote
import Testing

@Suite("Answers of Anthropic's API")
struct AnthropicDecoderTests {
    private typealias Test = AnthropicTest

    private func started(_ index: Int, _ block: String) -> String {
        #"{"type":"content_block_start","index":\#(index),"content_block":\#(block)}"#
    }

    private func delta(_ index: Int, _ delta: String) -> String {
        #"{"type":"content_block_delta","index":\#(index),"delta":\#(delta)}"#
    }

    private func stopped(_ index: Int) -> String { #"{"type":"content_block_stop","index":\#(index)}"# }

    // covers: G9
    // wire: 59, 60, 61, 62
    @Test("Thought, text and tool call, without event lines, with what nobody knows in between")
    func everything() throws {
        let events = try Test.events(
            Test.start,
            started(0, #"{"type":"thinking","thinking":"","signature":""}"#),
            delta(0, #"{"type":"thinking_delta","thinking":"Let me"}"#),
            delta(0, #"{"type":"signature_delta","signature":"EqQB+/=="}"#),
            stopped(0),
            #"{"type":"ping"}"#,
            started(1, #"{"type":"text","text":""}"#),
            delta(1, #"{"type":"text_delta","text":"Hé"}"#),
            delta(1, #"{"type":"text_delta","text":""}"#),
            delta(1, #"{"type":"sparkle_delta","sparkle":1}"#),
            stopped(1),
            #"{"type":"weather_report","rain":true}"#,
            started(2, #"{"type":"tool_use","id":"toolu_1","name":"f","input":{}}"#),
            delta(2, #"{"type":"input_json_delta","partial_json":""}"#),
            delta(2, #"{"type":"input_json_delta","partial_json":"{\"a\":"}"#),
            delta(2, #"{"type":"input_json_delta","partial_json":"1}"}"#),
            stopped(2),
            started(3, #"{"type":"tool_use","id":"toolu_2","name":"g","input":{}}"#),
            stopped(3),
            Test.ending("tool_use"), Test.stop, "garbage after the end")
        #expect(
            events == [
                Test.head, Test.firstUsage,
                .reasoning(ReasoningDelta(index: 0, text: "Let me")),
                .reasoning(ReasoningDelta(index: 0, signature: "EqQB+/==")),
                .text("Hé"),
                .toolCall(ToolCallDelta(index: 0, id: "toolu_1", name: "f")),
                .toolCall(ToolCallDelta(index: 0, arguments: "{\"a\":")),
                .toolCall(ToolCallDelta(index: 0, arguments: "1}")),
                .toolCall(ToolCallDelta(index: 1, id: "toolu_2", name: "g")),
                .toolCall(ToolCallDelta(index: 1, arguments: "{}")),
                Test.lastUsage, .finish(FinishReason(.toolUse, raw: "tool_use")),
            ])
    }

    // wire: 61
    @Test("A thought whose text is hidden, and two that are encrypted")
    func hiddenThoughts() throws {
        let answer = try reply(
            Test.events(
                Test.start,
                started(0, #"{"type":"thinking","thinking":"","signature":""}"#),
                delta(0, #"{"type":"signature_delta","signature":"S1"}"#), stopped(0),
                started(1, #"{"type":"redacted_thinking","data":"R/1+=="}"#), stopped(1),
                started(2, #"{"type":"redacted_thinking","data":"R2"}"#), stopped(2),
                started(3, #"{"type":"text","text":"Hi"}"#), stopped(3),
                Test.ending("end_turn"), Test.stop))
        #expect(
            answer.reasoning == [
                Reasoning("", signature: "S1"), Reasoning("", redacted: "R/1+=="), Reasoning("", redacted: "R2"),
            ])
        #expect(answer.content == "Hi")
    }

    // wire: 59
    @Test("What runs at the provider is handed on whole, and so is an unknown block")
    func providerItems() throws {
        let answer = try reply(
            Test.events(
                Test.start,
                started(0, #"{"type":"server_tool_use","id":"srvtoolu_1","name":"web_search","input":{}}"#),
                delta(0, #"{"type":"input_json_delta","partial_json":"{\"query\":\"x\"}"}"#), stopped(0),
                started(1, #"{"type":"web_search_tool_result","tool_use_id":"srvtoolu_1","content":[{"a":1.0}]}"#),
                stopped(1),
                started(2, #"{"type":"hologram","z":[1,{"y":null}]}"#), stopped(2),
                started(3, #"{"type":"text","text":""}"#),
                delta(3, #"{"type":"text_delta","text":"Found"}"#),
                delta(
                    3,
                    """
                    {"type":"citations_delta","citation":{"type":"web_search_result_location","url":"https://e.org",\
                    "title":"E","cited_text":"c","encrypted_index":"i"}}
                    """),
                stopped(3), Test.ending("pause_turn"), Test.stop))
        #expect(answer.providerItems.map(\.dialect) == ["anthropic", "anthropic", "anthropic"])
        #expect(
            answer.providerItems.map { $0.value.jsonText() } == [
                #"{"type":"server_tool_use","id":"srvtoolu_1","name":"web_search","input":{"query":"x"}}"#,
                #"{"type":"web_search_tool_result","tool_use_id":"srvtoolu_1","content":[{"a":1.0}]}"#,
                #"{"type":"hologram","z":[1,{"y":null}]}"#,
            ])
        let citation = try #require(answer.citations.first)
        #expect(citation.url == "https://e.org")
        #expect(citation.title == "E")
        #expect(citation.citedText == "c")
        #expect(citation.value["encrypted_index"] == "i")
        #expect(answer.finishReason == FinishReason(.pause, raw: "pause_turn"))
    }

    // wire: 63
    @Test("A stream without message_stop is cut off, also after the reason for its end")
    func truncated() {
        let frames = [Test.start, Test.ending("end_turn")].map { (name: String?.none, data: $0) }
        expectError(
            .truncatedStream, "the provider's stream ended without message_stop", hint: "Send the request again."
        ) { _ = try Test.dialect.events(frames, Test.context("m")) }
    }

    // wire: 64
    @Test("Two message_delta with counts, and the details of a refusal")
    func refusal() throws {
        let answer = try reply(
            Test.events(
                """
                {"type":"message_start","message":{"id":"i","model":"m","usage":{"input_tokens":5,\
                "cache_creation_input_tokens":100,"cache_read_input_tokens":20,"output_tokens":1,\
                "service_tier":"standard"}}}
                """,
                #"{"type":"message_delta","delta":{"stop_reason":null},"usage":{"output_tokens":4}}"#,
                """
                {"type":"message_delta","delta":{"stop_reason":"refusal","stop_details":{"type":"refusal",\
                "category":"bio","explanation":"No."}},"usage":{"input_tokens":6,"cache_read_input_tokens":21,\
                "output_tokens":7,"output_tokens_details":{"thinking_tokens":3}}}
                """,
                Test.stop))
        #expect(answer.finishReason == FinishReason(.refusal, raw: "refusal", detail: "bio"))
        #expect(answer.refusal == "No.")
        #expect(
            answer.usage
                == Usage(
                    inputTokens: 127, cachedInputTokens: 21, cacheWriteTokens: 100, outputTokens: 7,
                    reasoningTokens: 3))
        #expect(answer.serviceTier == "standard")
    }

    // wire: 65
    @Test(
        "An answer without content",
        arguments: [("end_turn", FinishReason.Canonical.endTurn), ("max_tokens", .maxTokens)])
    func empty(_ raw: String, _ canonical: FinishReason.Canonical) throws {
        let body = try JSONValue(
            parsing: """
                {"id":"msg_1","type":"message","role":"assistant","model":"m","content":[],\
                "stop_reason":"\(raw)","usage":{"input_tokens":1,"output_tokens":0}}
                """)
        let answer = try reply(Test.dialect.events(whole: body, Test.context("m", streams: false)))
        #expect(answer.content.isEmpty)
        #expect(answer.finishReason == FinishReason(canonical, raw: raw))
        #expect(answer.usage == Usage(inputTokens: 1, outputTokens: 0))
    }

    @Test("A whole message says the same as its stream")
    func whole() throws {
        let body = try JSONValue(
            parsing: """
                {"id":"msg_1","type":"message","role":"assistant","model":"claude-opus-5-20260101","content":[\
                {"type":"thinking","thinking":"T","signature":"S"},{"type":"redacted_thinking","data":"R"},\
                {"type":"text","text":"Hi","citations":[{"type":"char_location","cited_text":"c",\
                "document_title":"D"}]},\
                {"type":"tool_use","id":"t1","name":"f","input":{"b":1e2,"a":[]}},\
                {"type":"tool_use","id":"t2","name":"g","input":{}},\
                {"type":"tool_use","id":"t3","name":"h","input":"{\\"c\\": 1"},\
                {"type":"tool_use","id":"t4","name":"i"}],\
                "stop_reason":"tool_use","stop_sequence":null,"usage":{"input_tokens":25,"output_tokens":9}}
                """)
        let events = try Test.dialect.events(whole: body, Test.context("claude-opus-5", streams: false))
        let answer = try reply(events)
        #expect(answer.reasoning == [Reasoning("T", signature: "S"), Reasoning("", redacted: "R")])
        #expect(answer.content == "Hi")
        #expect(answer.citations.map(\.title) == ["D"])
        #expect(
            answer.toolCalls == [
                ToolCall(id: "t1", name: "f", arguments: #"{"b":1e2,"a":[]}"#),
                ToolCall(id: "t2", name: "g", arguments: "{}"),
                ToolCall(id: "t3", name: "h", arguments: #"{"c": 1"#), ToolCall(id: "t4", name: "i", arguments: "{}"),
            ])
        #expect(events.first == Test.head)
        #expect(events.last == .finish(FinishReason(.toolUse, raw: "tool_use")))
    }

    @Test(
        "Reasons for the end",
        arguments: [
            ("end_turn", FinishReason.Canonical.endTurn), ("stop_sequence", .stopSequence), ("max_tokens", .maxTokens),
            ("tool_use", .toolUse), ("refusal", .refusal), ("pause_turn", .pause),
            ("model_context_window_exceeded", .contextWindow), ("bored", .other),
        ]
    )
    func reasons(_ raw: String, _ canonical: FinishReason.Canonical) throws {
        let events = try Test.events(Test.start, Test.ending(raw), Test.stop)
        #expect(events.last == .finish(FinishReason(canonical, raw: raw)))
    }

    @Test("The sequence that ended the answer")
    func stopSequence() throws {
        let events = try Test.events(
            Test.start,
            #"{"type":"message_delta","delta":{"stop_reason":"stop_sequence","stop_sequence":"END"},"usage":{}}"#,
            Test.stop)
        #expect(events.last == .finish(FinishReason(.stopSequence, raw: "stop_sequence", stopSequence: "END")))
    }

    @Test("Tool calls without the reason for them, an id, an index, or an end of their block")
    func sloppyServers() throws {
        let answer = try reply(
            Test.events(
                #"{"type":"content_block_start","content_block":{"type":"tool_use","name":"f","input":{"x":1}}}"#,
                #"{"type":"content_block_start","content_block":{"type":"tool_use","name":"g"}}"#,
                #"{"type":"content_block_delta","delta":{"type":"input_json_delta","partial_json":"{\"y\""}}"#,
                Test.ending("end_turn"), "", "  ", "[DONE]", Test.stop))
        #expect(
            answer.toolCalls == [
                ToolCall(id: "call_0", name: "f", arguments: #"{"x":1}"#),
                ToolCall(id: "call_1", name: "g", arguments: #"{"y""#),
            ])
        #expect(answer.finishReason == FinishReason(.toolUse, raw: "end_turn"))
    }

    // wire: 50
    @Test("An event's name counts where the data has no type")
    func eventName() throws {
        let events = try Test.dialect.events(
            [
                ("content_block_delta", #"{"index":0,"delta":{"type":"text_delta","text":"a"}}"#),
                ("message_stop", "{}"),
            ], Test.context("m"))
        #expect(events == [.text("a"), .finish(FinishReason(.other))])
    }

    @Test("Half a surrogate pair is replaced, not refused")
    func loneSurrogate() throws {
        let events = try Test.events(
            started(0, #"{"type":"text","text":""}"#), delta(0, #"{"type":"text_delta","text":"a\ud83d"}"#), Test.stop)
        #expect(events.first == .text("a\u{FFFD}"))
    }

    @Test(
        "What is malformed is named with its place",
        arguments: [
            ("[]", "a frame must be of type object and is of type array"),
            (
                #"{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":5}}"#,
                "/delta/text must be of type string and is of type number"
            ),
            (
                #"{"type":"content_block_delta","index":0,"delta":{"type":"text_delta"}}"#,
                "/delta/text is missing"
            ),
            (#"{"type":"content_block_start","index":0}"#, "/content_block is missing"),
            (
                #"{"type":"content_block_start","index":0,"content_block":{"type":"tool_use","id":"x"}}"#,
                "/content_block/name is missing"
            ),
        ]
    )
    func malformed(_ frame: String, _ message: String) {
        expectMalformed(message) { _ = try Test.events(frame) }
    }

    @Test("A frame that is no JSON")
    func noJSON() {
        expectMalformed("a frame is not JSON: line 1, column 1: expected a value, found '<'") {
            _ = try Test.events("<html>")
        }
    }

    @Test("Absurd counts are unknown, not a crash")
    func absurdCounts() throws {
        let answer = try reply(
            Test.events(
                """
                {"type":"message_delta","delta":{},"usage":{"input_tokens":9223372036854775807,\
                "cache_read_input_tokens":9223372036854775807,"output_tokens":-4}}
                """, Test.stop))
        #expect(answer.usage == Usage(cachedInputTokens: .max))
    }
}
