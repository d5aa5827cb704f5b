import InterlockCore
import InterlockHTTP
import TestSupport
import Testing

@Suite("HTTP server: start and stop")
struct ServerLifeTests {
    @Test("a port that is taken is an error that says so")
    func takenPort() async throws {
        let first = HTTPServer(HTTPServer.Configuration(), handler: ClosureHandler(echo))
        let port = try first.start()
        let second = HTTPServer(HTTPServer.Configuration(port: port), handler: ClosureHandler(echo))
        let error = try #require(throws: InterlockError.self) { try second.start() }
        #expect(error.code == .invalidConfiguration)
        #expect(
            error.description == "cannot listen on 127.0.0.1:\(port): another program listens there\nhint: Stop that "
                + "program (`ss -ltnp` shows it), or choose another port; 0 takes any that is free.")
        await first.stop(grace: .zero)
        // The port is free again at once.
        let third = HTTPServer(HTTPServer.Configuration(port: port), handler: ClosureHandler(echo))
        #expect(try third.start() == port)
        await third.stop(grace: .zero)
    }

    @Test("places where nobody can listen are errors that say so")
    func badPlaces() throws {
        for (host, port, message) in [
            ("no-such-host.invalid", 0, "cannot listen on no-such-host.invalid: "),
            ("192.0.2.1", 80, "cannot listen on 192.0.2.1:80: this machine has no such address"),
            ("127.0.0.1", 65536, "port is 65536; it must be between 0 and 65535"),
        ] {
            let server = HTTPServer(HTTPServer.Configuration(host: host, port: port), handler: ClosureHandler(echo))
            let error = try #require(throws: InterlockError.self) { try server.start() }
            #expect(error.code == .invalidConfiguration)
            #expect(error.message.hasPrefix(message), "\(error.message)")
        }
    }

    @Test("names and both families of addresses can be listened at", arguments: ["localhost", "0.0.0.0", "*"])
    func hosts(host: String) async throws {
        let server = HTTPServer(HTTPServer.Configuration(host: host), handler: ClosureHandler(echo))
        let port = try server.start()
        let client = try RawClient(port: port)
        try client.send("GET /x HTTP/1.1\r\nHost: h\r\n\r\n")
        #expect(try client.response().text == "GET /x? 0:")
        await server.stop(grace: .zero)
    }

    @Test("a stop lets the running request finish, closes idle connections and takes no new ones")
    func stopsGently() async throws {
        let notes = Notes()
        let handler = ClosureHandler { request, responder in
            guard request.path == "/slow" else { return try await echo(request, responder) }
            try responder.head(status: 200, headers: [:])
            try await responder.write(Array("a".utf8))
            notes.add("began")
            try await notes.wait(for: "go on")
            try await responder.write(Array("b".utf8))
            responder.end()
        }
        let server = HTTPServer(HTTPServer.Configuration(), handler: handler)
        let port = try server.start()
        try await onOwnThread {
            let idle = try RawClient(port: port)
            try idle.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
            _ = try idle.response()
            let busy = try RawClient(port: port)
            try busy.send("GET /slow HTTP/1.1\r\nHost: h\r\n\r\n")
            try await notes.wait(for: "began")
            let stopped = Task(executorPreference: EventLoop.shared) { await server.stop(grace: .seconds(30)) }
            #expect(try idle.readToEnd().isEmpty)
            #expect(throws: TestFailure.self) { _ = try RawClient(port: port) }
            notes.add("go on")
            #expect(try busy.response().text == "ab")
            #expect(try busy.readToEnd().isEmpty)
            await stopped.value
        }
    }

    @Test("a stop cancels what does not finish in time, and does not wait for handlers that take no notice")
    func stopsHard() async throws {
        let notes = Notes()
        let handler = ClosureHandler { request, responder in
            notes.add("began")
            try? await EventLoop.shared.sleep(for: .seconds(60))
            notes.add("cancelled")
        }
        let server = HTTPServer(HTTPServer.Configuration(), handler: handler)
        let port = try server.start()
        let client = try RawClient(port: port)
        try client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
        try await notes.wait(for: "began")
        await server.stop(grace: .milliseconds(20))
        #expect(notes.names == ["began", "cancelled"])
        #expect(try client.readToEnd().isEmpty)
        // Stopping twice does nothing.
        await server.stop(grace: .zero)
    }
}
