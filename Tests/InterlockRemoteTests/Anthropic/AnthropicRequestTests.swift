import InterlockCore
import InterlockRemote
import Testing

@Suite("Requests to Anthropic's API")
struct AnthropicRequestTests {
    private typealias Test = AnthropicTest

    // covers: G1, G6
    // wire: 67, 68
    @Test("Every option of an older model, with the version that still takes samplers")
    func options() throws {
        let options = GenerationOptions(
            maximumResponseTokens: 300, temperature: 0.5, topP: 0.9, topK: 40, stopSequences: ["END", "\n\n"],
            serviceTier: "auto", user: "u-1",
            extras: ["anthropic": ["inference_geo": "us", "betas": ["b-2", "b-1"]], "openai": ["x": 1]])
        var dialect = Test.dialect
        dialect.betas = ["b-1"]
        let request = try dialect.encode(
            GenerationRequest([.system("Be brief."), .user("Hi")], options: options),
            Test.context("claude-haiku-4-5-20251001", streams: false))
        #expect(request.path == "/v1/messages")
        #expect(request.headers.map(\.name) == ["anthropic-version", "anthropic-beta"])
        #expect(request.headers.map(\.value) == ["2023-06-01", "b-1,b-2"])
        #expect(request.drops.isEmpty)
        try Golden.expect(request, "anthropic/options")
    }

    // wire: 67
    @Test("A newer model is asked in the newer version, and max_tokens is always there")
    func newest() throws {
        let request = try Test.encode(GenerationRequest([.user("Hi")]), "claude-opus-5-5")
        #expect(request.headers.map(\.value) == ["2026-10-21"])
        try Golden.expect(request, "anthropic/newest")
        let whole = try Test.encode(GenerationRequest([.user("Hi")]), "claude-opus-5-5", streams: false)
        #expect(whole.body["max_tokens"] == 21_333)
        #expect(whole.body["stream"] == nil)
    }

    // wire: 61, 66
    @Test("A conversation with thoughts, tools that failed, pictures and what ran at the provider, in its order")
    func conversation() throws {
        let png: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 1, 2]
        let search = ProviderItem(
            dialect: "anthropic",
            value: ["type": "server_tool_use", "id": "srvtoolu_1", "name": "web_search", "input": ["query": "x"]])
        let transcript: Transcript = [
            .system("One."), .developer("Two."),
            Message(role: .user, parts: [.text("Look"), .image(Media(.data(png)))]),
            .user("again"),
            Message(
                role: .assistant,
                parts: [
                    .reasoning(Reasoning("Hm", signature: "Sig+/==")), .reasoning(Reasoning("", redacted: "Red+/==")),
                    .text("I call"), .toolCall(ToolCall(id: "toolu_1", name: "f", arguments: #"{"b":1.0,"a":"é"}"#)),
                    .reasoning(Reasoning("More", signature: "S2")),
                    .toolCall(ToolCall(id: "fn.g:1", name: "g", arguments: "")), .providerItem(search),
                    .providerItem(ProviderItem(dialect: "openai_responses", value: ["type": "reasoning"])),
                ]),
            Message(
                role: .tool,
                parts: [
                    .toolResult(
                        ToolResult(
                            callID: "toolu_1",
                            content: [
                                .text("failed"), .image(Media(.url("https://e.org/a.png"))), .text(""),
                            ], isError: true))
                ]),
            .tool(callID: "fn.g:1", name: "g", ""),
            Message(
                role: .user,
                parts: [
                    .file(Media(.data(Array("%PDF-1.7".utf8)), name: "a.pdf")),
                    .file(Media(.data(Array("text".utf8)), mediaType: "text/markdown")),
                    .file(Media(.url("https://e.org/b.pdf"))), .file(Media(.providerFile("file_1"))),
                    .image(Media(.url("data:image/jpeg;base64,/9j/"))), .image(Media(.providerFile("file_2"))),
                ]),
            Message(role: .assistant, parts: []),
            .user("Go on"),
        ]
        let request = try Test.encode(GenerationRequest(transcript, options: GenerationOptions()))
        #expect(request.drops.isEmpty)
        try Golden.expect(request, "anthropic/conversation")
    }

    @Test("Tools, strict and not, and how to choose")
    func tools() throws {
        var strict = Test.weather
        strict.strict = true
        let loose = ToolDefinition(name: "now", parameters: ["properties": [:]])
        var request = GenerationRequest(
            .transcript([.user("Hi")]), tools: [strict, loose], toolChoice: .tool("now"), parallelToolCalls: false)
        try Golden.expect(try Test.encode(request), "anthropic/tools")
        func choice(_ choice: ToolChoice, _ parallel: Bool?) throws -> JSONValue? {
            request.toolChoice = choice
            request.parallelToolCalls = parallel
            return try Test.encode(request).body["tool_choice"]
        }
        #expect(try choice(.auto, nil) == nil)
        #expect(try choice(.auto, true) == ["type": "auto", "disable_parallel_tool_use": false])
        #expect(try choice(.required, nil) == ["type": "any"])
        #expect(try choice(.none, false) == ["type": "none"])
    }

    @Test("Cache marks stand on the last block that can carry one")
    func cacheMarks() throws {
        var tool = Test.weather
        tool.cacheMark = CacheMark(lifetime: "1h")
        var system = Message.system("Long.")
        system.cacheMark = CacheMark(lifetime: "5m")
        var user = Message.user("Hi")
        user.cacheMark = CacheMark(lifetime: "24h")
        let answer = Message(
            role: .assistant, parts: [.text("Hello"), .reasoning(Reasoning("T", signature: "S"))],
            cacheMark: CacheMark())
        let request = GenerationRequest(
            .transcript([system, user, answer, .user("More")]), tools: [tool])
        try Golden.expect(try Test.encode(request), "anthropic/cache")
        var five = request
        five.input = .transcript([system, user, answer, user])
        expectError(
            .invalidRequest, "the request has 5 cache marks, and the API takes 4",
            hint: "Mark the last message and the last tool only; a mark covers everything before it."
        ) { _ = try Test.encode(five) }
    }

    // covers: G8
    @Test("A schema, as it was prepared, with an effort beside it that the caller replaces")
    func schema() throws {
        let dialect = AnthropicDialect { schema, _ throws(InterlockError) in
            var schema = schema
            schema.objectValue?["additionalProperties"] = false
            return (schema, [])
        }
        let request = GenerationRequest(
            .transcript([.user("Hi")]),
            options: GenerationOptions(
                reasoningEffort: .high, extras: ["anthropic": ["output_config": ["effort": "xhigh"]]]),
            constraint: .jsonSchema(["type": "object", "properties": ["a": ["type": "integer"]]], name: "n"),
            minimumEnforcement: .native)
        let encoded = try dialect.encode(request, Test.context("claude-opus-4-8"))
        #expect(encoded.enforcement == .native)
        try Golden.expect(encoded, "anthropic/schema")
    }

    @Test("A schema that the provider holds in part is checked afterwards, or refused")
    func partOfASchema() throws {
        let drop = Drop(subject: "maximum at /properties/a", reason: "not held")
        let dialect = AnthropicDialect { schema, _ throws(InterlockError) in (schema, [drop]) }
        var request = GenerationRequest(
            .transcript([.user("Hi")]), constraint: .jsonSchema(["type": "object"]), unsupported: .drop)
        let encoded = try dialect.encode(request, Test.context("claude-opus-5"))
        #expect(encoded.enforcement == .checked)
        #expect(encoded.drops == [drop])
        request.minimumEnforcement = .native
        expectError(
            .constraintUnsupported,
            "the API holds a part of the schema only, and at least native was asked for: maximum at /properties/a",
            hint: "Accept a lower level, or simplify the schema."
        ) { _ = try dialect.encode(request, Test.context("claude-opus-5")) }
    }

    @Test(
        "How much to think, by model",
        arguments: [
            ("claude-opus-5", ReasoningEffort.max, #"{"type":"adaptive"}"#, "max"),
            ("claude-opus-5", .minimal, #"{"type":"adaptive"}"#, "low"),
            ("claude-opus-5", .none, #"{"type":"disabled"}"#, nil),
            ("claude-opus-4-6", .xhigh, #"{"type":"adaptive"}"#, "high"),
            ("claude-opus-4-5", .max, #"{"type":"enabled","budget_tokens":32000}"#, "high"),
            ("claude-sonnet-4-5", .low, #"{"type":"enabled","budget_tokens":2048}"#, nil),
            ("claude-3-5-haiku-latest", .none, nil, nil),
            ("some-local-model", .medium, #"{"type":"adaptive"}"#, "medium"),
        ] as [(String, ReasoningEffort, String?, String?)]
    )
    func thinking(_ model: String, _ effort: ReasoningEffort, _ thinking: String?, _ level: String?) throws {
        let request = GenerationRequest(
            [.user("Hi")], options: GenerationOptions(maximumResponseTokens: 64_000, reasoningEffort: effort))
        let body = try Test.encode(request, model).body
        #expect(body["thinking"]?.jsonText() == thinking)
        #expect(body["output_config"]?["effort"]?.stringValue == level)
    }

    @Test("A budget in tokens, for the models that take one")
    func budget() throws {
        let options = GenerationOptions(maximumResponseTokens: 4_096, reasoningBudget: 2_000)
        let request = GenerationRequest([.user("Think")], options: options)
        try Golden.expect(try Test.encode(request, "claude-sonnet-4-5"), "anthropic/budget")
        let none = GenerationRequest([.user("Hi")], options: GenerationOptions(reasoningBudget: 0))
        #expect(try Test.encode(none, "claude-sonnet-4-5").body["thinking"] == ["type": "disabled"])
    }

    @Test("Instructions later in the conversation, where the model takes them")
    func laterInstructions() throws {
        let transcript: Transcript = [.system("A"), .user("Hi"), .system("B"), .assistant("C"), .user("D")]
        try Golden.expect(try Test.encode(GenerationRequest(transcript)), "anthropic/later-instructions")
        var request = GenerationRequest(transcript)
        request.unsupported = .drop
        let older = try Test.encode(request, "claude-opus-4-6")
        #expect(
            older.body["messages"]?[0]
                == [
                    "role": "user",
                    "content": [["type": "text", "text": "Hi"], ["type": "text", "text": "B"]],
                ])
        #expect(
            older.drops == [
                Drop(
                    subject: "messages[2] system",
                    reason:
                        "claude-opus-4-6 takes instructions at the beginning only; they are sent as the user's words")
            ])
    }

    @Test("A beginning that the model is to continue")
    func prefill() throws {
        let request = GenerationRequest([.user("Sun?"), .assistant("The answer is (")])
        try Golden.expect(try Test.encode(request, "claude-sonnet-4-5"), "anthropic/prefill")
    }

    @Test("A turn that the provider paused is sent back, which is no beginning to continue")
    func paused() throws {
        let item = ProviderItem(dialect: "anthropic", value: ["type": "server_tool_use", "id": "s", "name": "n"])
        let request = GenerationRequest([.user("Go"), Message(role: .assistant, parts: [.providerItem(item)])])
        let messages = try Test.encode(request).body["messages"]?.arrayValue
        #expect(messages?.last == ["role": "assistant", "content": [item.value]])
    }

    @Test("Thoughts and arguments that another provider's model left are said differently, and that is reported")
    func foreign() throws {
        let request = GenerationRequest([
            .user("Hi"),
            Message(
                role: .assistant,
                parts: [
                    .reasoning(Reasoning("no signature")), .refusal("No."),
                    .toolCall(ToolCall(id: "c", name: "f", arguments: "{oops")),
                ]),
            .tool(callID: "c", "bad", isError: true),
        ])
        let encoded = try Test.encode(request)
        #expect(
            encoded.drops == [
                Drop(
                    subject: "messages[1] reasoning",
                    reason: "a thought without the provider's signature cannot be sent back"),
                Drop(
                    subject: "messages[1] arguments of f",
                    reason: "they are no JSON object; sent as a text under invalid_json"),
            ])
        try Golden.expect(encoded, "anthropic/foreign")
        let local = try Test.encode(request, "qwen3")
        #expect(
            local.body["messages"]?[1]?["content"]?[0]
                == ["type": "thinking", "thinking": "no signature", "signature": ""])
    }

    @Test("The input's length is asked for without what steers the answer")
    func tokenCount() throws {
        let request = GenerationRequest(
            .transcript([.system("S"), .user("Hi")]),
            options: GenerationOptions(
                maximumResponseTokens: 5, stopSequences: ["x"], reasoningEffort: .low,
                extras: ["anthropic": ["betas": "b-1", "container": "c", "speed": "fast"]]),
            tools: [Test.weather])
        let encoded = try Test.dialect.encodeTokenCount(request, Test.context("claude-opus-5"))
        #expect(encoded.path == "/v1/messages/count_tokens")
        #expect(encoded.headers.map(\.value) == ["2026-10-21", "b-1"])
        try Golden.expect(encoded, "anthropic-count/count")
    }
}
