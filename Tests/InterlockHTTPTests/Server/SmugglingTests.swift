import InterlockCore
import InterlockHTTP
import TestSupport
import Testing

@Suite("HTTP server: requests that two readers would read differently")
struct SmugglingTests {
    @Test(
        "are refused, and nothing after them is read",
        arguments: [
            "Content-Length: 4\r\nTransfer-Encoding: chunked",
            "Transfer-Encoding: chunked\r\nContent-Length: 4",
            "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
            "Transfer-Encoding: chunked, identity",
            "Transfer-Encoding: identity",
            "Transfer-Encoding: xchunked",
            "Transfer-Encoding:\r\n chunked\r\nContent-Length: 4",
            "Transfer-Encoding:\r\n chunked",
            "X: a\r\n b\r\nContent-Length: 4",
            "X: a\u{0}b\r\nContent-Length: 4",
            "Transfer-Encoding: chunked\u{0}, identity",
            "Transfer-Encoding : chunked",
            "Transfer-Encoding\t: chunked\r\nContent-Length: 4",
            "Content-Length: 0\r\nContent-Length: 4",
            "Content-Length: 4\r\nContent-Length: 4",
            "Content-Length: +4",
            "Content-Length: -1",
            "Content-Length: 0x4",
            "Content-Length: 4, 4",
            "Content-Length: 18446744073709551617",
            "Content-Length : 4",
            "Content-Length:",
            "Host: other",
        ])
    func refuses(fields: String) async throws {
        let notes = Notes()
        try await withServer(handler: { request, responder in
            notes.add(request.path)
            try responder.send(status: 200, headers: [:], body: [])
        }) { port in
            let client = try RawClient(port: port)
            try client.send(
                "POST /front HTTP/1.1\r\nHost: h\r\n\(fields)\r\n\r\n"
                    + "0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: h\r\n\r\n")
            let answer = (try? client.readToEnd()) ?? ""
            // libmicrohttpd 0.9.75 repeats the header of some of its own refusals: all of them have to be refusals.
            let statuses = answer.split(separator: "HTTP/1.1 ").map { $0.prefix(3) }
            #expect(!statuses.isEmpty)
            #expect(statuses.allSatisfy { ["400", "413", "501"].contains($0) }, "\(answer)")
            #expect(notes.names.isEmpty)
        }
    }

    @Test("so are a missing Host, HTTP/1.0 with chunks, and escapes that stand for nothing")
    func refusesOthers() async throws {
        try await withServer(handler: echo) { port in
            for (text, message) in [
                ("GET / HTTP/1.1\r\n\r\n", "the request has no Host field\n"),
                (
                    "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                    "HTTP/1.0 knows no Transfer-Encoding\n"
                ),
                (
                    "GET /%zz HTTP/1.1\r\nHost: h\r\n\r\n",
                    "the request's path has an escape that stands for no character\n"
                ),
                (
                    "GET /%00 HTTP/1.1\r\nHost: h\r\n\r\n",
                    "the request's path has an escape that stands for no character\n"
                ),
                (
                    "GET /%ff HTTP/1.1\r\nHost: h\r\n\r\n",
                    "the request's path has an escape that stands for no character\n"
                ),
                (
                    "GET /?a=%f HTTP/1.1\r\nHost: h\r\n\r\n",
                    "the request's query has an escape that stands for no character\n"
                ),
            ] {
                let client = try RawClient(port: port)
                try client.send(text)
                let response = try client.response()
                #expect(response.status == 400)
                #expect(response.text == message)
                #expect(try client.readToEnd().isEmpty)
            }
        }
    }

    @Test("a client cannot put a line into the header of the answer")
    func keepsLinesOut() async throws {
        try await withServer(handler: { request, responder in
            let value = request.query.first?.value ?? ""
            try responder.send(status: 200, headers: ["x-echo": value, "x-after": "1"], body: [])
        }) { port in
            let client = try RawClient(port: port)
            try client.send("GET /?a=b%0d%0ax-evil:%201 HTTP/1.1\r\nHost: h\r\n\r\n")
            let response = try client.response()
            #expect(response.header("x-evil") == nil)
            #expect(response.header("x-after") == "1")
        }
    }
}
