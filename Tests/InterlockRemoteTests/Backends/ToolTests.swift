import Interlock
import InterlockCore
import InterlockTesting
import Testing

/// Tools, thoughts and shapes of answers, from a request to the wire and back.
@Suite("remote backends: tools, reasoning, structured output")
struct ToolTests {
    private static let weather = ToolDefinition(
        name: "weather", description: "Tells the weather.",
        parameters: [
            "type": "object", "properties": ["city": ["type": "string"]], "required": ["city"],
            "additionalProperties": false,
        ])
    private static let time = ToolDefinition(
        name: "time", description: "Tells the time.",
        parameters: ["type": "object", "properties": [:], "required": [], "additionalProperties": false])

    @Test("a tool is called, its result is sent back, the answer uses it", arguments: Peer.all)
    func roundTrip(_ peer: Peer) async throws {
        let server = try peer.server()
        let backend = try peer.make(server)
        var transcript: Transcript = [.user("Please call it")]
        let first = try await backend.reply(to: GenerationRequest(.transcript(transcript), tools: [Self.weather]))
        let call = try #require(first.toolCalls.first)
        #expect(first.toolCalls.count == 1)
        #expect(first.finishReason.canonical == .toolUse)
        #expect(call.name == "weather")
        #expect(try JSONValue(parsing: call.arguments) == ["city": "x"])
        #expect(!call.id.isEmpty)
        transcript.append(first.message)
        transcript.append(.tool(callID: call.id, name: "weather", "Rain"))
        let second = try await backend.reply(to: GenerationRequest(.transcript(transcript), tools: [Self.weather]))
        #expect(second.content == "The tool said: Rain")
        #expect(second.toolCalls == [])
    }

    @Test("several calls in one answer stay apart", arguments: Peer.all)
    func several(_ peer: Peer) async throws {
        let server = try peer.server()
        let request = GenerationRequest([.user("Please call all")])
        var both = request
        both.tools = [Self.weather, Self.time]
        let reply = try await peer.make(server).reply(to: both)
        #expect(reply.toolCalls.map(\.name) == ["weather", "time"])
        #expect(Set(reply.toolCalls.map(\.id)).count == 2)
        #expect(try JSONValue(parsing: try #require(reply.toolCalls.last).arguments) == [:])
    }

    @Test("forcing a tool is honoured or refused, never ignored", arguments: Peer.all)
    func forced(_ peer: Peer) async throws {  // covers: G6
        let server = try peer.server()
        let backend = try peer.make(server)
        var request = GenerationRequest([.user("Hello")])
        request.tools = [Self.weather, Self.time]
        request.toolChoice = .tool("time")
        guard backend.capabilities.toolChoices.contains(.tool) else {
            let error = await #expect(throws: InterlockError.self) { try await backend.reply(to: request) }
            #expect(error?.code == .unsupported)
            #expect(error?.backend == peer.backend)
            #expect(server.requests.isEmpty)
            return
        }
        #expect(try await backend.reply(to: request).toolCalls.map(\.name) == ["time"])
    }

    @Test("thoughts come as thoughts and not as text", arguments: Peer.all)
    func reasoning(_ peer: Peer) async throws {
        let server = try peer.server()
        var options = GenerationOptions()
        var model = peer.model
        switch peer.backend {
        case "anthropic":
            options.reasoningBudget = 1024
            options.maximumResponseTokens = 4096
        case "openai":
            model = "gpt-5.5"
            options.reasoningEffort = .high
        // Neither has a way to ask for them: these think by themselves.
        case "mlx_server", "lmstudio":
            server.script { _ in FaultServer.Saying(["Done."], thinking: ["The ", "user ", "said ", "something."]) }
        default: options.reasoningEffort = .high
        }
        let reply = try await peer.make(server, model: model).generate("Hello", options: options)
        #expect(!reply.content.contains("something"))
        // Whose flavour here is OpenAI's counts thoughts and does not show them.
        let hides = ["openai", "azure", "openai_compatible", "localai", "remote"].contains(peer.backend)
        let shows = peer.speaks != .chat || !hides
        #expect(reply.reasoning.map(\.text) == (shows ? ["The user said something."] : []))
        if peer.speaks == .messages { #expect(reply.reasoning.first?.signature != nil) }
        if peer.speaks != .lines { #expect(reply.usage.reasoningTokens == 4) }
    }

    @Test("signed thoughts go back as they came")
    func signatures() async throws {
        let server = try Peer.anthropic.server()
        let backend = try Peer.anthropic.make(server)
        var request = GenerationRequest([.user("Please call it")])
        request.options = GenerationOptions(maximumResponseTokens: 4096, reasoningBudget: 1024)
        request.tools = [Self.weather]
        let first = try await backend.reply(to: request)
        let signature = try #require(first.reasoning.first?.signature)
        let call = try #require(first.toolCalls.first)
        request.input = .transcript([
            .user("Please call it"), first.message, .tool(callID: call.id, name: "weather", "Rain"),
        ])
        _ = try await backend.reply(to: request)
        let block = server.requests.last?.json?["messages"]?[1]?["content"]?[0]
        #expect(
            block == ["type": "thinking", "thinking": "The user said something.", "signature": .string(signature)])
    }

    @Test("a schema is held natively where the server can, and refused where it cannot", arguments: Peer.all)
    func structured(_ peer: Peer) async throws {  // covers: G8
        let server = try peer.server()
        let backend = try peer.make(server)
        let schema: JSONValue = [
            "type": "object",
            "properties": ["city": ["type": "string"], "hot": ["type": "boolean"]], "required": ["city", "hot"],
            "additionalProperties": false,
        ]
        var request = GenerationRequest([.user("Hello")])
        request.constraint = .jsonSchema(schema, name: "place")
        guard !["openai_compatible", "remote", "localai", "mlx_server"].contains(peer.backend) else {
            let error = await #expect(throws: InterlockError.self) { try await backend.reply(to: request) }
            #expect(error?.code == .constraintUnsupported)
            #expect(error?.backend == peer.backend)
            #expect(server.requests.isEmpty)
            return
        }
        let reply = try await backend.reply(to: request)
        #expect(try JSONValue(parsing: reply.content) == ["city": "x", "hot": true])
        #expect(reply.enforcement == .native)
    }

    @Test("what the user says of a server's structured output is believed")
    func claimed() async throws {
        let server = try Peer.compatible.server()
        let backend = try Peer.compatible.make(server, ["structured_outputs": "json_schema"])
        var request = GenerationRequest([.user("Hello")])
        request.constraint = .jsonSchema([
            "type": "object", "properties": ["a": ["type": "integer"]], "required": ["a"],
        ])
        #expect(try JSONValue(parsing: try await backend.reply(to: request).content) == ["a": 1])
        request.constraint = .regex("a+")
        let error = await #expect(throws: InterlockError.self) { try await backend.reply(to: request) }
        #expect(error?.code == .constraintUnsupported)
    }

    @Test("vLLM takes every kind of constraint under its present name")
    func vLLM() async throws {
        let server = try Peer.vLLM.server()
        let backend = try Peer.vLLM.make(server)
        let constraints: [(Constraint, JSONValue)] = [
            (.regex("a+"), ["regex": "a+"]), (.choice(["yes", "no"]), ["choice": ["yes", "no"]]),
            (.jsonSchema(["type": "object"]), ["json": ["type": "object"]]),
        ]
        for (constraint, wanted) in constraints {
            var request = GenerationRequest([.user("Hello")])
            request.constraint = constraint
            _ = try await backend.reply(to: request)
            #expect(server.requests.last?.json?["structured_outputs"] == wanted)
        }
    }
}
