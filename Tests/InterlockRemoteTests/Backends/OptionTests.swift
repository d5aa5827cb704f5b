import Interlock
import InterlockCore
import InterlockTesting
import Testing

/// What the caller sets is what the server gets.
@Suite("remote backends: options on the wire")
struct OptionTests {
    private static func request(
        _ peer: Peer, _ options: GenerationOptions, model: String? = nil, _ more: JSONObject = [:],
        configure: (inout GenerationRequest) -> Void = { _ in }
    ) async throws -> FaultServer.Request {
        let server = try peer.server()
        var request = GenerationRequest([.user("Hello")], options: options)
        configure(&request)
        _ = try await peer.make(server, model: model, more).reply(to: request)
        return try #require(server.requests.first)
    }

    @Test("Anthropic: limit, temperature, top_p, top_k, stop")
    func anthropic() async throws {  // covers: G1, G6
        let sent = try await Self.request(
            .anthropic,
            GenerationOptions(maximumResponseTokens: 77, temperature: 0.5, topK: 4, stopSequences: ["END"]))
        let body = try #require(sent.json)
        #expect(body["model"] == "claude-sonnet-4-5")
        #expect(body["max_tokens"] == 77)
        #expect(body["temperature"] == 0.5)
        #expect(body["top_k"] == 4)
        #expect(body["stop_sequences"] == ["END"])
        #expect(body["stream"] == true)
        let other = try await Self.request(.anthropic, GenerationOptions(topP: 0.9))
        #expect(other.json?["top_p"] == 0.9)
        // The API requires a limit; where the caller sets none, the backend's own counts.
        let limited = try await Self.request(.anthropic, GenerationOptions(), ["max_tokens": 99])
        #expect(limited.json?["max_tokens"] == 99)
    }

    @Test("OpenAI: limit, temperature, top_p, penalties, seed, stop, metadata")
    func openAI() async throws {  // covers: G3, G6, L4
        let options = GenerationOptions(
            maximumResponseTokens: 77, temperature: 0.5, topP: 0.9, presencePenalty: 0.25, frequencyPenalty: -0.5,
            seed: 7, stopSequences: ["END"], logitBias: [5: -1], metadata: ["a": "b"], serviceTier: "flex", user: "u1")
        let body = try #require(try await Self.request(.openAI, options).json)
        #expect(body["max_completion_tokens"] == 77)
        #expect(body["temperature"] == 0.5)
        #expect(body["top_p"] == 0.9)
        #expect(body["presence_penalty"] == 0.25)
        #expect(body["frequency_penalty"] == -0.5)
        #expect(body["seed"] == 7)
        #expect(body["stop"] == ["END"])
        #expect(body["logit_bias"] == ["5": -1])
        #expect(body["metadata"] == ["a": "b"])
        #expect(body["service_tier"] == "flex")
        #expect(body["safety_identifier"] == "u1")
        #expect(body["stream_options"]?["include_usage"] == true)
    }

    @Test("OpenAI's Responses: limit, temperature, top_p; what it has not is refused or dropped with a word")
    func responses() async throws {  // covers: G6
        let options = GenerationOptions(maximumResponseTokens: 77, temperature: 0.5, topP: 0.9)
        let body = try #require(try await Self.request(.responses, options).json)
        #expect(body["max_output_tokens"] == 77)
        #expect(body["temperature"] == 0.5)
        #expect(body["top_p"] == 0.9)
        let server = try Peer.responses.server()
        var request = GenerationRequest([.user("Hello")], options: GenerationOptions(seed: 7))
        let backend = try Peer.responses.make(server)
        let error = await #expect(throws: InterlockError.self) { try await backend.reply(to: request) }
        #expect(error?.code == .unsupported)
        #expect(server.requests.isEmpty)
        request.unsupported = .drop
        #expect(try await backend.reply(to: request).dropped.map(\.subject) == ["seed"])
    }

    @Test("Azure: the same options under both forms of the address", arguments: [Peer.azure, .azureV1])
    func azure(_ peer: Peer) async throws {  // covers: G4
        let options = GenerationOptions(
            maximumResponseTokens: 77, temperature: 0.5, topP: 0.9, presencePenalty: 0.25, frequencyPenalty: -0.5)
        let body = try #require(try await Self.request(peer, options).json)
        #expect(body["model"] == "my-deployment")
        #expect(body["max_tokens"] == 77)
        #expect(body["temperature"] == 0.5)
        #expect(body["top_p"] == 0.9)
        #expect(body["presence_penalty"] == 0.25)
        #expect(body["frequency_penalty"] == -0.5)
    }

    @Test("Ollama: options of its own, context and keep_alive")
    func ollama() async throws {  // covers: G6
        let options = GenerationOptions(
            maximumResponseTokens: 77, temperature: 0.5, topP: 0.9, topK: 4, minP: 0.1, repetitionPenalty: 1.1,
            presencePenalty: 0.25, frequencyPenalty: -0.5, seed: 7, stopSequences: ["END"])
        let body = try #require(
            try await Self.request(.ollama, options, ["num_ctx": 8192, "keep_alive": "10m"]).json)
        #expect(
            body["options"] == [
                "num_ctx": 8192, "num_predict": 77, "temperature": 0.5, "top_p": 0.9, "top_k": 4, "min_p": 0.1,
                "repeat_penalty": 1.1, "presence_penalty": 0.25, "frequency_penalty": -0.5, "seed": 7,
                "stop": ["END"],
            ])
        #expect(body["keep_alive"] == "10m")
    }

    @Test(
        "top_k and repetition_penalty under the name that each server knows, or refused",
        arguments: [
            (Peer.llamaServer, "repeat_penalty"), (.vLLM, "repetition_penalty"), (.mlx, "repetition_penalty"),
            (.lmStudio, "repeat_penalty"),
        ])
    func selfHosted(_ peer: Peer, _ penalty: String) async throws {  // covers: G6
        let body = try #require(
            try await Self.request(peer, GenerationOptions(topK: 4, repetitionPenalty: 1.1)).json)
        #expect(body["top_k"] == 4)
        #expect(body[penalty] == 1.1)
    }

    @Test(
        "what a provider has no option for is refused before any request, or dropped with a word",
        arguments: [Peer.openAI, .azure, .huggingFace, .compatible, .remote])
    func unsupported(_ peer: Peer) async throws {  // covers: G6
        let server = try peer.server()
        let backend = try peer.make(server)
        var request = GenerationRequest([.user("Hello")], options: GenerationOptions(topK: 4))
        let error = await #expect(throws: InterlockError.self) { try await backend.reply(to: request) }
        #expect(error?.code == .unsupported)
        #expect(error?.backend == peer.backend)
        #expect(server.requests.isEmpty)
        request.unsupported = .drop
        let reply = try await backend.reply(to: request)
        #expect(reply.dropped.map(\.subject) == ["top_k"])
        #expect(server.requests.last?.json?["top_k"] == nil)
    }

    @Test("settings that only one backend knows reach it, and no other", arguments: Peer.all)
    func extras(_ peer: Peer) async throws {
        let body = try #require(
            try await Self.request(
                peer, GenerationOptions(extras: [peer.backend: ["odd_field": 5], "another": ["other_field": 6]])
            ).json)
        #expect(body["odd_field"] == 5)
        #expect(body["other_field"] == nil)
    }

    @Test("extras cannot overwrite what the request is", arguments: Peer.all)
    func fixedExtras(_ peer: Peer) async throws {
        let server = try peer.server()
        let backend = try peer.make(server)
        let options = GenerationOptions(extras: [peer.backend: ["model": "other"]])
        let error = await #expect(throws: InterlockError.self) {
            try await backend.generate("Hello", options: options)
        }
        #expect(error?.code == .invalidRequest)
        #expect(server.requests.isEmpty)
    }

    // MARK: - Headers and addresses

    @Test("the key goes where the provider looks for it", arguments: Peer.all)
    func keyHeaders(_ peer: Peer) async throws {  // covers: G1, G3, G4; wire: 67
        let sent = try await Self.request(peer, GenerationOptions())
        let name = ["anthropic": "x-api-key", "azure": "api-key"][peer.backend] ?? "authorization"
        let carriers = sent.headers.filter { $0.key != nil }
        #expect(carriers.map { $0.name.lowercased() } == [name])
        #expect(carriers.first?.key?.reveal() == Peer.key.reveal())
        #expect(sent.header("content-type") == "application/json")
        #expect(sent.header("user-agent")?.hasPrefix("interlock/") == true)
        #expect(!sent.isChunked)
    }

    @Test("Anthropic: the version and the betas that are asked for")
    func anthropicHeaders() async throws {  // wire: 67, 68
        let old = try await Self.request(.anthropic, GenerationOptions(), ["betas": "one-2026, two-2026"])
        #expect(old.header("anthropic-version") == "2023-06-01")
        #expect(old.header("anthropic-beta") == "one-2026,two-2026")
        let new = try await Self.request(.anthropic, GenerationOptions(), model: "claude-opus-5")
        #expect(new.header("anthropic-version") == "2026-10-21")
        #expect(new.header("anthropic-beta") == nil)
    }

    @Test("a sampling option that a model has lost is a clear error before any request")
    func lostOption() async throws {  // covers: G6; wire: 70
        let server = try Peer.anthropic.server()
        let backend = try Peer.anthropic.make(server, model: "claude-opus-5")
        let error = await #expect(throws: InterlockError.self) {
            try await backend.generate("Hello", options: GenerationOptions(temperature: 0.5))
        }
        #expect(error?.code == .unsupported)
        #expect(error?.message.hasPrefix("temperature cannot be honoured") == true)
        #expect(error?.hint != nil)
        #expect(server.requests.isEmpty)
    }

    @Test("OpenAI: organisation and project")
    func openAIHeaders() async throws {  // covers: L4
        let sent = try await Self.request(
            .openAI, GenerationOptions(), ["organization": "org-1", "project": "proj-1"])
        #expect(sent.header("openai-organization") == "org-1")
        #expect(sent.header("openai-project") == "proj-1")
    }

    @Test("Hugging Face: who pays, and a model with a slash and a provider")
    func huggingFace() async throws {  // covers: S3
        let sent = try await Self.request(
            .huggingFace, GenerationOptions(), model: "org/name:cheapest", ["bill_to": "my-org"])
        #expect(sent.header("x-hf-bill-to") == "my-org")
        #expect(sent.json?["model"] == "org/name:cheapest")
        #expect(sent.path == "/v1/chat/completions")
    }

    @Test("headers that the user adds are sent, and shown nowhere")
    func ownHeaders() async throws {
        let sent = try await Self.request(
            .compatible, GenerationOptions(), ["headers": ["X-Gateway-Pass": "open-sesame"]])
        #expect(sent.header("x-gateway-pass") == "open-sesame")
    }

    @Test("Azure: the deployment is in the path of the classic form, and the version in its query")
    func azureAddresses() async throws {  // covers: G4
        let server = try Peer.azure.server()
        func sent(_ parameters: JSONObject) async throws -> FaultServer.Request {
            var all: JSONObject = ["api_key": .string(Peer.key.reveal()), "endpoint": .string(server.url)]
            all.merge(parameters)
            _ = try await BackendRegistry.builtIn.make("azure", BackendConfiguration(parameters: all)).generate("Hi")
            return try #require(server.requests.last)
        }
        let classic = try await sent(["deployment_name": "my dep", "api_version": "2024-06-01"])
        #expect(classic.path == "/openai/deployments/my dep/chat/completions")
        #expect(classic.query == "api-version=2024-06-01")
        #expect(classic.json?["model"] == "my dep")
        let usual = try await sent(["deployment": "d"])
        #expect(usual.query == "api-version=2024-10-21")
        let version1 = try await sent(["deployment": "d", "api_version": "v1"])
        #expect(version1.path == "/openai/v1/chat/completions")
        #expect(version1.query == "")
        let responses = try await sent(["deployment": "d", "api": "responses"])
        #expect(responses.path == "/openai/responses")
        #expect(responses.query == "api-version=2024-10-21")
    }
}
