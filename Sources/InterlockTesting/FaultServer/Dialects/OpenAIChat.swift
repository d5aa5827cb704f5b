import InterlockCore

/// OpenAI's chat completions, and everything that goes by the same base address.
extension Conversation {
    func openAI(path: String) -> FaultServer.Response? {
        let path = path.hasPrefix("/v1/") ? String(path.dropFirst(3)) : path
        switch (request.method, path) {
        case ("GET", "/models"): return openAIModels()
        case ("GET", _) where path.hasPrefix("/models/"): return openAIModel(String(path.dropFirst("/models/".count)))
        case ("POST", "/chat/completions"): return refusal(of: modelName, .openAI) ?? chat()
        case ("POST", "/completions"): return refusal(of: modelName, .openAI) ?? completions()
        case ("POST", "/embeddings"): return refusal(of: modelName, .openAI) ?? embeddings()
        case ("POST", "/responses"): return refusal(of: modelName, .openAI) ?? responses()
        default: return nil
        }
    }

    // MARK: - Chat

    func chat(isAzure: Bool = false) -> FaultServer.Response {
        let prompt = chatPrompt()
        let saying = script(prompt)
        guard streams else { return wholeChat(prompt, saying, isAzure: isAzure) }
        return chatStream(prompt, saying, isAzure: isAzure)
    }

    private func chatPrompt() -> FaultServer.Prompt {
        var prompt = prompt(messages: body["messages"]?.arrayValue ?? [])
        let choice = body["tool_choice"]
        if choice?.stringValue != "none" {
            prompt.tools = (body["tools"]?.arrayValue ?? []).compactMap { tool in
                guard let function = tool["function"], let name = function["name"]?.stringValue else { return nil }
                return FaultServer.Prompt.Tool(name: name, schema: function["parameters"] ?? [:])
            }
        }
        prompt.requiresCall = choice?.stringValue == "required" || choice?.objectValue != nil
        if let name = choice?["function"]?["name"]?.stringValue { prompt.tools.removeAll { $0.name != name } }
        let effort = body["reasoning_effort"]?.stringValue
        prompt.wantsThinking = effort != nil && effort != "none"
        prompt.maximumWords = body["max_completion_tokens"]?.intValue ?? body["max_tokens"]?.intValue
        prompt.stops = Self.strings(body["stop"])
        let format = body["response_format"]
        prompt.schema =
            format?["json_schema"]?["schema"] ?? format?["schema"] ?? body["structured_outputs"]?["json"]
        return prompt
    }

    private func wholeChat(
        _ prompt: FaultServer.Prompt, _ saying: FaultServer.Saying, isAzure: Bool
    ) -> FaultServer.Response {
        var message: JSONObject = [
            "role": "assistant", "content": saying.pieces.isEmpty ? .null : .string(saying.text), "refusal": .null,
        ]
        if let field = thinkingField, !saying.thinking.isEmpty { message[field] = .string(saying.thinking.joined()) }
        if !saying.calls.isEmpty {
            message["tool_calls"] = .array(
                saying.calls.enumerated().map { index, call in
                    [
                        "id": .string(callID(index)), "type": "function",
                        "function": ["name": .string(call.name), "arguments": .string(call.arguments)],
                    ]
                })
        }
        let count = max(1, body["n"]?.intValue ?? 1)
        let choices = (0..<count).map { index -> JSONValue in
            var choice: JSONObject = [
                "index": JSONValue(index), "message": .object(message), "logprobs": logprobs(saying.pieces),
                "finish_reason": .string(chatReason(saying)),
            ]
            if isAzure { choice["content_filter_results"] = Self.filterResults }
            return .object(choice)
        }
        var whole: JSONObject = [
            "id": .string(chatID), "object": "chat.completion", "created": JSONValue(Self.created),
            "model": .string(modelName), "choices": .array(choices), "usage": chatUsage(prompt, saying),
            "system_fingerprint": "fp_fault",
        ]
        if isAzure {
            whole["prompt_filter_results"] = [["prompt_index": 0, "content_filter_results": Self.filterResults]]
        }
        if configuration.flavour == .llamaServer { whole["timings"] = timings(prompt, saying) }
        return .json(.object(whole), headers: Dialect.openAI.identifiers)
    }

    private func chatStream(
        _ prompt: FaultServer.Prompt, _ saying: FaultServer.Saying, isAzure: Bool
    ) -> FaultServer.Response {
        let includesUsage = body["stream_options"]?["include_usage"]?.boolValue ?? false
        var chunks: [JSONValue] = []
        func add(_ choices: JSONValue, _ more: JSONObject = [:]) {
            var chunk: JSONObject = [
                "id": .string(chatID), "object": "chat.completion.chunk", "created": JSONValue(Self.created),
                "model": .string(modelName), "choices": choices, "system_fingerprint": "fp_fault",
            ]
            if includesUsage { chunk["usage"] = .null }
            chunk.merge(more)
            chunks.append(.object(chunk))
        }
        if isAzure {
            add([], ["prompt_filter_results": [["prompt_index": 0, "content_filter_results": Self.filterResults]]])
        }
        let count = max(1, body["n"]?.intValue ?? 1)
        for delta in chatDeltas(saying) {
            for index in 0..<count {
                let piece = delta["content"]?.stringValue ?? ""
                let logprobs = piece.isEmpty ? .null : logprobs([piece])
                add([["index": JSONValue(index), "delta": delta, "logprobs": logprobs, "finish_reason": .null]])
            }
        }
        for index in 0..<count {
            let reason = JSONValue.string(chatReason(saying))
            add([["index": JSONValue(index), "delta": [:], "logprobs": .null, "finish_reason": reason]])
        }
        if includesUsage { add([], ["usage": chatUsage(prompt, saying)]) }
        var response = FaultServer.Response.events(chunks.map { (nil, $0) }, done: "[DONE]")
        response.headers += Dialect.openAI.identifiers
        return response
    }

    private func chatDeltas(_ saying: FaultServer.Saying) -> [JSONValue] {
        var deltas: [JSONValue] = [["role": "assistant", "content": saying.calls.isEmpty ? "" : .null]]
        if let field = thinkingField { deltas += saying.thinking.map { .object([field: .string($0)]) } }
        deltas += saying.pieces.map { ["content": .string($0)] }
        for (index, call) in saying.calls.enumerated() {
            let place = JSONValue(index)
            deltas.append([
                "tool_calls": [
                    [
                        "index": place, "id": .string(callID(index)), "type": "function",
                        "function": ["name": .string(call.name), "arguments": ""],
                    ]
                ]
            ])
            deltas += Self.halves(call.arguments).map { half in
                ["tool_calls": [["index": place, "function": ["arguments": .string(half)]]]]
            }
        }
        return deltas
    }

    // MARK: - Parts

    private var chatID: String { "chatcmpl-\(request.number)" }

    func callID(_ index: Int) -> String { "call_\(request.number)_\(index)" }

    /// The member that holds the thinking, or nil where it is not shown.
    var thinkingField: String? {
        switch configuration.flavour {
        case .openAI: nil
        case .huggingFace, .lmStudio, .llamaServer: "reasoning_content"
        case .vLLM, .mlx: "reasoning"
        }
    }

    /// Two halves of a text, as a stream has it.
    static func halves(_ text: String) -> [String] {
        let middle = text.index(text.startIndex, offsetBy: text.count / 2)
        return [String(text[..<middle]), String(text[middle...])].filter { !$0.isEmpty }
    }

    func chatReason(_ saying: FaultServer.Saying) -> String {
        switch saying.ending {
        case .end, .stop: "stop"
        case .length: "length"
        case .tools: "tool_calls"
        case .filtered: "content_filter"
        }
    }

    func chatUsage(_ prompt: FaultServer.Prompt, _ saying: FaultServer.Saying) -> JSONValue {
        [
            "prompt_tokens": JSONValue(prompt.words), "completion_tokens": JSONValue(saying.outputTokens),
            "total_tokens": JSONValue(prompt.words + saying.outputTokens),
            "prompt_tokens_details": ["cached_tokens": 0],
            "completion_tokens_details": ["reasoning_tokens": JSONValue(saying.thinking.count)],
        ]
    }

    private func logprobs(_ pieces: [String]) -> JSONValue {
        guard body["logprobs"]?.boolValue == true else { return .null }
        let alternatives = body["top_logprobs"]?.intValue ?? 0
        let content = pieces.map { piece -> JSONValue in
            let entry: JSONObject = [
                "token": .string(piece), "logprob": -0.25, "bytes": .array(piece.utf8.map { JSONValue($0) }),
            ]
            var whole = entry
            whole["top_logprobs"] = .array(alternatives > 0 ? [.object(entry)] : [])
            return .object(whole)
        }
        return ["content": .array(content), "refusal": .null]
    }

    func timings(_ prompt: FaultServer.Prompt, _ saying: FaultServer.Saying) -> JSONValue {
        [
            "cache_n": 0, "prompt_n": JSONValue(prompt.words), "prompt_ms": 10.0,
            "predicted_n": JSONValue(saying.outputTokens), "predicted_ms": 20.0,
        ]
    }

    /// What Azure's filter says of harmless text.
    private static let filterResults: JSONValue = .object(
        JSONObject(["hate", "self_harm", "sexual", "violence"].map { ($0, ["filtered": false, "severity": "safe"]) }))
}
