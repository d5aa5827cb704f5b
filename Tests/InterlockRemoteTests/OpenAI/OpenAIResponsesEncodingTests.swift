import InterlockCore
import InterlockRemote
import Testing

// covers: G3

@Suite struct OpenAIResponsesEncodingTests {
    private let dialect = OpenAIResponsesDialect(flavour: .openAI)

    @Test("a conversation becomes items, thoughts and results in their order")
    func conversation() throws {
        let thought = Reasoning("I plan.", redacted: "gAAA==", id: "rs_1")
        let search = ProviderItem(
            dialect: "openai_responses",
            value: [
                "type": "web_search_call", "id": "ws_1", "status": "completed",
                "action": ["type": "search", "query": "Ulm"],
            ])
        let transcript = Transcript([
            .system("Be brief."),
            .developer("Speak German."),
            Message(
                role: .user,
                parts: [
                    .text("Look"), .image(Media(.providerFile("file-2"))),
                    .file(Media(.url("https://example.org/a.pdf"))),
                ]),
            Message(
                role: .assistant,
                parts: [
                    .reasoning(thought), .providerItem(search), .text("Let me see."),
                    .toolCall(ToolCall(id: "call_a", name: "weather", arguments: "{}")), .refusal("Not that."),
                ]),
            Message(
                role: .tool,
                parts: [
                    .toolResult(
                        ToolResult(
                            callID: "call_a",
                            content: [.text("no"), .image(Media(.url("https://example.org/a.png")))], isError: true))
                ]),
            .user("Go on"),
        ])
        let options = GenerationOptions(
            maximumResponseTokens: 100, reasoningEffort: .max, metadata: ["a": "b"], serviceTier: "flex", user: "u")
        let request = GenerationRequest(
            .transcript(transcript), options: options, tools: [OpenAIRequests.weather],
            toolChoice: .tool("weather"), parallelToolCalls: true)
        let encoded = try dialect.encode(request, model: "gpt-6-sol")
        #expect(encoded.path == "/responses")
        #expect(encoded.drops == [])
        try Golden.expect(encoded, "openai-responses/conversation")
    }

    @Test("a schema, log-probabilities and sampling for a model that does not reason")
    func plain() throws {
        let schema: JSONValue = ["type": "object", "properties": ["a": ["type": "string"]], "required": ["a"]]
        let request = GenerationRequest(
            .transcript([.user("Hi")]), options: GenerationOptions(temperature: 0.5, topP: 1, logprobs: 5),
            constraint: .jsonSchema(schema, name: "thing"))
        let encoded = try dialect.encode(request, model: "gpt-4.1", streams: false)
        #expect(encoded.enforcement == .native)
        try Golden.expect(encoded, "openai-responses/schema")
    }

    @Test("a message item with its phase stands for the text beside it, until the text is changed")
    func phases() throws {
        func item(_ text: String, _ phase: String) -> Part {
            .providerItem(
                ProviderItem(
                    dialect: "openai_responses",
                    value: [
                        "type": "message", "id": .string("msg_" + phase), "role": "assistant", "status": "completed",
                        "phase": .string(phase),
                        "content": [["type": "output_text", "text": .string(text), "annotations": [], "logprobs": []]],
                    ]))
        }
        func request(_ text: String) -> GenerationRequest {
            let parts = [item("I look. ", "commentary"), item("Done.", "final_answer"), .text(text)]
            return GenerationRequest([.user("Hi"), Message(role: .assistant, parts: parts), .user("So?")])
        }
        try Golden.expect(try dialect.encode(request("I look. Done."), model: "gpt-5.5"), "openai-responses/phases")
        let changed = try dialect.encode(request("Else."), model: "gpt-5.5")
        #expect(changed.body["input"]?.arrayValue?.count == 3)
        #expect(changed.body["input"]?[1] == ["type": "message", "role": "assistant", "content": "Else."])
    }

    @Test("what Responses has no place for is refused or reported")
    func unsupported() throws {
        let options = GenerationOptions(
            presencePenalty: 1, frequencyPenalty: 1, seed: 1, stopSequences: ["x"], logitBias: [1: 1])
        var request = GenerationRequest(
            [
                .user("Hi"),
                Message(
                    role: .assistant,
                    parts: [
                        .reasoning(Reasoning("Hm.", signature: "s")),
                        .providerItem(ProviderItem(dialect: "anthropic", value: [:])), .text("Yes"),
                    ]),
                Message(role: .user, parts: [.text("So?")], name: "ada"),
            ], options: options)
        expectError(
            .unsupported, "messages[2].name cannot be honoured: the Responses API knows no names",
            hint: "Leave it out, choose another backend, or ask for what is unsupported to be dropped."
        ) { _ = try dialect.encode(request, model: "gpt-4.1") }
        request.unsupported = .drop
        let drops = try dialect.encode(request, model: "gpt-4.1").drops
        #expect(
            drops.map(\.subject) == [
                "messages[1] reasoning", "messages[1] anthropic item", "messages[2].name", "presence_penalty",
                "frequency_penalty", "seed", "stop", "logit_bias",
            ])
        expectError(
            .unsupported, "the Responses API cannot continue a text without a chat template",
            hint: "Send a conversation instead."
        ) { _ = try dialect.encode(GenerationRequest(.text("x")), model: "gpt-4.1") }
        expectError(
            .unsupported, "the Responses API cannot continue a last message of the assistant",
            hint: "Let the conversation end with a user message."
        ) { _ = try dialect.encode(GenerationRequest([.user("a"), .assistant("b")]), model: "gpt-4.1") }
    }

    @Test("encrypted thoughts are asked for where the model has them, and the caller may keep the response")
    func inclusion() throws {
        let stored = OpenAIRequests.small(GenerationOptions(extras: ["b": ["store": true]]))
        #expect(try dialect.member("store", of: stored, model: "gpt-5.5") == "true")
        #expect(try dialect.member("store", of: OpenAIRequests.small(), model: "gpt-5.5") == "false")
        #expect(
            try dialect.member("include", of: OpenAIRequests.small(), model: "gpt-5.5")
                == #"["reasoning.encrypted_content"]"#)
        #expect(try dialect.member("include", of: OpenAIRequests.small(), model: "gpt-4.1") == "-")
        let local = OpenAIResponsesDialect(flavour: .llamaServer)
        #expect(try local.member("include", of: OpenAIRequests.small(), model: "gpt-5.5") == "-")
    }
}
