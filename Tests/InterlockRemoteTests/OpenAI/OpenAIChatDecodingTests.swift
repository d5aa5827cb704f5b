import InterlockCore
import InterlockRemote
import Testing

/// Runs chunks of Chat Completions through a decoder.
private func events(
    _ chunks: [String], flavour: OpenAIFlavour = .openAI, end: Bool = true
) throws -> [GenerationEvent] {
    let dialect = OpenAIChatDialect(flavour: flavour)
    var decoder = dialect.makeDecoder(
        for: GenerationRequest([.user("Hi")]), WireContext(backend: "b", model: "m"))
    var events: [GenerationEvent] = []
    for chunk in chunks { try decoder.decode(nil, Array(chunk.utf8), into: &events) }
    if end { try decoder.end(into: &events) }
    return events
}

/// A chunk with one choice.
private func chunk(_ delta: String, finish: String? = nil, rest: String = "") -> String {
    let finish = finish.map { "\"\($0)\"" } ?? "null"
    return #"{"id":"c1","model":"gpt-x","choices":[{"index":0,"delta":\#(delta),"finish_reason":\#(finish)\#(rest)}]}"#
}

private let head = GenerationEvent.head(ReplyHead(backend: "b", servedModel: "gpt-x", id: "c1"))
private let done = GenerationEvent.finish(FinishReason(.endTurn, raw: "stop"))

@Suite struct OpenAIChatDecodingTests {
    @Test("a stream of text becomes head, texts, usage and, last, the finish")
    func text() throws {
        // wire: 29 32 33 41
        let found = try events([
            chunk(#"{"role":"assistant","content":""}"#), chunk(#"{"content":"Hé"}"#), chunk(#"{"content":null}"#),
            chunk(#"{"content":"llo","x":[1]}"#, rest: #","obfuscation":"zz""#),
            chunk("{}", finish: "stop"),
            #"{"id":"c1","model":"gpt-x","choices":[],"obfuscation":"q","usage":{"prompt_tokens":9,"#
                + #""completion_tokens":12,"prompt_tokens_details":{"cached_tokens":4,"cache_write_tokens":1},"#
                + #""completion_tokens_details":{"reasoning_tokens":3}}}"#,
            "[DONE]",
        ])
        let usage = Usage(
            inputTokens: 9, cachedInputTokens: 4, cacheWriteTokens: 1, outputTokens: 12, reasoningTokens: 3)
        #expect(found == [head, .text("Hé"), .text("llo"), .usage(usage), done])
    }

    @Test(
        "odd chunks are taken as they are meant",
        arguments: [
            // wire: 30: usage beside an empty delta
            (
                [
                    chunk("{}", finish: "stop"), #"{"choices":[{"index":0,"delta":{}}],"usage":{"prompt_tokens":2}}"#,
                    "[DONE]",
                ],
                [GenerationEvent.usage(Usage(inputTokens: 2)), done]
            ),
            // wire: 31: no choices at all
            ([#"{"choices":null}"#, chunk(#"{"content":"a"}"#, finish: "stop"), "[DONE]"], [.text("a"), done]),
            // wire: 40: an empty event
            (["", " \r\n", chunk(#"{"content":"a"}"#, finish: "stop"), "[DONE]"], [.text("a"), done]),
            // wire: 27: the terminator is missing, the reason is not
            ([chunk(#"{"content":"a"}"#, finish: "stop")], [.text("a"), done]),
            // wire: 28: what follows the terminator
            (
                [chunk(#"{"content":"a"}"#, finish: "stop"), "[DONE]", chunk(#"{"content":"b"}"#), "nonsense"],
                [.text("a"), done]
            ),
            // wire: 42: a second choice
            (
                [
                    #"{"choices":[{"index":1,"delta":{"content":"x"},"finish_reason":"length"}]}"#,
                    chunk(#"{"content":"a"}"#, finish: "stop"), "[DONE]",
                ], [.text("a"), done]
            ),
            // wire: 50: no usage, null, nonsense in it
            (
                [
                    chunk(#"{"content":"a"}"#, finish: "stop"), #"{"choices":[],"usage":null}"#,
                    #"{"choices":[],"usage":{"prompt_tokens":-1,"completion_tokens":"x"}}"#, "[DONE]",
                ], [.text("a"), done]
            ),
            // wire: 50: more from the cache than there was
            (
                [
                    chunk(#"{"content":"a"}"#, finish: "stop"),
                    #"{"choices":[],"usage":{"prompt_tokens":3,"prompt_tokens_details":{"cached_tokens":9}}}"#,
                ], [.text("a"), .usage(Usage(inputTokens: 3, cachedInputTokens: 3)), done]
            ),
            // wire: 52: a time that is no integer
            (
                [#"{"created":1.5,"choices":[{"delta":{"content":"a"},"finish_reason":"stop"}]}"#, "[DONE]"],
                [.text("a"), done]
            ),
            // content as a list of texts, a whole message in a chunk
            ([chunk(#"{"content":[{"type":"text","text":"a"}]}"#, finish: "stop")], [.text("a"), done]),
            ([#"{"choices":[{"message":{"content":"a"},"finish_reason":"stop"}]}"#], [.text("a"), done]),
            // a text without a template
            ([#"{"choices":[{"index":0,"text":"a","finish_reason":"stop"}]}"#], [.text("a"), done]),
        ] as [([String], [GenerationEvent])])
    func oddities(chunks: [String], expected: [GenerationEvent]) throws {
        let found = try events(chunks).filter { if case .head = $0 { false } else { true } }
        #expect(found == expected)
    }

    @Test("Azure's first chunk says nothing, and its filter is the reason of the end")
    func azure() throws {
        // wire: 38
        let found = try events(
            [
                #"{"id":"","model":"","choices":[],"prompt_filter_results":[{"prompt_index":0}]}"#,
                chunk(#"{"content":"a"}"#, rest: #","content_filter_results":{"hate":{"filtered":false}}"#),
                chunk(
                    "{}", finish: "content_filter",
                    rest: #","content_filter_results":{"hate":{"filtered":true},"violence":{"filtered":true}}"#),
                "[DONE]",
            ], flavour: .azure)
        #expect(
            found == [
                .head(ReplyHead(backend: "b")), head, .text("a"),
                .finish(FinishReason(.refusal, raw: "content_filter", detail: "hate, violence")),
            ])
    }

    @Test(
        "every reason to end has its meaning",
        arguments: [
            ("stop", FinishReason.Canonical.endTurn), ("length", .maxTokens), ("tool_calls", .toolUse),
            ("function_call", .toolUse), ("content_filter", .refusal), ("eos", .endTurn), ("insufficient_luck", .other),
        ])
    func reasons(raw: String, canonical: FinishReason.Canonical) throws {
        // wire: 44
        #expect(try events([chunk("{}", finish: raw)]).last == .finish(FinishReason(canonical, raw: raw)))
    }

    @Test("a refusal is one, whatever the reason says")
    func refusal() throws {
        // wire: 43
        let found = try events([
            chunk(#"{"refusal":"I can"}"#), chunk(#"{"refusal":"not"}"#), chunk("{}", finish: "stop"), "[DONE]",
        ])
        #expect(
            found == [head, .refusal("I can"), .refusal("not"), .finish(FinishReason(.refusal, raw: "stop"))])
    }

    @Test("a stop sequence that the server names is reported")
    func stopSequence() throws {
        let found = try events([chunk("{}", finish: "stop", rest: #","stop_reason":"END""#)], flavour: .vLLM)
        #expect(found.last == .finish(FinishReason(.stopSequence, raw: "stop", stopSequence: "END")))
        let token = try events([chunk("{}", finish: "stop", rest: #","stop_reason":128009"#)], flavour: .vLLM)
        #expect(token.last == done)
    }

    @Test("thoughts are read from either member once, and from the text where a server leaves them there")
    func thoughts() throws {
        for delta in [
            #"{"reasoning_content":"Hm"}"#, #"{"reasoning":"Hm"}"#, #"{"reasoning_content":"Hm","reasoning":"Hm"}"#,
        ] {
            #expect(try events([chunk(delta, finish: "stop")])[1] == .reasoning(ReasoningDelta(text: "Hm")))
        }
        let text = "\n<think>I <b>think</b></think>\n\nYes <think>no</think>"
        for size in [1, 2, 5, 100] {
            var chunks: [String] = []
            var rest = Substring(text)
            while !rest.isEmpty {
                chunks.append(chunk(JSONValue.object(["content": .string(String(rest.prefix(size)))]).jsonText()))
                rest = rest.dropFirst(size)
            }
            let local = try reply(events(chunks + [chunk("{}", finish: "stop")], flavour: .compatible))
            #expect(local.reasoning == [Reasoning("I <b>think</b>")])
            #expect(local.content == "Yes <think>no</think>")
            let openAI = try reply(events(chunks + [chunk("{}", finish: "stop")]))
            #expect(openAI.content == text)
        }
        let cut = try reply(events([chunk(#"{"content":"<think>a</thi"}"#, finish: "length")], flavour: .vLLM))
        #expect(cut.reasoning == [Reasoning("a</thi")])
        let short = try reply(events([chunk(#"{"content":"<thi"}"#, finish: "length")], flavour: .vLLM))
        #expect(short.content == "<thi")
    }

    @Test("a character that is cut between two chunks comes whole")
    func surrogates() throws {
        // wire: 34
        let found = try events([
            chunk(#"{"content":"a\ud83d"}"#), chunk(#"{"content":"\ude00b"}"#), chunk(#"{"content":"\ud83d\ude00"}"#),
            chunk(#"{"tool_calls":[{"index":0,"id":"i","function":{"name":"f","arguments":"{\"a\":\"\\ud83d"}}]}"#),
            chunk(#"{"tool_calls":[{"index":0,"function":{"arguments":"\\ude00\"}"}}]}"#),
            chunk("{}", finish: "tool_calls"),
        ])
        let whole = try reply(found)
        #expect(whole.content == "a😀b😀")
        #expect(whole.toolCalls == [ToolCall(id: "i", name: "f", arguments: #"{"a":"\ud83d\ude00"}"#)])
        let half = try reply(events([chunk(#"{"content":"a\ude00"}"#, finish: "stop")]))
        #expect(half.content == "a\u{FFFD}")
    }

    @Test("log-probabilities follow their text; half a character keeps its bytes")
    func logprobs() throws {
        // wire: 45
        let entries =
            #"{"token":"a","logprob":-0.5,"bytes":null,"top_logprobs":[{"token":"b","logprob":-1,"bytes":[98]}]},"#
            + #"{"token":"\\xe2\\x80","logprob":-9999.0,"bytes":[226,128],"top_logprobs":[]},"#
            + #"{"token":"bytes:\\xf0\\x9f","logprob":0,"id":7,"top_logprobs":[]}"#
        let found = try events([
            chunk(#"{"content":"a"}"#, rest: ",\"logprobs\":{\"content\":[\(entries)],\"refusal\":null}"),
            chunk("{}", finish: "stop"),
        ])
        let expected: [TokenLogprob] = [
            TokenLogprob(
                chosen: .init(token: nil, bytes: [97], logprob: -0.5),
                alternatives: [.init(token: nil, bytes: [98], logprob: -1)]),
            TokenLogprob(chosen: .init(token: nil, bytes: [226, 128], logprob: -9999)),
            TokenLogprob(chosen: .init(token: 7, bytes: [0xF0, 0x9F], logprob: 0)),
        ]
        #expect(found == [head, .text("a"), .logprobs(expected), done])
        let lists =
            #"{"tokens":["a","b"],"token_logprobs":[null,-1],"top_logprobs":[null,{"b":-1,"c":-0.5}]}"#
        let old = try events([#"{"choices":[{"text":"ab","finish_reason":"stop","logprobs":\#(lists)}]}"#])
        let candidates = [
            TokenLogprob.Candidate(token: nil, bytes: [99], logprob: -0.5), .init(token: nil, bytes: [98], logprob: -1),
        ]
        #expect(old[2] == .logprobs([TokenLogprob(chosen: candidates[1], alternatives: candidates)]))
    }

    @Test("llama-server's times are reported, and its cache completes the usage")
    func timings() throws {
        let found = try events(
            [
                chunk("{}", finish: "stop"),
                #"{"choices":[],"usage":{"prompt_tokens":10,"completion_tokens":2},"#
                    + #""timings":{"cache_n":8,"prompt_n":2,"prompt_ms":12.5,"predicted_ms":20}}"#,
                "[DONE]",
            ], flavour: .llamaServer)
        #expect(found.contains(.usage(Usage(inputTokens: 10, cachedInputTokens: 8, outputTokens: 2))))
        #expect(found.contains(.timings(Timings(prompt: .microseconds(12_500), generation: .milliseconds(20)))))
    }

    @Test("a stream that breaks off is an error, never a short answer")
    func truncation() {
        for chunks in [[], [chunk(#"{"content":"a"}"#)], [chunk(#"{"content":"a"}"#), #"{"choices":[]}"#]] {
            expectError(
                .truncatedStream, "OpenAI ended the answer before it was complete", hint: "Send the request again."
            ) { _ = try events(chunks) }
        }
    }

    @Test(
        "a malformed frame is named",
        arguments: [
            ("[1]", "a frame must be of type object and is of type array"),
            (#"{"choices":5}"#, "/choices must be of type array and is of type number"),
            (#"{"choices":[7]}"#, "/choices/0 must be of type object and is of type number"),
            (#"{"choices":[{"delta":"x"}]}"#, "/choices/0/delta must be of type object and is of type string"),
            (
                #"{"choices":[{"delta":{"content":5}}]}"#,
                "/choices/0/delta/content must be of type string and is of type number"
            ),
            (
                #"{"choices":[{"delta":{"tool_calls":[{"function":{"name":5}}]}}]}"#,
                "/choices/0/delta/tool_calls/0/function/name must be of type string and is of type number"
            ),
            ("{", "a frame is not JSON: line 1, column 2: expected a key in double quotes or '}', found end of input"),
        ])
    func malformed(frame: String, problem: String) {
        expectError(
            .malformedResponse, "OpenAI sent something that its API does not allow: \(problem)",
            hint: "Send the request again; if it stays so, check that the address is that of such a server."
        ) { _ = try events([frame]) }
    }

    @Test(
        "an error inside the stream ends it as what it is",
        arguments: [
            // wire: 39 47 48 49
            (
                #"{"error":{"message":"Slow down.","type":"rate_limit_error","param":null,"code":null}}"#,
                InterlockError.Code.rateLimited, "OpenAI reported an error: Slow down"
            ),
            (#"{"error":"it broke"}"#, .providerFailed, "OpenAI reported an error: it broke"),
            (
                #"{"error":{"code":503,"message":"Loading model","type":"unavailable_error"}}"#, .notLoaded,
                "OpenAI reported an error: Loading model"
            ),
            (#"{"error":{"code":400,"message":"bad"}}"#, .invalidRequest, "OpenAI reported an error: bad"),
            (#"{"object":"error","message":"old","code":500}"#, .providerFailed, "OpenAI reported an error: old"),
        ])
    func errors(frame: String, code: InterlockError.Code, message: String) throws {
        let streamed = try #require(throws: InterlockError.self) {
            try events([chunk(#"{"content":"a"}"#), frame])
        }
        #expect(streamed.code == code)
        #expect(streamed.message == message)
        let body = try JSONValue(parsing: frame)
        let whole = try #require(throws: InterlockError.self) {
            try OpenAIChatDialect(flavour: .openAI).events(whole: body, WireContext(backend: "b", model: "m"))
        }
        #expect(whole.code == code)
        #expect(whole.message == message)
    }

    @Test("a whole answer gives what its stream would")
    func whole() throws {
        let body = try JSONValue(
            parsing: #"{"id":"c1","model":"gpt-x","service_tier":"flex","error":null,"choices":[{"index":0,"#
                + #""message":{"role":"assistant","content":"Hi","refusal":null,"reasoning_content":"Hm","#
                + #""annotations":[{"type":"url_citation","url_citation":{"url":"https://e.org","title":"E"}}],"#
                + #""tool_calls":[{"id":"i","type":"function","function":{"name":"f","arguments":""}}]},"#
                + #""finish_reason":"stop"}],"usage":{"prompt_tokens":1,"completion_tokens":2}}"#)
        let dialect = OpenAIChatDialect(flavour: .openAI)
        let answer = try reply(dialect.events(whole: body, WireContext(backend: "b", model: "m", streams: false)))
        #expect(answer.content == "Hi")
        #expect(answer.reasoning == [Reasoning("Hm")])
        #expect(answer.citations.map(\.url) == ["https://e.org"])
        // wire: 36 37
        #expect(answer.toolCalls == [ToolCall(id: "i", name: "f", arguments: "{}")])
        #expect(answer.finishReason == FinishReason(.toolUse, raw: "stop"))
        #expect(answer.usage == Usage(inputTokens: 1, outputTokens: 2))
        #expect(answer.serviceTier == "flex")
        expectError(
            .malformedResponse, "OpenAI sent something that its API does not allow: /choices is missing or empty",
            hint: "Send the request again; if it stays so, check that the address is that of such a server."
        ) { _ = try dialect.events(whole: ["choices": []], WireContext(backend: "b", model: "m")) }
    }
}

@Suite struct OpenAIToolCallTests {
    private func calls(_ deltas: [String], finish: String = "tool_calls") throws -> [ToolCall] {
        let chunks = deltas.map { chunk(#"{"tool_calls":[\#($0)]}"#) }
        return try reply(events(chunks + [chunk("{}", finish: finish), "[DONE]"])).toolCalls
    }

    private func call(_ id: String, _ name: String, _ arguments: String) -> ToolCall {
        ToolCall(id: id, name: name, arguments: arguments)
    }

    @Test("fragments find their call, whatever the server numbers")
    func fragments() throws {
        // wire: 35
        let a = #"{"index":0,"id":"a","type":"function","function":{"name":"f","arguments":""}}"#
        let b = #"{"index":1,"id":"b","function":{"name":"g","arguments":""}}"#
        let interleaved = try calls([
            a, b, #"{"index":0,"function":{"arguments":"{\"x\""}}"#, #"{"index":1,"function":{"arguments":"[1"}}"#,
            #"{"index":0,"function":{"arguments":":1}"}}"#, #"{"index":1,"function":{"arguments":"]"}}"#,
        ])
        #expect(interleaved == [call("a", "f", #"{"x":1}"#), call("b", "g", "[1]")])
        let withoutIndex = try calls([
            #"{"id":"a","function":{"name":"f","arguments":"{"}}"#, #"{"function":{"arguments":"}"}}"#,
            #"{"id":"b","function":{"name":"g","arguments":"{}"}}"#,
        ])
        #expect(withoutIndex == [call("a", "f", "{}"), call("b", "g", "{}")])
        let allZero = try calls([
            #"{"index":0,"id":"a","function":{"name":"f","arguments":"{}"}}"#,
            #"{"index":0,"id":"b","function":{"name":"g","arguments":"{}"}}"#,
        ])
        #expect(allZero == [call("a", "f", "{}"), call("b", "g", "{}")])
        let withoutIDs = try calls([
            #"{"index":0,"function":{"name":"f","arguments":"{}"}}"#,
            #"{"index":0,"function":{"name":"f","arguments":"{\"a\":1}"}}"#,
        ])
        #expect(withoutIDs == [call("call_0", "f", "{}"), call("call_1", "f", #"{"a":1}"#)])
        let repeatedID = try calls([
            #"{"index":0,"id":"a","function":{"name":"f","arguments":"{"}}"#,
            #"{"index":0,"id":"a","function":{"name":"f","arguments":"}"}}"#,
        ])
        #expect(repeatedID == [call("a", "f", "{}")])
        let splitName = try calls([
            #"{"index":0,"id":"a","function":{"name":"get_"}}"#, #"{"index":0,"function":{"name":"it"}}"#,
            #"{"index":0,"function":{"arguments":"{}"}}"#,
        ])
        #expect(splitName == [call("a", "get_it", "{}")])
    }

    @Test("id and name come with the first delta, and no delta is empty")
    func deltas() throws {
        let found = try events([
            chunk(#"{"tool_calls":[{"index":3,"id":"a","function":{"name":"f","arguments":""}}]}"#),
            chunk(#"{"tool_calls":[{"index":3,"function":{"arguments":"{}"}}]}"#), chunk("{}", finish: "tool_calls"),
        ])
        #expect(
            found == [
                head, .toolCall(ToolCallDelta(index: 0, id: "a", name: "f")),
                .toolCall(ToolCallDelta(index: 0, arguments: "{}")), .finish(FinishReason(.toolUse, raw: "tool_calls")),
            ])
    }

    @Test("arguments are kept as they were written; none are an empty object")
    func arguments() throws {
        // wire: 36 46
        for (written, kept) in [
            (#""""#, "{}"), ("null", "{}"), (#""null""#, "null"), (#""{not json""#, "{not json"),
            (#"{"a":[1.0]}"#, #"{"a":[1.0]}"#),
        ] {
            #expect(
                try calls([#"{"index":0,"id":"a","function":{"name":"f","arguments":\#(written)}}"#])
                    == [call("a", "f", kept)])
        }
        let custom = try calls([
            #"{"index":0,"id":"a","type":"custom","custom":{"name":"sh","input":"l"}}"#,
            #"{"index":0,"custom":{"input":"s"}}"#, #"{"index":1,"id":"b","custom":{"name":"sh","input":""}}"#,
        ])
        #expect(custom == [call("a", "sh", "ls"), call("b", "sh", "")])
        let old = try reply(
            events([chunk(#"{"function_call":{"name":"f","arguments":"{}"}}"#, finish: "function_call")]))
        #expect(old.toolCalls == [call("call_0", "f", "{}")])
    }

    @Test("a call without a name is malformed")
    func nameless() {
        expectError(
            .malformedResponse, "OpenAI sent something that its API does not allow: tool call 0 has no name",
            hint: "Send the request again; if it stays so, check that the address is that of such a server."
        ) { _ = try calls([#"{"index":0,"id":"a","function":{"arguments":"{}"}}"#]) }
    }
}
