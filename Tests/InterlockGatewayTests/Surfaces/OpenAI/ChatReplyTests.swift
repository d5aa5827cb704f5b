import InterlockCore
import InterlockGateway
import Testing

@Suite("OpenAI chat answers")
struct ChatReplyTests {
    private let head = AnswerHead(id: "chatcmpl-1", created: 7, model: "m")

    private func body(_ events: [GenerationEvent], logprobs: Bool = false) throws -> String {
        var accumulator = ReplyAccumulator()
        for event in events { try accumulator.apply(event) }
        return ChatReply.body(try accumulator.reply(), head, wantsLogprobs: logprobs).jsonText()
    }

    private func stream(_ events: [GenerationEvent], usage: Bool = false, logprobs: Bool = false) throws -> [String] {
        var stream = ChatStream(head, includesUsage: usage, wantsLogprobs: logprobs)
        var bytes: [UInt8] = []
        for event in events { bytes += try stream.bytes(for: event) }
        let text = String(decoding: bytes, as: UTF8.self)
        #expect(text.hasSuffix("data: [DONE]\n\n"))
        return text.split(separator: "\n\n").map { String($0.dropFirst("data: ".count)) }
    }

    private let frame = #"{"id":"chatcmpl-1","object":"chat.completion.chunk","created":7,"model":"m","choices":["#

    @Test("a text, as a whole")
    func text() throws {
        let usage = Usage(inputTokens: 3, cachedInputTokens: 1, outputTokens: 2, reasoningTokens: 1)
        #expect(
            try body([
                .reasoning(ReasoningDelta(text: "Hm")), .text("A"), .text("B"), .usage(usage), .finish(.init(.endTurn)),
            ])
                == #"{"id":"chatcmpl-1","object":"chat.completion","created":7,"model":"m","choices":[{"index":0,"#
                + #""message":{"role":"assistant","content":"AB","refusal":null,"reasoning_content":"Hm"},"#
                + #""logprobs":null,"finish_reason":"stop"}],"usage":{"prompt_tokens":3,"completion_tokens":2,"#
                + #""total_tokens":5,"prompt_tokens_details":{"cached_tokens":1},"#
                + #""completion_tokens_details":{"reasoning_tokens":1}}}"#)
    }

    // wire: 29, 32
    @Test("a text, piece by piece, with the tokens used last")
    func streamsText() throws {
        let events: [GenerationEvent] = [
            .text("A"), .text("é"), .usage(Usage(inputTokens: 3, outputTokens: 2)), .finish(.init(.maxTokens)),
        ]
        let empty = #"},"logprobs":null,"finish_reason":null}]"#
        #expect(
            try stream(events, usage: true) == [
                frame + #"{"index":0,"delta":{"role":"assistant","content":"","refusal":null"# + empty
                    + #","usage":null}"#,
                frame + #"{"index":0,"delta":{"content":"A""# + empty + #","usage":null}"#,
                frame + #"{"index":0,"delta":{"content":"é""# + empty + #","usage":null}"#,
                frame + #"{"index":0,"delta":{},"logprobs":null,"finish_reason":"length"}],"usage":null}"#,
                frame + #"],"usage":{"prompt_tokens":3,"completion_tokens":2,"total_tokens":5}}"#,
                "[DONE]",
            ])
        // Nobody asked, and nobody is told.
        #expect(try stream(events).allSatisfy { !$0.contains("usage") })
    }

    @Test("tokens that were not counted are not made up")
    func unknownUsage() throws {
        let events: [GenerationEvent] = [.text("A"), .usage(Usage(outputTokens: 1)), .finish(.init(.endTurn))]
        #expect(try !body(events).contains("usage"))
        #expect(try stream(events, usage: true).count == 4)
    }

    // wire: 31, 34, 35, 40
    @Test("tool calls, their names once and their arguments in pieces, two at a time")
    func toolCalls() throws {
        let events: [GenerationEvent] = [
            .toolCall(ToolCallDelta(index: 0, id: "c0", name: "f")),
            .toolCall(ToolCallDelta(index: 1, id: "c1", name: "g", arguments: "{")),
            .toolCall(ToolCallDelta(index: 0, arguments: "{\"a\":\"\\ud8")),
            .toolCall(ToolCallDelta(index: 1, arguments: "}")),
            .toolCall(ToolCallDelta(index: 0, arguments: "3d\\ude00\"}")),
            .finish(.init(.toolUse)),
        ]
        let chunks = try stream(events)
        #expect(chunks.count == 8)
        let calls = try chunks[1...5].map { chunk in
            try #require(json(chunk)["choices"]?[0]?["delta"]?["tool_calls"]?[0]).jsonText()
        }
        #expect(
            calls == [
                #"{"index":0,"id":"c0","type":"function","function":{"name":"f","arguments":""}}"#,
                #"{"index":1,"id":"c1","type":"function","function":{"name":"g","arguments":"{"}}"#,
                #"{"index":0,"function":{"arguments":"{\"a\":\"\\ud8"}}"#,
                #"{"index":1,"function":{"arguments":"}"}}"#,
                #"{"index":0,"function":{"arguments":"3d\\ude00\"}"}}"#,
            ])
        #expect(chunks[6].contains(#""finish_reason":"tool_calls""#))
        let whole = try json(body(events))["choices"]?[0]
        #expect(whole?["message"]?["content"]?.isNull == true)
        #expect(whole?["finish_reason"] == "tool_calls")
        #expect(
            whole?["message"]?["tool_calls"]?.jsonText()
                == #"[{"id":"c0","type":"function","function":{"name":"f","arguments":"{\"a\":\"\\ud83d\\ude00\"}"}},"#
                + #"{"id":"c1","type":"function","function":{"name":"g","arguments":"{}"}}]"#)
    }

    // wire: 38, 43
    @Test("every reason to end has its word")
    func finishReasons() throws {
        let words: [(FinishReason.Canonical, String)] = [
            (.endTurn, "stop"), (.stopSequence, "stop"), (.maxTokens, "length"), (.contextWindow, "length"),
            (.toolUse, "tool_calls"), (.refusal, "content_filter"), (.pause, "stop"), (.other, "stop"),
        ]
        #expect(Set(words.map(\.0)) == Set(FinishReason.Canonical.allCases))
        for (reason, word) in words {
            #expect(try json(body([.finish(.init(reason))]))["choices"]?[0]?["finish_reason"]?.stringValue == word)
            #expect(try stream([.finish(.init(reason))])[1].contains("\"finish_reason\":\"\(word)\""))
        }
        let refused: [GenerationEvent] = [.refusal("I will"), .refusal(" not"), .finish(.init(.refusal))]
        let message = try json(body(refused))["choices"]?[0]
        #expect(message?["message"]?["refusal"] == "I will not")
        #expect(message?["finish_reason"] == "stop")
        #expect(try stream(refused)[1].contains(#""delta":{"refusal":"I will"}"#))
        #expect(try stream(refused)[3].contains(#""finish_reason":"stop""#))
    }

    // wire: 45
    @Test("log-probabilities come with their text, half a character too")
    func logprobs() throws {
        let half = TokenLogprob(
            chosen: .init(token: 1, bytes: [0xC3], logprob: -0.5),
            alternatives: [.init(token: 2, bytes: [0x61], logprob: -.infinity)])
        let rest = TokenLogprob(chosen: .init(token: 3, bytes: [0xA9], logprob: 0))
        let events: [GenerationEvent] = [.text("é"), .logprobs([half, rest]), .text("x"), .finish(.init(.endTurn))]
        let expected =
            #"{"content":[{"token":"\#u{FFFD}","logprob":-0.5,"bytes":[195],"top_logprobs":[{"token":"a","logprob":-9999,"#
            + #""bytes":[97]}]},{"token":"\#u{FFFD}","logprob":0.0,"bytes":[169],"top_logprobs":[]}],"refusal":null}"#
        #expect(try json(body(events, logprobs: true))["choices"]?[0]?["logprobs"]?.jsonText() == expected)
        let chunks = try stream(events, logprobs: true)
        #expect(
            chunks[1] == frame + #"{"index":0,"delta":{"content":"é"},"logprobs":\#(expected),"finish_reason":null}]}"#)
        #expect(chunks[2].contains(#""delta":{"content":"x"},"logprobs":null"#))
        #expect(try !stream(events)[1].contains("bytes"))
    }

    // wire: 27, 28, 31, 33, 40, 42, 52
    @Test("whatever happens, every piece has the form that careless readers rely on")
    func form() throws {
        let events: [GenerationEvent] = [
            .head(ReplyHead(backend: "b", servedModel: "/secret/path", serviceTier: "odd")),
            .enforcement(.checked), .timings(Timings()), .dropped(Drop(subject: "x", reason: "y")),
            .reasoning(ReasoningDelta(signature: "s")), .reasoning(ReasoningDelta(text: "t")), .text("\n\n\u{2028}"),
            .logprobs([]), .citation(Citation(value: [:])), .providerItem(ProviderItem(dialect: "d", value: [:])),
            .toolCall(ToolCallDelta(index: 0)), .usage(Usage()), .finish(.init(.other, raw: "odd")),
        ]
        let chunks = try stream(events, usage: true)
        #expect(chunks.filter { $0 == "[DONE]" }.count == 1)
        for chunk in chunks.dropLast() {
            let value = try json(chunk)
            #expect(value["choices"]?.arrayValue?.count == 1)
            #expect(value["choices"]?[0]?["index"] == 0)
            #expect(value["choices"]?[0]?["delta"]?.objectValue != nil)
            #expect(value["created"]?.numberValue?.text == "7")
            #expect(value["service_tier"] == nil)
            #expect(!chunk.contains("secret"))
        }
    }

    @Test("an answer that begins anew goes on only if nothing that was sent is void")
    func restarts() throws {
        var stream = ChatStream(head, includesUsage: false, wantsLogprobs: false)
        #expect(try stream.bytes(for: .restart(keeping: 0)).isEmpty)
        _ = try stream.bytes(for: .text("é"))
        #expect(try stream.bytes(for: .restart(keeping: 2)).isEmpty)
        let error = failure { _ = try stream.bytes(for: .restart(keeping: 0)) }
        #expect(error?.code == .truncatedStream)
        #expect(
            error?.description == "the answer began anew after a part of it was sent\nhint: Send the request again, "
                + "or ask for the answer as a whole.")
        _ = try stream.bytes(for: .reasoning(ReasoningDelta(text: "Hm")))
        #expect(failure { _ = try stream.bytes(for: .restart(keeping: 2)) } != nil)
    }

    @Test("a continued text, as a whole and in pieces")
    func completions() throws {
        let head = AnswerHead(id: "cmpl-1", created: 7, model: "m")
        let token = TokenLogprob(
            chosen: .init(token: 1, bytes: Array("ab".utf8), logprob: -1),
            alternatives: [.init(token: 2, bytes: Array("c".utf8), logprob: -2)])
        let events: [GenerationEvent] = [
            .text("ab"), .logprobs([token]), .text("ab"), .logprobs([token]), .finish(.init(.toolUse)),
        ]
        var accumulator = ReplyAccumulator()
        for event in events { try accumulator.apply(event) }
        #expect(
            CompletionReply.body(try accumulator.reply(), head, wantsLogprobs: true).jsonText()
                == #"{"id":"cmpl-1","object":"text_completion","created":7,"model":"m","choices":[{"text":"abab","index":0,"#
                + #""logprobs":{"text_offset":[0,2],"tokens":["ab","ab"],"token_logprobs":[-1.0,-1.0],"#
                + #""top_logprobs":[{"c":-2.0},{"c":-2.0}]},"finish_reason":"stop"}]}"#)
        var stream = CompletionStream(head, includesUsage: false, wantsLogprobs: true)
        var bytes: [UInt8] = []
        for event in events { bytes += try stream.bytes(for: event) }
        let chunks = String(decoding: bytes, as: UTF8.self).split(separator: "\n\n")
        #expect(chunks.count == 4)
        #expect(chunks[1].contains(#""text_offset":[2]"#))
        #expect(chunks[2].contains(#""text":"","index":0,"logprobs":null,"finish_reason":"stop""#))
        #expect(chunks[3] == "data: [DONE]")
    }
}
