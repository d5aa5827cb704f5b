import InterlockCore
import InterlockGateway
import InterlockHTTP
import InterlockTesting
import TestSupport
import Testing

@Suite("Access to the gateway")
struct AccessTests {
    private let keyed = GatewayConfiguration(keys: [Secret("other"), Secret("right-key")], newID: { "id" })

    // wire: 67
    @Test("the key may come either way, and is needed for everything but the health")
    func keys() async throws {
        try await withGateway(ScriptedBackend { _, _ in .text("x") }, configuration: keyed) { client in
            for field in [
                "Authorization: Bearer right-key", "authorization: bearer right-key", "X-Api-Key: right-key",
                "x-api-key: other",
            ] {
                #expect(try client.ask("GET", "/v1/models", "", [field]).status == 200)
                #expect(try client.chat("", [field]).status == 200)
            }
            for (fields, message) in [
                ([], "the request has no key\nhint: Send it as `Authorization: Bearer KEY` or `x-api-key: KEY`."),
                (["Authorization: Bearer wrong"], "the request's key is wrong\nhint: Use a key of this gateway."),
                (["Authorization: Bearer right-ke"], "the request's key is wrong\nhint: Use a key of this gateway."),
                (
                    ["Authorization: Bearer right-keyright-key"],
                    "the request's key is wrong\nhint: Use a key of this gateway."
                ),
                (["x-api-key:"], "the request's key is wrong\nhint: Use a key of this gateway."),
                (
                    ["Authorization: Basic right-key"],
                    "the request has no key\nhint: Send it as `Authorization: Bearer KEY` or `x-api-key: KEY`."
                ),
            ] {
                for response in [
                    try client.chat("", fields), try client.ask("GET", "/v1/models", "", fields),
                    try client.ask("DELETE", "/v1/models", "", fields),
                ] {
                    #expect(response.status == 401)
                    let error = try JSONValue(parsing: response.body)["error"]
                    #expect(error?["message"]?.stringValue == message)
                    #expect(error?["type"] == "authentication_error")
                    #expect(error?["code"] == "invalid_api_key")
                }
            }
            // Any host will do for who has a key.
            let fields = ["Host: gateway.example", "x-api-key: other", "Origin: https://page.example"]
            #expect(try client.ask("GET", "/v1/models", "", fields).status == 200)
        }
    }

    // wire: 72
    @Test("what clients say about themselves in headers of their own is not taken for more than it is")
    func clientHeaders() async throws {
        try await withGateway(ScriptedBackend { _, _ in .text("x") }) { client in
            let fields = [
                "x-stainless-timeout: NOT_GIVEN", "x-stainless-read-timeout: 600", "x-stainless-retry-count: 2",
                "anthropic-version: 2099-01-01", "OpenAI-Organization: org",
            ]
            let response = try client.chat("", fields)
            #expect(response.status == 200)
        }
    }

    @Test("without a key only this machine's own names and pages get in")
    func rebinding() async throws {
        try await withGateway(ScriptedBackend { _, _ in .text("x") }) { client in
            for host in ["localhost", "LOCALHOST:1", "127.0.0.1:\(client.port)", "[::1]:80"] {
                #expect(try client.ask("GET", "/v1/models", "", ["Host: \(host)"]).status == 200)
            }
            for host in [
                "evil.example", "evil.example:\(client.port)", "localhost.evil.example", "127.0.0.1.evil", "[::2]",
            ] {
                for path in ["/v1/models", "/health"] {
                    let response = try client.ask("GET", path, "", ["Host: \(host)"])
                    #expect(response.status == 403)
                    let error = try JSONValue(parsing: response.body)["error"]
                    #expect(
                        error?["message"]?.stringValue
                            == "the request is for a host that is not this one\nhint: Use http://localhost or "
                            + "http://127.0.0.1, or set a key.")
                }
            }
            #expect(try client.chat("", ["Origin: http://localhost:3000"]).status == 200)
            for origin in ["https://evil.example", "null", "file://"] {
                #expect(try client.chat("", ["Origin: \(origin)"]).status == 403)
            }
        }
    }

    @Test("a gateway that everyone could use is not made")
    func failsClosed() throws {
        for host in ["0.0.0.0", "*", "::", "192.168.1.2", "127.evil.example", "example.org"] {
            let error = failure {
                _ = try Gateway(
                    [ModelRoute(id: "m", backend: ScriptedBackend([]))],
                    configuration: GatewayConfiguration(host: host))
            }
            #expect(error?.code == .missingCredential)
            #expect(
                error?.description
                    == "the gateway would listen at \(host) without a key, for every machine to use\nhint: Set a key in INTERLOCK_API_KEY, or "
                    + "listen at 127.0.0.1.")
        }
        for keys in [[Secret(" ")], [Secret("k"), Secret("")]] {
            let configuration = GatewayConfiguration(host: "0.0.0.0", keys: keys)
            #expect(
                failure {
                    _ = try Gateway([ModelRoute(id: "m", backend: ScriptedBackend([]))], configuration: configuration)
                }
                    != nil)
        }
        for host in ["127.0.0.1", "127.1.2.3", "localhost", "::1", "[::1]"] {
            _ = try Gateway(
                [ModelRoute(id: "m", backend: ScriptedBackend([]))], configuration: GatewayConfiguration(host: host))
        }
        #expect(failure { _ = try Gateway([]) }?.code == .invalidConfiguration)
        let twice = [
            ModelRoute(id: "m", backend: ScriptedBackend([])), ModelRoute(id: "m", backend: ScriptedBackend([])),
        ]
        #expect(failure { _ = try Gateway(twice) }?.message == "the gateway has two models named \"m\"")
    }

    // covers: S7
    @Test("the health says what can be used, and details only to those who may know")
    func health() async throws {
        let ready = ModelRoute(id: "a", backend: EmbeddingBackend())
        let loading = ModelRoute(id: "b", backend: EmbeddingBackend(state: .notLoaded))
        let gone = ModelRoute(id: "c", backend: EmbeddingBackend(state: .unreachable))
        for (routes, status, word) in [
            ([ready], 200, "ok"), ([ready, gone], 200, "degraded"), ([loading, gone], 503, "loading"),
            ([gone], 503, "unavailable"),
        ] {
            try await withGateway(routes) { client in
                for path in ["/health", "/", "/v1/health"] {
                    let response = try client.ask("GET", path)
                    #expect(response.status == status)
                    let body = try JSONValue(parsing: response.body)
                    #expect(body["status"]?.stringValue == word)
                    #expect(body["models"]?.arrayValue?.count == routes.count)
                }
            }
        }
        try await withGateway([gone], configuration: keyed) { client in
            let outside = try client.ask("GET", "/health")
            #expect(outside.text == #"{"status":"unavailable"}"#)
            let inside = try client.ask("GET", "/health", "", ["x-api-key: other"])
            #expect(
                inside.text == #"{"status":"unavailable","models":[{"id":"c","state":"unreachable","#
                    + #""problem":"nobody answers at 10.0.0.1"}]}"#)
        }
    }
}
