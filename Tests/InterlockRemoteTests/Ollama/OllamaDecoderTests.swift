import InterlockCore
import InterlockRemote
import Testing

@Suite("Answers of Ollama's API")
struct OllamaDecoderTests {
    private typealias Test = OllamaTest

    private let done = """
        {"model":"qwen3","created_at":"2026-11-21T12:00:00.1Z","message":{"role":"assistant","content":""},\
        "done":true,"done_reason":"stop","total_duration":5000000000,"load_duration":1000000000,\
        "prompt_eval_count":26,"prompt_eval_duration":500000000,"eval_count":12,"eval_duration":2500000000}
        """

    private func message(_ members: String) -> String {
        """
        {"model":"qwen3","created_at":"2026-11-21T12:00:00Z","message":{"role":"assistant",\(members)},"done":false}
        """
    }

    // covers: S4, G9
    // wire: 73, 76
    @Test("Thought, text and tool calls in lines of their own, with blank lines and carriage returns")
    func everything() throws {
        let events = try Test.events(
            message(#""content":"","thinking":"Hm""#) + "\r", "", "\r", message(#""content":"","thinking":" so""#),
            message(#""content":"Hé""#), message(#""content":"","thinking":"again""#),
            message(
                #""content":"","tool_calls":[{"function":{"name":"f","arguments":{"b":1.0,"a":[]}}},"#
                    + #"{"id":"x","function":{"index":1,"name":"g","arguments":{}}}]"#),
            message(#""content":"","tool_calls":[{"function":{"name":"h"}}]"#), done, "garbage after the end")
        #expect(
            events == [
                .head(ReplyHead(backend: "ollama", servedModel: "qwen3")),
                .reasoning(ReasoningDelta(index: 0, text: "Hm")), .reasoning(ReasoningDelta(index: 0, text: " so")),
                .text("Hé"), .reasoning(ReasoningDelta(index: 1, text: "again")),
                .toolCall(ToolCallDelta(index: 0, id: "call_0", name: "f", arguments: #"{"b":1.0,"a":[]}"#)),
                .toolCall(ToolCallDelta(index: 1, id: "x", name: "g", arguments: "{}")),
                .toolCall(ToolCallDelta(index: 2, id: "call_2", name: "h", arguments: "{}")),
                .usage(Usage(inputTokens: 26, outputTokens: 12)),
                .timings(
                    Timings(
                        load: .seconds(1), prompt: .milliseconds(500), generation: .milliseconds(2_500),
                        total: .seconds(5))),
                .finish(FinishReason(.toolUse, raw: "stop")),
            ])
    }

    // wire: 75
    @Test(
        "Reasons for the end, and an end without counts",
        arguments: [
            (#","done_reason":"stop""#, FinishReason(.endTurn, raw: "stop")),
            (#","done_reason":"length""#, FinishReason(.maxTokens, raw: "length")),
            (#","done_reason":"load""#, FinishReason(.other, raw: "load")),
            (#","done_reason":"unload""#, FinishReason(.other, raw: "unload")),
            (#","done_reason":"bored""#, FinishReason(.other, raw: "bored")), ("", FinishReason(.endTurn)),
        ]
    )
    func ends(_ member: String, _ reason: FinishReason) throws {
        let events = try Test.events(#"{"model":"m","response":"","done":true\#(member)}"#)
        #expect(events == [.head(ReplyHead(backend: "ollama", servedModel: "m")), .finish(reason)])
    }

    @Test("A text's continuation, with log-probabilities")
    func text() throws {
        let events = try Test.events(
            """
            {"model":"m","response":"é","done":false,"logprobs":[{"token":"\u{FFFD}","logprob":-0.5,\
            "bytes":[195,169],"top_logprobs":[{"token":"e","logprob":-1}]},{"token":"?"}]}
            """,
            #"{"model":"m","response":"","done":true,"done_reason":"stop","eval_count":1}"#)
        #expect(
            events == [
                .head(ReplyHead(backend: "ollama", servedModel: "m")), .text("é"),
                .logprobs([
                    TokenLogprob(
                        chosen: .init(token: nil, bytes: [195, 169], logprob: -0.5),
                        alternatives: [.init(token: nil, bytes: [101], logprob: -1)])
                ]),
                .usage(Usage(outputTokens: 1)), .finish(FinishReason(.endTurn, raw: "stop")),
            ])
    }

    @Test("A whole answer")
    func whole() throws {
        let body = try JSONValue(
            parsing: """
                {"model":"qwen3","message":{"role":"assistant","content":"Hi","thinking":"T","tool_calls":[\
                {"function":{"name":"f","arguments":"{oops"}},{"function":{"name":"g","arguments":""}}]},\
                "done":true,"done_reason":"stop","prompt_eval_count":3,"eval_count":4}
                """)
        let answer = try reply(Test.dialect.events(whole: body, Test.context(streams: false)))
        #expect(answer.content == "Hi")
        #expect(answer.reasoning == [Reasoning("T")])
        #expect(answer.toolCalls.map(\.arguments) == ["{oops", "{}"])
        #expect(answer.usage == Usage(inputTokens: 3, outputTokens: 4))
        expectError(.malformedResponse, "the provider's answer does not say that it is done") {
            _ = try Test.dialect.events(whole: ["model": "m"], Test.context())
        }
    }

    // wire: 74
    @Test("An error in the midst of a stream, and a stream that is cut")
    func failures() {
        expectError(
            .providerFailed, "the server failed: an error was encountered while running the model",
            hint: "Look into the server's log."
        ) {
            _ = try Test.events(
                message(#""content":"Hi""#), #"{"error":"an error was encountered while running the model"}"#)
        }
        expectError(
            .truncatedStream, "the provider's stream ended before the line that says it is done",
            hint: "Send the request again."
        ) { _ = try Test.events(message(#""content":"Hi""#)) }
    }

    @Test(
        "What is malformed is named with its place",
        arguments: [
            (#"{"message":"Hi"}"#, "/message must be of type object and is of type string"),
            (#"{"message":{"content":5}}"#, "/message/content must be of type string and is of type number"),
            (
                #"{"message":{"content":"","tool_calls":[{"function":{}}]}}"#,
                "/message/tool_calls/0/function/name is missing"
            ),
            (
                #"{"message":{"tool_calls":[5]}}"#,
                "/message/tool_calls/0 must be of type object and is of type number"
            ),
        ]
    )
    func malformed(_ line: String, _ message: String) {
        expectMalformed(message) { _ = try Test.events(line) }
    }

    // covers: D12
    // wire: 74
    @Test(
        "Error statuses",
        arguments: [
            (400, "registry/m does not support thinking", InterlockError.Code.unsupported),
            (400, "the prompt exceeds the context length", .contextLengthExceeded),
            (400, "invalid options: temperature", .invalidRequest), (401, "unauthorized", .unauthorized),
            (403, "forbidden", .permissionDenied), (404, "model 'm' not found", .modelNotFound),
            (429, "too many requests", .rateLimited),
            (500, "model requires more system memory (5 GiB) than is available (2 GiB)", .modelLoadFailed),
            (500, "boom", .providerFailed), (502, "bad gateway", .providerFailed),
            (503, "server busy, please try again.  maximum pending requests exceeded", .overloaded),
        ]
    )
    func statuses(_ status: Int, _ text: String, _ code: InterlockError.Code) {
        let error = Test.dialect.error(status, #"{"error":"\#(text)"}"#)
        #expect(error.code == code)
        #expect(error.provider?.status == status)
    }

    @Test("Whole messages, with what to do")
    func messages() {
        let missing = Test.dialect.error(404, #"{"error":"model 'm' not found"}"#)
        #expect(missing.message == "the server does not have m: model 'm' not found")
        #expect(missing.hint == "Run `ollama pull m` on the server.")
        let address = Test.dialect.error(404, "404 page not found")
        #expect(address.code == .unsupported)
        #expect(address.message == "the server refused the request: 404 page not found")
        #expect(address.hint == "The server has no such address: check the base URL and its version.")
        let compatible = Test.dialect.error(400, #"{"error":{"message":"bad","type":"invalid_request_error"}}"#)
        #expect(compatible.message == "the server refused the request: bad")
    }
}
