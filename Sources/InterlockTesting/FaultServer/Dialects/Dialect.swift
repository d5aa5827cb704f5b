import InterlockCore

/// Whose language a request speaks; its path decides, and for what two have in common, a header.
enum Dialect: Sendable, Hashable {
    case openAI, azure, anthropic, ollama, lmStudio, llamaServer, hub

    init(of request: FaultServer.Request) {
        let path = request.path
        let parts = path.split(separator: "/")
        if path.hasPrefix("/v1/messages") || request.header("anthropic-version") != nil {
            self = .anthropic
        } else if path.hasPrefix("/api/v0/") || path.hasPrefix("/api/v1/") {
            self = .lmStudio
        } else if path.hasPrefix("/api/models/") || path.hasPrefix("/cdn/") || parts.dropFirst(2).first == "resolve" {
            self = .hub
        } else if path.hasPrefix("/api/") || path == "/" {
            self = .ollama
        } else if path.hasPrefix("/openai/") {
            self = .azure
        } else if Self.llamaPaths.contains(path) {
            self = .llamaServer
        } else {
            self = .openAI
        }
    }

    private static let llamaPaths: Set<String> = [
        "/health", "/v1/health", "/props", "/slots", "/tokenize", "/detokenize", "/apply-template", "/completion",
        "/embedding",
    ]

    /// An error as the dialect tells it.
    func failure(
        _ status: Int, _ message: String, code: String? = nil, flavour: FaultServer.Flavour
    ) -> FaultServer.Response {
        .json(failureBody(status, message, code: code, flavour: flavour), status: status, headers: identifiers)
    }

    /// The header by which the provider's support would find the request.
    var identifiers: [(name: String, value: String)] {
        switch self {
        case .openAI: [("x-request-id", "req_fault")]
        case .azure: [("apim-request-id", "req_fault"), ("x-ms-request-id", "req_fault")]
        case .anthropic: [("request-id", "req_fault")]
        case .ollama, .lmStudio, .llamaServer, .hub: []
        }
    }

    /// An error in the midst of a stream.
    func streamFailure(_ message: String, flavour: FaultServer.Flavour) -> [UInt8] {
        let body = failureBody(self == .anthropic ? 529 : 500, message, code: nil, flavour: flavour).jsonText()
        switch self {
        case .ollama: return Array("\(body)\n".utf8)
        case .anthropic, .lmStudio: return Array("event: error\ndata: \(body)\n\n".utf8)
        default: return Array("data: \(body)\n\n".utf8)
        }
    }

    private func failureBody(
        _ status: Int, _ message: String, code: String?, flavour: FaultServer.Flavour
    ) -> JSONValue {
        switch self {
        case .anthropic:
            return [
                "type": "error",
                "error": ["type": .string(Self.anthropicType(status)), "message": .string(message)],
                "request_id": "req_fault",
            ]
        case .ollama, .hub: return ["error": .string(message)]
        case .azure: return ["error": ["code": .string(code ?? String(status)), "message": .string(message)]]
        case .llamaServer: return Self.numbered(status, message)
        case .lmStudio:
            return ["type": "error", "error": ["type": .string(Self.openAIType(status)), "message": .string(message)]]
        case .openAI:
            switch flavour {
            case .mlx: return ["error": .string(message)]
            case .llamaServer, .vLLM: return Self.numbered(status, message)
            case .openAI, .huggingFace, .lmStudio:
                let code = code ?? Self.openAICode(status)
                return [
                    "error": [
                        "message": .string(message),
                        "type": .string(code == "insufficient_quota" ? "insufficient_quota" : Self.openAIType(status)),
                        "param": .null, "code": code.map { .string($0) } ?? .null,
                    ]
                ]
            }
        }
    }

    private static func numbered(_ status: Int, _ message: String) -> JSONValue {
        ["error": ["code": JSONValue(status), "message": .string(message), "type": .string(openAIType(status))]]
    }

    private static func openAIType(_ status: Int) -> String {
        switch status {
        case 401: "authentication_error"
        case 404: "not_found_error"
        case 429: "rate_limit_error"
        case 503: "unavailable_error"
        case 500...: "server_error"
        default: "invalid_request_error"
        }
    }

    private static func openAICode(_ status: Int) -> String? {
        switch status {
        case 401: "invalid_api_key"
        case 404: "model_not_found"
        case 429: "rate_limit_exceeded"
        default: nil
        }
    }

    private static func anthropicType(_ status: Int) -> String {
        switch status {
        case 401: "authentication_error"
        case 402: "billing_error"
        case 403: "permission_error"
        case 404: "not_found_error"
        case 409: "conflict_error"
        case 413: "request_too_large"
        case 429: "rate_limit_error"
        case 504: "timeout_error"
        case 503, 529: "overloaded_error"
        case 500...: "api_error"
        default: "invalid_request_error"
        }
    }
}
