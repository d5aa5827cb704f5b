import InterlockCore

/// Ollama's own interface.
extension Conversation {
    func ollama() -> FaultServer.Response? {
        switch (request.method, request.path) {
        case ("GET", "/"), ("HEAD", "/"): return .text("Ollama is running")
        case ("GET", "/api/version"), ("HEAD", "/api/version"): return .json(["version": "0.12.0"])
        case ("GET", "/api/tags"), ("HEAD", "/api/tags"):
            return .json(["models": .array(configuration.models.map { .object(ollamaEntry($0)) })])
        case ("GET", "/api/ps"):
            return .json([
                "models": .array(
                    configuration.models.prefix(1).map { name in
                        var entry = ollamaEntry(name)
                        entry.merge(["expires_at": .string(Self.createdText), "size_vram": 0, "context_length": 4096])
                        return .object(entry)
                    })
            ])
        case ("POST", "/api/show"): return refusal(of: modelName, .ollama) ?? ollamaShow()
        case ("POST", "/api/pull"): return ollamaPull()
        case ("POST", "/api/chat"): return refusal(of: modelName, .ollama) ?? ollamaChat()
        case ("POST", "/api/generate"): return refusal(of: modelName, .ollama) ?? ollamaGenerate()
        case ("POST", "/api/embed"): return refusal(of: modelName, .ollama) ?? ollamaEmbed()
        case ("POST", "/api/embeddings"):
            return .json(["embedding": Self.json(embedding(of: body["prompt"]?.stringValue ?? ""))])
        default: return nil
        }
    }

    /// Unlike the others, Ollama streams unless told not to.
    private var streamsLines: Bool { body["stream"]?.boolValue ?? true }

    // MARK: - Generation

    private func ollamaChat() -> FaultServer.Response {
        let messages = body["messages"]?.arrayValue ?? []
        guard !messages.isEmpty else { return ollamaLoad("message", ["role": "assistant", "content": ""]) }
        var prompt = ollamaOptions(prompt(messages: messages))
        prompt.tools = (body["tools"]?.arrayValue ?? []).compactMap { tool in
            guard let name = tool["function"]?["name"]?.stringValue else { return nil }
            return FaultServer.Prompt.Tool(name: name, schema: tool["function"]?["parameters"] ?? [:])
        }
        let saying = script(prompt)
        let calls = saying.calls.map { call -> JSONValue in
            let arguments = (try? JSONValue(parsing: call.arguments)) ?? [:]
            return ["function": ["name": .string(call.name), "arguments": arguments]]
        }
        func message(_ members: JSONObject) -> JSONValue {
            var message: JSONObject = ["role": "assistant", "content": ""]
            message.merge(members)
            return .object(message)
        }
        guard streamsLines else {
            var members: JSONObject = ["content": .string(saying.text)]
            if !saying.thinking.isEmpty { members["thinking"] = .string(saying.thinking.joined()) }
            if !calls.isEmpty { members["tool_calls"] = .array(calls) }
            return .json(ollamaLine(["message": message(members)], ending: (prompt, saying)))
        }
        var pieces = saying.thinking.map { message(["thinking": .string($0)]) }
        pieces += saying.pieces.map { message(["content": .string($0)]) }
        if !calls.isEmpty { pieces.append(message(["tool_calls": .array(calls)])) }
        return .lines(
            pieces.map { ollamaLine(["message": $0]) } + [
                ollamaLine(["message": message([:])], ending: (prompt, saying))
            ])
    }

    private func ollamaGenerate() -> FaultServer.Response {
        var prompt = FaultServer.Prompt()
        prompt.model = modelName
        prompt.text = body["prompt"]?.stringValue ?? ""
        prompt.words = prompt.text.split(separator: " ").count
        guard !prompt.text.isEmpty else { return ollamaLoad("response", "") }
        prompt = ollamaOptions(prompt)
        let saying = script(prompt)
        guard streamsLines else {
            var members: JSONObject = ["response": .string(saying.text)]
            if !saying.thinking.isEmpty { members["thinking"] = .string(saying.thinking.joined()) }
            return .json(ollamaLine(members, ending: (prompt, saying)))
        }
        var lines = saying.thinking.map { ollamaLine(["response": "", "thinking": .string($0)]) }
        lines += saying.pieces.map { ollamaLine(["response": .string($0)]) }
        return .lines(lines + [ollamaLine(["response": ""], ending: (prompt, saying))])
    }

    /// The answer to a request without anything to say, which loads the model.
    private func ollamaLoad(_ member: String, _ value: JSONValue) -> FaultServer.Response {
        let line: JSONValue = [
            "model": .string(modelName), "created_at": .string(Self.createdText), member: value, "done": true,
            "done_reason": "load",
        ]
        return streamsLines ? .lines([line]) : .json(line)
    }

    private func ollamaOptions(_ prompt: FaultServer.Prompt) -> FaultServer.Prompt {
        var prompt = prompt
        let think = body["think"]
        prompt.wantsThinking = think?.boolValue ?? (think?.stringValue != nil)
        prompt.maximumWords = body["options"]?["num_predict"]?.intValue.flatMap { $0 < 0 ? nil : $0 }
        prompt.stops = Self.strings(body["options"]?["stop"])
        if let format = body["format"] {
            if format.objectValue != nil { prompt.schema = format }
            if format.stringValue == "json" { prompt.schema = ["type": "object"] }
        }
        return prompt
    }

    private func ollamaLine(
        _ members: JSONObject, ending: (prompt: FaultServer.Prompt, saying: FaultServer.Saying)? = nil
    ) -> JSONValue {
        var line: JSONObject = ["model": .string(modelName), "created_at": .string(Self.createdText)]
        line.merge(members)
        line["done"] = JSONValue(ending != nil)
        guard let (prompt, saying) = ending else { return .object(line) }
        line.merge([
            "done_reason": saying.ending == .length ? "length" : "stop", "total_duration": 30_000_000,
            "load_duration": 1_000_000, "prompt_eval_count": JSONValue(prompt.words),
            "prompt_eval_duration": 10_000_000, "eval_count": JSONValue(saying.outputTokens),
            "eval_duration": 20_000_000,
        ])
        return .object(line)
    }

    // MARK: - Models

    private func ollamaEmbed() -> FaultServer.Response {
        let texts = Self.strings(body["input"])
        let size = body["dimensions"]?.intValue
        return .json([
            "model": .string(modelName), "embeddings": .array(texts.map { Self.json(embedding(of: $0, size: size)) }),
            "total_duration": 14_000_000, "load_duration": 1_000_000,
            "prompt_eval_count": JSONValue(texts.reduce(0) { $0 + $1.split(separator: " ").count }),
        ])
    }

    private var ollamaDetails: JSONValue {
        [
            "parent_model": "", "format": "gguf", "family": "llama", "families": ["llama"], "parameter_size": "1K",
            "quantization_level": "Q8_0",
        ]
    }

    private func ollamaEntry(_ name: String) -> JSONObject {
        [
            "name": .string(name), "model": .string(name), "modified_at": .string(Self.createdText), "size": 1000,
            "digest": .string(SHA256.hexadecimal(Array(name.utf8))), "details": ollamaDetails,
        ]
    }

    private func ollamaShow() -> FaultServer.Response {
        .json([
            "modelfile": .string("FROM \(modelName)"), "parameters": "num_ctx    4096", "template": "{{ .Prompt }}",
            "details": ollamaDetails,
            "model_info": ["general.architecture": "llama", "llama.context_length": 4096],
            "capabilities": ["completion", "tools", "thinking"], "modified_at": .string(Self.createdText),
        ])
    }

    private func ollamaPull() -> FaultServer.Response {
        let name = body["model"]?.stringValue ?? body["name"]?.stringValue ?? ""
        if let refusal = refusal(of: name, .ollama) { return refusal }
        guard streamsLines else { return .json(["status": "success"]) }
        let digest = "sha256:" + SHA256.hexadecimal(Array(name.utf8))
        let status = JSONValue.string("pulling \(digest.dropFirst(7).prefix(12))")
        let progress = [0, 250, 1000].map { done -> JSONValue in
            ["status": status, "digest": .string(digest), "total": 1000, "completed": JSONValue(done)]
        }
        let after: [JSONValue] = ["verifying sha256 digest", "writing manifest", "success"].map { ["status": $0] }
        return .lines([["status": "pulling manifest"]] + progress + after)
    }
}
