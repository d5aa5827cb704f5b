import InterlockCore

extension AnthropicRequestEncoder {
    /// A conversation in the API's form.
    struct Conversation {
        /// The instructions before the first other message.
        var system: [JSONValue] = []
        /// The turns after them.
        var turns: [JSONValue] { merged.map { ["role": .string($0.role), "content": .array($0.content)] } }
        private var merged: [(role: String, content: [JSONValue])] = []

        /// The role of the last turn.
        var lastRole: String? { merged.last?.role }

        /// Appends a turn; two of one role become one, so that the results of parallel calls stay together.
        mutating func append(_ role: String, _ content: [JSONValue]) {
            if merged.last?.role == role {
                merged[merged.count - 1].content += content
            } else {
                merged.append((role: role, content: content))
            }
        }
    }

    mutating func encode(_ transcript: Transcript) throws(InterlockError) -> Conversation {
        var conversation = Conversation()
        var isLeading = true
        for (index, message) in transcript.enumerated() {
            let place = "messages[\(index)]"
            switch message.role {
            case .system, .developer:
                let content = try encodeInstructions(message, place)
                guard !content.isEmpty else { continue }
                if isLeading {
                    conversation.system += content
                } else if traits.takesLaterInstructions {
                    conversation.append("system", content)
                } else {
                    try notes.omit(
                        "\(place) \(message.role.rawValue)",
                        "\(context.model) takes instructions at the beginning only; they are sent as the user's words",
                        hint: "Move them to the beginning.")
                    conversation.append("user", content)
                }
            case .user, .tool:
                isLeading = false
                let content = try encodeParts(of: message, place)
                guard !content.isEmpty else {
                    throw InterlockError(
                        .invalidRequest, "\(place) is empty", hint: "Say something in it, or leave it out.")
                }
                conversation.append("user", content)
            case .assistant:
                isLeading = false
                // An answer may have been empty, which the API does not take back.
                let content = try encodeParts(of: message, place)
                if !content.isEmpty { conversation.append("assistant", content) }
            }
        }
        try checkEnd(of: conversation, transcript)
        return conversation
    }

    private func checkEnd(of conversation: Conversation, _ transcript: Transcript) throws(InterlockError) {
        guard let last = conversation.lastRole else {
            throw InterlockError(
                .invalidRequest, "the conversation has instructions only, and the API wants a message of the user",
                hint: "Add a user message.")
        }
        guard last == "assistant", let message = transcript.last else { return }
        // A turn that the provider paused is continued by sending it back; that is no prefill.
        let isPaused = message.parts.contains {
            if case .providerItem(let item) = $0 { item.dialect == AnthropicDialect.name } else { false }
        }
        guard !isPaused else { return }
        guard traits.takesPrefill else {
            throw InterlockError(
                .unsupported, "\(context.model) cannot continue a last message of the assistant",
                hint: "Let the conversation end with a user message.")
        }
        guard request.constraint == nil else {
            throw InterlockError(
                .constraintUnsupported,
                "the API cannot hold a constraint while it continues a last message of the assistant",
                hint: "Let the conversation end with a user message.")
        }
    }

    private mutating func encodeInstructions(
        _ message: Message, _ place: String
    ) throws(InterlockError) -> [JSONValue] {
        var blocks: [JSONObject] = []
        for part in message.parts {
            if case .text(let text) = part {
                if !text.isEmpty { blocks.append(["type": "text", "text": .string(text)]) }
            } else if case .providerItem = part {
                continue
            } else {
                try notes.omit("\(place) \(part.word)", "instructions are text only", hint: "Leave it out.")
            }
        }
        mark(&blocks, message.cacheMark)
        return blocks.map(JSONValue.object)
    }

    private mutating func encodeParts(of message: Message, _ place: String) throws(InterlockError) -> [JSONValue] {
        var blocks: [JSONObject] = []
        for part in message.parts {
            if let block = try encode(part, of: message.role, place) { blocks.append(block) }
        }
        mark(&blocks, message.cacheMark)
        return blocks.map(JSONValue.object)
    }

    /// Marks the last block that can carry a mark.
    private mutating func mark(_ blocks: inout [JSONObject], _ mark: CacheMark?) {
        guard let mark else { return }
        let last = blocks.lastIndex { block in
            !["thinking", "redacted_thinking"].contains(block["type"]?.stringValue ?? "")
        }
        guard let last else { return }
        blocks[last]["cache_control"] = cacheControl(mark)
    }

    /// The member `cache_control`, counted.
    mutating func cacheControl(_ mark: CacheMark) -> JSONValue {
        cacheMarks += 1
        // Another provider's lifetime is no reason to refuse a hint: the default then.
        guard let lifetime = mark.lifetime, ["5m", "1h"].contains(lifetime) else { return ["type": "ephemeral"] }
        return ["type": "ephemeral", "ttl": .string(lifetime)]
    }
}
