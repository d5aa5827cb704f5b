import InterlockCore

/// One request and all that decides its answer; the dialects are extensions of it.
struct Conversation {
    let request: FaultServer.Request
    let configuration: FaultServer.Configuration
    let script: (FaultServer.Prompt) -> FaultServer.Saying

    /// The moment at which everything here was created, so that answers can be compared: in January 2027.
    static let created = 1_800_000_000
    static let createdText = "2027-01-15T08:00:00.123456Z"

    var body: JSONValue { request.json ?? .null }
    var streams: Bool { body["stream"]?.boolValue ?? false }
    var modelName: String { body["model"]?.stringValue ?? configuration.models.first ?? "demo-model" }

    /// What the well-behaved server answers.
    func answer(in dialect: Dialect) -> FaultServer.Response {
        if let required = configuration.requiredKey, !isPublic(dialect), request.key?.reveal() != required.reveal() {
            return dialect.failure(401, "The key is missing or wrong", flavour: configuration.flavour)
        }
        if request.method == "POST", dialect != .hub, request.json == nil {
            return dialect.failure(400, "The body is not JSON", flavour: configuration.flavour)
        }
        if configuration.flavour == .mlx, request.isChunked {
            return FaultServer.Response(status: 411, framing: .length, steps: [])
        }
        switch dialect {
        case .openAI: return openAI(path: request.path) ?? unknownPath(dialect)
        case .azure: return azure() ?? unknownPath(dialect)
        case .anthropic: return anthropic() ?? unknownPath(dialect)
        case .ollama: return ollama() ?? unknownPath(dialect)
        case .lmStudio: return lmStudio() ?? unknownPath(dialect)
        case .llamaServer: return llamaServer() ?? unknownPath(dialect)
        case .hub: return hub() ?? unknownPath(dialect)
        }
    }

    /// What needs no key anywhere.
    private func isPublic(_ dialect: Dialect) -> Bool {
        switch dialect {
        case .llamaServer: request.path.hasSuffix("/health")
        case .ollama: request.path == "/"
        case .hub: request.path.hasPrefix("/cdn/")
        default: false
        }
    }

    private func unknownPath(_ dialect: Dialect) -> FaultServer.Response {
        dialect.failure(
            404, "Invalid URL (\(request.method) \(request.path))", code: "unknown_url", flavour: configuration.flavour)
    }

    /// The refusal of a model that is not served, or nil where it is.
    func refusal(of model: String, _ dialect: Dialect) -> FaultServer.Response? {
        guard !configuration.servesAnyModel, !configuration.models.contains(model) else { return nil }
        let message = dialect == .ollama ? "model '\(model)' not found" : "The model `\(model)` does not exist"
        return dialect.failure(404, message, flavour: configuration.flavour)
    }

    // MARK: - Reading what the dialects have in common

    /// A prompt of the messages that OpenAI's chat, Anthropic and Ollama have in common.
    func prompt(messages: [JSONValue], system: JSONValue? = nil) -> FaultServer.Prompt {
        var prompt = FaultServer.Prompt()
        prompt.model = modelName
        prompt.words = Self.text(of: system).split(separator: " ").count
        for message in messages {
            let content = message["content"]
            let text = Self.text(of: content)
            prompt.words += text.split(separator: " ").count
            let role = message["role"]?.stringValue
            let result = content?.arrayValue?.first { $0["type"]?.stringValue == "tool_result" }
            switch (role, result) {
            case ("tool", _): prompt.toolResult = text
            case (_, let result?): prompt.toolResult = Self.text(of: result["content"])
            case ("user", nil):
                prompt.text = text
                prompt.toolResult = nil
            default: break
            }
        }
        return prompt
    }

    /// The text of a content: a string, or parts of which some are text.
    static func text(of content: JSONValue?) -> String {
        if let text = content?.stringValue { return text }
        return content?.arrayValue?.compactMap { $0["text"]?.stringValue }.joined() ?? ""
    }

    /// The strings of a value that is one or an array of them.
    static func strings(_ value: JSONValue?) -> [String] {
        value?.stringValue.map { [$0] } ?? value?.arrayValue?.compactMap(\.stringValue) ?? []
    }

    /// A vector that depends on the text alone, of length 1.
    func embedding(of text: String, size: Int? = nil) -> [Float] {
        var seed = text.utf8.reduce(UInt64(14_695_981_039_346_656_037)) { ($0 ^ UInt64($1)) &* 1_099_511_628_211 }
        let numbers = (0..<(size ?? configuration.embeddingSize)).map { _ -> Float in
            seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Float(seed >> 40) / Float(1 << 24) - 0.5
        }
        let length = numbers.reduce(0) { $0 + $1 * $1 }.squareRoot()
        return numbers.map { $0 / length }
    }

    /// Numbers as JSON.
    static func json(_ numbers: [Float]) -> JSONValue {
        .array(numbers.map { (try? .number(JSONNumber($0))) ?? .null })
    }
}
