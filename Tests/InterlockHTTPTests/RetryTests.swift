import InterlockCore
import InterlockHTTP
import TestSupport
import Testing

@Suite("kept connections that turn out to be closed")  // wire: 20
struct RetryTests {
    @Test("a POST is sent once more with all of its body", arguments: [10, 200_000], [true, false])
    func retried(_ size: Int, _ reset: Bool) async throws {
        let server = try RawServer { connection, number in
            _ = try connection.request()
            try connection.respond("first")
            guard number == 0 else { return try connection.waitForEnd() }
            // The next request is on its way, and this server has just given up the connection.
            _ = try connection.read()
            if reset { connection.reset() }
        }
        try await withClient { client in
            let body = (0..<size).map { UInt8(truncatingIfNeeded: $0) }
            let request = HTTPRequest(method: "POST", url: server.url(), body: body)
            for _ in 0..<2 {
                let response = try await client.collect(request)
                #expect(response.body == Array("first".utf8))
            }
        }
        #expect(server.connections == 2)
        #expect(server.stop() == [])
    }

    @Test("not once an answer has begun")
    func notRetried() async throws {
        let server = try RawServer { connection, _ in
            _ = try connection.request()
            try connection.respond("first")
            _ = try connection.request()
            try connection.write("HTTP/1.1 200 OK\r\nContent-Len")
        }
        try await withClient { client in
            let request = HTTPRequest(method: "POST", url: server.url(), body: [1])
            _ = try await client.collect(request)
            await #expect(throws: InterlockError.self) { try await client.collect(request) }
        }
        #expect(server.connections == 1)
        #expect(server.stop() == [])
    }

    @Test("a large body arrives whole", arguments: [0, 1, 65_535, 65_536, 1_000_000])
    func bodies(_ size: Int) async throws {
        let server = try RawServer { connection, _ in
            while let request = try connection.request() {
                let sum = request.body.reduce(0) { ($0 &* 31 &+ Int($1)) & 0xFFFF_FFFF }
                try connection.respond("\(request.header("content-length") ?? "-") \(request.body.count) \(sum)")
            }
        }
        try await withClient { client in
            let body = (0..<size).map { UInt8(truncatingIfNeeded: $0 * 7) }
            let sum = body.reduce(0) { ($0 &* 31 &+ Int($1)) & 0xFFFF_FFFF }
            for method in ["POST", "PUT", "PATCH"] {
                let request = HTTPRequest(method: method, url: server.url(), body: body)
                let text = try await client.text(request)
                #expect(text == "\(size) \(size) \(sum)")
            }
        }
        #expect(server.stop() == [])
    }
}
