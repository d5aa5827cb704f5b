import Interlock
import InterlockCore
import InterlockTesting
import Testing

/// Streams that are well transported and wrong in themselves.
@Suite("remote backends: faulty streams")
struct StreamFaultTests {
    /// What became of a request that may be asked again.
    private struct Outcome {
        var text = ""
        var error: InterlockError?
        var requests: Int
    }

    private static func outcome(_ peer: Peer, _ server: FaultServer) async throws -> Outcome {
        var outcome = Outcome(requests: 0)
        do {
            try await peer.make(server, ["max_retries": 3]).run(GenerationRequest([.user("Hello")])) { event in
                if case .text(let more) = event { outcome.text += more }
            }
        } catch let error as InterlockError {
            outcome.error = error
        }
        outcome.requests = server.requests.count
        return outcome
    }

    @Test("a stream without its last event is cut off", arguments: [Peer.anthropic, .responses, .ollama])
    func missingTerminator(_ peer: Peer) async throws {  // wire: 18, 63
        let server = try peer.server()
        server.inject(.missingTerminator)
        let outcome = try await Self.outcome(peer, server)
        #expect(outcome.text == "You said: Hello")
        #expect(outcome.error?.code == .truncatedStream)
        #expect(outcome.error?.backend == peer.backend)
        #expect(outcome.requests == 1)
    }

    @Test(
        "chat streams may lack [DONE] when they said why they ended", arguments: Peer.all.filter { $0.speaks == .chat })
    func missingDone(_ peer: Peer) async throws {  // wire: 27
        let server = try peer.server()
        server.inject(.missingTerminator)
        #expect(try await peer.ask(server).content == "You said: Hello")
        // Without a reason, it is cut off.
        server.respond { _ in
            .stream([.text(#"data: {"id":"1","model":"m","choices":[{"index":0,"delta":{"content":"Hi"}}]}"# + "\n\n")])
        }
        #expect(try await peer.failure(server).code == .truncatedStream)
    }

    @Test("the last event without its blank line does not count", arguments: [Peer.anthropic, .responses])
    func unfinished(_ peer: Peer) async throws {  // wire: 10
        let server = try peer.server()
        server.inject(.unfinishedLastEvent)
        let outcome = try await Self.outcome(peer, server)
        #expect(outcome.error == nil || outcome.error?.code == .truncatedStream)
        #expect(outcome.text == "You said: Hello")
        #expect(outcome.requests == 1)
    }

    @Test("an error in the midst of a stream is the provider's", arguments: Peer.all)
    func errorMidStream(_ peer: Peer) async throws {  // wire: 39, 58, 74
        let server = try peer.server()
        server.script { _ in FaultServer.Saying((0..<20).map { "word\($0) " }) }
        server.inject(.errorMidStream(after: 12))
        let outcome = try await Self.outcome(peer, server)
        #expect(outcome.text.hasPrefix("word0 word1 "))
        let error = try #require(outcome.error)
        #expect(error.message.contains("The server had an error"))
        #expect([.providerFailed, .overloaded].contains(error.code))
        #expect(error.isRetryable)
        #expect(error.backend == peer.backend)
        // The caller has seen text: a second answer would contradict it.
        #expect(outcome.requests == 1)
    }

    @Test("an error before any content is tried again", arguments: Peer.all)
    func errorAtOnce(_ peer: Peer) async throws {  // covers: S8; wire: 39, 58, 74
        let server = try peer.server()
        server.inject(.errorMidStream(after: 0), times: 1)
        let reply = try await peer.make(server, ["max_retries": 1]).generate("Hello")
        #expect(reply.content == "You said: Hello")
        #expect(reply.timings.attempts.count == 2)
        #expect(reply.timings.attempts.first?.failure?.isRetryable == true)
        #expect(reply.timings.attempts.last?.failure == nil)
    }

    @Test("an error as a text in the midst of a stream")
    func textError() async throws {  // wire: 39, 48
        let server = try Peer.mlx.server()
        server.respond { _ in .stream([.text("data: {\"error\":\"Model crashed\"}\n\n")]) }
        let error = try await Peer.mlx.failure(server)
        #expect(error.message.contains("Model crashed"))
    }

    @Test("an error under the status 200, as a whole", arguments: Peer.all)
    func errorAsWhole(_ peer: Peer) async throws {  // wire: 49
        let server = try peer.server()
        let isAnthropic = peer.speaks == .messages
        server.respond { _ in
            if peer.speaks == .lines { return .json(["error": "It broke"]) }
            return .json(
                isAnthropic
                    ? ["type": "error", "error": ["type": "api_error", "message": "It broke"]]
                    : ["error": ["message": "It broke", "type": "server_error", "param": .null, "code": .null]])
        }
        let error = try await peer.failure(server)
        #expect(error.message.contains("It broke"))
        #expect(error.code != .malformedResponse)
        #expect(error.backend == peer.backend)
    }

    @Test("Anthropic's events are known by their data where they have no names")
    func noEventNames() async throws {  // wire: 60
        let server = try Peer.anthropic.server()
        let relay = try FaultServer()
        relay.respond { [server] request in
            var response = Relay.answer(of: server, to: request)
            let lines = String(decoding: response.bodyBytes, as: UTF8.self).split(
                separator: "\n", omittingEmptySubsequences: false)
            response.steps = [.text(lines.filter { !$0.hasPrefix("event:") }.joined(separator: "\n"))]
            return response
        }
        let backend = try BackendRegistry.builtIn.make("anthropic", Peer.anthropic.configuration(relay))
        #expect(try await backend.generate("Hello").content == "You said: Hello")
    }

    @Test("what is no JSON, or another JSON, is a typed error that says where", arguments: Peer.eachSpeech)
    func malformed(_ peer: Peer) async throws {
        let server = try peer.server()
        let frames: [String]
        switch peer.speaks {
        case .lines: frames = ["{\"message\":", "[]", "{\"message\":{\"content\":5},\"done\":false}"]
        case .chat: frames = ["{\"choices\":", "[]", "{\"choices\":[{\"delta\":{\"content\":5}}]}"]
        case .responses:
            frames = ["{\"type\":", "[]", "{\"type\":\"response.output_text.delta\",\"delta\":5}"]
        case .messages:
            frames = [
                "{\"type\":", "[]",
                "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\"}}",
            ]
        }
        for frame in frames {
            server.respond { _ in
                peer.speaks == .lines
                    ? .stream([.text(frame + "\n")], type: "application/x-ndjson")
                    : .stream([.text("data: \(frame)\n\n")])
            }
            let error = try await peer.failure(server)
            #expect(error.code == .malformedResponse, "\(frame)")
            #expect(error.backend == peer.backend)
        }
    }

    @Test("an empty stream is cut off", arguments: Peer.all)
    func empty(_ peer: Peer) async throws {
        let server = try peer.server()
        let type = peer.speaks == .lines ? "application/x-ndjson" : "text/event-stream"
        server.respond { _ in .stream([], type: type) }
        let error = try await peer.failure(server)
        #expect(error.code == .truncatedStream)
        #expect(error.isRetryable)
    }

    @Test("arguments that are no JSON survive as they came")
    func rawArguments() async throws {  // wire: 36
        let server = try Peer.compatible.server()
        server.script { _ in FaultServer.Saying(calls: [.init(name: "t", arguments: "{\"a\": nonsense")]) }
        var request = GenerationRequest([.user("Hello")])
        request.tools = [ToolDefinition(name: "t", parameters: ["type": "object"])]
        let reply = try await Peer.compatible.make(server).reply(to: request)
        #expect(reply.toolCalls.map(\.arguments) == ["{\"a\": nonsense"])
    }
}
