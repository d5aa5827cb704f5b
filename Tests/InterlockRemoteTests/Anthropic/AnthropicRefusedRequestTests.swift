import InterlockCore
import InterlockRemote
import Testing

@Suite("What Anthropic's API cannot be asked for")
struct AnthropicRefusedRequestTests {
    private typealias Test = AnthropicTest

    /// Expects a request to be refused, and to go through with this drop where its caller wants that.
    private func expectUnsupported(
        _ request: GenerationRequest, _ model: String, _ subject: String, _ reason: String, hint: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        try InterlockRemoteTests.expectUnsupported(
            request, subject, reason, hint: hint, sourceLocation: sourceLocation
        ) { try Test.encode($0, model) }
    }

    private func options(_ options: GenerationOptions) -> GenerationRequest {
        GenerationRequest([.user("Hi")], options: options)
    }

    // covers: G6
    // wire: 70
    @Test("Samplers, where the model takes none; what changes nothing is no matter")
    func samplers() throws {
        try expectUnsupported(
            options(GenerationOptions(temperature: 0.2)), "claude-opus-5-5", "temperature",
            "claude-opus-5-5 takes no samplers", hint: "Leave it out, or choose an older model.")
        try expectUnsupported(
            options(GenerationOptions(topK: 5)), "claude-sonnet-5", "top_k", "claude-sonnet-5 takes no samplers",
            hint: "Leave it out, or choose an older model.")
        let neutral = options(GenerationOptions(temperature: 1, topP: 1, topK: 0))
        #expect(try Test.encode(neutral, "claude-opus-5-5").body["temperature"] == nil)
        try expectUnsupported(
            options(GenerationOptions(temperature: 1.5)), "claude-opus-4-5", "temperature",
            "the API takes 0 to 1, and it is 1.5", hint: "Choose 1 or less.")
        #expect(!Test.dialect.capabilities(of: "claude-opus-5-5", schemas: nil).options.contains(.temperature))
        #expect(Test.dialect.capabilities(of: "claude-opus-4-6", schemas: nil).options.contains(.temperature))
    }

    // wire: 71
    @Test("A beginning to continue, where the model takes none")
    func prefill() {
        expectError(
            .unsupported, "claude-opus-4-6 cannot continue a last message of the assistant",
            hint: "Let the conversation end with a user message."
        ) { _ = try Test.encode(GenerationRequest([.user("a"), .assistant("b")]), "claude-opus-4-6") }
        expectError(
            .constraintUnsupported,
            "the API cannot hold a constraint while it continues a last message of the assistant",
            hint: "Let the conversation end with a user message."
        ) {
            let request = GenerationRequest(
                .transcript([.user("a"), .assistant("b")]), constraint: .jsonSchema(["type": "object"]))
            _ = try Test.encode(request, "claude-opus-4-5")
        }
        #expect(!Test.dialect.capabilities(of: "claude-opus-4-6", schemas: nil).prefill)
    }

    @Test("Thinking that the model cannot do, cannot stop, or does not count")
    func thinking() throws {
        try expectUnsupported(
            options(GenerationOptions(reasoningEffort: ReasoningEffort.none)), "claude-fable-5",
            "reasoning_effort none",
            "claude-fable-5 always thinks", hint: "Ask for little effort, or choose another model.")
        try expectUnsupported(
            options(GenerationOptions(reasoningEffort: .high)), "claude-3-5-sonnet-20241022", "reasoning_effort",
            "claude-3-5-sonnet-20241022 does not think", hint: "Leave it out, or choose a newer model.")
        try expectUnsupported(
            options(GenerationOptions(reasoningBudget: 5_000)), "claude-opus-4-7", "reasoning_budget",
            "claude-opus-4-7 decides by itself how many tokens to think", hint: "Use reasoning_effort.")
        try expectUnsupported(
            options(GenerationOptions(maximumResponseTokens: 2_000, reasoningEffort: .high)), "claude-haiku-4-5",
            "reasoning_effort", "claude-haiku-4-5 thinks in 1024 tokens or more, and max_tokens is 2000",
            hint: "Raise max_tokens to 2048 or more.")
    }

    @Test("A budget that is too small, leaves nothing, or contradicts")
    func budgets() {
        expectError(.invalidRequest, "reasoning_budget is 1023; the API takes 1024 or more, or 0") {
            _ = try Test.encode(options(GenerationOptions(reasoningBudget: 1_023)), "claude-opus-4-5")
        }
        expectError(
            .invalidRequest, "reasoning_budget is 2000, which leaves nothing of max_tokens 2000",
            hint: "Thinking counts towards max_tokens: raise it above the budget."
        ) {
            let request = options(GenerationOptions(maximumResponseTokens: 2_000, reasoningBudget: 2_000))
            _ = try Test.encode(request, "claude-opus-4-5")
        }
        expectError(
            .invalidRequest, "reasoning_effort is high and reasoning_budget is 0",
            hint: "Say either that the model is to think or that it is not."
        ) {
            let request = options(GenerationOptions(reasoningEffort: .high, reasoningBudget: 0))
            _ = try Test.encode(request, "claude-opus-4-5")
        }
    }

    @Test("Tools: forced where the model chooses, strict where it cannot, without a schema")
    func tools() throws {
        let forced = GenerationRequest(.transcript([.user("Hi")]), tools: [Test.weather], toolChoice: .required)
        try expectUnsupported(
            forced, "claude-sonnet-5-5", "tool_choice required", "claude-sonnet-5-5 chooses by itself",
            hint: "Let it choose, or choose another model.")
        #expect(Test.dialect.capabilities(of: "claude-sonnet-5-5", schemas: nil).toolChoices == [.auto, .none])
        var strict = Test.weather
        strict.strict = true
        try expectUnsupported(
            GenerationRequest(.transcript([.user("Hi")]), tools: [strict]), "claude-opus-4-1",
            "strict of tool get_weather", "claude-opus-4-1 does not hold arguments to a schema",
            hint: "Leave it out, or choose a newer model.")
        expectError(
            .invalidRequest, "the parameters of tool t are string, not a schema",
            hint: "Give a JSON Schema of an object."
        ) {
            let tool = ToolDefinition(name: "t", parameters: "x")
            _ = try Test.encode(GenerationRequest(.transcript([.user("Hi")]), tools: [tool]))
        }
    }

    @Test("Pictures and documents that the API does not read, or not there")
    func media() throws {
        func user(_ part: Part) -> GenerationRequest {
            GenerationRequest([Message(role: .user, parts: [.text("a"), part])])
        }
        try expectUnsupported(
            user(.image(Media(.data([1, 2, 3])))), "claude-opus-5", "messages[0] image",
            "the API reads JPEG, PNG, GIF and WebP, not an unknown type", hint: "Convert it, or give its media type.")
        try expectUnsupported(
            user(.file(Media(.data([0xFF]), mediaType: "text/plain"))), "claude-opus-5", "messages[0] document",
            "the API reads PDF and UTF-8 text, not text/plain", hint: "Convert it, or give its media type.")
        try expectUnsupported(
            user(.image(Media(.url("https://e.org/a.png"), detail: "high"))), "claude-opus-5", "messages[0] detail",
            "the API has no setting for how closely to look", hint: "Leave it out.")
        let answer = Message(role: .assistant, parts: [.text("b"), .image(Media(.url("https://e.org/a.png")))])
        try expectUnsupported(
            GenerationRequest([.user("a"), answer, .user("c")]), "claude-opus-5", "messages[1] image",
            "the API takes none in the assistant's turn", hint: "Put it into a user message.")
        let system = Message(role: .system, parts: [.text("b"), .image(Media(.url("https://e.org/a.png")))])
        try expectUnsupported(
            GenerationRequest([system, .user("c")]), "claude-opus-5", "messages[0] image", "instructions are text only",
            hint: "Leave it out.")
    }

    @Test("Constraints that the model cannot be held to")
    func constraints() {
        expectError(
            .constraintUnsupported, "claude-opus-5 cannot enforce a regex constraint",
            hint: "Choose a backend that can; a constraint is never dropped."
        ) {
            _ = try Test.encode(
                GenerationRequest(.transcript([.user("Hi")]), constraint: .regex("a+"), unsupported: .drop))
        }
        expectError(
            .constraintUnsupported, "claude-opus-4-1 cannot enforce a json_schema constraint",
            hint: "Choose a backend that can; a constraint is never dropped."
        ) {
            let request = GenerationRequest(
                .transcript([.user("Hi")]), constraint: .jsonSchema(["type": "object"]), unsupported: .drop)
            _ = try Test.encode(request, "claude-opus-4-1")
        }
        #expect(Test.dialect.capabilities(of: "claude-opus-4-1", schemas: nil).constraints.isEmpty)
    }

    @Test("Extra fields may not say what the request says", arguments: ["stream", "messages", "model", "system"])
    func extras(_ key: String) {
        expectError(
            .invalidRequest, "extras.anthropic.\(key) cannot be set: Interlock writes \(key) itself",
            hint: "Leave it out; the request says it already."
        ) { _ = try Test.encode(options(GenerationOptions(extras: ["anthropic": [key: 1]]))) }
    }

    @Test("Extra fields may not undo a constraint")
    func extraFormat() {
        expectError(
            .invalidRequest, "extras.anthropic.output_config.format cannot be set beside a constraint",
            hint: "Leave one of them out."
        ) {
            let options = GenerationOptions(extras: ["anthropic": ["output_config": ["format": .null]]])
            _ = try Test.encode(
                GenerationRequest(
                    .transcript([.user("Hi")]), options: options, constraint: .jsonSchema(["type": "object"])))
        }
    }

    // wire: 65
    @Test("Filling the cache without an answer is no stream")
    func zeroTokens() throws {
        let request = options(GenerationOptions(extras: ["anthropic": ["max_tokens": 0]]))
        expectError(
            .invalidRequest, "max_tokens is 0, which fills the cache and answers nothing, so it cannot be streamed",
            hint: "Ask for the whole answer at once."
        ) { _ = try Test.encode(request) }
        #expect(try Test.encode(request, streams: false).body["max_tokens"] == 0)
    }

    @Test("Empty conversations and messages, and text without a template")
    func empty() {
        expectError(
            .invalidRequest, "messages[0] is empty", hint: "Say something in it, or leave it out."
        ) { _ = try Test.encode(GenerationRequest([.user("")])) }
        expectError(
            .invalidRequest, "the conversation has instructions only, and the API wants a message of the user",
            hint: "Add a user message."
        ) { _ = try Test.encode(GenerationRequest([.system("a")])) }
        expectError(
            .unsupported, "a text without a chat template cannot be continued by this API",
            hint: "Send a conversation instead."
        ) { _ = try Test.encode(GenerationRequest(.text("Once"))) }
    }
}
