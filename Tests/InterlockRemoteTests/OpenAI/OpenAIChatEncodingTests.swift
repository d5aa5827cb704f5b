import InterlockCore
import InterlockRemote
import Testing

// covers: G3 G4 G6 L4 S2 S3

@Suite struct OpenAIChatEncodingTests {
    private let openAI = OpenAIChatDialect(flavour: .openAI)

    @Test("every option of OpenAI reaches the body under its own name")
    func options() throws {
        let options = GenerationOptions(
            maximumResponseTokens: 100, temperature: 0.5, topP: 0.25, presencePenalty: -1, frequencyPenalty: 0.5,
            seed: 7, stopSequences: ["a", "b"], logitBias: [50: -100, 7: 2], logprobs: 2,
            metadata: ["b": "2", "a": "1"], serviceTier: "flex", user: "u-1",
            extras: ["b": ["verbosity": "low", "seed": 8], "other": ["x": 1]])
        let request = try openAI.encode(OpenAIRequests.small(options), model: "gpt-4o")
        #expect(request.path == "/chat/completions")
        #expect(request.drops == [])
        #expect(request.enforcement == nil)
        try Golden.expect(request, "openai-chat/options")
    }

    @Test("a conversation with pictures, documents, calls, results and refusals is translated")
    func conversation() throws {
        let request = GenerationRequest(
            .transcript(OpenAIRequests.conversation), tools: [OpenAIRequests.weather],
            toolChoice: .tool("weather"), parallelToolCalls: false)
        try Golden.expect(try openAI.encode(request, model: "gpt-4o", streams: false), "openai-chat/conversation")
    }

    @Test("a schema is made strict, and a strict tool too")
    func schema() throws {
        var tool = OpenAIRequests.weather
        tool.strict = true
        tool.parameters.objectValue?["additionalProperties"] = nil
        let schema: JSONValue = [
            "type": "object", "required": ["name"],
            "properties": ["name": ["type": "string"], "age": ["type": ["integer", "null"], "minimum": 0]],
        ]
        let request = GenerationRequest(
            .transcript([.user("Who?")]), tools: [tool], toolChoice: .required,
            constraint: .jsonSchema(schema, name: "a person!"))
        let encoded = try openAI.encode(request, model: "gpt-4o")
        #expect(encoded.enforcement == .native)
        #expect(encoded.drops == [])
        try Golden.expect(encoded, "openai-chat/schema")
    }

    @Test("a reasoning model gets its own limit field and effort")
    func reasoning() throws {
        let options = GenerationOptions(maximumResponseTokens: 5, temperature: 1, reasoningEffort: .high)
        for (flavour, field) in [(OpenAIFlavour.openAI, "max_completion_tokens"), (.azure, "max_completion_tokens")] {
            let encoded = try OpenAIChatDialect(flavour: flavour).encode(
                OpenAIRequests.small(options), model: "gpt-5.5")
            #expect(encoded.body[field] == 5)
            #expect(encoded.body["reasoning_effort"] == "high")
            #expect(encoded.body["temperature"] == 1)
        }
        let azure = OpenAIChatDialect(flavour: .azure)
        #expect(try azure.member("max_tokens", of: OpenAIRequests.small(options), model: "my-deployment") == "5")
        var told = azure
        told.traits = OpenAIModelCatalogue.current.traits(of: "gpt-5.5")
        #expect(try told.member("max_tokens", of: OpenAIRequests.small(options), model: "my-deployment") == "-")
    }

    @Test("cache marks are written for models that take them, and left out silently elsewhere")
    func cacheMarks() throws {
        let request = GenerationRequest([
            Message(role: .system, parts: [.text("Long.")], cacheMark: CacheMark(lifetime: "12h")),
            Message(role: .user, parts: [.text("Hi")], cacheMark: CacheMark(lifetime: "5m")),
        ])
        try Golden.expect(try openAI.encode(request, model: "gpt-5.6-sol"), "openai-chat/cache-marks")
        let plain = try openAI.encode(request, model: "gpt-4o")
        #expect(plain.body["messages"]?[0]?["content"] == "Long.")
        #expect(plain.drops == [])
    }

    @Test("text without a template goes to /completions")
    func rawText() throws {
        let options = GenerationOptions(
            maximumResponseTokens: 9, temperature: 0, seed: 1, stopSequences: ["\n"], logprobs: 3, user: "u")
        let request = GenerationRequest(.text("Once upon"), options: options)
        let encoded = try openAI.encode(request, model: "gpt-3.5-turbo-instruct")
        #expect(encoded.path == "/completions")
        try Golden.expect(encoded, "openai-completions/text")
        expectError(
            .unsupported, "Hugging Face cannot continue a text without a chat template",
            hint: "Send a conversation instead."
        ) { _ = try OpenAIChatDialect(flavour: .huggingFace).encode(request, model: "m") }
    }

    @Test(
        "the servers of the family get their own names for options",
        arguments: [
            (OpenAIFlavour.lmStudio, "lm-studio"), (.llamaServer, "llama-server"), (.vLLM, "vllm"), (.mlx, "mlx"),
        ])
    func families(flavour: OpenAIFlavour, name: String) throws {
        let dialect = OpenAIChatDialect(flavour: flavour)
        let wanted = GenerationOptions(
            maximumResponseTokens: 10, temperature: 0.7, topP: 0.9, topK: 40, minP: 0.05, typicalP: 0.5,
            repetitionPenalty: 1.1, presencePenalty: 0, frequencyPenalty: 0, seed: 3, stopSequences: ["x"],
            logitBias: [1: 2], logprobs: 0, reasoningBudget: 64)
        let capabilities = dialect.capabilities(for: "m")
        var request = GenerationRequest([.developer("D"), .user("Hi")], options: wanted)
        request.unsupported = .drop
        let (admitted, _) = try capabilities.admit(request, backend: "b")
        let encoded = try dialect.encode(admitted, model: "m")
        #expect(encoded.drops == [])
        try Golden.expect(encoded, "openai-chat/family-\(name)")
    }

    @Test("the caller's own members win, but cannot take over the request")
    func extras() throws {
        for key in ["stream", "messages", "model", "input"] {
            let options = GenerationOptions(extras: ["b": JSONObject([(key, JSONValue.bool(true))])])
            expectError(
                .invalidRequest, "extras.b.\(key) cannot be set: Interlock writes \(key) itself",
                hint: "Leave it out; the request says it already."
            ) { _ = try openAI.encode(OpenAIRequests.small(options), model: "gpt-4o") }
        }
        // wire: 42
        expectError(
            .invalidRequest, "extras.b.n is 2; Interlock reads one answer a request",
            hint: "Send the request several times."
        ) {
            _ = try openAI.encode(
                OpenAIRequests.small(GenerationOptions(extras: ["b": ["n": 2]])), model: "gpt-4o")
        }
    }

    @Test("calls of custom tools that the caller defined are replayed as such")
    func customTools() throws {
        // wire: 46
        let tools: JSONValue = [["type": "custom", "custom": ["name": "shell"]]]
        let options = GenerationOptions(extras: ["b": ["tools": tools]])
        let request = GenerationRequest(
            [
                .user("List."),
                Message(role: .assistant, parts: [.toolCall(ToolCall(id: "c", name: "shell", arguments: "ls"))]),
                .tool(callID: "c", "a"),
            ], options: options)
        try Golden.expect(try openAI.encode(request, model: "gpt-5.5"), "openai-chat/custom-tool")
    }

    @Test("every kind of constraint is said as the server wants it")
    func constraints() throws {
        func body(_ flavour: OpenAIFlavour, _ constraint: Constraint) throws -> JSONObject {
            let request = GenerationRequest(.transcript([.user("Hi")]), constraint: constraint)
            return try OpenAIChatDialect(flavour: flavour).encode(request, model: "m").body
        }
        let schema: JSONValue = ["type": "array", "items": ["type": "string", "minLength": 2]]
        let nested: JSONValue = [
            "type": "json_schema", "json_schema": ["name": "answer", "schema": schema, "strict": true],
        ]
        for flavour in [OpenAIFlavour.lmStudio, .llamaServer, .huggingFace, .ollama, .compatible] {
            #expect(try body(flavour, .jsonSchema(schema))["response_format"] == nested)
        }
        #expect(try body(.llamaServer, .jsonObject)["response_format"] == ["type": "json_object"])
        #expect(
            try body(.lmStudio, .jsonObject)["response_format"]?["json_schema"]?["schema"] == ["type": "object"])
        #expect(try body(.llamaServer, .grammar("root ::= x", dialect: .gbnf))["grammar"] == "root ::= x")
        #expect(
            try body(.llamaServer, .choice(["a\"\\\n", "é"]))["grammar"]?.stringValue
                == #"root ::= "a\"\\\n" | "é""#)
        #expect(try body(.vLLM, .jsonSchema(schema))["structured_outputs"] == ["json": schema])
        #expect(try body(.vLLM, .jsonObject)["structured_outputs"] == ["json_object": true])
        #expect(try body(.vLLM, .regex("a+"))["structured_outputs"] == ["regex": "a+"])
        #expect(try body(.vLLM, .choice(["a", "b"]))["structured_outputs"] == ["choice": ["a", "b"]])
        #expect(try body(.vLLM, .grammar("g", dialect: .lark))["structured_outputs"] == ["grammar": "g"])
    }

    @Test("a constraint that nobody enforces is refused, also where what is unsupported may be dropped")
    func unenforceable() throws {
        let cases: [(OpenAIFlavour, Constraint, String)] = [
            (.mlx, .jsonSchema(["type": "string"]), "mlx_lm.server cannot enforce a json_schema constraint"),
            (.openAI, .regex("a"), "OpenAI cannot enforce a regex constraint"),
            (.llamaServer, .grammar("x", dialect: .lark), "llama-server cannot enforce a lark grammar constraint"),
            (.lmStudio, .choice(["a"]), "LM Studio cannot enforce a choice constraint"),
        ]
        for (flavour, constraint, message) in cases {
            var request = GenerationRequest(.transcript([.user("Hi")]), constraint: constraint)
            request.unsupported = .drop
            expectError(
                .constraintUnsupported, message,
                hint: "Choose a backend that can; a constraint is never dropped."
            ) { _ = try OpenAIChatDialect(flavour: flavour).encode(request, model: "m") }
        }
        var raw = GenerationRequest(.text("x"), constraint: .jsonObject)
        raw.unsupported = .drop
        expectError(
            .constraintUnsupported, "OpenAI cannot enforce a json_object constraint on text without a template",
            hint: "Send a conversation instead; a constraint is never dropped."
        ) { _ = try openAI.encode(raw, model: "m") }
    }

    @Test("an answer is continued where the server can, and nowhere else")
    func prefill() throws {
        let request = GenerationRequest([.user("Hi"), .assistant("Well")])
        let vLLM = try OpenAIChatDialect(flavour: .vLLM).encode(request, model: "m")
        #expect(vLLM.body["continue_final_message"] == true)
        #expect(vLLM.body["add_generation_prompt"] == false)
        let llama = try OpenAIChatDialect(flavour: .llamaServer).encode(request, model: "m")
        #expect(llama.body["messages"]?[1] == ["role": "assistant", "content": "Well"])
        expectError(
            .unsupported, "OpenAI cannot continue a last message of the assistant",
            hint: "Let the conversation end with a user message."
        ) { _ = try openAI.encode(request, model: "gpt-4o") }
    }

    @Test("earlier thoughts go back to servers that take them; elsewhere they are reported as left out")
    func reasoningReplay() throws {
        let request = GenerationRequest([
            .user("Hi"),
            Message(role: .assistant, parts: [.reasoning(Reasoning("Hm.")), .text("Yes")]), .user("So?"),
        ])
        let llama = try OpenAIChatDialect(flavour: .llamaServer).encode(request, model: "m")
        #expect(llama.body["messages"]?[1]?["reasoning_content"] == "Hm.")
        let plain = try openAI.encode(request, model: "gpt-4o")
        #expect(plain.body["messages"]?[1] == ["role": "assistant", "content": "Yes"])
        #expect(
            plain.drops == [Drop(subject: "messages[1] reasoning", reason: "OpenAI does not take earlier thoughts")])
    }

    // covers: S2 L4
    @Test("what another server takes is a matter of configuration")
    func configured() throws {
        var features = OpenAIChatFeatures.of(.compatible)
        features.fields[.topK] = "top_k"
        features.fields[.maximumResponseTokens] = "max_new_tokens"
        features.constraints = [.regex: .structuredOutputs]
        features.hasDeveloperRole = true
        let dialect = OpenAIChatDialect(flavour: .compatible, features: features)
        let request = GenerationRequest(
            .transcript([.developer("D"), .user("Hi")]), options: GenerationOptions(maximumResponseTokens: 5, topK: 9),
            constraint: .regex("a+"))
        let body = try dialect.encode(request, model: "m", streams: false).body
        #expect(
            JSONValue.object(body).jsonText()
                == #"{"model":"m","messages":[{"role":"developer","content":"D"},{"role":"user","content":"Hi"}],"#
                + #""max_new_tokens":5,"top_k":9,"structured_outputs":{"regex":"a+"},"stream":false}"#)
        #expect(dialect.capabilities(for: "m").constraints == [.regex: .native])
        #expect(dialect.capabilities(for: "m").options.contains(.topK))
    }

    @Test("an option that a server has no field for is refused, or dropped and reported")
    func missingFields() throws {
        var request = GenerationRequest(
            .transcript([.user("Hi")]), options: GenerationOptions(topK: 5), tools: [OpenAIRequests.weather],
            toolChoice: .required, parallelToolCalls: false)
        let ollama = OpenAIChatDialect(flavour: .ollama)
        expectError(
            .unsupported, "top_k cannot be honoured: Ollama has no such option",
            hint: "Leave it out, choose another backend, or ask for what is unsupported to be dropped."
        ) { _ = try ollama.encode(request, model: "m") }
        request.unsupported = .drop
        let encoded = try ollama.encode(request, model: "m")
        #expect(
            encoded.drops.map { "\($0.subject): \($0.reason)" } == [
                "top_k: Ollama has no such option", "tool_choice required: Ollama lets the model choose",
                "parallel_tool_calls: Ollama has no such option",
            ])
        #expect(encoded.body["top_k"] == nil)
        #expect(encoded.body["tool_choice"] == nil)
        var strict = OpenAIRequests.weather
        strict.strict = true
        request.tools = [strict]
        let subjects = try OpenAIChatDialect(flavour: .compatible).encode(request, model: "m").drops.map(\.subject)
        #expect(subjects == ["top_k", "tools.weather.strict"])
    }
}
