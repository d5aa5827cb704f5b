import Interlock
import TestSupport
import Testing

/// llama.cpp's own server with the demo model, through every one of its surfaces that a backend of ours speaks.
@Suite(.serialized) struct LlamaServerTests {
    private static func start(_ more: [String] = []) async throws -> PeerServer? {
        try await PeerServer.start("llama-server", "llama-server", healthPath: "/health") { port in
            [
                "--host", "127.0.0.1", "--port", "\(port)", "--model",
                "\(Paths.packageRoot)/Models/demo/demo-q8_0.gguf", "--alias", "demo", "--threads", "1", "--ctx-size",
                "2048", "--parallel", "2", "--offline", "--no-webui",
            ] + more
        }
    }

    private static func make(
        _ backend: String, _ server: PeerServer, _ parameters: JSONObject = [:]
    ) throws -> any Backend {
        var all = parameters
        all["base_url"] = .string(server.url)
        return try BackendRegistry.builtIn.make(
            backend, BackendConfiguration(model: "demo", parameters: all, environment: ["ANTHROPIC_API_KEY": "none"]))
    }

    private static let greedy = GenerationOptions(maximumResponseTokens: 24, temperature: 0)
    private static let question = "What is the capital of France?"
    private static let weather = ToolDefinition(
        name: "weather", description: "Tells the weather.",
        parameters: [
            "type": "object", "properties": ["city": ["type": "string"]], "required": ["city"],
            "additionalProperties": false,
        ])

    // covers: S2
    @Test(
        "a conversation through each surface",
        arguments: [("llama_server", [:]), ("llama_server", ["api": "responses"]), ("anthropic", [:])]
            as [(String, JSONObject)])
    func conversation(backend: String, parameters: JSONObject) async throws {
        guard let server = try await Self.start() else { return }
        let model = try Self.make(backend, server, parameters)
        var options = Self.greedy
        // The Messages API of today has no temperature; the model's first word is the same without it.
        if backend == "anthropic", !model.capabilities.options.contains(.temperature) { options.temperature = nil }
        var pieces = 0
        var accumulator = ReplyAccumulator()
        try await model.run(GenerationRequest([.user(Self.question)], options: options)) { event in
            if case .text = event { pieces += 1 }
            try accumulator.apply(event)
        }
        let reply = try accumulator.reply()
        #expect(reply.content == "The capital of France is Paris.")
        #expect(pieces > 3, "it came in pieces")
        #expect(reply.finishReason.canonical == .endTurn)
        #expect((reply.usage.inputTokens ?? 0) > 5)
        #expect((reply.usage.outputTokens ?? 0) > 5)
        #expect(reply.servedModel == "demo")
        #expect(reply.timings.firstContent != nil)
        // Its Responses surface says that a cut answer is complete.
        guard parameters.isEmpty else { return }
        let short = try await model.generate(Self.question, options: GenerationOptions(maximumResponseTokens: 2))
        #expect(short.finishReason.canonical == .maxTokens)
    }

    @Test(
        "a tool is called through each surface",
        arguments: [("llama_server", [:]), ("anthropic", [:])] as [(String, JSONObject)])
    func tools(backend: String, parameters: JSONObject) async throws {
        guard let server = try await Self.start() else { return }
        let model = try Self.make(backend, server, parameters)
        let request = GenerationRequest(
            .transcript([.user("What is the weather in Paris?")]),

            options: GenerationOptions(maximumResponseTokens: 300, temperature: 0),
            tools: [Self.weather], toolChoice: .required)
        let reply = try await model.reply(to: request)
        let call = try #require(reply.toolCalls.first)
        #expect(call.name == "weather")
        #expect(!call.id.isEmpty)
        #expect(try JSONValue(parsing: call.arguments)["city"]?.stringValue != nil)
        #expect(reply.finishReason.canonical == .toolUse)
        // And its result goes back.
        let next = Transcript([
            .user("What is the weather in Paris?"), reply.message, .tool(callID: call.id, name: "weather", "sunny"),
        ])
        var second = GenerationRequest(next, options: GenerationOptions(maximumResponseTokens: 16))
        second.tools = [Self.weather]
        #expect(try await model.reply(to: second).usage.inputTokens ?? 0 > 20)
    }

    @Test("constraints are held by the server")
    func constraints() async throws {
        guard let server = try await Self.start() else { return }
        let model = try Self.make("llama_server", server)
        func reply(_ constraint: Constraint) async throws -> Reply {
            var request = GenerationRequest(
                [.user("Describe a city.")], options: GenerationOptions(maximumResponseTokens: 60))
            request.constraint = constraint
            return try await model.reply(to: request)
        }
        let schema: JSONValue = [
            "type": "object", "properties": ["city": ["enum": ["Paris", "Rome"]]], "required": ["city"],
            "additionalProperties": false,
        ]
        let object = try await reply(.jsonSchema(schema))
        #expect(["Paris", "Rome"].contains(try JSONValue(parsing: object.content)["city"]?.stringValue))
        #expect(object.enforcement == .native)
        #expect(["left", "right"].contains(try await reply(.choice(["left", "right"])).content))
        #expect(
            try await reply(.grammar("root ::= [a-c] [0-9]", dialect: .gbnf)).content.wholeMatch(of: /[a-c][0-9]/)
                != nil)
        let error = await #expect(throws: InterlockError.self) { try await reply(.regex("a+")) }
        #expect(error?.code == .constraintUnsupported)
    }

    @Test("text without a template, the beginning of an answer, log-probabilities, seeds")
    func abilities() async throws {
        guard let server = try await Self.start() else { return }
        let model = try Self.make("llama_server", server)
        let raw = try await model.reply(
            to: GenerationRequest(
                .text("The capital of France is"), options: GenerationOptions(maximumResponseTokens: 4, temperature: 0))
        )
        #expect(!raw.content.isEmpty)
        let prefilled = try await model.chat(
            [.user(Self.question), .assistant("The capital of")], options: Self.greedy)
        #expect(prefilled.content.contains("France is Paris"))
        var options = Self.greedy
        options.logprobs = 2
        let probable = try await model.generate(Self.question, options: options)
        #expect(probable.logprobs.count >= 5)
        #expect(probable.logprobs.allSatisfy { $0.chosen.logprob <= 0 && $0.alternatives.count <= 2 })
        options = GenerationOptions(maximumResponseTokens: 12, temperature: 1.5, topK: 40, minP: 0.01, seed: 7)
        let first = try await model.generate("Tell a story.", options: options)
        #expect(try await model.generate("Tell a story.", options: options).content == first.content)
    }

    // covers: S7
    @Test("models, tokens, health")
    func services() async throws {
        guard let server = try await Self.start() else { return }
        for backend in ["llama_server", "anthropic"] {
            let model = try Self.make(backend, server)
            let count = try await model.countTokens(GenerationRequest([.user(Self.question)]))
            let reply = try await model.generate(Self.question, options: GenerationOptions(maximumResponseTokens: 1))
            #expect(count == reply.usage.inputTokens, "\(backend)")
        }
        let model = try Self.make("llama_server", server)
        #expect(try await model.models().map(\.id) == ["demo"])
        let health = try await model.checkHealth()
        #expect(health.state == .ready, "\(String(describing: health.problem))")
        let error = await #expect(throws: InterlockError.self) { try await model.embed(EmbeddingRequest(["one"])) }
        #expect(error?.isRetryable == false, "\(String(describing: error))")
        let long = String(repeating: "word ", count: 4000)
        let tooLong = await #expect(throws: InterlockError.self) { try await model.generate(long) }
        #expect(tooLong?.code == .contextLengthExceeded)
    }

    // covers: D9
    @Test("embeddings")
    func embeddings() async throws {
        guard let server = try await Self.start(["--embeddings", "--pooling", "mean"]) else { return }
        let model = try Self.make("llama_server", server)
        let reply = try await model.embed(EmbeddingRequest(["a cat", "a dog", "a cat"]))
        #expect(reply.vectors.count == 3)
        #expect(Set(reply.vectors.map(\.count)).count == 1)
        let difference = zip(reply.vectors[0], reply.vectors[2]).map { abs($0 - $1) }.max() ?? 1
        #expect(difference < 1e-3, "the same text, the same vector")
        #expect(reply.vectors[0] != reply.vectors[1])
    }

    // covers: G9
    @Test("leaving in the middle of an answer frees the server at once")
    func cancellation() async throws {
        guard let server = try await Self.start() else { return }
        let model = try Self.make("llama_server", server)
        for _ in 0..<5 {
            let request = GenerationRequest([.user("Count.")], options: GenerationOptions(maximumResponseTokens: 900))
            for try await _ in model.stream(request) { break }
        }
        let reply = try await model.generate(Self.question, options: Self.greedy)
        #expect(reply.content == "The capital of France is Paris.")
    }
}
