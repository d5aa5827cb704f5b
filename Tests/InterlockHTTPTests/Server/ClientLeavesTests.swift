import InterlockCore
import InterlockHTTP
import TestSupport
import Testing

@Suite("HTTP server: clients that leave")
struct ClientLeavesTests {
    /// Sleeps until it is cancelled, and notes when that was.
    private static func waiting(_ notes: Notes) -> @Sendable (HTTPServerRequest, Responder) async throws -> Void {
        { request, responder in
            notes.add("began")
            if request.path == "/stream" {
                try responder.head(status: 200, headers: [:])
                try await responder.write(Array("first".utf8))
                notes.add("wrote")
            }
            do {
                try await EventLoop.shared.sleep(for: .seconds(60))
            } catch {
                notes.add("cancelled")
                #expect(responder.isGone)
                throw error
            }
        }
    }

    /// Leaves after `begin`, a few times, for the machine may be busy with other tests; one of them has to be fast.
    private func expectNoticed(byReset: Bool, _ begin: (RawClient, Notes) async throws -> Void) async throws {
        var fastest = Duration.seconds(60)
        for _ in 0..<10 where fastest >= .milliseconds(50) {
            let notes = Notes()
            try await withServer(handler: Self.waiting(notes)) { port in
                let client = try RawClient(port: port)
                try await begin(client, notes)
                let left = ContinuousClock.now
                if byReset { client.reset() } else { client.close() }
                try await notes.wait(for: "cancelled")
                fastest = min(fastest, try #require(notes.time("cancelled")) - left)
            }
        }
        #expect(fastest < .milliseconds(50))
    }

    @Test("a client that leaves before the first byte is noticed at once", arguments: [false, true])
    func leavesBeforeTheHead(byReset: Bool) async throws {
        try await expectNoticed(byReset: byReset) { client, notes in
            try client.send("POST /wait HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nab")
            try await notes.wait(for: "began")
        }
    }

    @Test("a client that leaves in the middle of a stream is noticed at once", arguments: [false, true])
    func leavesInTheStream(byReset: Bool) async throws {
        try await expectNoticed(byReset: byReset) { client, notes in
            try client.send("GET /stream HTTP/1.1\r\nHost: h\r\n\r\n")
            _ = try client.read(until: "first")
        }
    }

    @Test("clients that leave in the middle of a request start no handler")
    func leavesInTheRequest() async throws {
        let notes = Notes()
        try await withServer(handler: { request, responder in
            notes.add(request.path)
            try responder.send(status: 200, headers: [:], body: [])
        }) { port in
            for text in [
                "", "GE", "GET /line HTTP/1.1\r\n", "GET /head HTTP/1.1\r\nHost: h\r\nA: b",
                "POST /body HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nab",
                "POST /chunk HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
            ] {
                for byReset in [false, true] {
                    let client = try RawClient(port: port)
                    try client.send(text)
                    if byReset { client.reset() } else { client.close() }
                }
            }
            let client = try RawClient(port: port)
            try client.send("GET /whole HTTP/1.1\r\nHost: h\r\n\r\n")
            #expect(try client.response().status == 200)
            #expect(notes.names == ["/whole"])
        }
    }

    @Test("a handler that writes to a client that has left is cancelled")
    func writesToNobody() async throws {
        let notes = Notes()
        try await withServer(handler: { _, responder in
            try responder.head(status: 200, headers: [:])
            do {
                while true {
                    try await responder.write([UInt8](repeating: 65, count: 1000))
                    await Task.yield()
                }
            } catch {
                notes.add(error is CancellationError ? "cancelled" : "\(error)")
            }
        }) { port in
            let client = try RawClient(port: port)
            try client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
            _ = try client.read(count: 100_000)
            client.close()
            try await notes.wait(for: "cancelled")
        }
    }
}
