import InterlockCore
import InterlockHTTP
import TestSupport
import Testing

@Suite("what servers answer")
struct ProtocolTests {
    private func response(to bytes: [UInt8], _ method: String = "GET") async throws -> HTTPWholeResponse {
        let server = try RawServer { connection, _ in
            _ = try connection.request()
            // Byte by byte: nothing may depend on where the pieces are cut.
            for byte in bytes { try connection.write([byte]) }
        }
        defer { server.stop() }
        return try await withClient { try await $0.collect(HTTPRequest(method: method, url: server.url())) }
    }

    private func response(to text: String, _ method: String = "GET") async throws -> HTTPWholeResponse {
        try await response(to: Array(text.utf8), method)
    }

    @Test("1xx are passed over")  // wire: 21
    func informational() async throws {
        let response = try await response(
            to: "HTTP/1.1 100 Continue\r\nX-A: 1\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"
                + "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        #expect(response.head.status == 200)
        #expect(response.head.headers.map(\.name) == ["Content-Length"])
        #expect(response.body == Array("ok".utf8))
    }

    @Test("HTTP/1.0, ended by closing")  // wire: 19
    func closeDelimited() async throws {
        let response = try await response(to: "HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\nuntil the end")
        #expect(response.head.version == "1.0")
        #expect(response.body == Array("until the end".utf8))
    }

    @Test("duplicate, mixed-case, folded, empty and non-ASCII header fields")  // wire: 26
    func headers() async throws {
        let response = try await response(
            to:
                "HTTP/1.1 200\r\nX-Id: 1\r\nx-ID:2\r\nX-Empty:\r\nX-Folded: a\r\n  b\r\nX-Text: é\r\nContent-Length: 0\r\n\r\n"
        )
        let headers = response.head.headers
        #expect(headers.all("x-id") == ["1", "2"])
        #expect(headers.first("x-empty") == "")
        #expect(headers.first("x-folded") == "a b")
        #expect(headers.first("x-text") == "é")
        #expect(response.body == [])
    }

    @Test("errors are responses, with and without a body", arguments: [404, 502, 503])  // wire: 25
    func statuses(_ status: Int) async throws {
        let page = status == 503 ? "" : "<html>Bad Gateway</html>"
        let response = try await response(
            to: "HTTP/1.1 \(status) No\r\nContent-Length: \(page.utf8.count)\r\n\r\n\(page)")
        #expect(response.head.status == status)
        #expect(response.body == Array(page.utf8))
    }

    @Test("no body where there must not be one")
    func noBody() async throws {
        #expect(try await response(to: "HTTP/1.1 204 No Content\r\n\r\n").body == [])
        let head = try await response(to: "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", "HEAD")
        #expect(head.head.headers.first("content-length") == "5")
        #expect(head.body == [])
    }

    private static let text = String(repeating: "data: café\n\n", count: 20)
    private static let gzip: [UInt8] = [
        31, 139, 8, 0, 0, 0, 0, 0, 2, 3, 75, 73, 44, 73, 180, 82, 72, 78, 76, 59, 188, 146, 139, 43, 101, 100, 114, 0,
        151, 59, 1, 251, 4, 1, 0, 0,
    ]
    private static let zlib: [UInt8] = [
        120, 218, 75, 73, 44, 73, 180, 82, 72, 78, 76, 59, 188, 146, 139, 43, 101, 100, 114, 0, 47, 81, 92, 89,
    ]
    private static let brotli: [UInt8] = [0x0B, 0x02, 0x80] + Array("hello".utf8) + [0x03]

    @Test(
        "compressed bodies",  // wire: 15
        arguments: [("gzip", gzip, text), ("deflate", zlib, text), ("br", brotli, "hello")])
    func compressed(_ name: String, _ bytes: [UInt8], _ text: String) async throws {
        let head = "HTTP/1.1 200 OK\r\nContent-Encoding: \(name)\r\nContent-Length: \(bytes.count)\r\n\r\n"
        #expect(try await response(to: Array(head.utf8) + bytes).body == Array(text.utf8))
    }

    @Test("compressed bodies that break off or are none")
    func compressedBadly() async throws {
        let head = "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n"
        let length = Array("\(head)Content-Length: \(Self.gzip.count)\r\n\r\n".utf8)
        let cut = try await interlockError { _ = try await response(to: length + Self.gzip.dropLast(12)) }
        #expect(cut.code == .truncatedStream)
        let none = try await interlockError { _ = try await response(to: "\(head)Content-Length: 9\r\n\r\nnot gzip!") }
        #expect(none.code == .malformedResponse)
    }

    @Test("methods")
    func methods() async throws {
        let server = try RawServer { connection, _ in
            while let request = try connection.request() {
                let length = request.header("content-length") ?? "none"
                let type = request.header("content-type") ?? "none"
                if request.method == "HEAD" {
                    try connection.write("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n")
                } else {
                    try connection.respond("\(request.method) \(length) \(type)")
                }
            }
        }
        try await withClient { client in
            for (method, body, answer) in [
                ("GET", nil, "GET none none"), ("HEAD", nil, ""), ("POST", nil, "POST 0 none"),
                ("DELETE", nil, "DELETE none none"),
                ("PUT", "x", "PUT 1 none"), ("DELETE", "xy", "DELETE 2 none"), ("OPTIONS", nil, "OPTIONS none none"),
                ("GET", nil, "GET none none"), ("HEAD", nil, ""), ("GET", "q", "GET 1 none"),
                ("PATCH", "xyz", "PATCH 3 none"),
            ] as [(String, String?, String)] {
                let request = HTTPRequest(method: method, url: server.url(), body: body.map { Array($0.utf8) })
                let text = try await client.text(request)
                #expect(text == answer)
            }
            let typed = HTTPRequest(
                method: "POST", url: server.url(),
                headers: ["content-type": "application/json", "Content-Length": "99", "Transfer-Encoding": "chunked"],
                body: [1])
            let text = try await client.text(typed)
            #expect(text == "POST 1 application/json")
        }
        #expect(server.connections == 1)
        #expect(server.stop() == [])
    }

    @Test("many requests at once")
    func many() async throws {
        let server = try RawServer { connection, _ in
            while let request = try connection.request() { try connection.respond(request.target) }
        }
        try await withClient { client in
            let good = try await withThrowingTaskGroup(of: Bool.self) { group in
                for number in 0..<64 {
                    group.addTask {
                        let request = HTTPRequest(method: "POST", url: server.url("/\(number)"), body: [1])
                        let body =
                            try await number % 2 == 0 ? client.collect(request).body : Array(client.text(request).utf8)
                        return body == Array("/\(number)".utf8)
                    }
                }
                return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
            }
            #expect(good == 64)
        }
        #expect(server.stop() == [])
    }
}
