import InterlockHTTP
import Testing

@Suite("HTTP exchanges")
struct ExchangeTests {
    @Test("a POST carries its body with its length, no Expect and no form's type, and one connection serves several")
    func post() async throws {
        let server = try RawServer { connection, _ in
            while let request = try connection.request() {
                let names = request.headers.map(\.name).joined(separator: " ")
                try connection.respond(
                    "\(request.method) \(request.target) \(String(decoding: request.body, as: UTF8.self)) [\(names)]")
            }
        }
        let client = HTTPClient(.init())
        for number in 0..<3 {
            let response = try await client.collect(
                HTTPRequest(
                    method: "POST", url: server.url("/a?b=c"), headers: ["X-One": "1"], body: Array("\(number)".utf8)))
            #expect(response.head.status == 200)
            #expect(response.head.version == "1.1")
            #expect(response.head.url == server.url("/a?b=c"))
            let text = String(decoding: response.body, as: UTF8.self)
            #expect(text == "POST /a?b=c \(number) [host user-agent accept accept-encoding x-one content-length]")
        }
        #expect(server.connections == 1)
        await client.shutdown()
        #expect(server.stop() == [])
    }

    @Test("a GET is streamed piece by piece")
    func get() async throws {
        let server = try RawServer { connection, _ in
            _ = try connection.request()
            try connection.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
            for piece in ["one", "two", "three"] { try connection.writeChunk(piece) }
            try connection.write("0\r\nX-After: yes\r\n\r\n")
        }
        let client = HTTPClient(.init())
        let (text, trailer) = try await client.withResponse(to: HTTPRequest(url: server.url())) { head, body in
            #expect(head.status == 200)
            var bytes: [UInt8] = []
            while let chunk = try await body.next() { bytes += chunk }
            return (String(decoding: bytes, as: UTF8.self), body.trailers.first("x-after"))
        }
        #expect(text == "onetwothree")
        #expect(trailer == "yes")
        await client.shutdown()
        #expect(server.stop() == [])
    }
}
