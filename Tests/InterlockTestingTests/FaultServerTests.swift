import InterlockCore
import InterlockTesting
import TestSupport
import Testing

/// The fault server as an HTTP server, and what it tells of its requests.
@Suite
struct FaultServerTests {
    @Test("a connection serves one request after the other, also when they come at once")
    func keepAlive() throws {
        let server = try FaultServer()
        let client = try RawClient(port: server.port)
        let request = RawClient.request("GET", "/api/version")
        try client.write(request + request)
        let first = client.read(until: "}")
        #expect(first.end == .found)
        if String(decoding: first.bytes, as: UTF8.self).split(separator: "HTTP/1.1 200").count < 2 {
            #expect(client.read(until: "}").end == .found)
        }
        #expect(server.connectionCount == 1)
        #expect(server.requests.map(\.connection) == [1, 1])
    }

    @Test("a request is told as it came, without its key")
    func recording() throws {
        let server = try FaultServer()
        let body = #"{"model":"m","messages":[]}"#
        _ = try RawClient.exchange(
            server.port, "/v1/chat/completions?a=1%202&b", method: "POST",
            headers: "Authorization: Bearer sk-very-secret\r\n",
            body: body)
        let request = try #require(server.requests.first)
        #expect(request.number == 1)
        #expect(request.method == "POST")
        #expect(request.path == "/v1/chat/completions")
        #expect(request.query == "a=1%202&b")
        #expect(request.queryValue("a") == "1 2")
        #expect(request.queryValue("b")?.isEmpty == true)
        #expect(request.queryValue("c") == nil)
        #expect(request.json == ["model": "m", "messages": []])
        #expect(request.header("AUTHORIZATION") == "SET")
        #expect(request.key?.reveal() == "sk-very-secret")
        var dumped = ""
        dump(server.exchanges, to: &dumped)
        #expect(!dumped.contains("very-secret"))
        #expect(!"\(server.exchanges)".contains("very-secret"))
    }

    @Test("a body in chunks is put together")
    func chunkedRequest() throws {
        let server = try FaultServer()
        let client = try RawClient(port: server.port)
        try client.write("POST /api/show HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n7\r\n{\"model\r\n")
        try client.write("8;x=y\r\n\":\"abc\"}\r\n0\r\ntrailer: x\r\n\r\n")
        #expect(client.read(until: "\r\n\r\n").end == .found)
        let request = try #require(server.requests.first)
        #expect(request.isChunked)
        #expect(request.json == ["model": "abc"])
    }

    @Test("one flavour wants to know a body's length")
    func chunkedRefused() throws {
        let server = try FaultServer(FaultServer.Configuration(flavour: .mlx))
        let client = try RawClient(port: server.port)
        try client.write("POST /v1/chat/completions HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n")
        #expect(String(decoding: client.read(until: "\r\n\r\n").bytes, as: UTF8.self).hasPrefix("HTTP/1.1 411 "))
    }

    @Test("a client that asks whether to go on is told so")
    func expectation() throws {
        let server = try FaultServer()
        let client = try RawClient(port: server.port)
        try client.write("POST /api/show HTTP/1.1\r\nexpect: 100-continue\r\ncontent-length: 2\r\n\r\n")
        #expect(client.read(until: "\r\n\r\n").bytes == Array("HTTP/1.1 100 Continue\r\n\r\n".utf8))
        try client.write("{}")
        #expect(String(decoding: client.read(until: "\r\n\r\n").bytes, as: UTF8.self).hasPrefix("HTTP/1.1 200 OK"))
    }

    @Test(
        "what is no request is refused",
        arguments: [
            ("nonsense\r\n\r\n", 400), ("GET / HTTP/2\r\n\r\n", 400), ("GET / HTTP/1.1\r\nno colon\r\n\r\n", 400),
            ("POST / HTTP/1.1\r\ncontent-length: x\r\n\r\n", 400),
            ("POST / HTTP/1.1\r\ncontent-length: 1000\r\n\r\n", 413),
            ("POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n", 400),
            ("POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n3e8\r\n", 413),
        ])
    func refusals(request: String, status: Int) throws {
        let server = try FaultServer(FaultServer.Configuration(maximumBody: 100))
        let client = try RawClient(port: server.port)
        try client.write(request)
        let (bytes, end) = client.read()
        #expect(String(decoding: bytes, as: UTF8.self).hasPrefix("HTTP/1.1 \(status) "))
        #expect(end == .end)
        #expect(server.requests.isEmpty)
    }

    @Test("HTTP/1.0 gets neither chunks nor a second request, and HEAD no body")
    func oldAndShort() throws {
        let server = try FaultServer()
        let client = try RawClient(port: server.port)
        let body = #"{"model":"m","messages":[{"role":"user","content":"x"}]}"#
        try client.write("POST /api/chat HTTP/1.0\r\ncontent-length: \(body.utf8.count)\r\n\r\n\(body)")
        let old = RawAnswer(bytes: client.read().bytes, end: .end)
        #expect(!old.head.contains("chunked"))
        #expect(old.bodyText.split(separator: "\n").count == 4)
        let short = try RawClient.exchange(server.port, "/api/tags", method: "HEAD")
        #expect(short.status == 200)
        #expect(short.body.isEmpty)
    }

    @Test("an answer waits until it is released, or until the client has gone")
    func pausing() async throws {
        let server = try FaultServer()
        server.respond { _ in .stream([.text("a"), .pause("gate"), .text("b")]) }
        let client = try RawClient(port: server.port)
        try client.write(RawClient.request("GET", "/"))
        #expect(client.read(until: "a\r\n").end == .found)
        do {
            let leaver = try RawClient(port: server.port)
            try leaver.write(RawClient.request("GET", "/"))
            #expect(leaver.read(until: "a\r\n").end == .found)
        }
        try await server.wait { $0.count == 2 && $0[1].ending == .clientLeft }
        #expect(server.exchanges[0].ending == nil)
        server.release("gate")
        #expect(client.read(until: "b\r\n0\r\n\r\n").end == .found)
        try await server.wait { $0[0].ending == .complete }
    }

    @Test("a stall lasts until the client goes away, which is noticed")
    func stalling() async throws {
        let server = try FaultServer()
        server.inject(.stallMidStream(after: 20))
        var client: RawClient? = try RawClient(port: server.port)
        let body = #"{"model":"m","messages":[{"role":"user","content":"x"}],"stream":true}"#
        try client?.write(RawClient.request("POST", "/v1/chat/completions", body: body))
        #expect(client?.read(until: "\r\n\r\n").end == .found)
        #expect(client?.read(patience: 50).end == .silence)
        client = nil
        try await server.wait { $0.first?.ending == .clientLeft }
        #expect(server.exchanges.first?.endedAt != nil)
    }

    @Test("a client that does not read holds the server back")
    func backPressure() async throws {
        let server = try FaultServer()
        let size = 64 << 20
        server.respond { _ in FaultServer.Response(steps: [.bytes([UInt8](repeating: 120, count: size))]) }
        let client = try RawClient(port: server.port)
        try client.write(RawClient.request("GET", "/"))
        try await server.wait { ($0.first?.sentBytes ?? 0) > 0 }
        // It sends until both sockets' buffers are full, and then no more.
        var seen = -1
        while seen != server.exchanges.first?.sentBytes {
            seen = server.exchanges.first?.sentBytes ?? 0
            try await Clocks.system.sleep(.milliseconds(50))
        }
        #expect(seen > 0)
        #expect(seen < size / 2)
        #expect(server.exchanges.first?.ending == nil)
    }

    @Test("more connections than threads are served, at the cost of idle ones")
    func manyConnections() throws {
        let server = try FaultServer()
        let idle = try (0..<64).map { _ in
            let client = try RawClient(port: server.port)
            try client.write(RawClient.request("GET", "/api/version"))
            #expect(client.read(until: "}").end == .found)
            return client
        }
        #expect(try RawClient.exchange(server.port, "/api/version").status == 200)
        #expect(server.connectionCount == 65)
        let ended = idle.filter { $0.read(patience: 0).end == .end }
        #expect(ended.count == 1)
    }

    @Test("stopping breaks what goes on and refuses what comes")
    func stopping() throws {
        let server = try FaultServer()
        server.respond { _ in .stream([.text("a"), .stall]) }
        let client = try RawClient(port: server.port)
        try client.write(RawClient.request("GET", "/"))
        #expect(client.read(until: "a\r\n").end == .found)
        server.stop()
        server.stop()
        #expect(client.read().end == .end)
        // The listening socket is closed by its own thread, a moment later.
        let deadline = ContinuousClock.now + patience
        while (try? RawClient(port: server.port)) != nil {
            guard ContinuousClock.now < deadline else {
                Issue.record("still listening")
                return
            }
            pauseBriefly()
        }
    }

    @Test("waiting for what does not come ends with an error")
    func patienceEnds() async throws {
        let server = try FaultServer()
        let error = await #expect(throws: InterlockError.self) {
            try await server.wait(patience: .milliseconds(5)) { !$0.isEmpty }
        }
        #expect(error?.code == .timeout)
        #expect(error?.message == "what the test waits for did not reach the fault server within 0.005 seconds")
        #expect(error?.hint == "Look at its exchanges: 0 so far.")
    }
}
