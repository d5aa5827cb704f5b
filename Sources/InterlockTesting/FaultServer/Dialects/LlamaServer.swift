import InterlockCore

/// llama-server's own interface.
extension Conversation {
    func llamaServer() -> FaultServer.Response? {
        switch (request.method, request.path) {
        case ("GET", "/health"), ("GET", "/v1/health"): return .json(["status": "ok"])
        case ("GET", "/props"):
            return .json([
                "default_generation_settings": ["n_ctx": 4096, "params": ["temperature": 0.8]], "total_slots": 4,
                "model_path": .string("\(configuration.models.first ?? "demo-model").gguf"), "chat_template": "",
                "modalities": ["vision": false, "audio": false], "build_info": "fault-server", "is_sleeping": false,
            ])
        case ("POST", "/tokenize"): return .json(["tokens": .array(tokens(of: body["content"]?.stringValue ?? ""))])
        case ("POST", "/detokenize"):
            let bytes = (body["tokens"]?.arrayValue ?? []).compactMap { $0.intValue.flatMap { UInt8(exactly: $0) } }
            return .json(["content": .string(String(decoding: bytes, as: UTF8.self))])
        case ("POST", "/apply-template"):
            let messages = body["messages"]?.arrayValue ?? []
            return .json(["prompt": .string(messages.map { Self.text(of: $0["content"]) }.joined(separator: "\n"))])
        case ("POST", "/embedding"):
            let texts = Self.strings(body["content"] ?? body["input"])
            return .json(
                .array(
                    texts.enumerated().map { index, text in
                        ["index": JSONValue(index), "embedding": [Self.json(embedding(of: text))]]
                    }))
        case ("POST", "/completion"): return llamaCompletion()
        default: return nil
        }
    }

    /// Here each byte is a token, so that there is a way back.
    private func tokens(of text: String) -> [JSONValue] {
        let withPieces = body["with_pieces"]?.boolValue ?? false
        return text.utf8.map { byte in
            guard withPieces else { return JSONValue(byte) }
            let piece: JSONValue = byte < 128 ? .string(String(UnicodeScalar(byte))) : [JSONValue(byte)]
            return ["id": JSONValue(byte), "piece": piece]
        }
    }

    private func llamaCompletion() -> FaultServer.Response {
        var prompt = FaultServer.Prompt()
        prompt.model = configuration.models.first ?? "demo-model"
        prompt.text = body["prompt"]?.stringValue ?? body["prompt"]?.jsonText() ?? ""
        prompt.words = prompt.text.split(separator: " ").count
        prompt.maximumWords = body["n_predict"]?.intValue.flatMap { $0 < 0 ? nil : $0 }
        prompt.stops = Self.strings(body["stop"])
        prompt.schema = body["json_schema"]
        let saying = script(prompt)
        var last: JSONObject = [
            "index": 0, "content": .string(streams ? "" : saying.text), "tokens": [], "id_slot": 0, "stop": true,
            "model": .string(prompt.model), "tokens_predicted": JSONValue(saying.outputTokens),
            "tokens_evaluated": JSONValue(prompt.words), "generation_settings": ["temperature": 0.8],
            "prompt": .string(prompt.text), "has_new_line": false, "truncated": false, "stop_type": "eos",
            "stopping_word": "", "tokens_cached": JSONValue(prompt.words + saying.outputTokens),
            "timings": timings(prompt, saying),
        ]
        switch saying.ending {
        case .length: last["stop_type"] = "limit"
        case .stop(let word): last.merge(["stop_type": "word", "stopping_word": .string(word)])
        case .end, .tools, .filtered: break
        }
        guard streams else { return .json(.object(last)) }
        let pieces = saying.pieces.enumerated().map { index, piece -> JSONValue in
            [
                "index": 0, "content": .string(piece), "tokens": [JSONValue(index)], "stop": false, "id_slot": -1,
                "tokens_predicted": JSONValue(index + 1), "tokens_evaluated": JSONValue(prompt.words),
            ]
        }
        return .events((pieces + [.object(last)]).map { (nil, $0) })
    }
}
