import InterlockCore

/// A failure as Ollama reports it: `{"error": "…"}`, with a status or as a line in the midst of an answer.
struct OllamaFailure {
    private let status: Int?
    private let message: String?
    private let requestID: String?
    private let retry: RetryHeaders
    private let model: String?

    /// Takes a response with an error status.
    init(_ response: WireErrorResponse) {
        let frame = try? WireFrame(parsing: response.body)
        self.init(
            text: frame.flatMap(OllamaFailure.text), plain: frame == nil ? response.body : [],
            status: response.status, requestID: InterlockRemote.requestID(response.header),
            retry: RetryHeaders(header: response.header, now: response.now), model: response.model)
    }

    /// Takes a line that has an `error`.
    init(frame: WireFrame, model: String) {
        let nothing = RetryHeaders(header: { _ in nil }, now: WallTime(secondsSinceEpoch: 0))
        self.init(
            text: OllamaFailure.text(frame), plain: [], status: nil, requestID: nil, retry: nothing, model: model)
    }

    private init(
        text: String?, plain: [UInt8], status: Int?, requestID: String?, retry: RetryHeaders, model: String?
    ) {
        self.status = status
        message = text.flatMap(ProviderMessage.presentable) ?? ProviderMessage.presentable(plain: plain)
        self.requestID = requestID
        self.retry = retry
        self.model = model
    }

    /// The text of an error, which the OpenAI-like part of the server puts into an object.
    private static func text(_ frame: WireFrame) -> String? {
        frame.looseString("error") ?? frame.looseFrame("error")?.looseString("message")
    }

    /// The failure in Interlock's words.
    var error: InterlockError {
        let code = code
        let said = message ?? (status.map { "it answered with status \($0)" } ?? "it did not say why")
        var error = InterlockError(code, "\(beginning(code)): \(said)", hint: hint(code), retryAfter: retry.retryAfter)
        error.retryAdvice = retry.shouldRetry
        error.provider = InterlockError.ProviderDetail(status: status, requestID: requestID)
        return error
    }

    private var code: InterlockError.Code {
        let said = message?.lowercased() ?? ""
        if let known = OllamaFailure.phrases.first(where: { said.contains($0.phrase) }) { return known.code }
        guard let status else { return .providerFailed }
        if status == 404 { return said.contains("model") ? .modelNotFound : .unsupported }
        return StatusMeaning.code(status)
    }

    /// The server's words for what its status does not tell.
    private static let phrases: [(phrase: String, code: InterlockError.Code)] = [
        ("does not support", .unsupported), ("more system memory", .modelLoadFailed),
        ("context length", .contextLengthExceeded), ("context size", .contextLengthExceeded),
        ("context window", .contextLengthExceeded), ("server busy", .overloaded),
        ("not found, try pulling it", .modelNotFound), ("pull model manifest: file does not exist", .modelNotFound),
    ]
}

extension OllamaFailure {
    private func beginning(_ code: InterlockError.Code) -> String {
        switch code {
        case .unauthorized: "the server wants a key or refused it"
        case .permissionDenied: "the key may not do this"
        case .rateLimited: "too many requests in too short a time"
        case .overloaded: "the server is overloaded"
        case .providerFailed: "the server failed"
        case .modelLoadFailed: "the server cannot load \(model ?? "the model")"
        case .modelNotFound: "the server does not have \(model ?? "the model")"
        default: "the server refused the request"
        }
    }

    private func hint(_ code: InterlockError.Code) -> String? {
        switch code {
        case .unauthorized, .permissionDenied: "Check the key in OLLAMA_API_KEY."
        case .quotaExceeded: "Look at the account's limits; waiting may not help."
        case .requestTooLarge: "Send less: fewer messages or smaller pictures."
        case .contentFiltered: "Say it differently."
        case .modelNotFound where message?.contains("manifest") == true: "Check the model's name in Ollama's library."
        case .modelNotFound: "Run `ollama pull \(model ?? "NAME")` on the server."
        case .modelLoadFailed: "Choose a smaller model or quantisation, or a shorter context."
        case .contextLengthExceeded: "Shorten the conversation, or raise the context length."
        case .rateLimited, .overloaded: "Wait, or send fewer requests at a time."
        case .providerFailed: "Look into the server's log."
        case .unsupported where [404, 405, 501].contains(status):
            "The server has no such address: check the base URL and its version."
        case .unsupported: "Leave out what the model does not take, or choose another model."
        default: nil
        }
    }
}
