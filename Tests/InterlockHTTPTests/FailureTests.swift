import InterlockCore
import InterlockHTTP
import TestSupport
import Testing

@Suite("failures of an exchange")
struct FailureTests {
    /// A server that answers every request with these bytes and closes.
    private func server(_ bytes: [UInt8], reset: Bool = false) throws -> RawServer {
        try RawServer { connection, _ in
            _ = try connection.request()
            try connection.write(bytes)
            if reset { connection.reset() }
        }
    }

    @Test(
        "a body that breaks off",  // wire: 15 17
        arguments: [
            ("Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", "hello"),
            ("Transfer-Encoding: chunked\r\n\r\nff\r\nhello", "hello"),
            ("Content-Length: 10\r\n\r\nhello", "hello"),
        ])
    func truncated(_ rest: String, _ before: String) async throws {
        let server = try server(Array("HTTP/1.1 200 OK\r\n\(rest)".utf8))
        try await withClient { client in
            for isStreamed in [true, false] {
                var text = ""
                let error = try await interlockError {
                    guard isStreamed else { return _ = try await client.collect(HTTPRequest(url: server.url())) }
                    try await client.withResponse(to: HTTPRequest(url: server.url())) { _, body in
                        while let chunk = try await body.next() { text += String(decoding: chunk, as: UTF8.self) }
                    }
                }
                #expect(error.code == .truncatedStream)
                #expect(error.isRetryable)
                #expect(error.message.hasPrefix("the answer of 127.0.0.1:\(server.port) breaks off: "))
                if isStreamed { #expect(text == before) }
            }
        }
        #expect(server.stop() == [])
    }

    @Test("what is not HTTP", arguments: ["SSH-2.0-OpenSSH_9.2\r\n", "{\"error\": \"no\"}", "\0\u{1}\u{2}"])
    func garbage(_ text: String) async throws {
        let server = try server(Array(text.utf8))
        try await withClient { client in
            let error = try await interlockError { _ = try await client.collect(HTTPRequest(url: server.url())) }
            #expect(error.code == .malformedResponse)
            #expect(error.message.hasPrefix("127.0.0.1:\(server.port) did not answer in HTTP: "))
        }
        #expect(server.stop() == [])
    }

    @Test("nobody listens")
    func refused() async throws {
        let port = try RawServer.closedPort()
        try await withClient { client in
            let error = try await interlockError {
                _ = try await client.collect(HTTPRequest(url: "http://user:hidden@127.0.0.1:\(port)/?api_key=hidden"))
            }
            #expect(error.code == .connectionFailed)
            #expect(error.isRetryable)
            #expect(
                error.description
                    == "cannot connect to 127.0.0.1:\(port): connection refused\nhint: Is the server at 127.0.0.1:\(port) running?"
            )
        }
    }

    @Test("a name that is known and one that is not")
    func names() async throws {
        let server = try RawServer { connection, _ in
            while try connection.request() != nil { try connection.respond("ok") }
        }
        try await withClient { client in
            // Named hosts are looked up on a thread of curl's, not on the loop.
            let text = try await client.text(HTTPRequest(url: "http://localhost:\(server.port)/"))
            #expect(text == "ok")
            // RFC 6761: no resolver may know it. One that cannot be reached may take long to say so.
            let request = HTTPRequest(url: "http://no-such-host.invalid:8080/", limits: .init(connect: .seconds(5)))
            let error = try await interlockError { _ = try await client.collect(request) }
            if error.code == .connectionFailed {
                #expect(error.message == "cannot find the host of no-such-host.invalid:8080")
                #expect(error.hint == "Check the name and the network.")
            } else {
                #expect(error.timeoutPhase == .connect)
            }
        }
        #expect(server.stop() == [])
    }

    @Test("the connection goes before an answer", arguments: [true, false])
    func noAnswer(_ reset: Bool) async throws {
        let server = try server([], reset: reset)
        try await withClient { client in
            let request = HTTPRequest(method: "POST", url: server.url(), body: [1])
            let error = try await interlockError { _ = try await client.text(request) }
            #expect(error.code == .connectionFailed)
            #expect(error.message.hasPrefix("the connection to 127.0.0.1:\(server.port) was lost before an answer: "))
            #expect(error.hint == "Is the server at 127.0.0.1:\(server.port) still running?")
        }
        // A new connection that fails is not tried again.
        #expect(server.connections == 1)
        #expect(server.stop() == [])
    }

    @Test("a reset in the middle of the body")
    func resetLate() async throws {
        let server = try server(Array("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello".utf8), reset: true)
        try await withClient { client in
            let error = try await interlockError { _ = try await client.collect(HTTPRequest(url: server.url())) }
            // Depending on what the system delivers first, the head was seen or not.
            #expect([.truncatedStream, .connectionFailed].contains(error.code))
        }
        #expect(server.stop() == [])
    }

    @Test("a port that does not speak TLS")
    func noTLS() async throws {
        let server = try RawServer { connection, _ in
            _ = try connection.read()
            try connection.write("HTTP/1.1 400 Bad Request\r\n\r\n")
        }
        try await withClient { client in
            let error = try await interlockError {
                _ = try await client.collect(HTTPRequest(url: "https://127.0.0.1:\(server.port)/"))
            }
            #expect(error.code == .tlsFailed)
            #expect(error.message.hasPrefix("no secure connection to 127.0.0.1:\(server.port): "))
        }
        #expect(server.stop() == [])
    }

    @Test(
        "TLS: an unknown authority is refused, a known one is not; HTTP/2 where it is wanted",
        .enabled(if: Nginx.programs != nil, "nginx or openssl is not installed"))
    func tls() async throws {
        let nginx = try Nginx(files: ["small": 1_000])
        let request = HTTPRequest(url: "https://127.0.0.1:\(nginx.securePort)/small")
        try await withClient { client in
            let error = try await interlockError { _ = try await client.collect(request) }
            #expect(error.code == .tlsFailed)
            #expect(!error.isRetryable)
            #expect(
                error.message
                    == "no secure connection to 127.0.0.1:\(nginx.securePort): SSL certificate problem: self-signed certificate"
            )
        }
        for http2 in [true, false] {
            try await withClient {
                $0.caFile = nginx.certificate
                $0.http2 = http2
            } _: { client in
                let response = try await client.collect(request)
                #expect(response.head.version == (http2 ? "2" : "1.1"))
                #expect(response.body.count == 1_000)
            }
        }
        try await withClient {
            $0.verifiesTLS = false
        } _: { client in
            let response = try await client.collect(request)
            #expect(response.head.status == 200)
        }
    }

    @Test("requests that cannot be sent are refused, and no value is shown")
    func invalid() async throws {
        let samples: [(HTTPRequest, String)] = [
            (
                HTTPRequest(url: "ftp://host/"),
                "'ftp://host/' is not an address that can be asked: it is neither http nor https"
            ),
            (
                HTTPRequest(url: "http://a:b@ho st/?key=1"),
                "'http://ho st/?key=SET' is not an address that can be asked: it has a space or a control character"
            ),
            (HTTPRequest(method: "GE T", url: "http://h/"), "'GE T' is not an HTTP method"),
            (HTTPRequest(url: "http://h/", headers: ["A b": "c"]), "'A b' is not the name of an HTTP header field"),
            (
                HTTPRequest(url: "http://h/", headers: ["X-Api-Key": "secret\nX: y"]),
                "the value of the HTTP header field 'X-Api-Key' has a line break in it"
            ),
        ]
        try await withClient { client in
            for (request, message) in samples {
                let error = try await interlockError { _ = try await client.collect(request) }
                #expect(error.code == .invalidRequest)
                #expect(error.message == message)
            }
            let error = try await interlockError { _ = try await client.collect(HTTPRequest(url: "/v1")) }
            #expect(error.code == .invalidRequest)
            #expect(error.hint == "Give an absolute address such as http://127.0.0.1:8080/v1.")
        }
    }

    @Test("a body above the limit")
    func tooLarge() async throws {
        let server = try server(Array("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n0123456789".utf8))
        try await withClient { client in
            #expect(try await client.collect(HTTPRequest(url: server.url()), limit: 10).body.count == 10)
            let error = try await interlockError {
                _ = try await client.collect(HTTPRequest(url: server.url()), limit: 9)
            }
            #expect(error.message == "the answer of 127.0.0.1:\(server.port) is larger than 9 bytes")
        }
        #expect(server.stop() == [])
    }

    @Test("a client that was shut down")
    func shutDown() async throws {
        let server = try RawServer { connection, _ in
            _ = try connection.request()
            try connection.waitForEnd()
        }
        let client = HTTPClient(.init())
        let request = HTTPRequest(url: server.url())
        async let pending = interlockError { _ = try await client.collect(request) }
        try await eventually("the request arrives") { server.connections == 1 }
        await client.shutdown()
        #expect(try await pending.code == .notLoaded)
        let error = try await interlockError { _ = try await client.collect(request) }
        #expect(error.message == "the HTTP client was shut down")
        #expect(server.stop() == [])
    }
}
