import Interlock
import InterlockCore
import InterlockTesting
import Testing

/// A remote backend, and the server that it is tried against: one of its own kind.
struct Peer: Sendable, CustomTestStringConvertible {
    /// What tests call it.
    let name: String
    /// The registered name of the backend.
    let backend: String
    /// A model of the provider, whose rules the backend may know.
    let model: String
    /// What follows the server's address in `base_url`.
    var path = ""
    /// Parameters that make it what its name says.
    var parameters: JSONObject = [:]
    /// Whose habits the server has.
    var flavour = FaultServer.Flavour.openAI
    /// Whether it refuses to be made without a key.
    var needsKey = false
    /// The environment variable of the key, where it has one.
    var keyVariable: String?
    /// How the server's answers come: `lines`, or events with or without an end of their own.
    var speaks = Speech.chat

    enum Speech: Sendable {
        case chat, responses, messages, lines
    }

    var testDescription: String { name }

    /// The path that a conversation is sent to.
    var conversationPath: String {
        switch speaks {
        case .messages: "/v1/messages"
        case .lines: "/api/chat"
        case .responses: "\(prefix)/responses"
        case .chat: "\(prefix)/chat/completions"
        }
    }

    private var prefix: String {
        backend == "azure" ? path.isEmpty ? "/openai/deployments/\(model)" : path : path
    }

    /// A key that looks like nobody's: no pattern of known keys tells that it is one.
    static let key = Secret("Zq8wholly-ordinary-7f3k")

    /// A server for it, which asks for the key.
    func server(_ configure: (inout FaultServer.Configuration) -> Void = { _ in }) throws -> FaultServer {
        var configuration = FaultServer.Configuration(requiredKey: Self.key, models: [model], flavour: flavour)
        configure(&configuration)
        return try FaultServer(configuration)
    }

    /// The configuration of the backend for a server; what is given here goes before what the peer says.
    func configuration(
        _ server: FaultServer, model: String? = nil, key: Secret? = Self.key, _ more: JSONObject = [:]
    ) -> BackendConfiguration {
        configuration(address: server.url + path, model: model, key: key, more)
    }

    /// The same for an address.
    func configuration(
        address: String, model: String? = nil, key: Secret? = Self.key, _ more: JSONObject = [:]
    ) -> BackendConfiguration {
        var all = parameters
        all["base_url"] = .string(address)
        all["max_retries"] = 0
        if let key { all["api_key"] = .string(key.reveal()) }
        all.merge(more)
        return BackendConfiguration(model: model ?? self.model, parameters: all)
    }

    /// The backend for a server, which asks once unless it is told otherwise.
    func make(_ server: FaultServer, model: String? = nil, _ more: JSONObject = [:]) throws -> any Backend {
        try BackendRegistry.builtIn.make(backend, configuration(server, model: model, more))
    }

    /// What this peer answers to a plain prompt, with that server and those parameters.
    func ask(_ server: FaultServer, _ prompt: String = "Hello", _ more: JSONObject = [:]) async throws -> Reply {
        try await make(server, more).generate(prompt)
    }

    /// What this peer fails with.
    func failure(
        _ server: FaultServer, _ more: JSONObject = [:], sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> InterlockError {
        let error = await #expect(throws: InterlockError.self, sourceLocation: sourceLocation) {
            try await ask(server, "Hello", more)
        }
        return try #require(error, sourceLocation: sourceLocation)
    }
}

extension Peer {
    static let anthropic = Peer(
        name: "anthropic", backend: "anthropic", model: "claude-sonnet-4-5", needsKey: true,
        keyVariable: "ANTHROPIC_API_KEY", speaks: .messages)
    static let openAI = Peer(
        name: "openai chat", backend: "openai", model: "gpt-4.1", path: "/v1", needsKey: true,
        keyVariable: "OPENAI_API_KEY")
    static let responses = Peer(
        name: "openai responses", backend: "openai", model: "gpt-4.1", path: "/v1", parameters: ["api": "responses"],
        needsKey: true, keyVariable: "OPENAI_API_KEY", speaks: .responses)
    static let azure = Peer(
        name: "azure classic", backend: "azure", model: "my-deployment", needsKey: true,
        keyVariable: "AZURE_OPENAI_API_KEY")
    static let azureV1 = Peer(
        name: "azure v1", backend: "azure", model: "my-deployment", path: "/openai/v1", needsKey: true,
        keyVariable: "AZURE_OPENAI_API_KEY")
    static let huggingFace = Peer(
        name: "huggingface", backend: "huggingface", model: "org/name", path: "/v1", flavour: .huggingFace,
        needsKey: true, keyVariable: "HF_TOKEN")
    static let ollama = Peer(
        name: "ollama", backend: "ollama", model: "llama:latest", keyVariable: "OLLAMA_API_KEY", speaks: .lines)
    static let lmStudio = Peer(
        name: "lmstudio", backend: "lmstudio", model: "local-model", path: "/v1", flavour: .lmStudio,
        keyVariable: "LM_API_TOKEN")
    static let compatible = Peer(
        name: "openai_compatible", backend: "openai_compatible", model: "demo-model", path: "/v1",
        keyVariable: "OPENAI_COMPATIBLE_API_KEY")
    static let vLLM = Peer(
        name: "vllm", backend: "vllm", model: "org/served", path: "/v1", flavour: .vLLM,
        keyVariable: "OPENAI_COMPATIBLE_API_KEY")
    static let llamaServer = Peer(
        name: "llama_server", backend: "llama_server", model: "demo-model", path: "/v1", flavour: .llamaServer,
        keyVariable: "OPENAI_COMPATIBLE_API_KEY")
    static let mlx = Peer(
        name: "mlx_server", backend: "mlx_server", model: "org/mlx-model", path: "/v1", flavour: .mlx,
        keyVariable: "OPENAI_COMPATIBLE_API_KEY")
    static let localAI = Peer(
        name: "localai", backend: "localai", model: "demo-model", path: "/v1",
        keyVariable: "OPENAI_COMPATIBLE_API_KEY")
    static let remote = Peer(
        name: "remote", backend: "remote", model: "demo-model", path: "/v1", keyVariable: "OPENAI_API_KEY")

    /// Every remote backend, in every form that it has.
    static let all = [
        anthropic, openAI, responses, azure, azureV1, huggingFace, ollama, lmStudio, compatible, vLLM, llamaServer,
        mlx, localAI, remote,
    ]

    /// One for each way in which answers come over the wire.
    static let eachSpeech = [anthropic, openAI, responses, ollama]
}
