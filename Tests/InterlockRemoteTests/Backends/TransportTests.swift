import Interlock
import InterlockCore
import InterlockTesting
import Testing

/// Everything that may happen to an answer between a server and a client, through every kind of backend.
@Suite("remote backends: transport")
struct TransportTests {
    private static let prompt = "grüße 😀 \u{2028}\u{85}Ende"
    private static let answer = "You said: grüße 😀 \u{2028}\u{85}Ende"

    /// Asks with faults injected, and expects the answer to be whole nevertheless.
    private static func expectWhole(
        _ peer: Peer, _ faults: [FaultServer.Fault], sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let server = try peer.server()
        for fault in faults { server.inject(fault) }
        let reply = try await peer.ask(server, prompt)
        #expect(reply.content == answer, "\(faults)", sourceLocation: sourceLocation)
        #expect(reply.finishReason.canonical == .endTurn, "\(faults)", sourceLocation: sourceLocation)
        #expect(reply.usage.outputTokens != nil, "\(faults)", sourceLocation: sourceLocation)
    }

    @Test("the same answer, spelled otherwise, is the same", arguments: Peer.all)
    func spellings(_ peer: Peer) async throws {  // wire: 1, 2, 4, 11, 14, 15, 19, 21, 26, 73
        let both: [[FaultServer.Fault]] = [
            [.oneByteAtATime], [.crlf], [.crlf, .oneByteAtATime], [.byteOrderMark], [.allAtOnce], [.gzip],
            [.closeDelimited], [.informational(100)], [.informational(103), .informational(103)],
            [.header("X-Twice", "a"), .header("x-tWICE", "b"), .header("Content-Language", "en")],
            [.wrongContentType("TEXT/plain; charset=utf-8")], [.allAtOnce, .oneByteAtATime, .gzip, .closeDelimited],
        ]
        for faults in both { try await Self.expectWhole(peer, faults) }
    }

    @Test(
        "what only a stream of events may have is understood there", arguments: Peer.all.filter { $0.speaks != .lines })
    func events(_ peer: Peer) async throws {  // wire: 3, 5, 6, 8, 9, 16, 28
        let events: [[FaultServer.Fault]] = [
            [.loneCR], [.loneCR, .oneByteAtATime], [.comments], [.prepend(": first\n\n: second\n\n")],
            [.prepend("id: 1\nretry: soon\n\n")], [.prepend("id\nunknown\nretry:7\n\n")],
            [.wrongContentType("text/event-stream;charset=utf-8")],
            [.append("data: {\"not\": \"looked at\"}\n\n")], [.append("data: not JSON\n\n")],
        ]
        for faults in events { try await Self.expectWhole(peer, faults) }
    }

    @Test("what only lines may have is understood there")
    func lines() async throws {  // wire: 73
        let lines: [[FaultServer.Fault]] = [
            [.prepend("\n\r\n \n")], [.unfinishedLastEvent], [.unfinishedLastEvent, .closeDelimited],
            [.wrongContentType("application/json; charset=utf-8")], [.append("{\"not\": \"looked at\"}\n")],
        ]
        for faults in lines { try await Self.expectWhole(.ollama, faults) }
    }

    @Test("an answer without a content type is what was asked for", arguments: Peer.eachSpeech)
    func noContentType(_ peer: Peer) async throws {  // wire: 16
        let server = try peer.server()
        let relay = try FaultServer()
        relay.respond { [server] request in
            var response = Relay.answer(of: server, to: request)
            response.headers.removeAll { $0.name == "content-type" }
            return response
        }
        let backend = try BackendRegistry.builtIn.make(peer.backend, peer.configuration(relay))
        #expect(try await backend.generate("Hello").content == "You said: Hello")
    }

    @Test("a whole answer where a stream was asked for is taken, too", arguments: Peer.all)
    func wholeAnswer(_ peer: Peer) async throws {  // wire: 16
        let server = try peer.server()
        let relay = try FaultServer()
        relay.respond { [server] request in Relay.answer(of: server, to: request, streaming: false) }
        let backend = try BackendRegistry.builtIn.make(peer.backend, peer.configuration(relay))
        let reply = try await backend.generate("Hello there")
        #expect(reply.content == "You said: Hello there")
        #expect(reply.finishReason.canonical == .endTurn)
        #expect(reply.usage.outputTokens == 4)
    }

    @Test("very large and very many events", arguments: Peer.eachSpeech)
    func large(_ peer: Peer) async throws {  // wire: 13, 14
        let server = try peer.server()
        // One piece of 8 MiB for the form that most servers speak.
        let count = peer.speaks == .chat ? 1 << 19 : 1 << 15
        let large = String(repeating: "0123456789abcdef", count: count)
        server.script { _ in FaultServer.Saying([large]) }
        #expect(try await peer.ask(server).content.utf8.count == count * 16)
        server.script { _ in FaultServer.Saying([String](repeating: "x", count: 10_000)) }
        server.inject(.allAtOnce)
        #expect(try await peer.ask(server).content.utf8.count == 10_000)
    }

    @Test("a byte that is no UTF-8 is a typed error", arguments: Peer.eachSpeech)
    func invalidUTF8(_ peer: Peer) async throws {  // wire: 12
        let server = try peer.server()
        server.inject(.invalidUTF8(after: 40))
        let error = try await peer.failure(server)
        #expect(error.code == .malformedResponse)
        #expect(error.backend == peer.backend)
    }

    @Test("an answer that breaks off is a typed error, and is not asked for again", arguments: Peer.all)
    func brokenOff(_ peer: Peer) async throws {  // wire: 15, 17, 18
        let endings: [[FaultServer.Fault]] = [
            [.cut(after: 6000)], [.reset(after: 6000)], [.closeDelimited, .cut(after: 6000)],
            [.gzip, .cut(after: 6000)], [.gzip, .closeDelimited, .cut(after: 6000)],
        ]
        for faults in endings {
            let server = try peer.server()
            server.script { _ in FaultServer.Saying((0..<400).map { "word\($0) " }) }
            for fault in faults { server.inject(fault) }
            var text = ""
            let backend = try peer.make(server, ["max_retries": 3])
            let error = await #expect(throws: InterlockError.self) {
                try await backend.run(GenerationRequest([.user("Hello")])) { event in
                    if case .text(let more) = event { text += more }
                }
            }
            #expect(error?.code == .truncatedStream || error?.code == .malformedResponse, "\(faults)")
            #expect(error?.isRetryable == true)
            #expect(error?.backend == peer.backend)
            // What came before is handed on; then it is the caller's.
            #expect(text.hasPrefix("word0 word1 "), "\(faults)")
            #expect(!text.contains("word399"))
            #expect(server.requests.count == 1, "\(faults)")
        }
    }

    @Test("a connection that the server has given up is replaced, and the request is sent again", arguments: Peer.all)
    func idleConnection(_ peer: Peer) async throws {  // wire: 20
        let server = try peer.server()
        let backend = try peer.make(server)
        #expect(try await backend.generate("one").content == "You said: one")
        server.inject(.closeIdleConnections)
        #expect(try await backend.generate("two").content == "You said: two")
        #expect(server.connectionCount == 2)
        #expect(server.requests.map(\.body).suffix(2).first == server.requests.last?.body)
    }

    @Test("a connection that breaks before an answer is tried again, as often as max_retries says", arguments: Peer.all)
    func resetBeforeHead(_ peer: Peer) async throws {  // covers: G1, G3, S8
        let server = try peer.server()
        server.inject(.resetBeforeHead)
        let error = try await peer.failure(server, ["max_retries": 0])
        #expect(error.code == .connectionFailed)
        #expect(server.requests.count == 1)
        #expect(try await peer.failure(server, ["max_retries": 1]).code == .connectionFailed)
        #expect(server.requests.count == 3)
    }

    @Test("a server that does not speak HTTP", arguments: Peer.all)
    func garbage(_ peer: Peer) async throws {
        let server = try peer.server()
        server.inject(.garbage)
        let error = try await peer.failure(server)
        #expect(error.code == .malformedResponse)
        #expect(error.hint == "Check that the address is that of an HTTP server and that the port is right.")
    }

    // MARK: - Redirects

    @Test("a redirect that keeps the method is followed, with key and body", arguments: Peer.all)
    func redirect(_ peer: Peer) async throws {  // wire: 22
        let server = try peer.server()
        for status in [307, 308] {
            server.inject(.redirect(status, to: "\(peer.conversationPath)?api-version=again"), times: 1)
            #expect(try await peer.ask(server).content == "You said: Hello")
            #expect(server.requests.last?.query == "api-version=again")
            #expect(server.requests.last?.method == "POST")
        }
    }

    @Test("to another origin no key goes, nor any header that the user added", arguments: Peer.all)
    func crossOrigin(_ peer: Peer) async throws {  // wire: 22
        let server = try peer.server()
        let other = try peer.server { $0.requiredKey = nil }
        server.inject(
            .redirect(307, to: other.url + peer.conversationPath + (peer.backend == "azure" ? "?api-version=x" : "")))
        let reply = try await peer.ask(server, "Hello", ["headers": ["x-gateway-pass": "open-sesame"]])
        #expect(reply.content == "You said: Hello")
        let sent = try #require(other.requests.first)
        #expect(sent.key == nil)
        #expect(sent.header("x-gateway-pass") == nil)
        // What is no credential belongs to the request, wherever it goes.
        #expect(sent.header("content-type") == "application/json")
        #expect((sent.header("anthropic-version") != nil) == (peer.speaks == .messages))
        #expect(server.requests.first?.header("x-gateway-pass") == "open-sesame")
    }

    @Test("redirects that go in circles or would change the method are refused", arguments: Peer.all)
    func badRedirects(_ peer: Peer) async throws {  // wire: 22
        let server = try peer.server()
        let other = try peer.server { $0.requiredKey = nil }
        server.inject(.redirect(307, to: other.url + peer.conversationPath))
        other.inject(.redirect(307, to: server.url + peer.conversationPath))
        let circle = try await peer.failure(server, ["max_retries": 2])
        #expect(circle.code == .invalidConfiguration)
        server.clearFaults()
        server.inject(.redirect(302, to: "/elsewhere"))
        let changed = try await peer.failure(server)
        #expect(changed.code == .invalidConfiguration)
        #expect(changed.message.contains("a POST must not become a GET"))
    }

    // MARK: - Time

    @Test("silence before the answer, in its middle, and an answer without an end", arguments: Peer.all)
    func timeLimits(_ peer: Peer) async throws {  // covers: S8; wire: 23
        let silent = try peer.server()
        silent.inject(.slowFirstByte(.seconds(600)))
        let first = try await peer.failure(silent, ["first_byte_timeout": 0.2])
        #expect(first.code == .timeout)
        #expect(first.timeoutPhase == .firstByte)
        let stalled = try peer.server()
        stalled.script { _ in FaultServer.Saying((0..<400).map { "word\($0) " }) }
        stalled.inject(.stallMidStream(after: 6000))
        let idle = try await peer.failure(stalled, ["idle_timeout": 0.2])
        #expect(idle.code == .timeout)
        #expect(idle.timeoutPhase == .idle)
        let slow = try peer.server()
        slow.script { _ in FaultServer.Saying((0..<400).map { "word\($0) " }) }
        slow.inject(.slow(.milliseconds(30)))
        // Every piece ends the silence; only the total limit ends such an answer.
        let total = try await peer.failure(slow, ["idle_timeout": 5, "timeout": 0.4])
        #expect(total.code == .timeout)
        #expect(total.timeoutPhase == .total)
    }

    @Test("pieces that come steadily are not silence, however long the whole takes", arguments: Peer.eachSpeech)
    func steady(_ peer: Peer) async throws {  // wire: 23
        let server = try peer.server()
        server.script { _ in FaultServer.Saying((0..<10).map { "word\($0) " }) }
        server.inject(.slow(.milliseconds(100)))
        let reply = try await peer.ask(server, "Hello", ["idle_timeout": 0.9])
        #expect(reply.content.hasSuffix("word9 "))
    }

    @Test("the deadline of a request goes before the limits of the settings", arguments: Peer.eachSpeech)
    func deadline(_ peer: Peer) async throws {  // wire: 86
        let server = try peer.server()
        server.inject(.slowFirstByte(.seconds(600)))
        var request = GenerationRequest([.user("Hello")])
        request.budget = RequestBudget(timeout: .milliseconds(200))
        let backend = try peer.make(server, ["timeout": 600, "max_retries": 3])
        let error = await #expect(throws: InterlockError.self) { try await backend.reply(to: request) }
        #expect(error?.code == .deadlineExceeded)
        #expect(error?.backend == peer.backend)
        #expect(server.requests.count == 1)
    }

    // MARK: - Pages of proxies

    @Test("pages of proxies, empty answers and wrong content types", arguments: Peer.all)
    func proxyPages(_ peer: Peer) async throws {  // wire: 25
        let server = try peer.server()
        func failure(_ faults: FaultServer.Fault...) async throws -> InterlockError {
            server.clearFaults()
            for fault in faults { server.inject(fault) }
            return try await peer.failure(server)
        }
        let page = try await failure(.html502)
        #expect(page.code == .providerFailed)
        #expect(page.provider?.status == 502)
        #expect(!page.message.contains("<"))
        let empty = try await failure(.emptyBody(status: 503))
        #expect(empty.code == .overloaded)
        #expect(!empty.message.isEmpty)
        let typed = try await failure(.status(500), .wrongContentType("text/html"))
        #expect(typed.code == .providerFailed)
        #expect(typed.message.contains("the fault server was told to answer with status 500"))
    }

    @Test("a page under status 200 says that the address may be wrong, and is not asked for again", arguments: Peer.all)
    func page(_ peer: Peer) async throws {  // wire: 25
        let server = try peer.server()
        server.respond { _ in .text("<html><body>Welcome</body></html>", type: "text/html; charset=utf-8") }
        let error = try await peer.failure(server, ["max_retries": 2])
        #expect(error.code == .malformedResponse)
        #expect(error.message == "the server answered with a web page, not with JSON")
        #expect(error.hint?.hasPrefix("Is \(server.url)") == true)
        #expect(server.requests.count == 1)
    }

    @Test("an error of any size is read as far as it can be shown")
    func hugeError() async throws {
        let server = try Peer.openAI.server()
        server.respond { _ in .text(String(repeating: "long ", count: 1 << 20), status: 500) }
        let error = try await Peer.openAI.failure(server)
        #expect(error.code == .providerFailed)
        #expect(error.message.utf8.count < 2000)
    }
}
