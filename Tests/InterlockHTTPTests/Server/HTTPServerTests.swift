import InterlockCore
import InterlockHTTP
import TestSupport
import Testing

@Suite("HTTP server")
struct HTTPServerTests {
    @Test("method, path, query and body arrive decoded, and the body goes back")
    func echoes() async throws {
        try await withServer(handler: echo) { port in
            let client = try RawClient(port: port)
            try client.send("POST /a%2Fb/%C3%A9?x=1&y=a+b%26 HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello")
            let response = try client.response()
            #expect(response.status == 200)
            #expect(response.text == "POST /a/b/é?x=1&y=a b& 5:hello")
            #expect(response.header("content-type") == "text/plain")
        }
    }

    @Test("requests that come in one segment are answered in their order on one connection")
    func pipelines() async throws {
        try await withServer(handler: echo) { port in
            let client = try RawClient(port: port)
            try client.send(
                (1...20).map { "GET /\($0) HTTP/1.1\r\nHost: h\r\n\r\n" }.joined()
                    + "POST /last HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nab")
            for number in 1...20 { #expect(try client.response().text == "GET /\(number)? 0:") }
            #expect(try client.response().text == "POST /last? 2:ab")
            #expect(!client.isAtEnd)
        }
    }

    @Test("a chunked body is put together, byte by byte too")
    func readsChunks() async throws {
        try await withServer(handler: echo) { port in
            let client = try RawClient(port: port)
            let head = "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
            let body = "3;ext=1\r\nabc\r\n1\r\nd\r\n0\r\nTrailer: x\r\n\r\n"
            try client.send(head + body)
            #expect(try client.response().text == "POST /? 4:abcd")
            for byte in (head + body).utf8 { try client.send([byte]) }
            #expect(try client.response().text == "POST /? 4:abcd")
        }
    }

    @Test("a body that the client asks about first is asked for")
    func continues() async throws {
        try await withServer(limits: HTTPServerLimits(bodyBytes: 10), handler: echo) { port in
            let client = try RawClient(port: port)
            try client.send("POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n")
            #expect(try client.read(until: "\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n")
            try client.send("ok")
            #expect(try client.response().text == "POST /? 2:ok")
            try client.send("POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 11\r\n\r\n")
            #expect(try client.response().status == 413)
        }
    }

    @Test("what is written is sent at once, and the body ends as it should")
    func streams() async throws {
        let gate = Notes()
        try await withServer(handler: { _, responder in
            try responder.head(status: 200, headers: ["content-type": "text/event-stream"])
            for number in 1...3 {
                try await responder.write(Array("data: \(number)\n\n".utf8))
                try await gate.wait(for: "\(number)")
            }
            responder.end()
        }) { port in
            let client = try RawClient(port: port)
            try client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
            let head = try client.read(until: "\r\n\r\n")
            #expect(head.hasPrefix("HTTP/1.1 200 OK\r\n"))
            for number in 1...3 {
                // Each piece is a chunk of its own, and the next one is not written before this one was read.
                #expect(try client.read(until: "\n\n\r\n") == "9\r\ndata: \(number)\n\n\r\n")
                gate.add("\(number)")
            }
            #expect(try client.read(until: "\r\n\r\n") == "0\r\n\r\n")
            try client.send("HEAD /again HTTP/1.1\r\nHost: h\r\n\r\n")
            #expect(try client.read(until: "\r\n\r\n").hasPrefix("HTTP/1.1 200 OK\r\n"))
        }
    }

    @Test("a response that breaks off is told from one that is complete")
    func fails() async throws {
        try await withServer(handler: { request, responder in
            if request.path == "/none" { return }
            try responder.head(status: 200, headers: [:])
            try await responder.write(Array("part".utf8))
            if request.path == "/fail" { responder.fail() }
        }) { port in
            for path in ["/fail", "/forgotten"] {
                let client = try RawClient(port: port)
                try client.send("GET \(path) HTTP/1.1\r\nHost: h\r\n\r\n")
                let answer = try client.readToEnd()
                #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n"))
                #expect(!answer.hasSuffix("0\r\n\r\n"))
            }
            let client = try RawClient(port: port)
            try client.send("GET /none HTTP/1.1\r\nHost: h\r\n\r\n")
            #expect(try client.response().status == 500)
        }
    }

    @Test("HTTP/1.0 gets its body up to the close of the connection")
    func answersOldClients() async throws {
        try await withServer(handler: { _, responder in
            try responder.head(status: 200, headers: [:])
            for _ in 0..<3 { try await responder.write(Array("abc".utf8)) }
            responder.end()
        }) { port in
            let client = try RawClient(port: port)
            try client.send("GET / HTTP/1.0\r\n\r\n")
            let answer = try client.readToEnd()
            #expect(answer.hasSuffix("\r\n\r\nabcabcabc"), "\(answer)")
        }
    }

    @Test("a large body arrives and a large answer leaves whole")
    func carriesMuch() async throws {
        let size = 2 << 20
        try await withServer(handler: { request, responder in
            try responder.send(status: 200, headers: [:], body: request.body)
        }) { port in
            let client = try RawClient(port: port)
            let body = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }
            try client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: \(size)\r\n\r\n")
            try client.send(body)
            #expect(try client.response().body == body)
        }
    }
}
