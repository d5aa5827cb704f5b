import InterlockCore

extension AnthropicRequestEncoder {
    /// A part as a content block; nil for what has no place in a request.
    mutating func encode(
        _ part: Part, of role: Transcript.Role, _ place: String
    ) throws(InterlockError) -> JSONObject? {
        switch part {
        case .text(let text), .refusal(let text):
            // The API refuses an empty text.
            return text.isEmpty ? nil : ["type": "text", "text": .string(text)]
        case .image(let media):
            guard try takes(media, "image", of: role, place) else { return nil }
            return try encodeImage(media, place).map { ["type": "image", "source": .object($0)] }
        case .file(let media):
            guard try takes(media, "document", of: role, place) else { return nil }
            guard let source = try encodeDocument(media, place) else { return nil }
            var block: JSONObject = ["type": "document", "source": .object(source)]
            if let name = media.name { block["title"] = .string(name) }
            return block
        case .reasoning(let thought):
            return encode(thought, of: role, place)
        case .toolCall(let call):
            return encode(call, place)
        case .toolResult(let result):
            return try encode(result, place)
        case .providerItem(let item):
            guard item.dialect == AnthropicDialect.name else { return nil }
            return item.value.objectValue
        }
    }

    /// A thought, byte for byte as it came: the provider checks its signature.
    private mutating func encode(_ thought: Reasoning, of role: Transcript.Role, _ place: String) -> JSONObject? {
        guard role == .assistant else { return nil }
        if let redacted = thought.redacted { return ["type": "redacted_thinking", "data": .string(redacted)] }
        if thought.signature == nil, !traits.takesUnsignedThoughts {
            notes.report("\(place) reasoning", "a thought without the provider's signature cannot be sent back")
            return nil
        }
        return [
            "type": "thinking", "thinking": .string(thought.text), "signature": .string(thought.signature ?? ""),
        ]
    }

    private mutating func encode(_ call: ToolCall, _ place: String) -> JSONObject {
        let (input, isValid) = ToolArguments.object(call.arguments)
        if !isValid {
            notes.report(
                "\(place) arguments of \(call.name)", "they are no JSON object; sent as a text under invalid_json")
        }
        return [
            "type": "tool_use", "id": .string(identifier(call.id)), "name": .string(call.name), "input": .object(input),
        ]
    }

    private mutating func encode(_ result: ToolResult, _ place: String) throws(InterlockError) -> JSONObject {
        var content: [JSONValue] = []
        for part in result.content {
            switch part {
            case .text, .refusal, .image, .file:
                if let block = try encode(part, of: .tool, place) { content.append(.object(block)) }
            case .providerItem(let item):
                if item.dialect == AnthropicDialect.name { content.append(item.value) }
            case .reasoning, .toolCall, .toolResult:
                try notes.omit(
                    "\(place) \(part.word)", "a tool's result cannot hold it", hint: "Leave it out of the result.")
            }
        }
        var block: JSONObject = ["type": "tool_result", "tool_use_id": .string(identifier(result.callID))]
        if !content.isEmpty { block["content"] = .array(content) }
        if result.isError { block["is_error"] = true }
        return block
    }

    /// A call's id in the letters that the API takes; calls of other providers may have others.
    private func identifier(_ id: String) -> String {
        let allowed = id.utf8.allSatisfy(isIdentifierLetter)
        guard !allowed else { return id }
        return String(decoding: id.utf8.map { isIdentifierLetter($0) ? $0 : UInt8(ascii: "_") }, as: UTF8.self)
    }

    private func isIdentifierLetter(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }
}

// MARK: - Pictures and documents

extension AnthropicRequestEncoder {
    /// Whether a picture or document may stand in this role's turn.
    private mutating func takes(
        _ media: Media, _ kind: String, of role: Transcript.Role, _ place: String
    ) throws(InterlockError) -> Bool {
        guard role != .assistant else {
            try notes.omit(
                "\(place) \(kind)", "the API takes none in the assistant's turn", hint: "Put it into a user message.")
            return false
        }
        if let detail = media.detail, detail != "auto" {
            try notes.omit(
                "\(place) detail", "the API has no setting for how closely to look", hint: "Leave it out.")
        }
        return true
    }

    private mutating func encodeImage(_ media: Media, _ place: String) throws(InterlockError) -> JSONObject? {
        switch media.source {
        case .url(let address):
            guard let data = DataAddress.parse(address) else { return ["type": "url", "url": .string(address)] }
            return try encodeImage(data.base64, type: data.mediaType, place)
        case .providerFile(let id):
            return ["type": "file", "file_id": .string(id)]
        case .data(let bytes):
            let type = media.mediaType?.lowercased() ?? EvidentType.of(bytes)
            return try encodeImage(Base64.encode(bytes), type: type, place)
        }
    }

    private mutating func encodeImage(
        _ base64: String, type: String?, _ place: String
    ) throws(InterlockError) -> JSONObject? {
        let type = type == "image/jpg" ? "image/jpeg" : type
        guard let type, ["image/jpeg", "image/png", "image/gif", "image/webp"].contains(type) else {
            try notes.omit(
                "\(place) image", "the API reads JPEG, PNG, GIF and WebP, not \(type ?? "an unknown type")",
                hint: "Convert it, or give its media type.")
            return nil
        }
        return ["type": "base64", "media_type": .string(type), "data": .string(base64)]
    }

    private mutating func encodeDocument(_ media: Media, _ place: String) throws(InterlockError) -> JSONObject? {
        switch media.source {
        case .providerFile(let id):
            return ["type": "file", "file_id": .string(id)]
        case .url(let address):
            guard let data = DataAddress.parse(address) else { return ["type": "url", "url": .string(address)] }
            guard let bytes = Base64.decode(data.base64) else {
                throw InterlockError(
                    .invalidRequest, "\(place) document is not valid Base64", hint: "Check the data address.")
            }
            return try encodeDocument(bytes, type: data.mediaType, place)
        case .data(let bytes):
            return try encodeDocument(bytes, type: media.mediaType?.lowercased() ?? EvidentType.of(bytes), place)
        }
    }

    private mutating func encodeDocument(
        _ bytes: [UInt8], type: String?, _ place: String
    ) throws(InterlockError) -> JSONObject? {
        if type == "application/pdf" {
            return ["type": "base64", "media_type": "application/pdf", "data": .string(Base64.encode(bytes))]
        }
        if type?.hasPrefix("text/") == true, let text = String(validating: bytes, as: UTF8.self) {
            return ["type": "text", "media_type": "text/plain", "data": .string(text)]
        }
        try notes.omit(
            "\(place) document", "the API reads PDF and UTF-8 text, not \(type ?? "an unknown type")",
            hint: "Convert it, or give its media type.")
        return nil
    }
}

extension Part {
    /// What the part is, in a word for messages.
    var word: String {
        switch self {
        case .text: "text"
        case .image: "image"
        case .file: "file"
        case .reasoning: "reasoning"
        case .toolCall: "tool call"
        case .toolResult: "tool result"
        case .refusal: "refusal"
        case .providerItem: "provider item"
        }
    }
}
