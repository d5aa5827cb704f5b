import InterlockCore

/// A failure as Anthropic reports it: with a status, or as an event in the midst of an answer.
struct AnthropicFailure {
    private let status: Int?
    private let type: String?
    private let detail: String?
    private let message: String?
    private let requestID: String?
    private let retry: RetryHeaders
    private let model: String?
    private let keyVariable: String

    /// Takes a response with an error status.
    init(_ response: WireErrorResponse, keyVariable: String) {
        let frame = try? WireFrame(parsing: response.body)
        self.init(
            frame: frame, plain: frame == nil ? response.body : [], status: response.status,
            requestID: InterlockRemote.requestID(response.header),
            retry: RetryHeaders(header: response.header, now: response.now), model: response.model,
            keyVariable: keyVariable)
    }

    /// Takes an `error` event.
    init(frame: WireFrame, model: String, keyVariable: String) {
        let nothing = RetryHeaders(header: { _ in nil }, now: WallTime(secondsSinceEpoch: 0))
        self.init(
            frame: frame, plain: [], status: nil, requestID: nil, retry: nothing, model: model,
            keyVariable: keyVariable)
    }

    private init(
        frame: WireFrame?, plain: [UInt8], status: Int?, requestID: String?, retry: RetryHeaders, model: String?,
        keyVariable: String
    ) {
        let error = frame?.looseFrame("error")
        self.status = status
        type = error?.looseString("type")
        detail = error?.looseFrame("details")?.looseString("error_code")
        let text = error?.looseString("message") ?? frame?.looseString("error") ?? frame?.looseString("message")
        message = text.flatMap(ProviderMessage.presentable) ?? ProviderMessage.presentable(plain: plain)
        self.requestID = requestID ?? frame?.looseString("request_id")
        self.retry = retry
        self.model = model
        self.keyVariable = keyVariable
    }

    /// The failure in Interlock's words.
    var error: InterlockError {
        let code = code
        let said = message ?? (status.map { "it answered with status \($0)" } ?? "it did not say why")
        var error = InterlockError(code, "\(beginning(code)): \(said)", hint: hint(code), retryAfter: retry.retryAfter)
        // Whatever a proxy's header says: credit does not come back by asking again.
        error.retryAdvice = code == .quotaExceeded ? nil : retry.shouldRetry
        error.provider = InterlockError.ProviderDetail(
            status: status, code: detail, type: type, requestID: requestID)
        return error
    }

    private var code: InterlockError.Code {
        if let detail, let code = AnthropicFailure.details[detail] { return code }
        let general =
            type.flatMap { AnthropicFailure.types[$0] } ?? status.map(StatusMeaning.code) ?? .providerFailed
        // Some statuses that may pass come under this type, which says the contrary.
        if general == .invalidRequest, let status, StatusMeaning.code(status).isRetryable {
            return StatusMeaning.code(status)
        }
        if general == .modelNotFound, !isAboutModel { return type == nil ? .unsupported : .invalidRequest }
        guard general == .invalidRequest || general == .providerFailed else { return general }
        if let message, general == .invalidRequest { return AnthropicFailure.code(of: message) }
        // A status says more than "something went wrong".
        return type == "api_error" ? status.map(StatusMeaning.code) ?? general : general
    }

    /// Whether "not found" means the model, and not an address or something else that the request names.
    private var isAboutModel: Bool {
        let said = message?.lowercased() ?? ""
        if said.contains("model") || model.map({ said.contains($0.lowercased()) }) == true { return true }
        // The API has models and things to refer to; an answer without a type comes from something else.
        return type != nil && !["file", "container", "batch", "skill"].contains { said.contains($0) }
    }

    /// Which kind of invalid request it is, by the words that the provider uses for it.
    private static func code(of message: String) -> InterlockError.Code {
        let message = message.lowercased()
        return phrases.first { message.contains($0.phrase) }?.code ?? .invalidRequest
    }

    private static let phrases: [(phrase: String, code: InterlockError.Code)] = [
        ("prompt is too long", .contextLengthExceeded), ("exceed context limit", .contextLengthExceeded),
        ("context window", .contextLengthExceeded), ("context size", .contextLengthExceeded),
        ("content filter", .contentFiltered), ("credit balance is too low", .quotaExceeded),
        ("not supported", .unsupported), ("does not support", .unsupported),
        ("extra inputs are not permitted", .unsupported),
    ]

    private static let types: [String: InterlockError.Code] = [
        "invalid_request_error": .invalidRequest, "authentication_error": .unauthorized,
        "billing_error": .quotaExceeded, "permission_error": .permissionDenied, "not_found_error": .modelNotFound,
        "request_too_large": .requestTooLarge, "rate_limit_error": .rateLimited, "conflict_error": .conflict,
        "timeout_error": .providerFailed, "api_error": .providerFailed, "overloaded_error": .overloaded,
        // What llama.cpp's server says where it speaks this API.
        "exceed_context_size_error": .contextLengthExceeded, "not_supported_error": .unsupported,
    ]

    private static let details: [String: InterlockError.Code] = [
        "ramp_limit_exceeded": .rateLimited, "enforced_spend_limit_reached": .quotaExceeded,
        "contract_spend_limit_reached": .quotaExceeded, "cmek_key_unreachable": .overloaded,
        "request_body_encoding_unsupported": .unsupported,
        "request_body_too_large_after_decoding": .requestTooLarge,
    ]
}

extension AnthropicFailure {
    private func beginning(_ code: InterlockError.Code) -> String {
        switch code {
        case .unauthorized: "the provider refused the key"
        case .permissionDenied: "the key may not do this"
        case .quotaExceeded: "the account's credit or spending limit is used up"
        case .rateLimited: "too many requests or tokens in too short a time"
        case .overloaded: "the provider is overloaded"
        case .providerFailed: "the provider failed"
        case .modelNotFound: "the provider does not know \(model ?? "what was asked for")"
        default: "the provider refused the request"
        }
    }

    private func hint(_ code: InterlockError.Code) -> String? {
        switch code {
        case .unauthorized: "Check the key in \(keyVariable)."
        case .permissionDenied: "Use a key of a workspace that may use \(model ?? "the model")."
        case .quotaExceeded: "Add credit or raise the spending limit in the provider's console."
        case .rateLimited: "Wait, or send fewer requests at a time."
        case .overloaded, .providerFailed: "Try again later, or name a fallback backend."
        case .modelNotFound: "`interlock models list` shows the models that the key can use."
        case .contextLengthExceeded: contextHint
        case .contentFiltered: "Say it differently."
        case .requestTooLarge: "Send less in one request; large files belong to the provider's file interface."
        case .unsupported where [404, 405, 501].contains(status): "The server has no such address: check the base URL."
        case .unsupported: "Leave out what the model does not take, or choose another model."
        default: nil
        }
    }

    /// What to do about a prompt that is too long, with the figures that the provider named.
    private var contextHint: String {
        let plain = "Shorten the conversation, or choose a model with a longer context."
        guard let message, let (asked, limit) = ContextFigures.parse(message), asked > limit else { return plain }
        return "Shorten the conversation by \(asked - limit) tokens or more, or choose a model with a longer context."
    }
}
