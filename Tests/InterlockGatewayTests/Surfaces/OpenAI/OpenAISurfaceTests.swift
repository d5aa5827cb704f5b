import InterlockCore
import InterlockGateway
import InterlockTesting
import TestSupport
import Testing

@Suite("OpenAI surface")
struct OpenAISurfaceTests {
    private func error(_ response: RawResponse) throws -> JSONValue {
        let body = try JSONValue(parsing: response.body)
        let error = try #require(body["error"])
        // All four are always there.
        #expect(error.objectValue?.keys == ["message", "type", "param", "code"])
        #expect(response.header("content-type") == "application/json")
        #expect(response.header("x-request-id") == "id")
        return error
    }

    // covers: S2, L5
    @Test("a chat, as a whole and as a stream")
    func chats() async throws {
        let backend = ScriptedBackend { _, _ in .text("Hel", "lo") }
        try await withGateway(backend) { client in
            let whole = try client.chat()
            #expect(whole.status == 200)
            #expect(whole.header("x-request-id") == "id")
            let body = try JSONValue(parsing: whole.body)
            #expect(body["id"] == "chatcmpl-id")
            #expect(body["choices"]?[0]?["message"]?["content"] == "Hello")
            let stream = try client.chat(#""stream": true"#)
            #expect(stream.status == 200)
            #expect(stream.header("content-type") == "text/event-stream; charset=utf-8")
            #expect(stream.header("cache-control") == "no-cache")
            #expect(stream.header("x-request-id") == "id")
            #expect(stream.text.split(separator: "\n\n").count == 5)
            #expect(stream.text.hasSuffix("data: [DONE]\n\n"))
            #expect(backend.requests.count == 2)
        }
    }

    // covers: G9
    @Test("the first piece arrives before the second is made")
    func streamsAtOnce() async throws {
        let clocks = ManualClocks()
        let backend = ScriptedBackend(clocks: clocks.clocks) { _, _ in
            .init([
                .event(.text("one")), .wait(.seconds(1)), .event(.text("two")), .event(.finish(.init(.endTurn))),
            ])
        }
        try await withGateway(backend) { client in
            let connection = try client.begin(
                "POST", "/v1/chat/completions", GatewayClient.chatBody(#""stream": true"#))
            #expect(try connection.read(until: "one").contains("assistant"))
            #expect(!connection.unread.contains(UInt8(ascii: "w")))
            try await clocks.waitForSleepers()
            clocks.advance(by: .seconds(1))
            _ = try connection.read(until: "[DONE]")
        }
    }

    @Test("a silence is filled with signs of life, which begin the response")
    func pings() async throws {
        let clocks = ManualClocks()
        let backend = ScriptedBackend(clocks: clocks.clocks) { _, _ in
            .init([.wait(.seconds(40)), .event(.text("x")), .event(.finish(.init(.endTurn)))])
        }
        let configuration = GatewayConfiguration(clocks: clocks.clocks, newID: { "id" })
        try await withGateway(backend, configuration: configuration) { client in
            let connection = try client.begin(
                "POST", "/v1/chat/completions", GatewayClient.chatBody(#""stream": true"#))
            for _ in 0..<2 {
                try await clocks.waitForSleepers(2)
                clocks.advance(by: .seconds(15))
                _ = try connection.read(until: ": ping\n\n")
            }
            try await clocks.waitForSleepers(2)
            clocks.advance(by: .seconds(10))
            let rest = try connection.read(until: "[DONE]")
            #expect(!rest.contains("ping"))
        }
    }

    @Test("an error before anything was sent has its own status; after that it is the last event, without [DONE]")
    func failures() async throws {
        let failure = InterlockError(
            .rateLimited, "too many requests", hint: "Wait.", backend: "far", retryAfter: .milliseconds(1500))
        let backend = ScriptedBackend([
            .init([.fail(failure)]), .init([.fail(failure)]),
            .init([.event(.text("part")), .fail(failure)]),
            .init([.event(.text("part"))]),
            .init([.event(.text("part")), .event(.restart(keeping: 0)), .event(.text("anew"))]),
        ])
        try await withGateway(backend) { client in
            for members in ["", #""stream": true"#] {
                let response = try client.chat(members)
                #expect(response.status == 429)
                #expect(response.header("retry-after") == "2")
                #expect(
                    try error(response).jsonText()
                        == #"{"message":"far: too many requests\nhint: Wait.","type":"rate_limit_error","param":null,"#
                        + #""code":"rate_limit_exceeded"}"#)
            }
            for (message, code) in [
                ("far: too many requests", "rate_limit_exceeded"), ("the answer was cut off", "truncated_stream"),
                ("the answer began anew", "truncated_stream"),
            ] {
                let response = try client.chat(#""stream": true"#)
                #expect(response.status == 200)
                let last = try #require(response.text.split(separator: "\n\n").last)
                let event = try JSONValue(parsing: String(last.dropFirst("data: ".count)))
                #expect(event["error"]?["message"]?.stringValue?.hasPrefix(message) == true, "\(last)")
                #expect(event["error"]?["code"]?.stringValue == code)
                #expect(!response.text.contains("DONE"))
            }
        }
    }

    // wire: 24
    @Test("a client that leaves cancels the generation", arguments: ["", #""stream": true"#])
    func cancels(members: String) async throws {
        let clocks = ManualClocks()
        let backend = ScriptedBackend(clocks: clocks.clocks) { _, _ in
            .init([.wait(.seconds(1000)), .event(.finish(.init(.endTurn)))])
        }
        try await withGateway(backend) { client in
            let connection = try client.begin("POST", "/v1/chat/completions", GatewayClient.chatBody(members))
            try await clocks.waitForSleepers()
            connection.close()
            let deadline = ContinuousClock.now + patience
            while await backend.status().runningRequests != 0, ContinuousClock.now < deadline {
                try await Task.sleep(for: .milliseconds(1))
            }
            #expect(await backend.status().runningRequests == 0)
        }
    }

    // covers: G6, G8
    @Test("a constraint that nobody can hold and an unknown parameter are errors; what is dropped is reported")
    func refusals() async throws {
        var capabilities = ScriptedBackend.everything
        capabilities.options.remove(.topK)
        let backend = ScriptedBackend(capabilities: capabilities) { _, _ in .text("x") }
        try await withGateway(backend) { client in
            for members in [#""response_format": {"type": "json_object"}"#, #""guided_regex": "a""#] {
                for fields in [[], ["X-Interlock-Unsupported: drop"]] {
                    let response = try client.chat(members, fields)
                    #expect(response.status == 400)
                    #expect(try error(response)["code"] == "unsupported_value")
                }
            }
            let unknown = try client.chat(#""frob": 1"#)
            #expect(unknown.status == 400)
            #expect(try error(unknown)["param"] == "frob")
            #expect(try error(unknown)["code"] == "unsupported_parameter")
            #expect(try error(client.chat(#""top_k": 3"#))["code"] == "unsupported_parameter")
            for stream in ["false", "true"] {
                let dropped = try client.chat(
                    #""frob": 1, "top_k": 3, "stream": \#(stream)"#, ["X-Interlock-Unsupported: drop"])
                #expect(dropped.status == 200)
                #expect(dropped.header("x-interlock-dropped") == "frob, top_k")
            }
            #expect(try client.chat("", ["X-Interlock-Unsupported: maybe"]).status == 400)
        }
    }

    @Test("bodies that are no JSON are refused with the place of the mistake")
    func badBodies() async throws {
        try await withGateway(ScriptedBackend([])) { client in
            for (body, message) in [
                ("{\"model\":", "the body is not JSON: line 1, column 10: "),
                ("[1]", "the body is a list; it must be an object"),
            ] {
                let response = try client.ask("POST", "/v1/chat/completions", body)
                #expect(response.status == 400)
                #expect(try error(response)["message"]?.stringValue?.hasPrefix(message) == true)
            }
            let empty = try client.ask("POST", "/v1/chat/completions", "", ["Content-Length: 0"])
            #expect(try error(empty)["message"] == "the request has no body\nhint: Send a JSON object.")
            // wire: 69
            let coded = try client.ask("POST", "/v1/chat/completions", "{}", ["Content-Encoding: br"])
            #expect(coded.status == 400)
            let large = try client.ask("POST", "/v1/embeddings", String(repeating: " ", count: 2 << 20))
            #expect(large.status == 413)
            #expect(try error(large)["code"] == "request_too_large")
        }
    }

    @Test("the request's model picks the backend; names may have slashes and colons")
    func models() async throws {
        let routes = [
            ModelRoute(id: "org/model:q8", backend: ScriptedBackend { _, _ in .text("first") }),
            ModelRoute(id: "second", backend: ScriptedBackend { _, _ in .text("second") }),
        ]
        let clocks = ManualClocks(start: WallTime(secondsSinceEpoch: 1000))
        let configuration = GatewayConfiguration(clocks: clocks.clocks, newID: { "id" })
        try await withGateway(routes, configuration: configuration) { client in
            #expect(
                try client.ask("GET", "/v1/models").text
                    == #"{"object":"list","data":[{"id":"org/model:q8","object":"model","created":1000,"#
                    + #""owned_by":"scripted"},{"id":"second","object":"model","created":1000,"owned_by":"scripted"}]}"#
            )
            for path in ["/v1/models/org/model:q8", "/v1/models/org%2Fmodel%3Aq8"] {
                #expect(
                    try client.ask("GET", path).text
                        == #"{"id":"org/model:q8","object":"model","created":1000,"owned_by":"scripted"}"#)
            }
            let body = #"{"model": "second", "messages": [{"role": "user", "content": "Hi"}]}"#
            #expect(try client.ask("POST", "/v1/chat/completions", body).text.contains("\"second\",\"refusal\""))
            for response in [try client.chat(), try client.ask("GET", "/v1/models/m")] {
                #expect(response.status == 404)
                #expect(
                    try error(response).jsonText()
                        == #"{"message":"there is no model named m\nhint: The models are: org/model:q8, second.","#
                        + #""type":"invalid_request_error","param":"model","code":"model_not_found"}"#)
            }
        }
        // With one model there is no need to name it, but a wrong name is wrong.
        try await withGateway(ScriptedBackend { _, _ in .text("x") }) { client in
            for (name, status) in [("", 200), ("default", 200), ("m", 200), ("other", 404)] {
                let body = #"{"model": "\#(name)", "messages": [{"role": "user", "content": "Hi"}]}"#
                let response = try client.ask("POST", "/v1/chat/completions", body)
                #expect(response.status == status)
            }
        }
    }

    // covers: D9
    @Test("embeddings, in both encodings")
    func embeddings() async throws {
        try await withGateway(EmbeddingBackend()) { client in
            let floats = try client.ask("POST", "/v1/embeddings", #"{"model": "m", "input": ["ab", "abcd"]}"#)
            #expect(
                floats.text
                    == #"{"object":"list","data":[{"object":"embedding","index":0,"embedding":[2.0,1.0,0.6666667]},"#
                    + #"{"object":"embedding","index":1,"embedding":[4.0,2.0,1.3333334]}],"model":"m","#
                    + #""usage":{"prompt_tokens":2,"total_tokens":2}}"#)
            let body = #"{"model": "m", "input": "ab", "dimensions": 1, "encoding_format": "base64"}"#
            let base64 = try JSONValue(parsing: client.ask("POST", "/v1/embeddings", body).body)
            #expect(base64["data"]?[0]?["embedding"] == "AAAAQA==")
        }
        try await withGateway(ScriptedBackend([])) { client in
            let response = try client.ask("POST", "/v1/embeddings", #"{"model": "m", "input": "ab"}"#)
            #expect(response.status == 400)
            #expect(
                try error(response)["message"]?.stringValue?.hasPrefix("scripted: this backend makes no embeddings")
                    == true)
        }
    }

    @Test("paths and methods that there are not")
    func unknownPlaces() async throws {
        try await withGateway(ScriptedBackend([])) { client in
            let nowhere = try client.ask("GET", "/v2/frob")
            #expect(nowhere.status == 404)
            #expect(
                try error(nowhere).jsonText()
                    == #"{"message":"there is nothing at /v2/frob\nhint: Chat is at /v1/chat/completions, the list of "#
                    + #"models at /v1/models.","type":"invalid_request_error","param":null,"code":"unknown_url"}"#)
            for (method, path, allowed) in [
                ("GET", "/v1/chat/completions", "POST"), ("POST", "/v1/models", "GET, HEAD"),
                ("DELETE", "/v1/models/m", "GET, HEAD"), ("OPTIONS", "/v1/embeddings", "POST"),
                ("POST", "/health", "GET, HEAD"),
            ] {
                let response = try client.ask(method, path, method == "POST" ? "{}" : "")
                #expect(response.status == 405)
                #expect(response.header("allow") == allowed)
                #expect(response.header("access-control-allow-origin") == nil)
                #expect(try error(response)["code"] == "method_not_allowed")
            }
        }
    }
}
