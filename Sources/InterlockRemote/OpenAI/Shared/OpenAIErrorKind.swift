import InterlockCore

/// What kind of failure a server of this family tells of.
enum OpenAIErrorKind {
    /// The code for a failure: the server's own codes first, then what its message says, then the status.
    static func code(of failure: OpenAIFailure, status: Int?) -> InterlockError.Code {
        for name in [failure.innerCode, failure.code, failure.type] {
            if let name, let code = code(named: name) { return code }
        }
        let status = effectiveStatus(failure, status)
        let message = failure.message.lowercased()
        switch status {
        case nil, 400?, 413?, 422?, 500?:
            if speaksOfContext(message) { return .contextLengthExceeded }
            if status == 400, message.contains("content management policy") { return .contentFiltered }
            if status == 400, speaksOfSupport(message) { return .unsupported }
            if status == 400, message.contains("invalid model name") { return .modelNotFound }
        default: break
        }
        return status.map { code(status: $0, message) } ?? .providerFailed
    }

    /// The status that a body names as its code, which a stream has nowhere else.
    private static func effectiveStatus(_ failure: OpenAIFailure, _ status: Int?) -> Int? {
        if let status, status >= 400 { return status }
        guard let code = failure.code.flatMap({ Int($0) }), (400...599).contains(code) else { return nil }
        return code
    }

    private static let codesByName: [String: InterlockError.Code] = [
        "context_length_exceeded": .contextLengthExceeded,
        "exceed_context_size_error": .contextLengthExceeded,
        "content_filter": .contentFiltered,
        "content_policy_violation": .contentFiltered,
        "image_content_policy_violation": .contentFiltered,
        "moderation_blocked": .contentFiltered,
        "responsibleaipolicyviolation": .contentFiltered,
        "unsupported_parameter": .unsupported,
        "unsupported_value": .unsupported,
        "unsupported_country_region_territory": .permissionDenied,
        "operationnotsupported": .unsupported,
        "not_supported_error": .unsupported,
        "insufficient_quota": .quotaExceeded,
        "quota_exceeded": .quotaExceeded,
        "billing_hard_limit_reached": .quotaExceeded,
        "billing_not_active": .quotaExceeded,
        "rate_limit_exceeded": .rateLimited,
        "rate_limit_error": .rateLimited,
        "too_many_requests": .rateLimited,
        "invalid_api_key": .unauthorized,
        "authentication_error": .unauthorized,
        "permission_error": .permissionDenied,
        "model_not_found": .modelNotFound,
        "deploymentnotfound": .modelNotFound,
        "server_error": .providerFailed,
        "server_is_overloaded": .overloaded,
        "slow_down": .overloaded,
        "overloaded_error": .overloaded,
        "invalid_prompt": .invalidRequest,
        "unavailable_error": .notLoaded,
    ]

    private static func code(named name: String) -> InterlockError.Code? {
        let name = name.lowercased()
        if let code = codesByName[name] { return code }
        if name.hasSuffix("_spend_limit_reached") { return .quotaExceeded }
        if name.hasSuffix("_policy") || name.hasSuffix("_policy_violation") { return .contentFiltered }
        return nil
    }

    private static func code(status: Int, _ message: String) -> InterlockError.Code {
        switch status {
        case 404 where !speaksOfModel(message): .unsupported
        case 429 where message.contains("exceeded your current quota"): .quotaExceeded
        default: StatusMeaning.code(status)
        }
    }

    private static func speaksOfContext(_ message: String) -> Bool {
        let phrases = [
            "maximum context length", "context length exceeded", "exceeds the available context size",
            "context window", "prompt is too long", "greater than the context length", "exceeds the context",
        ]
        return phrases.contains { message.contains($0) }
    }

    private static func speaksOfSupport(_ message: String) -> Bool {
        message.hasPrefix("unsupported parameter") || message.hasPrefix("unsupported value")
    }

    /// Whether a "not found" is about a model and not about an address.
    private static func speaksOfModel(_ message: String) -> Bool {
        ["model", "deployment", "repository", "repo "].contains { message.contains($0) }
    }
}
