import InterlockCore
import TestSupport
import Testing

@testable import InterlockHTTP

@Suite("redirects")  // wire: 22
struct RedirectTests {
    /// Answers `/<status>/<target…>` with a redirect, and anything else with what it was asked.
    private func server(_ elsewhere: RawServer? = nil) throws -> RawServer {
        try RawServer { connection, _ in
            while let request = try connection.request() {
                let parts = request.target.split(separator: "/").map(String.init)
                if let status = parts.first, parts.count > 1, Int(status) != nil {
                    let path = "/" + parts.dropFirst().joined(separator: "/")
                    let target = parts[1] == "away" ? elsewhere?.url("/there") ?? "" : path
                    try connection.respond("gone", status: "\(status) Moved", "Location: \(target)")
                } else {
                    let secrets = ["authorization", "api-key", "x-own"].compactMap { request.header($0) }
                    let body = String(decoding: request.body, as: UTF8.self)
                    try connection.respond(
                        "\(request.method) \(request.target) \(body)\(secrets.joined(separator: ","))")
                }
            }
        }
    }

    private func request(_ method: String, _ url: String) -> HTTPRequest {
        HTTPRequest(
            method: method, url: url, headers: ["Authorization": "Bearer a", "API-Key": "b", "X-Own": "c"],
            body: method == "POST" ? Array("body ".utf8) : nil, credentialHeaders: ["x-own"])
    }

    @Test("to the same origin, with method, body and credentials")
    func same() async throws {
        let server = try server()
        try await withClient { client in
            for (method, path, answer) in [
                ("POST", "/307/a", "POST /a body Bearer a,b,c"), ("POST", "/308/a", "POST /a body Bearer a,b,c"),
                ("GET", "/301/a?x=y", "GET /a?x=y Bearer a,b,c"), ("GET", "/303/302/307/a", "GET /a Bearer a,b,c"),
            ] {
                let response = try await client.collect(request(method, server.url(path)))
                #expect(String(decoding: response.body, as: UTF8.self) == answer)
                #expect(response.head.url.hasSuffix(path.contains("?") ? "/a?x=y" : "/a"))
                #expect(try await client.text(request(method, server.url(path))) == answer)
            }
        }
        // The redirects' own bodies were read, and the connection was kept.
        #expect(server.connections == 1)
        #expect(server.stop() == [])
    }

    @Test("to another origin, without credentials")
    func other() async throws {
        let other = try server()
        let server = try server(other)
        try await withClient { client in
            let response = try await client.text(request("POST", server.url("/307/away")))
            #expect(response == "POST /there body ")
            let user = HTTPRequest(url: "http://me:secret@127.0.0.1:\(server.port)/307/away")
            #expect(try await client.text(user) == "GET /there ")
            #expect(
                try await client.text(HTTPRequest(url: "http://me:s%65cret@127.0.0.1:\(server.port)/307/here"))
                    == "GET /here Basic bWU6c2VjcmV0")
        }
        #expect(server.stop() + other.stop() == [])
    }

    @Test("what is not followed")
    func refused() async throws {
        let server = try server()
        try await withClient { client in
            let origin = "127.0.0.1:\(server.port)"
            for (method, path, message) in [
                (
                    "POST", "/302/a?api_key=x",
                    "\(origin) redirects with status 302 to http://\(origin)/a?api_key=SET: a POST must not become a GET"
                ),
                (
                    "GET", "/307/307/307/307/307/307/a",
                    "\(origin) redirects with status 307 to http://\(origin)/a: that is more than 5 redirects"
                ),
            ] {
                let error = try await interlockError { _ = try await client.collect(request(method, server.url(path))) }
                #expect(error.code == .invalidConfiguration)
                #expect(error.message == message)
            }
            var plain = request("GET", server.url("/307/a"))
            plain.followsRedirects = false
            #expect(try await client.collect(plain).head.status == 307)
        }
        #expect(server.stop() == [])
    }

    @Test("circles and the way out of TLS")
    func circle() throws {
        var trail = try RedirectTrail(HTTPRequest(url: "https://h/a"), at: .init(nanoseconds: 0))
        func head(_ location: String) -> HTTPResponseHead {
            HTTPResponseHead(status: 307, headers: ["Location": location], version: "1.1", url: "")
        }
        #expect(try trail.follow(head("b"), at: .init(nanoseconds: 0)))
        #expect(trail.url.text == "https://h/b")
        let circle = try #require(throws: InterlockError.self) {
            try trail.follow(head("/a"), at: .init(nanoseconds: 0))
        }
        #expect(circle.message == "h:443 redirects with status 307 to https://h/a: it has been there already")
        let out = try #require(throws: InterlockError.self) {
            try trail.follow(head("http://h/b"), at: .init(nanoseconds: 0))
        }
        #expect(out.message == "h:443 redirects with status 307 to http://h/b: that would leave TLS")
    }

    @Test("the total limit covers all of the way")
    func total() throws {
        var trail = try RedirectTrail(
            HTTPRequest(url: "http://h/a", limits: .init(total: .seconds(5))), at: .init(nanoseconds: 0))
        let head = HTTPResponseHead(status: 307, headers: ["Location": "/b"], version: "1.1", url: "")
        #expect(try trail.follow(head, at: .init(nanoseconds: 2_000_000_000)))
        #expect(trail.request.limits.total == .seconds(3))
    }
}
