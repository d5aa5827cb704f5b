import InterlockCore

/// OpenAI's responses.
extension Conversation {
    func responses() -> FaultServer.Response {
        let prompt = responsesPrompt()
        let saying = script(prompt)
        let items = responseItems(saying)
        let status = saying.ending == .length || saying.ending == .filtered ? "incomplete" : "completed"
        let whole = responseForm(status: status, output: items, usage: responsesUsage(prompt, saying), saying: saying)
        guard streams else { return .json(.object(whole), headers: Dialect.openAI.identifiers) }

        var events: [(name: String?, data: JSONValue)] = []
        func add(_ type: String, _ members: JSONObject) {
            var data: JSONObject = ["type": .string(type), "sequence_number": JSONValue(events.count)]
            data.merge(members)
            events.append((type, .object(data)))
        }
        let begun = responseForm(status: "in_progress", output: [], usage: .null, saying: nil)
        add("response.created", ["response": .object(begun)])
        add("response.in_progress", ["response": .object(begun)])
        for (index, item) in items.enumerated() { addItem(item, at: JSONValue(index), saying: saying, add) }
        add("response.\(status)", ["response": .object(whole)])
        var response = FaultServer.Response.events(events)
        response.headers += Dialect.openAI.identifiers
        return response
    }

    private func responsesPrompt() -> FaultServer.Prompt {
        var messages = body["input"]?.arrayValue ?? []
        if let text = body["input"]?.stringValue { messages = [["role": "user", "content": .string(text)]] }
        var prompt = prompt(messages: messages, system: body["instructions"])
        if let last = messages.last, last["type"]?.stringValue == "function_call_output" {
            prompt.toolResult = Self.text(of: last["output"])
        }
        if body["tool_choice"]?.stringValue != "none" {
            prompt.tools = (body["tools"]?.arrayValue ?? []).compactMap { tool in
                guard let name = tool["name"]?.stringValue else { return nil }
                return FaultServer.Prompt.Tool(name: name, schema: tool["parameters"] ?? [:])
            }
        }
        let choice = body["tool_choice"]
        prompt.requiresCall = choice?.stringValue == "required" || choice?.objectValue != nil
        if let name = choice?["name"]?.stringValue { prompt.tools.removeAll { $0.name != name } }
        let effort = body["reasoning"]?["effort"]?.stringValue
        prompt.wantsThinking = effort != nil && effort != "none"
        prompt.maximumWords = body["max_output_tokens"]?.intValue
        prompt.schema = body["text"]?["format"]?["schema"]
        return prompt
    }

    // MARK: - Items

    private func responseItems(_ saying: FaultServer.Saying) -> [JSONValue] {
        var items: [JSONValue] = []
        if !saying.thinking.isEmpty {
            var item: JSONObject = [
                "id": .string("rs_\(request.number)"), "type": "reasoning",
                "summary": [["type": "summary_text", "text": .string(saying.thinking.joined())]],
            ]
            if Self.strings(body["include"]).contains("reasoning.encrypted_content") {
                item["encrypted_content"] = .string(Base64.encode(Array("sealed \(request.number)".utf8)))
            }
            items.append(.object(item))
        }
        if !saying.pieces.isEmpty {
            items.append([
                "id": .string("msg_\(request.number)"), "type": "message", "role": "assistant", "status": "completed",
                "content": [Self.textPart(saying.text)],
            ])
        }
        for (index, call) in saying.calls.enumerated() {
            items.append([
                "id": .string("fc_\(request.number)_\(index)"), "type": "function_call", "status": "completed",
                "call_id": .string(callID(index)), "name": .string(call.name), "arguments": .string(call.arguments),
            ])
        }
        return items
    }

    private static func textPart(_ text: String) -> JSONValue {
        ["type": "output_text", "text": .string(text), "annotations": [], "logprobs": []]
    }

    private func addItem(
        _ item: JSONValue, at index: JSONValue, saying: FaultServer.Saying, _ add: (String, JSONObject) -> Void
    ) {
        var opening = item.objectValue ?? [:]
        let place: JSONObject = ["item_id": item["id"] ?? .null, "output_index": index]
        func addHere(_ type: String, _ members: JSONObject) {
            var whole = place
            whole.merge(members)
            add(type, whole)
        }
        switch item["type"]?.stringValue {
        case "message":
            opening.merge(["status": "in_progress", "content": []])
            add("response.output_item.added", ["output_index": index, "item": .object(opening)])
            addHere("response.content_part.added", ["content_index": 0, "part": Self.textPart("")])
            for piece in saying.pieces {
                addHere("response.output_text.delta", ["content_index": 0, "delta": .string(piece), "logprobs": []])
            }
            addHere("response.output_text.done", ["content_index": 0, "text": .string(saying.text), "logprobs": []])
            addHere("response.content_part.done", ["content_index": 0, "part": Self.textPart(saying.text)])
        case "reasoning":
            opening.merge(["summary": []])
            add("response.output_item.added", ["output_index": index, "item": .object(opening)])
            let part: (String) -> JSONValue = { ["type": "summary_text", "text": .string($0)] }
            let text = saying.thinking.joined()
            addHere("response.reasoning_summary_part.added", ["summary_index": 0, "part": part("")])
            for piece in saying.thinking {
                addHere("response.reasoning_summary_text.delta", ["summary_index": 0, "delta": .string(piece)])
            }
            addHere("response.reasoning_summary_text.done", ["summary_index": 0, "text": .string(text)])
            addHere("response.reasoning_summary_part.done", ["summary_index": 0, "part": part(text)])
        default:
            opening.merge(["status": "in_progress", "arguments": ""])
            add("response.output_item.added", ["output_index": index, "item": .object(opening)])
            let arguments = item["arguments"]?.stringValue ?? ""
            for half in Self.halves(arguments) {
                addHere("response.function_call_arguments.delta", ["delta": .string(half)])
            }
            addHere(
                "response.function_call_arguments.done",
                ["name": item["name"] ?? .null, "arguments": .string(arguments)])
        }
        add("response.output_item.done", ["output_index": index, "item": item])
    }

    // MARK: - The whole

    private func responseForm(
        status: String, output: [JSONValue], usage: JSONValue, saying: FaultServer.Saying?
    ) -> JSONObject {
        var details = JSONValue.null
        if saying?.ending == .length { details = ["reason": "max_output_tokens"] }
        if saying?.ending == .filtered { details = ["reason": "content_filter"] }
        return [
            "id": .string("resp_\(request.number)"), "object": "response", "created_at": JSONValue(Self.created),
            "status": .string(status), "background": false, "error": .null, "incomplete_details": details,
            "instructions": body["instructions"] ?? .null, "max_output_tokens": body["max_output_tokens"] ?? .null,
            "model": .string(modelName), "output": .array(output),
            "parallel_tool_calls": body["parallel_tool_calls"] ?? true,
            "previous_response_id": body["previous_response_id"] ?? .null,
            "reasoning": ["effort": body["reasoning"]?["effort"] ?? .null, "summary": .null],
            "store": body["store"] ?? true, "temperature": body["temperature"] ?? 1.0,
            "text": body["text"] ?? ["format": ["type": "text"]], "tool_choice": body["tool_choice"] ?? "auto",
            "tools": body["tools"] ?? [], "top_p": body["top_p"] ?? 1.0, "truncation": "disabled", "usage": usage,
            "metadata": body["metadata"] ?? [:],
        ]
    }

    private func responsesUsage(_ prompt: FaultServer.Prompt, _ saying: FaultServer.Saying) -> JSONValue {
        [
            "input_tokens": JSONValue(prompt.words),
            "input_tokens_details": ["cached_tokens": 0, "cache_write_tokens": 0],
            "output_tokens": JSONValue(saying.outputTokens),
            "output_tokens_details": ["reasoning_tokens": JSONValue(saying.thinking.count)],
            "total_tokens": JSONValue(prompt.words + saying.outputTokens),
        ]
    }
}
