import InterlockCore
import InterlockRemote
import Testing

@Suite("Requests to Ollama's API")
struct OllamaRequestTests {
    private typealias Test = OllamaTest

    // covers: S4, G6
    // wire: 78
    @Test("Every option, with the configured context and keep-alive")
    func options() throws {
        let options = GenerationOptions(
            maximumResponseTokens: 64, temperature: 0.5, topP: 0.9, topK: 40, minP: 0.05, typicalP: 0.95,
            repetitionPenalty: 1.1, presencePenalty: 0.25, frequencyPenalty: -0.5, seed: .max,
            stopSequences: ["END"], logprobs: 3, reasoningEffort: .max,
            extras: ["ollama": ["options": ["num_keep": 8, "temperature": 0.75]]])
        var dialect = Test.dialect
        dialect.contextLength = 8_192
        dialect.keepAlive = try OllamaKeepAlive("10m")
        let request = try dialect.encode(
            GenerationRequest([.developer("Be brief."), .user("Hi")], options: options), Test.context())
        #expect(request.path == "/api/chat")
        #expect(request.drops.isEmpty)
        try Golden.expect(request, "ollama-chat/options")
    }

    @Test("A conversation with thoughts, tools and pictures")
    func conversation() throws {
        let png: [UInt8] = [0x89, 0x50, 0x4E, 0x47]
        let transcript: Transcript = [
            .system("S"),
            Message(
                role: .user,
                parts: [
                    .text("Look "), .image(Media(.data(png))), .text("here"),
                    .image(Media(.url("data:image/png;base64,iVBORw=="))),
                ]),
            Message(
                role: .assistant,
                parts: [
                    .reasoning(Reasoning("Hm", signature: "other")), .text("Calling"),
                    .toolCall(ToolCall(id: "call_0", name: "f", arguments: #"{"b":1.0,"a":"é"}"#)),
                    .toolCall(ToolCall(id: "call_1", name: "g", arguments: "")),
                    .providerItem(ProviderItem(dialect: "anthropic", value: ["type": "x"])),
                ]),
            Message(
                role: .tool,
                parts: [
                    .toolResult(ToolResult(callID: "call_0", content: [.text("1")])),
                    .toolResult(ToolResult(callID: "call_1", name: "g", content: [.text("no")], isError: true)),
                ]),
            Message(role: .assistant, parts: []),
            .user("Go on"),
        ]
        let tool = ToolDefinition(
            name: "f", description: "F", parameters: ["type": "object", "properties": ["a": ["type": "string"]]])
        let request = GenerationRequest(.transcript(transcript), tools: [tool])
        let encoded = try Test.encode(request)
        #expect(encoded.drops.isEmpty)
        try Golden.expect(encoded, "ollama-chat/conversation")
        var without = request
        without.toolChoice = .none
        #expect(try Test.encode(without).body["tools"] == nil)
    }

    @Test("A text without a template")
    func text() throws {
        let request = GenerationRequest(
            .text("Once upon"), options: GenerationOptions(seed: 7), constraint: .jsonObject)
        let encoded = try Test.encode(request)
        #expect(encoded.path == "/api/generate")
        #expect(encoded.enforcement == .native)
        try Golden.expect(encoded, "ollama-generate/text")
    }

    // covers: G8
    @Test("A schema, and an answer that may be cut")
    func schema() throws {
        var dialect = Test.dialect
        dialect.truncates = true
        let schema: JSONValue = ["type": "object", "properties": ["a": ["type": "integer", "minimum": 1]]]
        let request = GenerationRequest(.transcript([.user("Hi")]), constraint: .jsonSchema(schema))
        let encoded = try dialect.encode(request, Test.context(streams: false))
        #expect(encoded.enforcement == .native)
        try Golden.expect(encoded, "ollama-chat/schema")
    }

    @Test(
        "How much to think, by model",
        arguments: [
            ("qwen3", ReasoningEffort.none, "false"), ("qwen3", .minimal, #""low""#), ("qwen3", .xhigh, #""high""#),
            ("qwen3", .max, #""max""#), ("gpt-oss:20b", .max, #""high""#), ("org/gpt-oss:20b", .minimal, #""low""#),
        ]
    )
    func thinking(_ model: String, _ effort: ReasoningEffort, _ think: String) throws {
        let request = GenerationRequest([.user("Hi")], options: GenerationOptions(reasoningEffort: effort))
        #expect(try Test.encode(request, model).body["think"]?.jsonText() == think)
    }

    // wire: 78
    @Test(
        "How long to keep a model",
        arguments: [
            (JSONValue("10m"), #""10m""#), (-1.0, "-1.0"), (0, "0"), ("-1m", #""-1m""#), ("300", "300"),
            ("1h30m", #""1h30m""#), ("-1", "-1"),
        ]
    )
    func keepAlive(_ setting: JSONValue, _ text: String) throws {
        #expect(try OllamaKeepAlive(setting).value.jsonText() == text)
    }

    @Test(
        "What is no such setting",
        arguments: [
            (JSONValue("soon"), "\"soon\""), ("", "\"\""), (true, "boolean"), (.null, "null"), ("5 m", "\"5 m\""),
        ]
    )
    func noKeepAlive(_ setting: JSONValue, _ what: String) {
        expectError(
            .invalidConfiguration, "keep_alive is \(what); it must be a number of seconds or a duration",
            hint: "Write 300, \"10m\", 0 for not at all, or -1 for ever."
        ) { _ = try OllamaKeepAlive(setting) }
    }

    @Test("Texts to embed")
    func embedding() throws {
        var dialect = Test.dialect
        dialect.contextLength = 2_048
        dialect.keepAlive = try OllamaKeepAlive(-1.0)
        let request = EmbeddingRequest(["a", "é"], dimensions: 256, extras: ["ollama": ["options": ["num_gpu": 0]]])
        let encoded = try OllamaServices.encodeEmbedding(request, Test.context("nomic"), dialect)
        #expect(encoded.path == "/api/embed")
        try Golden.expect(encoded, "ollama-embed/texts")
        expectError(.invalidRequest, "input 1 is empty and cannot be embedded", hint: "Leave it out.") {
            _ = try OllamaServices.encodeEmbedding(EmbeddingRequest(["a", ""]), Test.context(), dialect)
        }
    }

    /// Expects a request to be refused, and to go through with this drop where its caller wants that.
    private func expectUnsupported(
        _ request: GenerationRequest, model: String = "qwen3", _ subject: String, _ reason: String, hint: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        try InterlockRemoteTests.expectUnsupported(
            request, subject, reason, hint: hint, sourceLocation: sourceLocation
        ) { try Test.encode($0, model) }
    }

    @Test("What the API cannot be asked for")
    func unsupported() throws {
        func user(_ part: Part) -> GenerationRequest {
            GenerationRequest([Message(role: .user, parts: [.text("a"), part])])
        }
        try expectUnsupported(
            user(.image(Media(.url("https://e.org/a.png")))), "messages[0] image",
            "the server does not fetch pictures from addresses", hint: "Send the picture itself.")
        try expectUnsupported(
            user(.image(Media(.providerFile("f")))), "messages[0] image", "the server keeps no files",
            hint: "Send the picture itself.")
        try expectUnsupported(
            user(.file(Media(.data([1])))), "messages[0] file", "the API takes no documents",
            hint: "Send its text instead.")
        try expectUnsupported(
            GenerationRequest([.user("Hi")], options: GenerationOptions(reasoningEffort: ReasoningEffort.none)),
            model: "gpt-oss:120b", "reasoning_effort none", "gpt-oss:120b always thinks",
            hint: "Ask for little effort, or choose another model.")
        try expectUnsupported(
            GenerationRequest(.text("x"), options: GenerationOptions(reasoningEffort: .low)), "reasoning_effort",
            "a text without a chat template cannot ask for it", hint: "Send a conversation instead.")
        var tool = ToolDefinition(name: "f", parameters: ["type": "object"])
        try expectUnsupported(
            GenerationRequest(.text("x"), tools: [tool]), "tools",
            "a text without a chat template cannot have any", hint: "Send a conversation instead.")
        try expectUnsupported(
            GenerationRequest(.transcript([.user("x")]), tools: [tool], toolChoice: .required),
            "tool_choice required", "the API lets the model choose", hint: "Let it choose.")
        try expectUnsupported(
            GenerationRequest(.transcript([.user("x")]), tools: [tool], parallelToolCalls: false),
            "parallel_tool_calls", "the API has no such option", hint: "Leave it out.")
        tool.strict = true
        try expectUnsupported(
            GenerationRequest(.transcript([.user("x")]), tools: [tool]), "strict of tool f",
            "the API does not hold arguments to a schema", hint: "Leave it out.")
        try expectUnsupported(
            GenerationRequest([.user("x")], options: GenerationOptions(logprobs: 25)), "logprobs 25",
            "the API tells 20 alternatives at most", hint: "Ask for 20 or less.")
    }

    @Test("Constraints that cannot be held, and extra fields that may not be set")
    func refused() {
        expectError(
            .constraintUnsupported, "gpt-oss:120b-cloud cannot enforce a json_object constraint",
            hint: "Choose a backend that can; a constraint is never dropped."
        ) {
            _ = try Test.encode(
                GenerationRequest(.transcript([.user("x")]), constraint: .jsonObject), "gpt-oss:120b-cloud")
        }
        expectError(
            .invalidRequest, "extras.ollama.format cannot be set beside a constraint", hint: "Leave one of them out."
        ) {
            let options = GenerationOptions(extras: ["ollama": ["format": ""]])
            _ = try Test.encode(
                GenerationRequest(.transcript([.user("x")]), options: options, constraint: .jsonObject))
        }
        expectError(
            .invalidRequest, "extras.ollama.stream cannot be set: Interlock writes stream itself",
            hint: "Leave it out; the request says it already."
        ) {
            _ = try Test.encode(
                GenerationRequest([.user("x")], options: GenerationOptions(extras: ["ollama": ["stream": true]])))
        }
        let capabilities = Test.dialect.capabilities(of: "kimi:cloud")
        #expect(capabilities.constraints.isEmpty)
        #expect(!capabilities.options.contains(.logitBias))
        #expect(capabilities.toolChoices == [.auto, .none])
    }
}
