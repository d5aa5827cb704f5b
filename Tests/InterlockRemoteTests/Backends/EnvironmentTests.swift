import Interlock
import InterlockCore
import InterlockTesting
import Testing

/// Keys, addresses and time limits that come from the environment, and what happens without them.
@Suite("remote backends: environment")
struct EnvironmentTests {
    @Test("a missing key is an error before any request", arguments: Peer.all.filter(\.needsKey))
    func missingKey(_ peer: Peer) throws {  // covers: G1, G3, G4
        let server = try peer.server()
        let variable = try #require(peer.keyVariable)
        let error = #expect(throws: InterlockError.self) {
            try BackendRegistry.builtIn.make(peer.backend, peer.configuration(server, key: nil))
        }
        #expect(error?.code == .missingCredential)
        #expect(error?.message == "no API key is given")
        #expect(error?.hint?.hasPrefix("Set the environment variable \(variable)") == true)
        #expect(server.connectionCount == 0)
        // An empty variable is no key.
        var configuration = peer.configuration(server, key: nil)
        configuration.environment[variable] = " "
        #expect(throws: InterlockError.self) { try BackendRegistry.builtIn.make(peer.backend, configuration) }
    }

    @Test("the key comes from the provider's own variable, and a parameter goes before it", arguments: Peer.all)
    func keyVariable(_ peer: Peer) async throws {  // covers: G1, G3, G11, S1
        let server = try peer.server { $0.requiredKey = nil }
        let variable = try #require(peer.keyVariable)
        var configuration = peer.configuration(server, key: nil)
        configuration.environment[variable] = " key-of-the-environment\n"
        _ = try await BackendRegistry.builtIn.make(peer.backend, configuration).generate("Hello")
        #expect(server.requests.last?.key?.reveal() == "key-of-the-environment")
        configuration.parameters["api_key"] = "key-of-the-parameters"
        _ = try await BackendRegistry.builtIn.make(peer.backend, configuration).generate("Hello")
        #expect(server.requests.last?.key?.reveal() == "key-of-the-parameters")
    }

    @Test("a key that no header can hold is refused without being shown")
    func badKey() throws {
        let server = try Peer.openAI.server()
        let error = #expect(throws: InterlockError.self) {
            try Peer.openAI.make(server, ["api_key": "two\nlines"])
        }
        #expect(
            error?.description == """
                openai: the key holds white space or characters that no key has
                hint: Copy it again; quotes and line ends do not belong to it.
                """)
    }

    @Test(
        "LLM_API_BASE and the provider's own variables say where the server is",
        arguments: [
            (Peer.anthropic, "ANTHROPIC_BASE_URL"), (.anthropic, "LLM_API_BASE"), (.openAI, "OPENAI_BASE_URL"),
            (.openAI, "LLM_API_BASE"), (.azure, "AZURE_OPENAI_ENDPOINT"), (.huggingFace, "LLM_API_BASE"),
            (.ollama, "OLLAMA_HOST"), (.ollama, "LLM_API_BASE"), (.lmStudio, "LMSTUDIO_BASE_URL"),
            (.compatible, "LLM_API_BASE"), (.vLLM, "LLM_API_BASE"), (.remote, "LLM_API_BASE"), (.mlx, "LLM_API_BASE"),
        ])
    func address(_ peer: Peer, _ variable: String) async throws {  // covers: S1, S2
        let server = try peer.server()
        for address in [server.url + peer.path, server.url] {
            var configuration = peer.configuration(server)
            configuration.parameters.removeValue(forKey: "base_url")
            configuration.environment[variable] = address
            let reply = try await BackendRegistry.builtIn.make(peer.backend, configuration).generate("Hello")
            #expect(reply.content == "You said: Hello")
        }
    }

    @Test("a proxy, even for this machine, is used when it is named, and NO_PROXY exempts")
    func proxy() async throws {
        let server = try Peer.openAI.server()
        let proxy = try FaultServer()
        var configuration = Peer.openAI.configuration(server)
        configuration.environment["http_proxy"] = proxy.url
        configuration.environment["no_proxy"] = "127.0.0.1"
        _ = try await BackendRegistry.builtIn.make("openai", configuration).generate("Hello")
        #expect(proxy.connectionCount == 0)
        configuration.environment["no_proxy"] = ""
        _ = try? await BackendRegistry.builtIn.make("openai", configuration).generate("Hello")
        #expect(proxy.connectionCount == 1)
    }

    @Test("LLM_TIMEOUT_SECONDS limits a request, and so does the parameter timeout", arguments: Peer.all)
    func timeout(_ peer: Peer) async throws {  // covers: G1, G3, S1, S8; wire: 23
        let server = try peer.server()
        server.inject(.slowFirstByte(.seconds(600)))
        var configuration = peer.configuration(server)
        configuration.environment["LLM_TIMEOUT_SECONDS"] = "0.2"
        for parameters in [[:], ["timeout": 0.25]] as [JSONObject] {
            configuration.parameters.merge(parameters)
            let backend = try BackendRegistry.builtIn.make(peer.backend, configuration)
            let error = await #expect(throws: InterlockError.self) { try await backend.generate("Hello") }
            #expect(error?.code == .timeout)
            #expect(error?.timeoutPhase == .total)
            #expect(error?.backend == peer.backend)
        }
        configuration.parameters.removeValue(forKey: "timeout")
        configuration.environment["LLM_TIMEOUT_SECONDS"] = "soon"
        let error = #expect(throws: InterlockError.self) {
            try BackendRegistry.builtIn.make(peer.backend, configuration)
        }
        #expect(error?.message == "LLM_TIMEOUT_SECONDS is soon; it must be a number of seconds above 0")
    }

    @Test("Entra tokens of Azure and login tokens of Anthropic travel as bearer tokens")
    func bearers() async throws {  // covers: G4; wire: 67
        for (peer, variable) in [(Peer.azure, "AZURE_OPENAI_AD_TOKEN"), (.anthropic, "ANTHROPIC_AUTH_TOKEN")] {
            let server = try peer.server { $0.requiredKey = Secret("token-1") }
            var configuration = peer.configuration(server, key: nil)
            configuration.environment[variable] = "token-1"
            _ = try await BackendRegistry.builtIn.make(peer.backend, configuration).generate("Hello")
            #expect(
                server.requests.first?.headers.filter { $0.key != nil }.map { $0.name.lowercased() } == [
                    "authorization"
                ])
        }
    }

    @Test("a token from a command is asked for once, and once more when it is refused")
    func tokenCommand() async throws {
        let server = try Peer.azure.server { $0.requiredKey = Secret("printed-token") }
        let backend = try BackendRegistry.builtIn.make(
            "azure", Peer.azure.configuration(server, key: nil, ["api_key_command": ["printf", "printed-token"]]))
        #expect(try await backend.generate("Hello").content == "You said: Hello")
        server.inject(.status(401), times: 1)
        #expect(try await backend.generate("Hello").content == "You said: Hello")
        #expect(server.requests.count == 3)
        server.inject(.status(401))
        let error = await #expect(throws: InterlockError.self) { try await backend.generate("Hello") }
        #expect(error?.code == .unauthorized)
        #expect(server.requests.count == 5)
    }

    @Test("the status shows whether there is a key, and never the key", arguments: Peer.all)
    func status(_ peer: Peer) async throws {  // covers: G12
        let server = try peer.server()
        let status = try await peer.make(server).status()
        #expect(status.credential.map { "\($0)" } == "SET")
        #expect(!"\(status)".contains(Peer.key.reveal()))
        #expect(status.device == server.url + peer.path)
    }
}
