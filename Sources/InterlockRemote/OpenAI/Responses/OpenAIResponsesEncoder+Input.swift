import InterlockCore

extension OpenAIResponsesEncoder {
    /// Writes the conversation as items; leading instructions have a member of their own.
    mutating func writeInput(_ transcript: Transcript) throws(InterlockError) {
        guard transcript.last?.role != .assistant else {
            throw InterlockError(
                .unsupported, "the Responses API cannot continue a last message of the assistant",
                hint: "Let the conversation end with a user message.")
        }
        var items: [JSONValue] = []
        for (index, message) in transcript.enumerated() {
            if index == 0, transcript.count > 1, let instructions = instructions(message) {
                body["instructions"] = .string(instructions)
                continue
            }
            if message.name != nil {
                try notes.omit("messages[\(index)].name", "the Responses API knows no names")
            }
            if message.role == .assistant {
                try appendAssistant(message, index, to: &items)
            } else {
                try append(message, index, to: &items)
            }
        }
        body["input"] = .array(items)
    }

    /// The text of a first message that is nothing but instructions.
    private func instructions(_ message: Message) -> String? {
        guard message.role == .system || message.role == .developer, message.name == nil, cacheMark(message) == nil,
            message.parts.allSatisfy({ if case .text = $0 { true } else { false } })
        else { return nil }
        return message.text
    }

    func cacheMark(_ message: Message) -> JSONValue? {
        guard let mark = message.cacheMark, features.takesCacheMarks, traits.takesCacheMarks else { return nil }
        return OpenAICacheMark.value(mark)
    }

    /// Writes a message that is not the model's: results of tools first, each as an item, then the rest as one.
    private mutating func append(
        _ message: Message, _ index: Int, to items: inout [JSONValue]
    ) throws(InterlockError) {
        var rest: [Part] = []
        for part in message.parts {
            guard case .toolResult(let result) = part else {
                rest.append(part)
                continue
            }
            items.append(try toolOutput(result, index))
        }
        guard message.role != .tool else {
            guard rest.isEmpty else {
                throw InterlockError(
                    .invalidRequest, "messages[\(index)] of role tool holds something that is no tool result",
                    hint: "Put it into a message of its own.")
            }
            return
        }
        guard !rest.isEmpty || message.parts.isEmpty else { return }
        let content = try content(rest, index, cacheMark(message))
        items.append(["type": "message", "role": .string(message.role.rawValue), "content": content])
    }

    private mutating func toolOutput(_ result: ToolResult, _ index: Int) throws(InterlockError) -> JSONValue {
        var parts = result.content
        if result.isError {
            // There is no member that says it.
            if case .text(let text)? = parts.first {
                parts[0] = .text(OpenAIToolResult.text(text, isError: true))
            } else {
                parts.insert(.text(OpenAIToolResult.text("", isError: true)), at: 0)
            }
        }
        return [
            "type": "function_call_output", "call_id": .string(result.callID),
            "output": try content(parts, index, nil),
        ]
    }

    /// A text where there is nothing but text, otherwise a list of parts.
    private mutating func content(
        _ parts: [Part], _ index: Int, _ mark: JSONValue?
    ) throws(InterlockError) -> JSONValue {
        let texts = parts.compactMap { if case .text(let text) = $0 { text } else { nil } }
        if texts.count == parts.count, mark == nil { return .string(texts.joined()) }
        var list: [JSONValue] = []
        for part in parts {
            if let value = try contentPart(part, index) { list.append(value) }
        }
        if let mark, !list.isEmpty { list[list.count - 1].objectValue?["prompt_cache_breakpoint"] = mark }
        return .array(list)
    }

    private mutating func contentPart(_ part: Part, _ index: Int) throws(InterlockError) -> JSONValue? {
        switch part {
        case .text(let text): return ["type": "input_text", "text": .string(text)]
        case .image(let media): return try image(media, index)
        case .file(let media): return try file(media, index)
        case .providerItem(let item):
            notes.report("messages[\(index)] \(item.dialect) item", "\(provider) does not understand it here")
            return nil
        case .reasoning, .toolCall, .toolResult, .refusal:
            throw InterlockError(
                .invalidRequest, "messages[\(index)] holds what only the assistant says",
                hint: "Put it into a message of the assistant.")
        }
    }

    private func image(_ media: Media, _ index: Int) throws(InterlockError) -> JSONValue {
        var image: JSONObject = ["type": "input_image", "detail": .string(media.detail ?? "auto")]
        switch media.source {
        case .data(let bytes):
            image["image_url"] = .string(try OpenAIMedia.dataAddress(bytes, media, at: "messages[\(index)] image"))
        case .url(let address): image["image_url"] = .string(address)
        case .providerFile(let id): image["file_id"] = .string(id)
        }
        return .object(image)
    }

    private func file(_ media: Media, _ index: Int) throws(InterlockError) -> JSONValue {
        var file: JSONObject = ["type": "input_file"]
        switch media.source {
        case .data(let bytes):
            file["filename"] = .string(OpenAIMedia.fileName(media, bytes))
            file["file_data"] = .string(try OpenAIMedia.dataAddress(bytes, media, at: "messages[\(index)] file"))
        case .url(let address): file["file_url"] = .string(address)
        case .providerFile(let id): file["file_id"] = .string(id)
        }
        if let detail = media.detail { file["detail"] = .string(detail) }
        return .object(file)
    }
}
