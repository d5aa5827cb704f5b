import InterlockCore
import InterlockRemote
import Testing

// covers: D12 A7

@Suite struct OpenAIErrorTests {
    private struct Case: CustomTestStringConvertible {
        var status: Int
        var body: String
        var flavour = OpenAIFlavour.openAI
        var code: InterlockError.Code
        var message: String
        var hint: String?
        var testDescription: String { "\(status) \(body)" }
    }

    private static let later = "Send the request again later."
    private static let cases: [Case] = [
        Case(
            status: 401,
            body: #"{"error":{"message":"Incorrect API key provided: sk-abcdefgh12345678.","#
                + #""type":"invalid_request_error","param":null,"code":"invalid_api_key"}}"#,
            code: .unauthorized, message: "OpenAI answered with status 401: Incorrect API key provided: [redacted]",
            hint: "Check the key in OPENAI_API_KEY."),
        Case(
            status: 401, body: #"{"error":{"code":"401","message":"Access denied."}}"#, flavour: .azure,
            code: .unauthorized, message: "Azure OpenAI answered with status 401: Access denied",
            hint: "Check the key in AZURE_OPENAI_API_KEY."),
        Case(
            status: 404, body: #"{"error":{"code":"DeploymentNotFound","message":"The API deployment is not there."}}"#,
            flavour: .azure, code: .modelNotFound,
            message: "Azure OpenAI answered with status 404: The API deployment is not there",
            hint: "Check the name of the deployment m and the resource that it belongs to."),
        Case(
            status: 400,
            body: #"{"error":{"message":"Filtered.","type":null,"param":"prompt","#
                + #""code":"content_filter","status":400,"innererror":{"code":"ResponsibleAIPolicyViolation"}}}"#,
            flavour: .azure, code: .contentFiltered, message: "Azure OpenAI answered with status 400: Filtered",
            hint: "Change the request: the content filter refused it."),
        Case(
            status: 400,
            body: #"{"error":{"message":"This model's maximum context length is 8192 tokens. However, "#
                + #"your messages resulted in 9001 tokens.","type":"invalid_request_error","#
                + #""param":"messages","code":"context_length_exceeded"}}"#,
            code: .contextLengthExceeded,
            message: "OpenAI answered with status 400: This model's maximum context length is 8192 tokens. However, "
                + "your messages resulted in 9001 tokens",
            hint: "The context has 8192 tokens and the request 9001. Shorten the conversation, ask for fewer tokens, "
                + "or use a model with a longer context."),
        Case(
            status: 400,
            body: #"{"error":{"code":400,"message":"the request exceeds the available context size","#
                + #""type":"exceed_context_size_error","n_prompt_tokens":70,"n_ctx":64}}"#,
            flavour: .llamaServer, code: .contextLengthExceeded,
            message: "llama-server answered with status 400: the request exceeds the available context size",
            hint: "The context has 64 tokens and the request 70. Shorten the conversation, ask for fewer tokens, "
                + "or use a model with a longer context."),
        Case(
            status: 400,
            body: #"{"error":{"message":"Unsupported parameter: 'stop'.","type":"invalid_request_error","#
                + #""param":"stop","code":"unsupported_parameter"}}"#,
            code: .unsupported, message: "OpenAI answered with status 400: Unsupported parameter: 'stop'",
            hint: "Leave out what the server does not take, or choose another model."),
        Case(
            status: 400, body: #"{"error":{"message":"Invalid type.","type":"invalid_request_error","param":"tools"}}"#,
            code: .invalidRequest, message: "OpenAI answered with status 400: Invalid type", hint: "Correct tools."),
        Case(
            status: 402, body: #"{"error":"You have exceeded your monthly included credits."}"#, flavour: .huggingFace,
            code: .quotaExceeded,
            message: "Hugging Face answered with status 402: You have exceeded your monthly included credits",
            hint: "Check the account's credit and spending limit; waiting does not help."),
        Case(
            status: 403, body: #"{"error":{"message":"Not yours","type":"x"}}"#, code: .permissionDenied,
            message: "OpenAI answered with status 403: Not yours", hint: "Check that the key may use m."),
        Case(
            status: 404, body: #"{"error":"Repository Not Found for url"}"#, flavour: .mlx, code: .modelNotFound,
            message: "mlx_lm.server answered with status 404: Repository Not Found for url",
            hint: "Check the name of the model m; `interlock models list` shows what there is."),
        Case(
            status: 404, body: "Not Found", flavour: .mlx, code: .unsupported,
            message: "mlx_lm.server answered with status 404: Not Found",
            hint: "Check the base address: this server has no such endpoint."),
        Case(
            status: 409, body: "{}", code: .conflict, message: "OpenAI answered with status 409", hint: later),
        Case(
            status: 413, body: "", code: .requestTooLarge, message: "OpenAI answered with status 413",
            hint: "Send less: fewer messages, smaller pictures or documents."),
        Case(
            status: 422, body: #"{"detail":[{"loc":["body"],"msg":"field required"}]}"#, flavour: .vLLM,
            code: .invalidRequest,
            message: #"vLLM answered with status 422: [{"loc":["body"],"msg":"field required"}]"#,
            hint: "Correct what the message names."),
        Case(
            status: 429,
            body: #"{"error":{"message":"Quota.","type":"insufficient_quota","code":"insufficient_quota"}}"#,
            code: .quotaExceeded, message: "OpenAI answered with status 429: Quota",
            hint: "Check the account's credit and spending limit; waiting does not help."),
        Case(
            status: 429, body: #"{"error":{"message":"Slow","code":"enforced_spend_limit_reached"}}"#,
            code: .quotaExceeded, message: "OpenAI answered with status 429: Slow",
            hint: "Check the account's credit and spending limit; waiting does not help."),
        Case(
            status: 429, body: "", code: .rateLimited, message: "OpenAI answered with status 429",
            hint: "Wait and send the request again, or send fewer at a time."),
        Case(
            status: 502, body: "<html><head><TITLE>Bad Gateway</TITLE></head></html>", code: .providerFailed,
            message: "OpenAI answered with status 502: a web page: bad gateway", hint: later),
        Case(
            status: 503, body: #"{"error":{"code":503,"message":"Loading model","type":"unavailable_error"}}"#,
            flavour: .llamaServer, code: .notLoaded,
            message: "llama-server answered with status 503: Loading model",
            hint: "Wait until the model is loaded and send the request again."),
        Case(
            status: 503, body: "", code: .overloaded, message: "OpenAI answered with status 503", hint: later),
        Case(
            status: 500, body: #"[{"error":{"message":"in a list"}}]"#, flavour: .compatible, code: .providerFailed,
            message: "the server answered with status 500: in a list", hint: later),
        Case(
            status: 418, body: "teapot", code: .invalidRequest, message: "OpenAI answered with status 418: teapot",
            hint: "Correct what the message names."),
    ]

    // wire: 25 47 48 83 84
    @Test("an error status means what the server says", arguments: cases)
    private func statuses(expected: Case) {
        let error = OpenAIChatDialect(flavour: expected.flavour).error(expected.status, expected.body)
        #expect(error.code == expected.code)
        #expect(error.message == expected.message)
        #expect(error.hint == expected.hint)
        #expect(error.provider?.status == expected.status)
    }

    @Test("what can be tried again, and when, is taken from code and headers")
    func retries() {
        // wire: 82 87
        let dialect = OpenAIChatDialect(flavour: .openAI)
        for status in [408, 409, 429, 500, 502, 503, 504] { #expect(dialect.error(status, "").isRetryable) }
        for status in [400, 401, 402, 403, 404, 413, 422] { #expect(!dialect.error(status, "").isRetryable) }
        let error = dialect.error(
            429, #"{"error":{"message":"x","type":"t","param":"p","code":"c"}}"#,
            ["Retry-After": "7", "retry-after-ms": "1500", "x-should-retry": "false", "x-request-id": "req_1"])
        #expect(error.retryAfter == .milliseconds(1500))
        #expect(!error.isRetryable)
        #expect(
            error.provider
                == InterlockError.ProviderDetail(
                    status: 429, code: "c", type: "t", parameter: "p", requestID: "req_1"))
        #expect(dialect.error(500, "", ["apim-request-id": "az"]).provider?.requestID == "az")
    }

    @Test("a long message is cut, and no key in it is shown")
    func presentation() {
        let long = String(repeating: "word ", count: 300)
        let dialect = OpenAIChatDialect(flavour: .compatible)
        let cut = dialect.error(500, #"{"error":"\#(long)"}"#).message
        #expect(cut.count < 550)
        #expect(cut.hasSuffix("…"))
        let secret = dialect.error(500, #"{"error":"Bearer sk-proj-ABCDEF0123456789abcdef was refused"}"#)
        #expect(!secret.description.contains("ABCDEF0123"))
    }
}
