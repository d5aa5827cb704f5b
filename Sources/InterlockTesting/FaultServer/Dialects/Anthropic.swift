import InterlockCore

/// Anthropic's messages.
extension Conversation {
    func anthropic() -> FaultServer.Response? {
        switch (request.method, request.path) {
        case ("POST", "/v1/messages"): return refusal(of: modelName, .anthropic) ?? messages()
        case ("POST", "/v1/messages/count_tokens"): return .json(["input_tokens": JSONValue(anthropicPrompt().words)])
        case ("GET", "/v1/models"):
            let names = configuration.models
            return .json(
                [
                    "data": .array(names.map(Self.anthropicEntry)), "has_more": false,
                    "first_id": names.first.map { .string($0) } ?? .null,
                    "last_id": names.last.map { .string($0) } ?? .null,
                ], headers: Dialect.anthropic.identifiers)
        case ("GET", let path) where path.hasPrefix("/v1/models/"):
            let name = String(path.dropFirst("/v1/models/".count))
            guard configuration.models.contains(name) else {
                return Dialect.anthropic.failure(404, "model: \(name)", flavour: configuration.flavour)
            }
            return .json(Self.anthropicEntry(name))
        default: return nil
        }
    }

    private func messages() -> FaultServer.Response {
        guard body["max_tokens"]?.intValue != nil else {
            return Dialect.anthropic.failure(400, "max_tokens: Field required", flavour: configuration.flavour)
        }
        let prompt = anthropicPrompt()
        let saying = script(prompt)
        let message: JSONObject = [
            "id": .string("msg_\(request.number)"), "type": "message", "role": "assistant",
            "model": .string(modelName), "content": .array(anthropicBlocks(saying)),
            "stop_reason": .string(anthropicReason(saying)), "stop_sequence": Self.stopSequence(saying),
            "usage": anthropicUsage(prompt, output: saying.outputTokens, thinking: saying.thinking.count),
        ]
        guard streams else { return .json(.object(message), headers: Dialect.anthropic.identifiers) }
        var response = FaultServer.Response.events(
            anthropicEvents(prompt, saying, message).map { data in (data["type"]?.stringValue, data) })
        response.headers += Dialect.anthropic.identifiers
        return response
    }

    private func anthropicPrompt() -> FaultServer.Prompt {
        var prompt = prompt(messages: body["messages"]?.arrayValue ?? [], system: body["system"])
        let choice = body["tool_choice"]?["type"]?.stringValue
        if choice != "none" {
            prompt.tools = (body["tools"]?.arrayValue ?? []).compactMap { tool in
                guard let name = tool["name"]?.stringValue else { return nil }
                return FaultServer.Prompt.Tool(name: name, schema: tool["input_schema"] ?? [:])
            }
        }
        prompt.requiresCall = choice == "any" || choice == "tool"
        if let name = body["tool_choice"]?["name"]?.stringValue { prompt.tools.removeAll { $0.name != name } }
        let thinking = body["thinking"]?["type"]?.stringValue
        prompt.wantsThinking = thinking == "enabled" || thinking == "adaptive"
        prompt.maximumWords = body["max_tokens"]?.intValue
        prompt.stops = Self.strings(body["stop_sequences"])
        prompt.schema = body["output_config"]?["format"]?["schema"]
        return prompt
    }

    // MARK: - Parts

    private var signature: JSONValue { .string(Base64.encode(Array("signed \(request.number)".utf8))) }

    private func anthropicBlocks(_ saying: FaultServer.Saying) -> [JSONValue] {
        var blocks: [JSONValue] = []
        if !saying.thinking.isEmpty {
            blocks.append([
                "type": "thinking", "thinking": .string(saying.thinking.joined()), "signature": signature,
            ])
        }
        if !saying.pieces.isEmpty { blocks.append(["type": "text", "text": .string(saying.text)]) }
        for (index, call) in saying.calls.enumerated() {
            blocks.append([
                "type": "tool_use", "id": .string("tool\(callID(index))"), "name": .string(call.name),
                "input": (try? JSONValue(parsing: call.arguments)) ?? [:],
            ])
        }
        return blocks
    }

    private func anthropicEvents(
        _ prompt: FaultServer.Prompt, _ saying: FaultServer.Saying, _ message: JSONObject
    ) -> [JSONValue] {
        var opening = message
        opening.merge([
            "content": [], "stop_reason": .null, "stop_sequence": .null,
            "usage": anthropicUsage(prompt, output: 1, thinking: nil),
        ])
        var events: [JSONValue] = [["type": "message_start", "message": .object(opening)]]
        var index = 0
        func addBlock(_ start: JSONValue, _ deltas: [JSONValue]) {
            events.append(["type": "content_block_start", "index": JSONValue(index), "content_block": start])
            if index == 0 { events.append(["type": "ping"]) }
            events += deltas.map { ["type": "content_block_delta", "index": JSONValue(index), "delta": $0] }
            events.append(["type": "content_block_stop", "index": JSONValue(index)])
            index += 1
        }
        if !saying.thinking.isEmpty {
            let deltas = saying.thinking.map { JSONValue.object(["type": "thinking_delta", "thinking": .string($0)]) }
            addBlock(
                ["type": "thinking", "thinking": "", "signature": ""],
                deltas + [["type": "signature_delta", "signature": signature]])
        }
        if !saying.pieces.isEmpty {
            addBlock(
                ["type": "text", "text": ""],
                saying.pieces.map { ["type": "text_delta", "text": .string($0)] })
        }
        for (number, call) in saying.calls.enumerated() {
            let pieces = [""] + Self.halves(call.arguments)
            addBlock(
                [
                    "type": "tool_use", "id": .string("tool\(callID(number))"), "name": .string(call.name),
                    "input": [:],
                ],
                pieces.map { ["type": "input_json_delta", "partial_json": .string($0)] })
        }
        events.append([
            "type": "message_delta",
            "delta": ["stop_reason": .string(anthropicReason(saying)), "stop_sequence": Self.stopSequence(saying)],
            "usage": anthropicUsage(prompt, output: saying.outputTokens, thinking: saying.thinking.count),
        ])
        return events + [["type": "message_stop"]]
    }

    private func anthropicReason(_ saying: FaultServer.Saying) -> String {
        switch saying.ending {
        case .end: "end_turn"
        case .length: "max_tokens"
        case .stop: "stop_sequence"
        case .tools: "tool_use"
        case .filtered: "refusal"
        }
    }

    private static func stopSequence(_ saying: FaultServer.Saying) -> JSONValue {
        if case .stop(let text) = saying.ending { return .string(text) }
        return .null
    }

    private func anthropicUsage(_ prompt: FaultServer.Prompt, output: Int, thinking: Int?) -> JSONValue {
        var usage: JSONObject = [
            "input_tokens": JSONValue(prompt.words), "cache_creation_input_tokens": 0, "cache_read_input_tokens": 0,
            "output_tokens": JSONValue(output),
        ]
        if let thinking { usage["output_tokens_details"] = ["thinking_tokens": JSONValue(thinking)] }
        return .object(usage)
    }

    private static func anthropicEntry(_ name: String) -> JSONValue {
        let yes: JSONValue = ["supported": true]
        let no: JSONValue = ["supported": false]
        return [
            "type": "model", "id": .string(name), "display_name": .string(name), "created_at": "2027-01-15T08:00:00Z",
            "lifecycle": "active", "line": .null, "max_input_tokens": 4096, "max_tokens": 1024,
            "deprecated_at": .null, "retires_at": .null,
            "capabilities": [
                "batch": no, "citations": no, "code_execution": no, "context_management": no, "image_input": no,
                "pdf_input": no, "structured_outputs": yes,
                "effort": ["supported": true, "low": yes, "medium": yes, "high": yes, "xhigh": no, "max": no],
                "server_tools": ["supported": false, "code_execution": no, "web_search": no],
                "thinking": [
                    "supported": true,
                    "types": ["adaptive": yes, "between_tools": no, "disabled": yes, "enabled": yes],
                ],
            ],
        ]
    }
}
