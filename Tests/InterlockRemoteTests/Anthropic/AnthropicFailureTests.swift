import InterlockCore
import InterlockRemote
import Testing

@Suite("Failures of Anthropic's API")
struct AnthropicFailureTests {
    private func body(_ type: String, _ message: String, _ details: String = "") -> String {
        #"{"type":"error","error":{"type":"\#(type)","message":"\#(message)"\#(details)},"request_id":"req_body"}"#
    }

    // covers: D12, A7
    // wire: 58, 83, 84
    @Test(
        "Status and type",
        arguments: [
            (400, "invalid_request_error", InterlockError.Code.invalidRequest, false),
            (401, "authentication_error", .unauthorized, false), (402, "billing_error", .quotaExceeded, false),
            (403, "permission_error", .permissionDenied, false), (408, "timeout", .providerFailed, true),
            (409, "conflict_error", .conflict, true), (413, "request_too_large", .requestTooLarge, false),
            (422, "unprocessable", .invalidRequest, false), (429, "rate_limit_error", .rateLimited, true),
            (500, "api_error", .providerFailed, true), (502, "api_error", .providerFailed, true),
            (503, "api_error", .overloaded, true), (504, "timeout_error", .providerFailed, true),
            (529, "overloaded_error", .overloaded, true), (418, "teapot", .invalidRequest, false),
            (599, "new_error", .providerFailed, true),
        ]
    )
    func statuses(_ status: Int, _ type: String, _ code: InterlockError.Code, _ isRetryable: Bool) {
        let error = AnthropicTest.dialect.error(status, body(type, "Something"))
        #expect(error.code == code)
        #expect(error.isRetryable == isRetryable)
        #expect(
            error.provider == InterlockError.ProviderDetail(status: status, type: type, requestID: "req_body"))
    }

    // wire: 69, 83
    @Test(
        "The finer code goes before type and status",
        arguments: [
            (429, "rate_limit_error", "ramp_limit_exceeded", InterlockError.Code.rateLimited, true),
            (429, "rate_limit_error", "enforced_spend_limit_reached", .quotaExceeded, false),
            (429, "rate_limit_error", "contract_spend_limit_reached", .quotaExceeded, false),
            (503, "api_error", "cmek_key_unreachable", .overloaded, true),
            (400, "invalid_request_error", "request_body_encoding_unsupported", .unsupported, false),
            (413, "request_too_large", "request_body_too_large_after_decoding", .requestTooLarge, false),
        ]
    )
    func details(
        _ status: Int, _ type: String, _ detail: String, _ code: InterlockError.Code, _ isRetryable: Bool
    ) {
        let details = #","details":{"error_code":"\#(detail)"}"#
        let error = AnthropicTest.dialect.error(status, body(type, "Something", details))
        #expect(error.code == code)
        #expect(error.isRetryable == isRetryable)
        #expect(error.provider?.code == detail)
    }

    @Test(
        "What is wrong with an invalid request",
        arguments: [
            ("prompt is too long: 208310 tokens > 200000 maximum", InterlockError.Code.contextLengthExceeded),
            ("input length and `max_tokens` exceed context limit: 199000 + 8000 > 200000", .contextLengthExceeded),
            ("Output blocked by content filtering policy", .contentFiltered),
            ("Your credit balance is too low to access the API", .quotaExceeded),
            ("temperature: Extra inputs are not permitted", .unsupported),
            ("max_tokens: must be at least 1", .invalidRequest),
        ]
    )
    func invalidRequests(_ message: String, _ code: InterlockError.Code) {
        #expect(AnthropicTest.dialect.error(400, body("invalid_request_error", message)).code == code)
    }

    @Test(
        "What is not found",
        arguments: [
            (#"{"type":"error","error":{"type":"not_found_error","message":"model: x"}}"#, .modelNotFound),
            (#"{"type":"error","error":{"type":"not_found_error","message":"Not found"}}"#, .modelNotFound),
            (#"{"type":"error","error":{"type":"not_found_error","message":"File file_1"}}"#, .invalidRequest),
            (#"{"detail":"Not Found"}"#, .unsupported), ("<html>", .unsupported), ("", .unsupported),
            (#"{"error":{"message":"no such model"}}"#, .modelNotFound),
        ] as [(String, InterlockError.Code)]
    )
    func notFound(_ body: String, _ code: InterlockError.Code) {
        #expect(AnthropicTest.dialect.error(404, body).code == code)
    }

    // wire: 25, 47
    @Test("Whole messages, with what to do")
    func messages() {
        func expect(_ status: Int, _ body: String, _ message: String, _ hint: String?) {
            let error = AnthropicTest.dialect.error(status, body)
            #expect(error.message == message)
            #expect(error.hint == hint)
        }
        expect(
            401, body("authentication_error", "invalid x-api-key: sk-ant-api03-abc123XYZ"),
            "the provider refused the key: invalid x-api-key: [redacted]", "Check the key in ANTHROPIC_API_KEY.")
        expect(
            400, body("invalid_request_error", "prompt is too long: 208310 tokens > 200000 maximum"),
            "the provider refused the request: prompt is too long: 208310 tokens > 200000 maximum",
            "Shorten the conversation by 8310 tokens or more, or choose a model with a longer context.")
        expect(
            400, body("invalid_request_error", "input and max_tokens exceed context limit: 199000 + 8000 > 200000"),
            "the provider refused the request: input and max_tokens exceed context limit: 199000 + 8000 > 200000",
            "Shorten the conversation by 7000 tokens or more, or choose a model with a longer context.")
        expect(
            400,
            """
            {"error":{"code":400,"message":"request (3012 tokens) exceeds the available context size (1024 tokens), \
            try increasing it","type":"exceed_context_size_error","n_prompt_tokens":3012,"n_ctx":1024}}
            """,
            "the provider refused the request: request (3012 tokens) exceeds the available context size (1024 tokens), "
                + "try increasing it",
            "Shorten the conversation by 1988 tokens or more, or choose a model with a longer context.")
        expect(
            404, body("not_found_error", "model: m"), "the provider does not know m: model: m",
            "`interlock models list` shows the models that the key can use.")
        expect(
            404, "404 page not found", "the provider refused the request: 404 page not found",
            "The server has no such address: check the base URL.")
        expect(
            502, "<html><body>Bad gateway</body></html>", "the provider failed: it answered with status 502",
            "Try again later, or name a fallback backend.")
        expect(
            503, "", "the provider is overloaded: it answered with status 503",
            "Try again later, or name a fallback backend.")
        expect(
            400, body("invalid_request_error", "  a\\n\\tb.  "), "the provider refused the request: a b", nil)
        expect(
            500, body("api_error", String(repeating: "x", count: 600)),
            "the provider failed: \(String(repeating: "x", count: 499))…",
            "Try again later, or name a fallback backend.")
    }

    // wire: 58, 87
    @Test("Headers: what to wait, whether to try, and the request's id")
    func responseHeaders() {
        let error = AnthropicTest.dialect.error(
            529, body("overloaded_error", "Overloaded"),
            ["retry-after": "3", "X-Should-Retry": "false", "request-id": "req_header"])
        #expect(error.retryAfter == .seconds(3))
        #expect(error.retryAdvice == false)
        #expect(!error.isRetryable)
        #expect(error.provider?.requestID == "req_header")
        let spent = AnthropicTest.dialect.error(
            429, body("rate_limit_error", "Spent", #","details":{"error_code":"enforced_spend_limit_reached"}"#),
            ["x-should-retry": "true"])
        #expect(!spent.isRetryable)
    }

    // wire: 48, 58
    @Test("An error in the midst of a stream")
    func midStream() {
        expectError(
            .overloaded, "the provider is overloaded: Overloaded", hint: "Try again later, or name a fallback backend."
        ) {
            _ = try AnthropicTest.events(
                AnthropicTest.start, #"{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}"#)
        }
        expectError(
            .providerFailed, "the provider failed: boom", hint: "Try again later, or name a fallback backend."
        ) { _ = try AnthropicTest.events(#"{"error":"boom"}"#) }
    }

    // wire: 49
    @Test("A failure under status 200")
    func wholeError() {
        expectError(
            .rateLimited, "too many requests or tokens in too short a time: Slow down",
            hint: "Wait, or send fewer requests at a time."
        ) {
            let body: JSONValue = ["type": "error", "error": ["type": "rate_limit_error", "message": "Slow down"]]
            _ = try AnthropicTest.dialect.events(whole: body, AnthropicTest.context("m", streams: false))
        }
    }
}
