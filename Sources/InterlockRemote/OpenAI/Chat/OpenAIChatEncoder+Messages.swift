import InterlockCore

extension OpenAIChatEncoder {
    /// Writes the conversation.
    mutating func writeMessages(_ transcript: Transcript) throws(InterlockError) {
        try checkLast(transcript)
        var messages: [JSONValue] = []
        for (index, message) in transcript.enumerated() {
            switch message.role {
            case .assistant: messages.append(try assistant(message, index))
            case .system, .developer, .user, .tool: try append(message, index, to: &messages)
            }
        }
        body["messages"] = .array(messages)
    }

    private mutating func checkLast(_ transcript: Transcript) throws(InterlockError) {
        guard let last = transcript.last, last.role == .assistant else { return }
        switch features.prefill {
        case .none:
            throw InterlockError(
                .unsupported, "\(provider) cannot continue a last message of the assistant",
                hint: "Let the conversation end with a user message.")
        case .lastMessage: break
        case .continueFinalMessage:
            body["continue_final_message"] = true
            body["add_generation_prompt"] = false
        }
    }

    /// Writes a message that is not the model's: results of tools first, each as a message, then the rest as one.
    private mutating func append(
        _ message: Message, _ index: Int, to messages: inout [JSONValue]
    ) throws(InterlockError) {
        var rest: [Part] = []
        for part in message.parts {
            guard case .toolResult(let result) = part else {
                rest.append(part)
                continue
            }
            messages.append(try toolMessage(result, index, message.cacheMark))
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
        let isDeveloper = message.role == .developer && features.hasDeveloperRole
        let role = message.role == .user ? "user" : isDeveloper ? "developer" : "system"
        var object: JSONObject = ["role": .string(role)]
        object["content"] = try content(rest, index, message)
        try writeName(message, index, into: &object)
        messages.append(.object(object))
    }

    private mutating func writeName(
        _ message: Message, _ index: Int, into object: inout JSONObject
    ) throws(InterlockError) {
        guard let name = message.name else { return }
        guard features.takesNames else {
            try notes.omit("messages[\(index)].name", "\(provider) knows no names")
            return
        }
        object["name"] = .string(name)
    }

    /// A text where there is nothing but text, otherwise a list of parts.
    private mutating func content(
        _ parts: [Part], _ index: Int, _ message: Message
    ) throws(InterlockError) -> JSONValue {
        let texts = parts.compactMap { if case .text(let text) = $0 { text } else { nil } }
        let mark = cacheMark(message.cacheMark)
        if texts.count == parts.count, mark == nil { return .string(texts.joined()) }
        var list: [JSONValue] = []
        for part in parts {
            if let value = try contentPart(part, index, message.role) { list.append(value) }
        }
        if let mark, !list.isEmpty { list[list.count - 1].objectValue?["prompt_cache_breakpoint"] = mark }
        return .array(list)
    }

    private func cacheMark(_ mark: CacheMark?) -> JSONValue? {
        guard let mark, features.takesCacheMarks, traits.takesCacheMarks else { return nil }
        return OpenAICacheMark.value(mark)
    }

    private mutating func contentPart(
        _ part: Part, _ index: Int, _ role: Transcript.Role
    ) throws(InterlockError) -> JSONValue? {
        switch part {
        case .text(let text): return ["type": "text", "text": .string(text)]
        case .image(let media) where role == .user: return try image(media, index)
        case .file(let media) where role == .user: return try file(media, index)
        case .image, .file:
            try notes.omit("messages[\(index)] content", "a \(role.rawValue) message of \(provider) takes text alone")
            return nil
        case .providerItem(let item): return leaveOut(item, index)
        case .reasoning, .toolCall, .toolResult, .refusal:
            throw InterlockError(
                .invalidRequest, "messages[\(index)] of role \(role.rawValue) holds what only the assistant says",
                hint: "Put it into a message of the assistant.")
        }
    }

    /// A piece in another provider's form is that provider's alone.
    private mutating func leaveOut(_ item: ProviderItem, _ index: Int) -> JSONValue? {
        notes.report("messages[\(index)] \(item.dialect) item", "\(provider) does not understand it")
        return nil
    }

    private mutating func image(_ media: Media, _ index: Int) throws(InterlockError) -> JSONValue? {
        var image = JSONObject()
        switch media.source {
        case .data(let bytes):
            image["url"] = .string(try OpenAIMedia.dataAddress(bytes, media, at: "messages[\(index)] image"))
        case .url(let address):
            guard features.takesImageAddresses else {
                try notes.omit("messages[\(index)] image", "\(provider) takes the picture itself, not its address")
                return nil
            }
            image["url"] = .string(address)
        case .providerFile:
            try notes.omit("messages[\(index)] image", "Chat Completions takes no ids of pictures")
            return nil
        }
        if let detail = media.detail { image["detail"] = .string(detail) }
        return ["type": "image_url", "image_url": .object(image)]
    }

    private mutating func file(_ media: Media, _ index: Int) throws(InterlockError) -> JSONValue? {
        guard features.takesFiles else {
            try notes.omit("messages[\(index)] file", "\(provider) takes no documents")
            return nil
        }
        var file = JSONObject()
        switch media.source {
        case .data(let bytes):
            file["filename"] = .string(OpenAIMedia.fileName(media, bytes))
            file["file_data"] = .string(try OpenAIMedia.dataAddress(bytes, media, at: "messages[\(index)] file"))
        case .providerFile(let id): file["file_id"] = .string(id)
        case .url:
            try notes.omit("messages[\(index)] file", "Chat Completions takes no addresses of documents")
            return nil
        }
        return ["type": "file", "file": .object(file)]
    }

    private mutating func toolMessage(
        _ result: ToolResult, _ index: Int, _ mark: CacheMark?
    ) throws(InterlockError) -> JSONValue {
        var text = ""
        for part in result.content {
            guard case .text(let more) = part else {
                // Moved into a user message it would be the user who says it.
                try notes.omit(
                    "messages[\(index)] tool result", "\(provider) takes results of text alone here",
                    hint: "Describe it in words, put it into a user message, or use the Responses API.")
                continue
            }
            text += more
        }
        var message: JSONObject = ["role": "tool", "tool_call_id": .string(result.callID)]
        let said = OpenAIToolResult.text(text, isError: result.isError)
        if let mark = cacheMark(mark) {
            message["content"] = [["type": "text", "text": .string(said), "prompt_cache_breakpoint": mark]]
        } else {
            message["content"] = .string(said)
        }
        return .object(message)
    }
}
