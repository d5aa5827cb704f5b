import InterlockCore

/// The plainer services of OpenAI's: completions, embeddings and the list of models.
extension Conversation {
    // MARK: - Completions

    func completions() -> FaultServer.Response {
        var prompt = FaultServer.Prompt()
        prompt.model = modelName
        prompt.text = Self.strings(body["prompt"]).first ?? ""
        prompt.words = prompt.text.split(separator: " ").count
        prompt.maximumWords = body["max_tokens"]?.intValue
        prompt.stops = Self.strings(body["stop"])
        let saying = script(prompt)
        func form(_ text: String, _ reason: JSONValue, usage: JSONValue?) -> JSONValue {
            var form: JSONObject = [
                "id": .string("cmpl-\(request.number)"), "object": "text_completion",
                "created": JSONValue(Self.created), "model": .string(modelName),
                "choices": [["index": 0, "text": .string(text), "logprobs": .null, "finish_reason": reason]],
            ]
            form["usage"] = usage
            return .object(form)
        }
        let reason = JSONValue.string(chatReason(saying))
        guard streams else { return .json(form(saying.text, reason, usage: chatUsage(prompt, saying))) }
        let chunks =
            saying.pieces.map { form($0, .null, usage: nil) } + [form("", reason, usage: chatUsage(prompt, saying))]
        return .events(chunks.map { (nil, $0) }, done: "[DONE]")
    }

    // MARK: - Embeddings

    func embeddings() -> FaultServer.Response {
        let input = body["input"]
        let tokens = input?.arrayValue ?? []
        // Besides text, one or several lists of token numbers.
        let isOneList = tokens.first?.numberValue != nil
        let texts: [String] =
            input?.stringValue.map { [$0] }
            ?? (isOneList ? [input?.jsonText() ?? ""] : tokens.map { $0.stringValue ?? $0.jsonText() })
        guard !texts.isEmpty else {
            return Dialect.openAI.failure(400, "'input' is empty", flavour: configuration.flavour)
        }
        let isBase64 = body["encoding_format"]?.stringValue == "base64"
        let data = texts.enumerated().map { index, text -> JSONValue in
            let vector = embedding(of: text, size: body["dimensions"]?.intValue)
            let bytes = vector.flatMap { number in withUnsafeBytes(of: number.bitPattern.littleEndian) { Array($0) } }
            let form: JSONValue = isBase64 ? .string(Base64.encode(bytes)) : Self.json(vector)
            return ["object": "embedding", "index": JSONValue(index), "embedding": form]
        }
        let words = JSONValue(texts.reduce(0) { $0 + $1.split(separator: " ").count })
        return .json(
            [
                "object": "list", "data": .array(data), "model": .string(modelName),
                "usage": ["prompt_tokens": words, "total_tokens": words],
            ], headers: Dialect.openAI.identifiers)
    }

    // MARK: - Models

    func openAIModels() -> FaultServer.Response {
        .json(["object": "list", "data": .array(configuration.models.map(openAIEntry))])
    }

    func openAIModel(_ name: String) -> FaultServer.Response? {
        guard configuration.models.contains(name) else {
            return Dialect.openAI.failure(404, "The model `\(name)` does not exist", flavour: configuration.flavour)
        }
        return .json(openAIEntry(name))
    }

    private func openAIEntry(_ name: String) -> JSONValue {
        var entry: JSONObject = [
            "id": .string(name), "object": "model", "created": JSONValue(Self.created), "owned_by": "fault-server",
        ]
        switch configuration.flavour {
        case .openAI, .lmStudio, .mlx: break
        case .vLLM: entry["max_model_len"] = 4096
        case .llamaServer: entry["meta"] = ["n_ctx_train": 4096, "n_embd": 8, "n_params": 1000, "size": 2000]
        case .huggingFace:
            entry["architecture"] = ["input_modalities": ["text"], "output_modalities": ["text"]]
            entry["providers"] = [
                [
                    "provider": "fault", "status": "live", "context_length": 4096, "supports_tools": true,
                    "supports_structured_output": true, "pricing": ["input": 0.5, "output": 1.5], "is_free": false,
                    "first_token_latency_ms": 100, "throughput": 50.0, "is_model_author": false,
                ]
            ]
        }
        return .object(entry)
    }

    // MARK: - Azure

    /// The classic addresses, which name the deployment, and those of the `v1` kind, which are OpenAI's.
    func azure() -> FaultServer.Response? {
        let parts = request.path.split(separator: "/").map(String.init)
        if parts.dropFirst().first == "v1" {
            return openAI(path: "/" + parts.dropFirst(2).joined(separator: "/"))
        }
        guard !(request.queryValue("api-version") ?? "").isEmpty else {
            return Dialect.azure.failure(404, "Resource not found", code: "404", flavour: configuration.flavour)
        }
        guard parts.count > 3, parts[1] == "deployments" else {
            switch (request.method, parts.dropFirst().joined(separator: "/")) {
            case ("POST", "responses"): return responses()
            case ("GET", "models"): return openAIModels()
            default: return nil
            }
        }
        guard configuration.servesAnyModel || configuration.models.contains(parts[2]) else {
            return Dialect.azure.failure(
                404, "The API deployment for this resource does not exist.", code: "DeploymentNotFound",
                flavour: configuration.flavour)
        }
        switch (request.method, parts[3...].joined(separator: "/")) {
        case ("POST", "chat/completions"):
            var response = chat(isAzure: true)
            response.headers += Dialect.azure.identifiers
            return response
        case ("POST", "completions"): return completions()
        case ("POST", "embeddings"): return embeddings()
        default: return nil
        }
    }
}
