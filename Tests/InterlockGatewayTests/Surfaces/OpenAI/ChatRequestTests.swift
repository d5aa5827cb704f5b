import InterlockCore
import InterlockGateway
import Testing

@Suite("OpenAI chat requests")
struct ChatRequestTests {
    // covers: G6, S2
    @Test("every option arrives")
    func options() throws {
        let request = try chat(
            """
            "max_completion_tokens": 10, "temperature": 0.5, "top_p": 0.9, "top_k": 40, "min_p": 0.05, \
            "typical_p": 0.7, "repeat_penalty": 1.1, "presence_penalty": 1, "frequency_penalty": -1, \
            "seed": 18446744073709551615, "stop": ["a", "b"], "logit_bias": {"15": -100}, "logprobs": true, \
            "top_logprobs": 3, "reasoning_effort": "high", "thinking_token_budget": 99, "metadata": {"k": "v"}, \
            "service_tier": "flex", "safety_identifier": "u1", "user": "u0", "stream": true, \
            "stream_options": {"include_usage": true, "include_obfuscation": false}, "store": false, "n": 1, \
            "verbosity": "medium", "modalities": ["text"], "prompt_cache_key": "x", "tools": null
            """)
        let expected = GenerationOptions(
            maximumResponseTokens: 10, temperature: 0.5, topP: 0.9, topK: 40, minP: 0.05, typicalP: 0.7,
            repetitionPenalty: 1.1, presencePenalty: 1, frequencyPenalty: -1, seed: .max, stopSequences: ["a", "b"],
            logitBias: [15: -100], logprobs: 3, reasoningEffort: .high, reasoningBudget: 99, metadata: ["k": "v"],
            serviceTier: "flex", user: "u1")
        #expect(request.request.options == expected)
        #expect(request.isStream && request.includesUsage)
        #expect(request.model == "m")
        #expect(request.drops.isEmpty)
    }

    @Test("the older and the imitators' names mean the same")
    func otherNames() throws {
        #expect(try chat(#""max_tokens": 5"#).request.options.maximumResponseTokens == 5)
        #expect(try chat(#""max_tokens": 5, "max_completion_tokens": 5"#).request.options.maximumResponseTokens == 5)
        #expect(try chat(#""max_tokens": -1"#).request.options.maximumResponseTokens == nil)
        #expect(try chat(#""repetition_penalty": 1.2"#).request.options.repetitionPenalty == 1.2)
        #expect(try chat(#""stop": "x""#).request.options.stopSequences == ["x"])
        #expect(try chat(#""top_k": -1"#).request.options.topK == 0)
        #expect(try chat(#""seed": -1"#).request.options.seed == nil)
        #expect(try chat(#""user": "u""#).request.options.user == "u")
        #expect(try chat(#""logprobs": true"#).request.options.logprobs == 0)
        #expect(try chat(#""logprobs": false"#).request.options.logprobs == nil)
    }

    @Test(
        "what cannot be is refused, naming the parameter",
        arguments: [
            (#""n": 2"#, "n", "n is 2; only 1 is supported\nhint: Send the request several times."),
            (
                #""frob": 1"#, "frob",
                "frob is not supported\nhint: Leave it out, or send the header `X-Interlock-Unsupported: drop` to go on "
                    + "without it."
            ),
            (#""temperature": "hot""#, "temperature", "temperature is a string; it must be a number"),
            (#""max_tokens": 1.5"#, "max_tokens", "max_tokens is a number; it must be a whole number"),
            (
                #""max_tokens": 5, "max_completion_tokens": 6"#, "max_tokens",
                "max_tokens and max_completion_tokens say different things\nhint: Send one of them."
            ),
            (#""top_logprobs": 3"#, "top_logprobs", "top_logprobs needs logprobs to be true"),
            (
                #""logprobs": true, "top_logprobs": 21"#, "top_logprobs",
                "top_logprobs is 21; it must be between 0 and 20"
            ),
            (
                #""reasoning_effort": "big""#, "reasoning_effort",
                "reasoning_effort is big; it must be one of none, minimal, low, medium, high, xhigh, max"
            ),
            (#""logit_bias": {"x": 1}"#, "logit_bias", "logit_bias has the key x, which is no token id"),
            (#""stop": [1]"#, "stop[0]", "stop[0] is a whole number; it must be a string"),
            (
                #""functions": []"#, "functions",
                "functions is not supported\nhint: Use tools and tool_choice, which replaced it."
            ),
            (
                #""tools": [{"type": "custom"}]"#, "tools[0].type",
                "tools[0].type is custom; only function is supported"
            ),
            (
                #""tools": [{"type": "function", "function": {}}]"#, "tools[0].function.name",
                "tools[0].function.name is missing"
            ),
            (
                #""tool_choice": "some""#, "tool_choice",
                "tool_choice is some; it must be auto, none, required or an object"
            ),
            (
                #""response_format": {"type": "xml"}"#, "response_format.type",
                "response_format.type is xml; it must be text, json_object or json_schema"
            ),
            (
                #""response_format": {"type": "json_schema", "json_schema": {"name": "n"}}"#,
                "response_format.json_schema.schema", "response_format.json_schema.schema is missing"
            ),
            (
                #""response_format": {"type": "json_object"}, "grammar": "root ::= x""#, "grammar",
                "grammar and response_format both say what shape the answer must have\nhint: Send one of them."
            ),
            (
                #""structured_outputs": {"structural_tag": {}}"#, "structured_outputs.structural_tag",
                "structured_outputs.structural_tag is not supported\nhint: Leave it out, or send the header "
                    + "`X-Interlock-Unsupported: drop` to go on without it."
            ),
        ])
    func refuses(members: String, parameter: String, message: String) throws {
        let error = try #require(failure { _ = try chat(members) })
        #expect(error.description == message)
        #expect(error.provider?.parameter == parameter)
        #expect(error.code.httpStatus == 400)
    }

    @Test("what is unknown is left out and reported where the client says so; a constraint never is")
    func drops() throws {
        let request = try chat(#""frob": 1, "store": true, "verbosity": "low", "nothing": null"#, policy: .drop)
        #expect(request.drops.map(\.subject) == ["store", "verbosity", "frob"])
        #expect(request.request.unsupported == .drop)
        let error = failure { _ = try chat(#""structured_outputs": {"structural_tag": {}}"#, policy: .drop) }
        #expect(error?.code == .unsupported)
    }

    // covers: G8
    @Test("every way to ask for a shape becomes a constraint")
    func constraints() throws {
        let schema: JSONValue = ["type": "object"]
        let cases: [(String, Constraint?)] = [
            (#""response_format": {"type": "text"}"#, nil),
            (#""response_format": {"type": "json_object"}"#, .jsonObject),
            (#""response_format": {"type": "json_object", "schema": {"type": "object"}}"#, .jsonSchema(schema)),
            (#""response_format": {"type": "json_schema", "schema": {"type": "object"}}"#, .jsonSchema(schema)),
            (
                #""response_format": {"type": "json_schema", "json_schema": {"name": "x", "strict": true, "schema": {"type": "object"}}}"#,
                .jsonSchema(schema, name: "x")
            ),
            (
                #""response_format": {"type": "json_schema", "json_schema": {"name": "x", "description": "d", "schema": {"type": "object"}}}"#,
                .jsonSchema(["type": "object", "description": "d"], name: "x")
            ),
            (#""structured_outputs": {"json": {"type": "object"}}"#, .jsonSchema(schema)),
            (#""structured_outputs": {"regex": "a+"}"#, .regex("a+")),
            (#""structured_outputs": {"choice": ["a", "b"]}"#, .choice(["a", "b"])),
            (#""structured_outputs": {"json_object": true}"#, .jsonObject),
            (#""guided_regex": "a+""#, .regex("a+")),
            (#""guided_choice": ["a"]"#, .choice(["a"])),
            (#""guided_json": "{\"type\": \"object\"}""#, .jsonSchema(schema)),
            (#""json_schema": {"type": "object"}"#, .jsonSchema(schema)),
            (#""grammar": "root ::= \"a\"""#, .grammar("root ::= \"a\"", dialect: .gbnf)),
        ]
        for (members, constraint) in cases {
            #expect(try chat(members).request.constraint == constraint, "\(members)")
        }
    }

    @Test("tools and their choice")
    func tools() throws {
        let tools = """
            "tools": [{"type": "function", "function": {"name": "f", "description": "d", "strict": true, \
            "parameters": {"type": "object", "properties": {"a": {}}}}}, \
            {"type": "function", "function": {"name": "g"}}]
            """
        let request = try chat("\(tools), \"parallel_tool_calls\": false").request
        #expect(
            request.tools == [
                ToolDefinition(
                    name: "f", description: "d", parameters: ["type": "object", "properties": ["a": [:]]],
                    strict: true),
                ToolDefinition(name: "g", parameters: ["type": "object", "properties": [:]]),
            ])
        #expect(request.parallelToolCalls == false)
        #expect(request.toolChoice == .auto)
        for (text, choice) in [
            (#""none""#, ToolChoice.none), (#""auto""#, .auto), (#""required""#, .required),
            (#"{"type": "function", "function": {"name": "g"}}"#, .tool("g")),
        ] {
            #expect(try chat("\(tools), \"tool_choice\": \(text)").request.toolChoice == choice)
        }
    }

    @Test("a whole conversation with tools, pictures, files and thoughts")
    func messages() throws {
        let found = try transcript(
            #"""
            {"role": "developer", "content": "Be brief."},
            {"role": "user", "name": "ann", "content": [
                {"type": "text", "text": "See"},
                {"type": "image_url", "image_url": {"url": "data:image/png;base64,AQID", "detail": "low"}},
                {"type": "image_url", "image_url": {"url": "https://h/x.png"}},
                {"type": "file", "file": {"filename": "a.pdf", "file_data": "data:application/pdf;base64,AQID"}},
                {"type": "file", "file": {"file_id": "file-1"}}]},
            {"role": "assistant", "content": null, "refusal": null, "annotations": [], "audio": null,
                "function_call": null, "reasoning_content": "Hm", "tool_calls": [
                {"id": "c1", "type": "function", "index": 0, "function": {"name": "f", "arguments": "{\"a\":1"}}]},
            {"role": "tool", "tool_call_id": "c1", "content": [{"type": "text", "text": "42"}]},
            {"role": "assistant", "content": [{"type": "text", "text": "No"}, {"type": "refusal", "refusal": "because"}]},
            {"role": "user", "content": "Why?", "cache_control": {"type": "ephemeral", "ttl": "1h"}}
            """#)
        let expected: Transcript = [
            .developer("Be brief."),
            Message(
                role: .user,
                parts: [
                    .text("See"), .image(Media(.data([1, 2, 3]), mediaType: "image/png", detail: "low")),
                    .image(Media(.url("https://h/x.png"))),
                    .file(Media(.data([1, 2, 3]), mediaType: "application/pdf", name: "a.pdf")),
                    .file(Media(.providerFile("file-1"))),
                ], name: "ann"),
            Message(
                role: .assistant,
                parts: [
                    .reasoning(Reasoning("Hm")), .toolCall(ToolCall(id: "c1", name: "f", arguments: "{\"a\":1")),
                ]),
            .tool(callID: "c1", name: "f", "42"),
            Message(role: .assistant, parts: [.text("No"), .refusal("because")]),
            Message(role: .user, parts: [.text("Why?")], cacheMark: CacheMark(lifetime: "1h")),
        ]
        #expect(found == expected)
    }

    @Test(
        "messages that cannot be are refused with their place",
        arguments: [
            (
                #"{"role": "bot", "content": "x"}"#,
                "messages[0].role is bot; it must be one of system, developer, user, assistant, tool"
            ),
            (#"{"content": "x"}"#, "messages[0].role is missing"),
            (#"{"role": "user"}"#, "messages[0].content is missing"),
            (
                #"{"role": "user", "content": 1}"#,
                "messages[0].content is a whole number; it must be a string or a list of parts"
            ),
            (#"{"role": "tool", "content": "x"}"#, "messages[0].tool_call_id is missing"),
            (
                #"{"role": "user", "content": [{"type": "input_audio", "input_audio": {}}]}"#,
                "messages[0].content[0].type is input_audio; text, image_url, file and refusal are supported"
            ),
            (
                #"{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "data:image/png,x"}}]}"#,
                "messages[0].content[0].image_url.url is a data URL that is not Base64"
            ),
            ("1", "messages[0] is a whole number; it must be an object"),
        ])
    func refusesMessages(message: String, expected: String) throws {
        let error = try #require(failure { _ = try transcript(message) })
        #expect(error.message == expected)
    }
}
