package import InterlockCore

extension OpenAIFamilyBackend {
    /// Where a server counts the tokens of a request without answering it.
    package enum TokenCounter: Sendable {
        /// OpenAI: below the Responses API, with the input in its form.
        case responses
        /// llama-server: below each of its APIs.
        case belowEach
        /// vLLM: beside them.
        case tokenize
    }

    /// The fields of a request to the Responses API that its counter takes, too.
    private static let countedFields: Set<String> = [
        "model", "input", "instructions", "tools", "tool_choice", "parallel_tool_calls", "reasoning", "text",
        "truncation",
    ]

    /// The tokens of a request's input, by the server's own count, where it has one.
    package func countTokens(_ request: GenerationRequest) async throws -> Int {
        guard let counter = server.tokenCounter else {
            throw InterlockError(
                .unsupported, "this server cannot count the tokens of a request", backend: identity.name)
        }
        let model = try connection.requiredModel("a model")
        let context = WireContext(backend: identity.name, model: model, streams: false)
        let (path, body) = try connection.attributing { () throws(InterlockError) in
            let admitted = try capabilities.admit(request, backend: identity.name).0
            return try question(admitted, counter, context)
        }
        let answer = try await connection.json("POST", path, body: body, budget: request.budget)
        let count =
            answer.value["input_tokens"] ?? answer.value["count"]
            ?? answer.value["tokens"].flatMap { tokens in
                tokens.arrayValue.map { JSONValue($0.count) }
            }
        guard let count = count?.intValue, count >= 0 else {
            throw InterlockError(
                .malformedResponse, "the server's count of the tokens has no number in it", backend: identity.name)
        }
        return count
    }

    private func question(
        _ request: GenerationRequest, _ counter: TokenCounter, _ context: WireContext
    ) throws(InterlockError) -> (path: String, body: JSONObject) {
        let base = connection.settings.base
        switch (counter, request.input) {
        case (.responses, .transcript):
            let dialect = responses ?? OpenAIResponsesDialect(flavour: chat.flavour)
            let whole = try dialect.encode(request, context).body
            return (
                "/responses/input_tokens",
                JSONObject(whole.filter { Self.countedFields.contains($0.key) }.map { ($0.key, $0.value) })
            )
        case (.belowEach, .transcript):
            let wire: WireRequest
            if let responses {
                wire = try responses.encode(request, context)
            } else {
                wire = try chat.encode(request, context)
            }
            return (wire.path + "/input_tokens", wire.body)
        case (.tokenize, .transcript):
            let whole = try chat.encode(request, context).body
            let kept = whole.filter { ["model", "messages", "tools"].contains($0.key) }
            return (base.replacingPath("/tokenize"), JSONObject(kept.map { ($0.key, $0.value) }))
        case (.belowEach, .text(let text)):
            return (base.replacingPath("/tokenize"), ["content": .string(text), "add_special": true])
        case (.tokenize, .text(let text)):
            return (base.replacingPath("/tokenize"), ["model": .string(context.model), "prompt": .string(text)])
        case (.responses, .text):
            throw InterlockError(
                .unsupported, "the tokens of a text without a template are not counted",
                hint: "Count those of a conversation.")
        }
    }
}
