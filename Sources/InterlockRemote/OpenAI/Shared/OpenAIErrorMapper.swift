package import InterlockCore

/// Turns what a server of this family says about a failure into an error.
package struct OpenAIErrorMapper: Sendable {
    /// Whose server it is.
    package var flavour: OpenAIFlavour
    /// The model or deployment that was asked, for the messages.
    package var model: String?

    /// Makes a mapper.
    package init(flavour: OpenAIFlavour, model: String? = nil) {
        self.flavour = flavour
        self.model = model
    }

    /// What a response with an error status means.
    package func error(_ response: WireErrorResponse) -> InterlockError {
        let failure = OpenAIFailure(statusBody: response.body)
        var error = error(failure, status: response.status, model: response.model ?? model)
        error.provider?.requestID = requestID(response.header)
        let retry = RetryHeaders(header: response.header, now: response.now)
        error.retryAfter = retry.retryAfter
        error.retryAdvice = retry.shouldRetry
        return error
    }

    /// The error that an answer with a status of success turns out to be; nil if it is none.
    package func error(inAnswer body: JSONValue) -> InterlockError? {
        OpenAIFailure(body).map { error($0, status: nil, model: model) }
    }

    /// The error that a failure stands for; without a status it came inside an answer.
    func error(_ failure: OpenAIFailure, status: Int?, model: String?) -> InterlockError {
        let code = OpenAIErrorKind.code(of: failure, status: status)
        var error = InterlockError(
            code, message(failure, status: status), hint: hint(for: code, failure, status: status, model: model))
        error.provider = InterlockError.ProviderDetail(
            status: status, code: failure.innerCode ?? failure.code, type: failure.type,
            parameter: failure.parameter)
        return error
    }

    private func message(_ failure: OpenAIFailure, status: Int?) -> String {
        let head = status.map { "\(flavour.name) answered with status \($0)" } ?? "\(flavour.name) reported an error"
        return ProviderMessage.presentable(failure.message).map { "\(head): \($0)" } ?? head
    }

    private func hint(
        for code: InterlockError.Code, _ failure: OpenAIFailure, status: Int?, model: String?
    ) -> String? {
        switch code {
        case .unauthorized: keyHint
        case .permissionDenied: "Check that the key may use \(model ?? "this model")."
        case .quotaExceeded: "Check the account's credit and spending limit; waiting does not help."
        case .rateLimited: "Wait and send the request again, or send fewer at a time."
        case .modelNotFound: modelHint(model)
        case .contextLengthExceeded: contextHint(failure)
        case .contentFiltered: "Change the request: the content filter refused it."
        case .requestTooLarge: "Send less: fewer messages, smaller pictures or documents."
        case .unsupported:
            status == 404 || status == 405
                ? "Check the base address: this server has no such endpoint."
                : "Leave out what the server does not take, or choose another model."
        case .notLoaded: "Wait until the model is loaded and send the request again."
        case .overloaded, .providerFailed, .conflict: "Send the request again later."
        case .invalidRequest:
            failure.parameter.map { "Correct \($0)." } ?? "Correct what the message names."
        default: nil
        }
    }

    private var keyHint: String {
        guard let variable = flavour.keyVariable else { return "Check the key that the server was started with." }
        return "Check the key in \(variable)."
    }

    private func modelHint(_ model: String?) -> String {
        let name = model.map { " \($0)" } ?? ""
        return switch flavour {
        case .azure: "Check the name of the deployment\(name) and the resource that it belongs to."
        default: "Check the name of the model\(name); `interlock models list` shows what there is."
        }
    }

    private func contextHint(_ failure: OpenAIFailure) -> String {
        let remedy = "Shorten the conversation, ask for fewer tokens, or use a model with a longer context."
        let numbers = OpenAIContextNumbers(failure)
        guard let context = numbers.context else { return remedy }
        guard let prompt = numbers.prompt else { return "The context has \(context) tokens. \(remedy)" }
        return "The context has \(context) tokens and the request \(prompt). \(remedy)"
    }
}

/// The tokens of a request that does not fit, as far as the message or the body says.
struct OpenAIContextNumbers: Sendable, Hashable {
    /// The tokens that fit.
    var context: Int?
    /// The tokens that were sent.
    var prompt: Int?

    /// Looks for the numbers in a failure.
    init(_ failure: OpenAIFailure) {
        context = failure.contextTokens
        prompt = failure.promptTokens
        let message = failure.message.lowercased()
        context = context ?? number(after: ["maximum context length is", "maximum context length of"], in: message)
        prompt =
            prompt ?? number(after: ["resulted in", "you requested", "your request has", "request has"], in: message)
    }

    private func number(after phrases: [String], in message: String) -> Int? {
        for phrase in phrases {
            guard
                let rest = message.split(separator: phrase, maxSplits: 1, omittingEmptySubsequences: false).dropFirst()
                    .first
            else { continue }
            let digits = rest.drop(while: { $0 == " " || $0 == "(" }).prefix {
                $0.isASCII && ($0.isNumber || $0 == ",")
            }
            if let number = Int(digits.filter { $0 != "," }) { return number }
        }
        return nil
    }
}
