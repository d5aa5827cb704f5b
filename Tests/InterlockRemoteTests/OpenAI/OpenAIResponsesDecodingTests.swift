import InterlockCore
import InterlockRemote
import Testing

/// Runs events of Responses through a decoder.
private func events(_ frames: [String]) throws -> [GenerationEvent] {
    try OpenAIResponsesDialect(flavour: .openAI).events(
        frames.map { (nil, $0) }, WireContext(backend: "b", model: "m"))
}

private let created = #"{"type":"response.created","sequence_number":0,"response":{"id":"r1","model":"gpt-x"}}"#
private let head = GenerationEvent.head(ReplyHead(backend: "b", servedModel: "gpt-x", id: "r1"))

private func text(_ delta: String, _ item: Int = 0) -> String {
    #"{"type":"response.output_text.delta","item_id":"i\#(item)","output_index":\#(item),"content_index":0,"#
        + #""delta":"\#(delta)","logprobs":[],"sequence_number":9}"#
}

/// The last event of an answer with these items.
private func completed(_ output: String = "", status: String = "completed", rest: String = "") -> String {
    #"{"type":"response.\#(status)","response":{"id":"r1","model":"gpt-x","created_at":1.5,"status":"\#(status)","#
        + #""output":[\#(output)]\#(rest)}}"#
}

@Suite struct OpenAIResponsesDecodingTests {
    @Test("a text with a thought before it comes once, whatever is repeated")
    func textStream() throws {
        // wire: 41 52 54 55 56
        let message =
            #"{"type":"message","id":"i1","role":"assistant","status":"completed","#
            + #""content":[{"type":"output_text","text":"Hello","annotations":[]}]}"#
        let thought =
            #"{"type":"reasoning","id":"i0","summary":[{"type":"summary_text","text":"A"},"#
            + #"{"type":"summary_text","text":"B"}],"encrypted_content":"whole=="}"#
        func summary(_ part: Int, _ text: String) -> String {
            #"{"type":"response.reasoning_summary_text.delta","output_index":0,"summary_index":\#(part),"delta":"\#(text)"}"#
        }
        let found = try events([
            created, #"{"type":"response.in_progress","response":{"id":"r1","model":"gpt-x"}}"#,
            #"{"type":"response.output_item.added","output_index":0,"item":{"type":"reasoning","id":"i0","#
                + #""encrypted_content":"part"}}"#,
            summary(0, "A"), summary(1, "B"),
            #"{"type":"response.output_item.done","output_index":0,"item":\#(thought)}"#,
            #"{"type":"response.output_item.added","output_index":1,"item":{"type":"message","id":"i1","content":[]}}"#,
            #"{"type":"response.content_part.added","output_index":1,"content_index":0,"part":{}}"#,
            text("Hel", 1), #"{"type":"response.brand_new","sequence_number":1}"#, text("lo", 1),
            #"{"type":"response.output_text.done","output_index":1,"content_index":0,"text":"Hello"}"#,
            #"{"type":"response.output_text.annotation.added","output_index":1,"#
                + #""annotation":{"type":"url_citation","url":"https://e.org","title":"E"}}"#,
            #"{"type":"response.output_item.done","output_index":1,"item":\#(message)}"#,
            completed(
                "\(thought),\(message)",
                rest: #","usage":{"input_tokens":9,"input_tokens_details":{"cached_tokens":1,"cache_write_tokens":2},"#
                    + #""output_tokens":5,"output_tokens_details":{"reasoning_tokens":3},"total_tokens":14}"#),
            text("ignored", 1),
        ])
        let usage = Usage(
            inputTokens: 9, cachedInputTokens: 1, cacheWriteTokens: 2, outputTokens: 5, reasoningTokens: 3)
        let citation = Citation(
            url: "https://e.org", title: "E",
            value: ["type": "url_citation", "url": "https://e.org", "title": "E"])
        #expect(
            found == [
                head, .reasoning(ReasoningDelta(text: "A")), .reasoning(ReasoningDelta(text: "\n\nB")),
                .reasoning(ReasoningDelta(redacted: "whole==", id: "i0")), .text("Hel"), .text("lo"),
                .citation(citation), .usage(usage), .finish(FinishReason(.endTurn, raw: "completed")),
            ])
    }

    @Test("tool calls are numbered in order, their arguments complete")
    func calls() throws {
        let found = try events([
            created,
            #"{"type":"response.output_item.added","output_index":1,"item":{"type":"function_call","id":"fc","#
                + #""call_id":"c1","name":"f","arguments":""}}"#,
            #"{"type":"response.function_call_arguments.delta","output_index":1,"delta":"{\"a\""}"#,
            #"{"type":"response.function_call_arguments.done","output_index":1,"arguments":"{\"a\":1}"}"#,
            #"{"type":"response.output_item.added","output_index":2,"item":{"type":"custom_tool_call","call_id":"c2","#
                + #""name":"g","input":""}}"#,
            #"{"type":"response.custom_tool_call_input.delta","output_index":2,"delta":"ls"}"#,
            #"{"type":"response.output_item.done","output_index":3,"item":{"type":"function_call","call_id":"c3","#
                + #""name":"h","arguments":""}}"#,
            completed(),
        ])
        let answer = try reply(found)
        #expect(
            answer.toolCalls == [
                ToolCall(id: "c1", name: "f", arguments: #"{"a":1}"#), ToolCall(id: "c2", name: "g", arguments: "ls"),
                ToolCall(id: "c3", name: "h", arguments: "{}"),
            ])
        #expect(answer.finishReason == FinishReason(.toolUse, raw: "completed"))
    }

    @Test("every way to end has its meaning")
    func reasons() throws {
        // wire: 53
        let cases: [(String, FinishReason)] = [
            (
                completed(status: "incomplete", rest: #","incomplete_details":{"reason":"max_output_tokens"}"#),
                FinishReason(.maxTokens, raw: "max_output_tokens")
            ),
            (
                completed(status: "incomplete", rest: #","incomplete_details":{"reason":"content_filter"}"#),
                FinishReason(.refusal, raw: "content_filter")
            ),
            (
                completed(status: "incomplete", rest: #","incomplete_details":{"reason":"steered"}"#),
                FinishReason(.other, raw: "steered")
            ),
            (completed(status: "cancelled"), FinishReason(.other, raw: "cancelled")),
            (
                completed(#"{"type":"message","content":[{"type":"refusal","refusal":"No"}]}"#),
                FinishReason(.refusal, raw: "completed")
            ),
        ]
        for (frame, reason) in cases { #expect(try events([created, frame]).last == .finish(reason)) }
    }

    @Test(
        "failures are errors of their kind",
        arguments: [
            // wire: 53
            (
                #"{"type":"response.failed","response":{"status":"failed","output":[],"#
                    + #""error":{"code":"server_error","message":"Broke."}}}"#,
                InterlockError.Code.providerFailed, "OpenAI reported an error: Broke"
            ),
            (
                #"{"type":"response.failed","response":{"status":"failed","error":{"code":"bio_policy","message":"No"}}}"#,
                .contentFiltered, "OpenAI reported an error: No"
            ),
            (
                #"{"type":"response.failed","response":{"status":"failed","error":null}}"#, .providerFailed,
                "OpenAI reported an error"
            ),
            (
                #"{"type":"error","code":"rate_limit_exceeded","message":"Slow","param":null,"sequence_number":3}"#,
                .rateLimited, "OpenAI reported an error: Slow"
            ),
            (
                #"{"type":"error","error":{"type":"invalid_request_error","code":"context_length_exceeded","message":"x"}}"#,
                .contextLengthExceeded, "OpenAI reported an error: x"
            ),
            (#"{"error":{"message":"plain"}}"#, .providerFailed, "OpenAI reported an error: plain"),
        ])
    func failures(frame: String, code: InterlockError.Code, message: String) throws {
        let error = try #require(throws: InterlockError.self) { try events([created, text("a"), frame]) }
        #expect(error.code == code)
        #expect(error.message == message)
    }

    @Test("a whole text that says more completes its pieces; one that says something else is malformed")
    func disagreement() throws {
        // wire: 57
        func answer(_ whole: String) throws -> Reply {
            try reply(
                events([
                    created, text("Hel"),
                    #"{"type":"response.output_text.done","output_index":0,"content_index":0,"text":"\#(whole)"}"#,
                    completed(),
                ]))
        }
        #expect(try answer("Hello").content == "Hello")
        #expect(try answer("Hel").content == "Hel")
        expectError(
            .malformedResponse,
            "OpenAI sent something that its API does not allow: /output/0/content/0/text differs from the pieces that "
                + "came before",
            hint: "Send the request again; if it stays so, check that the address is that of such a server."
        ) { _ = try answer("Jello") }
    }

    @Test("a message with a phase and the items of the provider's tools are kept for the next turn")
    func items() throws {
        let search: JSONValue = ["type": "web_search_call", "id": "ws", "status": "completed"]
        let message: JSONValue = [
            "type": "message", "id": "m1", "role": "assistant", "status": "completed", "phase": "final_answer",
            "content": [["type": "output_text", "text": "Hi", "annotations": []]],
        ]
        let answer = try reply(events([created, completed("\(search.jsonText()),\(message.jsonText())")]))
        #expect(answer.content == "Hi")
        #expect(
            answer.providerItems == [
                ProviderItem(dialect: "openai_responses", value: search),
                ProviderItem(dialect: "openai_responses", value: message),
            ])
        // What was decoded is what goes back, once.
        let request = GenerationRequest([.user("a"), answer.message, .user("b")])
        let again = try OpenAIResponsesDialect(flavour: .openAI).encode(request, model: "gpt-5.5")
        #expect(again.body["input"]?[1] == search)
        #expect(again.body["input"]?[2] == message)
        #expect(again.body["input"]?.arrayValue?.count == 4)
    }

    @Test("a whole answer gives what its stream would")
    func whole() throws {
        let body = try JSONValue(
            parsing: #"{"id":"r1","object":"response","model":"gpt-x","status":"completed","error":null,"output":["#
                + #"{"type":"reasoning","id":"rs","summary":[],"encrypted_content":"e=="},"#
                + #"{"type":"message","content":[{"type":"output_text","text":"Hi","annotations":[],"logprobs":"#
                + #"[{"token":"Hi","bytes":[72,105],"logprob":-1,"top_logprobs":[]}]}]}],"usage":{"input_tokens":1}}"#)
        let dialect = OpenAIResponsesDialect(flavour: .openAI)
        let found = try dialect.events(whole: body, WireContext(backend: "b", model: "m", streams: false))
        let token = TokenLogprob(chosen: .init(token: nil, bytes: Array("Hi".utf8), logprob: -1))
        #expect(
            found == [
                head, .reasoning(ReasoningDelta(redacted: "e==", id: "rs")), .text("Hi"), .logprobs([token]),
                .usage(Usage(inputTokens: 1)), .finish(FinishReason(.endTurn, raw: "completed")),
            ])
        // wire: 49
        let error = try #require(throws: InterlockError.self) {
            try dialect.events(whole: ["error": ["message": "no", "code": 401]], WireContext(backend: "b", model: "m"))
        }
        #expect(error.code == .unauthorized)
    }

    @Test("a stream without its last event is cut off, and a broken event is named")
    func broken() {
        for frames in [[], [created], [created, text("a"), "[DONE]"]] {
            expectError(
                .truncatedStream, "OpenAI ended the answer before it was complete", hint: "Send the request again."
            ) { _ = try events(frames) }
        }
        let hint = "Send the request again; if it stays so, check that the address is that of such a server."
        for (frame, problem) in [
            (
                #"{"type":"response.output_text.delta","output_index":0}"#,
                "/delta of response.output_text.delta is missing or no string"
            ),
            (#"{"type":"response.completed"}"#, "/response of response.completed is missing or no object"),
            (
                #"{"type":"response.function_call_arguments.delta","output_index":4,"delta":"x"}"#,
                "arguments came for /output/4, which is no tool call"
            ),
            (#"{"sequence_number":1}"#, "an event has no type"),
        ] {
            expectError(
                .malformedResponse, "OpenAI sent something that its API does not allow: \(problem)", hint: hint
            ) { _ = try events([frame]) }
        }
    }
}
