import InterlockCore

/// What a body says about a failure, in any of the forms that this family of servers has.
///
/// `{"error": {…}}` (OpenAI), `{"error": "text"}` (mlx, Ollama), `{"object": "error", …}` (older vLLM),
/// `{"detail": …}` and `{"message": …}` (proxies), each also inside a list.
struct OpenAIFailure: Sendable, Hashable {
    /// What happened, in the server's words.
    var message = ""
    /// Its kind, such as `invalid_request_error`.
    var type: String?
    /// Its code; a number is kept as its text.
    var code: String?
    /// The more exact code that Azure adds.
    var innerCode: String?
    /// The parameter that it is about.
    var parameter: String?
    /// The tokens of the prompt, where the server counts them.
    var promptTokens: Int?
    /// The tokens that the model's context has, where the server says it.
    var contextTokens: Int?

    /// Reads a body; nil if it tells of no failure.
    init?(_ body: JSONValue) {
        switch body {
        case .array(let list):
            guard let first = list.first, let failure = OpenAIFailure(first) else { return nil }
            self = failure
        case .object(let object):
            if let error = object["error"], OpenAIFailure.isSaid(error) {
                self = OpenAIFailure(error: error)
            } else if object["object"]?.stringValue == "error" || object["type"]?.stringValue == "error" {
                self = OpenAIFailure(error: body)
            } else {
                return nil
            }
        default: return nil
        }
    }

    /// Reads the body of a response with an error status, where a failure is certain.
    init(statusBody bytes: [UInt8]) {
        self.init()
        guard let body = try? JSONValue(parsing: bytes, options: .tolerant) else {
            message = OpenAIFailure.plainText(bytes)
            return
        }
        if let failure = OpenAIFailure(body) {
            self = failure
        } else if let detail = body["detail"] {
            message = OpenAIFailure.text(of: detail)
        } else {
            self = OpenAIFailure(error: body)
        }
    }

    private init() {}

    /// Reads what stands under `error`, or an object that is an error itself.
    init(error: JSONValue) {
        guard case .object(let object) = error else {
            message = OpenAIFailure.text(of: error)
            return
        }
        message = object["message"].map(OpenAIFailure.text) ?? ""
        let type = object["type"]?.stringValue
        self.type = type == "error" ? nil : type
        code = object["code"].flatMap(OpenAIFailure.codeText)
        parameter = object["param"]?.stringValue
        innerCode = object["innererror"]?["code"]?.stringValue
        promptTokens = object["n_prompt_tokens"]?.intValue
        contextTokens = object["n_ctx"]?.intValue
    }

    /// Whether a member `error` means one: `null`, `false` and empty texts do not.
    private static func isSaid(_ error: JSONValue) -> Bool {
        switch error {
        case .null, .bool(false): false
        case .string(let text): !text.isEmpty
        default: true
        }
    }

    private static func codeText(_ code: JSONValue) -> String? {
        switch code {
        case .string(let text): text.isEmpty ? nil : text
        case .number(let number): number.text
        default: nil
        }
    }

    private static func text(of value: JSONValue) -> String {
        value.stringValue ?? (value.isNull ? "" : value.jsonText())
    }

    /// A body that is no JSON; of a web page the title.
    private static func plainText(_ bytes: [UInt8]) -> String {
        let text = String(decoding: bytes.prefix(4096), as: UTF8.self)
        let start = text.drop(while: \.isWhitespace)
        guard start.hasPrefix("<") else { return String(start) }
        let lowercased = text.lowercased()
        // Letter case may change the length of a text: the title is taken from the changed one.
        let parts = lowercased.split(separator: "<title>", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let title = parts[1].split(separator: "</title>", maxSplits: 1).first else {
            return "a web page"
        }
        return "a web page: \(title)"
    }
}

extension JSONValue.ParseOptions {
    /// What providers write: half a surrogate pair is a mistake of theirs that must not end an answer.
    static let tolerant = JSONValue.ParseOptions(loneSurrogates: .replace)
}
