import InterlockCore
import TestSupport
import Testing

@testable import InterlockHTTP

@Suite("proxies")
struct ProxyTests {
    @Test(
        "the environment's variables",
        arguments: [
            ([:], "http://h/", nil),
            (["http_proxy": "a:1"], "http://h/", "a:1"),
            (["http_proxy": "a:1"], "https://h/", nil),
            (["HTTPS_PROXY": "a:1", "HTTP_PROXY": "b:1"], "https://h/", "a:1"),
            (["HTTP_PROXY": "b:1"], "http://h/", "b:1"),
            (["HTTP_PROXY": "b:1", "http_proxy": "a:1"], "http://h/", "a:1"),
            (["HTTP_PROXY": "b:1", "REQUEST_METHOD": "GET"], "http://h/", nil),
            (["ALL_PROXY": "socks5h://s:1"], "https://h/", "socks5h://s:1"),
            (["all_proxy": "s:1", "https_proxy": ""], "https://h/", "s:1"),
            (["http_proxy": "a:1", "NO_PROXY": "x, h"], "http://h/", nil),
            (["http_proxy": "a:1", "no_proxy": "*"], "http://h/", nil),
        ] as [([String: String], String, String?)])
    func environment(_ variables: [String: String], _ url: String, _ proxy: String?) throws {
        #expect(try ProxySettings.environment(variables).proxy(for: HTTPURL(url)) == proxy)
        #expect(try ProxySettings.none.proxy(for: HTTPURL(url)) == nil)
        #expect(try ProxySettings.url("p:1").proxy(for: HTTPURL(url)) == "p:1")
    }

    @Test(
        "hosts that need none",
        arguments: [
            ("http://example.com/", "example.com", true), ("http://www.example.com/", "example.com", true),
            ("http://www.example.com/", ".example.com", true), ("http://www.EXAMPLE.com/", "*.example.COM", true),
            ("http://badexample.com/", "example.com", false), ("http://example.com/", "www.example.com", false),
            ("http://127.0.0.1:8080/", "localhost,127.0.0.1", true), ("http://h:8080/", "h:8080", true),
            ("http://h:8080/", "h:80", false), ("http://10.1.2.3/", "10.0.0.0/8", true),
            ("http://11.1.2.3/", "10.0.0.0/8", false), ("http://h/", "10.0.0.0/8", false),
            ("http://[::1]:80/", "::1", true), ("http://[::1]:80/", "[::1]:80", true),
            ("http://[::1]:81/", "[::1]:80", false),
            ("http://h/", "", false), ("http://h/", " , ", false), ("http://1.2.3.4/", "0.0.0.0/0", true),
        ])
    func exceptions(_ url: String, _ list: String, _ isExcepted: Bool) throws {
        #expect(try ProxySettings.isExcepted(HTTPURL(url), list) == isExcepted)
    }

    @Test("a plain request goes to the proxy with the whole address")
    func forward() async throws {
        let proxy = try RawServer { connection, _ in
            while let request = try connection.request() {
                try connection.respond("\(request.target) \(request.header("proxy-authorization") ?? "none")")
            }
        }
        for settings in [
            ProxySettings.environment(["http_proxy": "http://me:pass@127.0.0.1:\(proxy.port)"]),
            .url("http://me:pass@127.0.0.1:\(proxy.port)"),
        ] {
            try await withClient {
                $0.proxy = settings
            } _: { client in
                let text = try await client.text(HTTPRequest(url: "http://nowhere.invalid/v1?a=b"))
                #expect(text == "http://nowhere.invalid/v1?a=b Basic bWU6cGFzcw==")
            }
        }
        #expect(proxy.stop() == [])
    }

    @Test(
        "TLS goes through a tunnel, and the proxy sees no header field of the request",
        .enabled(if: Nginx.programs != nil, "nginx or openssl is not installed"))
    func tunnel() async throws {
        let nginx = try Nginx(files: ["small": 1_000])
        let seen = Locked<[String]>([])
        let proxy = try RawServer { connection, _ in
            guard let request = try connection.request() else { return }
            seen.withLock {
                $0.append("\(request.method) \(request.target) \(request.header("authorization") ?? "none")")
            }
            try connection.write("HTTP/1.1 200 Connection established\r\nX-Proxy: yes\r\n\r\n")
            try connection.tunnel(to: Int(request.target.split(separator: ":").last ?? "") ?? 0)
        }
        try await withClient {
            $0.proxy = .url("127.0.0.1:\(proxy.port)")
            $0.caFile = nginx.certificate
        } _: { client in
            let request = HTTPRequest(
                url: "https://127.0.0.1:\(nginx.securePort)/small", headers: ["Authorization": "Bearer secret"])
            let response = try await client.collect(request)
            #expect(response.body.count == 1_000)
            #expect(response.head.headers.first("x-proxy") == nil)
        }
        #expect(seen.withLock { $0 } == ["CONNECT 127.0.0.1:\(nginx.securePort) none"])
        _ = proxy.stop()
    }

    @Test("a proxy that refuses, and one that is not there")
    func failures() async throws {
        let proxy = try RawServer { connection, _ in
            _ = try connection.request()
            try connection.respond("no", status: "407 Proxy Authentication Required")
        }
        try await withClient {
            $0.proxy = .url("http://me:pass@127.0.0.1:\(proxy.port)")
        } _: { client in
            let error = try await interlockError {
                _ = try await client.collect(HTTPRequest(url: "https://h.invalid/"))
            }
            #expect(error.code == .connectionFailed)
            #expect(
                error.message
                    == "the proxy http://127.0.0.1:\(proxy.port) refused the way to h.invalid:443 with status 407")
        }
        #expect(proxy.stop() == [])
        let port = try RawServer.closedPort()
        try await withClient {
            $0.proxy = .url("http://me:pass@127.0.0.1:\(port)")
        } _: { client in
            let error = try await interlockError { _ = try await client.collect(HTTPRequest(url: "http://h.invalid/")) }
            #expect(
                error.description
                    == "cannot reach h.invalid:80 through the proxy http://127.0.0.1:\(port): connection refused\n"
                    + "hint: Check the proxy's address and credentials, or name the host in NO_PROXY.")
        }
    }
}
