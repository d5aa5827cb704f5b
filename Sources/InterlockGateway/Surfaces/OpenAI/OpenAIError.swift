package import InterlockCore
package import InterlockHTTP

/// An error as OpenAI's interface says it.
package struct OpenAIError: Sendable {
    /// The status of the response.
    package var status: Int
    /// `{"error": {message, type, param, code}}`.
    package var body: JSONValue
    /// What goes into the header beside the usual.
    package var headers = HTTPHeaders()

    /// Puts an error into that form.
    package init(_ error: InterlockError, status: Int?) {
        let form = error.httpForm
        self.status = status ?? form.status
        let code = error.provider?.code ?? OpenAIError.code(error.code)
        body = [
            "error": [
                "message": .string(form.message),
                "type": .string(OpenAIError.type(self.status)),
                "param": error.provider?.parameter.map(JSONValue.string) ?? .null,
                "code": .string(code),
            ]
        ]
        if let seconds = form.retryAfterSeconds { headers.append("retry-after", String(seconds)) }
        // OpenAI's clients try again after some kinds of status by themselves, and look at this first.
        let isTriedAgain = self.status == 408 || self.status == 409 || self.status == 429 || self.status >= 500
        if isTriedAgain, !error.isRetryable { headers.append("x-should-retry", "false") }
    }

    /// Puts any error into that form.
    package init(any error: any Error) {
        if let error = error as? InterlockError {
            self.init(error, status: nil)
        } else if let error = error as? StatusError {
            self.init(error.error, status: error.status)
            headers = error.headers
        } else {
            self.init(InterlockError(.internalInconsistency, "the answer failed: \(error)"), status: nil)
        }
    }

    private static func type(_ status: Int) -> String {
        switch status {
        case 401: "authentication_error"
        case 402: "insufficient_quota"
        case 403: "permission_error"
        case 429: "rate_limit_error"
        case 500...: "server_error"
        default: "invalid_request_error"
        }
    }

    private static func code(_ code: InterlockError.Code) -> String {
        switch code {
        case .unauthorized, .missingCredential: "invalid_api_key"
        case .rateLimited: "rate_limit_exceeded"
        case .quotaExceeded: "insufficient_quota"
        case .unsupported: "unsupported_parameter"
        case .constraintUnsupported: "unsupported_value"
        case .contentFiltered: "content_filter"
        default: code.name
        }
    }
}
