import InterlockCore
import InterlockHTTP
import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

@Suite("HTTP server: limits")
struct ServerLimitsTests {
    @Test("a body that is too long is refused with 413, however it comes")
    func bodies() async throws {
        try await withServer(limits: HTTPServerLimits(bodyBytes: 10), handler: echo) { port in
            let long = String(repeating: "x", count: 5000)
            for (head, body) in [
                ("Content-Length: 5000", long),
                ("Transfer-Encoding: chunked", "1388\r\n\(long)\r\n0\r\n\r\n"),
                ("Content-Length: 999999999999", ""),
            ] {
                let client = try RawClient(port: port)
                try client.send("POST / HTTP/1.1\r\nHost: h\r\n\(head)\r\n\r\n\(body)")
                let response = try client.response()
                #expect(response.status == 413)
                #expect(
                    response.text
                        == "the request's body has more than 10 bytes\nhint: Send less, or raise the server's limit.\n")
                #expect(response.header("connection") == "close")
                #expect(try client.readToEnd().isEmpty)
            }
            let client = try RawClient(port: port)
            try client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\n0123456789")
            #expect(try client.response().text == "POST /? 10:0123456789")
        }
    }

    @Test("header fields that are too long are refused with 431")
    func headers() async throws {
        try await withServer(limits: HTTPServerLimits(headerBytes: 4096), handler: echo) { port in
            for length in [5000, 200_000] {
                let client = try RawClient(port: port)
                try? client.send("GET / HTTP/1.1\r\nHost: h\r\nX: \(String(repeating: "x", count: length))\r\n\r\n")
                // Beyond the library's own memory, the connection may be reset before the answer is read.
                guard let response = try? client.response() else { continue }
                #expect(response.status == 431)
            }
            let client = try RawClient(port: port)
            try client.send("GET / HTTP/1.1\r\nHost: h\r\nX: \(String(repeating: "x", count: 3000))\r\n\r\n")
            #expect(try client.response().status == 200)
        }
    }

    @Test("clients that are slow with a head, with a body or with nothing are let go")
    func slowClients() async throws {
        let notes = Notes()
        var limits = HTTPServerLimits(bodyBytes: 100)
        limits.headerTimeout = .milliseconds(100)
        limits.bodyTimeout = .milliseconds(100)
        limits.idleTimeout = .milliseconds(100)
        try await withServer(
            limits: limits,
            handler: { request, responder in
                notes.add(request.path)
                try responder.send(status: 200, headers: [:], body: [])
            }
        ) { port in
            for start in [
                "", "GET /head HTTP/1.1\r\nHo", "POST /body HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\nabc",
                "POST /chunks HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc",
            ] {
                let client = try RawClient(port: port)
                try client.send(start)
                let began = ContinuousClock.now
                #expect(try client.readToEnd().isEmpty, "\(start)")
                #expect(ContinuousClock.now - began < .seconds(5))
            }
            // A byte now and then does not help.
            let client = try RawClient(port: port)
            try client.send("GET /drip HTTP/1.1\r\nX: ")
            var sent = 0
            while sent < 1000, (try? client.send("x")) != nil {
                sent += 1
                try await EventLoop.shared.sleep(for: .milliseconds(10))
            }
            #expect(sent < 1000)
            let idle = try RawClient(port: port)
            try idle.send("GET /whole HTTP/1.1\r\nHost: h\r\n\r\n")
            #expect(try idle.response().status == 200)
            #expect(try idle.readToEnd().isEmpty)
            #expect(notes.names == ["/whole"])
        }
    }

    @Test("a handler may take longer than all of these limits")
    func slowHandlers() async throws {
        var limits = HTTPServerLimits()
        limits.headerTimeout = .milliseconds(200)
        limits.bodyTimeout = .milliseconds(200)
        limits.idleTimeout = .milliseconds(200)
        limits.writeTimeout = .milliseconds(200)
        try await withServer(
            limits: limits,
            handler: { request, responder in
                try await EventLoop.shared.sleep(for: .milliseconds(500))
                try responder.head(status: 200, headers: [:])
                for _ in 0..<2 {
                    try await responder.write([65])
                    try await EventLoop.shared.sleep(for: .milliseconds(500))
                }
                responder.end()
            }
        ) { port in
            let client = try RawClient(port: port)
            try client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
            #expect(try client.response().text == "AA")
        }
    }

    @Test("connections beyond the limit are answered with 503, in all and from one address", arguments: [false, true])
    func connections(perAddress: Bool) async throws {
        var limits = HTTPServerLimits()
        if perAddress { limits.connectionsPerAddress = 2 } else { limits.connections = 2 }
        try await withServer(limits: limits, handler: echo) { port in
            var clients: [RawClient] = []
            for _ in 0..<2 {
                let client = try RawClient(port: port)
                try client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
                #expect(try client.response().status == 200)
                clients.append(client)
            }
            let third = try RawClient(port: port)
            let refusal = try third.response()
            #expect(refusal.status == 503)
            #expect(refusal.header("retry-after") == "1")
            #expect(
                refusal.text == "the server has as many connections as it takes\nhint: Try again in a second.\n")
            clients.removeLast().close()
            // The place is free as soon as the server has seen the close.
            var status: Int?
            for _ in 0..<200 where status != 200 {
                try await EventLoop.shared.sleep(for: .milliseconds(5))
                let next = try RawClient(port: port)
                try next.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
                status = try? next.response().status
            }
            #expect(status == 200)
        }
    }

    @Test("a client that does not read stops the handler, and not the server")
    func backPressure() async throws {
        let written = Locked(0)
        try await withServer(handler: { request, responder in
            guard request.path == "/flood" else { return try await echo(request, responder) }
            try responder.head(status: 200, headers: [:])
            let piece = [UInt8](repeating: 65, count: 16 << 10)
            for _ in 0..<65536 {
                try await responder.write(piece)
                written.withLock { $0 += piece.count }
            }
        }) { port in
            let client = try RawClient(port: port, receiveBuffer: 64 << 10)
            try client.send("GET /flood HTTP/1.1\r\nHost: h\r\n\r\n")
            var before = -1
            while written.withLock({ $0 }) != before {
                before = written.withLock { $0 }
                try await EventLoop.shared.sleep(for: .milliseconds(200))
            }
            // What the two sockets hold, and what waits here; far from the gibibyte that there is to write.
            #expect(before > 0)
            #expect(before < 16 << 20, "\(before)")
            let other = try RawClient(port: port)
            try other.send("GET /other HTTP/1.1\r\nHost: h\r\n\r\n")
            #expect(try other.response().status == 200)
            // Reading goes on where it stopped.
            _ = try client.read(count: 8 << 20)
            #expect(written.withLock { $0 } > before)
        }
    }

    #if os(Linux)
    @Test(
        "an answer whose reader is always a little behind does not pile up",
        .enabled(if: !Self.isSanitized, "sanitizers keep memory that was given back"))
    func slowReader() async throws {
        let size = 384 << 20
        try await withServer(handler: { _, responder in
            try responder.head(status: 200, headers: [:])
            let piece = [UInt8](repeating: 65, count: 24 << 10)
            for _ in 0..<(size / piece.count) { try await responder.write(piece) }
            responder.end()
        }) { port in
            let client = try RawClient(port: port)
            try client.send("GET / HTTP/1.0\r\n\r\n")
            let before = try residentBytes()
            var most = before
            var left = size
            while left > 0 {
                let count = min(left, 1 << 20)
                _ = try client.read(count: count)
                left -= count
                most = max(most, try residentBytes())
            }
            #expect(most - before < size / 2)
        }
    }

    private static let isSanitized = ["__asan_init", "__tsan_init"].contains { (name: String) in
        dlsym(nil, name) != nil
    }

    /// The memory of this process that is really there.
    private func residentBytes() throws -> Int {
        let file = try #require(fopen("/proc/self/statm", "r"))
        defer { fclose(file) }
        var text = [CChar](repeating: 0, count: 128)
        fgets(&text, Int32(text.count), file)
        let words = String(decoding: text.map { UInt8(bitPattern: $0) }, as: UTF8.self).split(separator: " ")
        return try #require(Int(words[1])) * Int(getpagesize())
    }
    #endif

    @Test(
        "a client that leaves its answer unread is let go, be it whole or a stream", arguments: ["/whole", "/stream"])
    func unreadAnswers(path: String) async throws {
        let notes = Notes()
        var limits = HTTPServerLimits()
        limits.writeTimeout = .milliseconds(200)
        try await withServer(
            limits: limits,
            handler: { request, responder in
                let much = [UInt8](repeating: 65, count: 32 << 20)
                if request.path == "/whole" { return try responder.send(status: 200, headers: [:], body: much) }
                try responder.head(status: 200, headers: [:])
                do {
                    try await responder.write(much)
                } catch {
                    notes.add("stopped")
                }
            }
        ) { port in
            let client = try RawClient(port: port, receiveBuffer: 64 << 10)
            try client.send("GET \(path) HTTP/1.1\r\nHost: h\r\n\r\n")
            if path == "/stream" { try await notes.wait(for: "stopped") }
            try await EventLoop.shared.sleep(for: .seconds(1))
            #expect(try client.readToEnd().utf8.count < 32 << 20)
        }
    }

    @Test("five hundred streams at once arrive whole")
    func manyStreams() async throws {
        let gate = Notes()
        try await withServer(handler: { request, responder in
            try responder.head(status: 200, headers: ["content-type": "text/event-stream"])
            try await responder.write(Array("data: begin\n\n".utf8))
            gate.add("began")
            try await gate.wait(for: "go")
            for number in 0..<20 {
                try await responder.write(Array("data: \(request.path) \(number)\n\n".utf8))
                if number % 5 == 0 { try await EventLoop.shared.sleep(for: .milliseconds(1)) }
            }
            responder.end()
        }) { port in
            var clients: [RawClient] = []
            for number in 0..<500 {
                let client = try RawClient(port: port)
                try client.send("GET /\(number) HTTP/1.1\r\nHost: h\r\n\r\n")
                clients.append(client)
            }
            try await gate.wait(for: "began", count: 500)
            gate.add("go")
            for (number, client) in clients.enumerated() {
                let expected = "data: begin\n\n" + (0..<20).map { "data: /\(number) \($0)\n\n" }.joined()
                #expect(try client.response().text == expected)
            }
        }
    }
}
