import InterlockCore

/// LM Studio's own interfaces, the older `v0` and the newer `v1`.
extension Conversation {
    func lmStudio() -> FaultServer.Response? {
        let path = request.path.dropFirst("/api/v0".count)
        let isNew = request.path.hasPrefix("/api/v1/")
        switch (request.method, path, isNew) {
        case ("GET", "/models", false):
            return .json(["object": "list", "data": .array(configuration.models.map(Self.olderEntry))])
        case ("GET", "/models", true): return .json(["models": .array(configuration.models.map(Self.newerEntry))])
        case ("POST", "/chat/completions", false): return withStatistics(chat())
        case ("POST", "/embeddings", false): return embeddings()
        case ("POST", "/chat", true): return refusal(of: modelName, .lmStudio) ?? lmStudioChat()
        case ("POST", "/models/load", true):
            return .json([
                "type": "llm", "instance_id": .string(modelName), "load_time_seconds": 0.5, "status": "loaded",
            ])
        case ("POST", "/models/unload", true): return .json(["instance_id": body["instance_id"] ?? .null])
        default: return nil
        }
    }

    // MARK: - Chat

    private func lmStudioChat() -> FaultServer.Response {
        var prompt = FaultServer.Prompt()
        prompt.model = modelName
        let parts = body["input"]?.arrayValue ?? []
        prompt.text =
            body["input"]?.stringValue ?? parts.compactMap { ($0["content"] ?? $0["text"])?.stringValue }.joined()
        prompt.words = prompt.text.split(separator: " ").count
        prompt.maximumWords = body["max_output_tokens"]?.intValue
        let reasoning = body["reasoning"]?.stringValue
        prompt.wantsThinking = reasoning != nil && reasoning != "off"
        let saying = script(prompt)
        var output: [JSONValue] = []
        if !saying.thinking.isEmpty {
            output.append(["type": "reasoning", "content": .string(saying.thinking.joined())])
        }
        output.append(["type": "message", "content": .string(saying.text)])
        let result: JSONValue = [
            "model_instance_id": .string(modelName), "output": .array(output),
            "stats": [
                "input_tokens": JSONValue(prompt.words), "total_output_tokens": JSONValue(saying.outputTokens),
                "reasoning_output_tokens": JSONValue(saying.thinking.count), "tokens_per_second": 50.0,
                "time_to_first_token_seconds": 0.01,
            ],
            "response_id": .string("resp_\(request.number)"),
        ]
        guard streams else { return .json(result) }
        var events: [JSONObject] = [["type": "chat.start", "model_instance_id": .string(modelName)]]
        events += [["type": "prompt_processing.start"], ["type": "prompt_processing.progress", "progress": 1.0]]
        events.append(["type": "prompt_processing.end"])
        for (kind, pieces) in [("reasoning", saying.thinking), ("message", saying.pieces)] where !pieces.isEmpty {
            events.append(["type": .string("\(kind).start")])
            events += pieces.map { ["type": .string("\(kind).delta"), "content": .string($0)] }
            events.append(["type": .string("\(kind).end")])
        }
        events.append(["type": "chat.end", "result": result])
        return .events(events.map { ($0["type"]?.stringValue, .object($0)) })
    }

    /// The older interface adds figures of its own to a whole answer.
    private func withStatistics(_ response: FaultServer.Response) -> FaultServer.Response {
        guard !streams, response.status == 200, var body = (try? JSONValue(parsing: response.bodyBytes))?.objectValue
        else {
            return response
        }
        let isCut = body["choices"]?[0]?["finish_reason"]?.stringValue == "length"
        body["stats"] = [
            "tokens_per_second": 50.0, "time_to_first_token": 0.01, "generation_time": 0.02,
            "stop_reason": isCut ? "maxPredictedTokensReached" : "eosFound",
        ]
        body["model_info"] = ["arch": "llama", "quant": "Q8_0", "format": "gguf", "context_length": 4096]
        body["runtime"] = ["name": "fault-server", "version": "1.0.0", "supported_formats": ["gguf"]]
        return .json(.object(body))
    }

    // MARK: - Models

    private static func olderEntry(_ name: String) -> JSONValue {
        [
            "id": .string(name), "object": "model", "type": "llm", "publisher": "fault-server", "arch": "llama",
            "compatibility_type": "gguf", "quantization": "Q8_0", "state": "loaded", "max_context_length": 4096,
        ]
    }

    private static func newerEntry(_ name: String) -> JSONValue {
        [
            "type": "llm", "publisher": "fault-server", "key": .string(name), "display_name": .string(name),
            "architecture": "llama", "quantization": ["name": "Q8_0", "bits_per_weight": 8], "size_bytes": 1000,
            "params_string": "1K", "loaded_instances": [["id": .string(name), "config": ["context_length": 4096]]],
            "max_context_length": 4096, "format": "gguf",
            "capabilities": [
                "vision": false, "trained_for_tool_use": true,
                "reasoning": ["allowed_options": ["off", "on"], "default": "off"],
            ],
        ]
    }
}
