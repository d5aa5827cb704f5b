import InterlockCore

extension OpenAIResponsesEncoder {
    /// Writes a message of the assistant as items, in the order of its parts.
    ///
    /// A message item that was kept in the dialect's own form (with its phase and its sources) stands for the text
    /// beside it as long as that text is still what the item says.
    mutating func appendAssistant(
        _ message: Message, _ index: Int, to items: inout [JSONValue]
    ) throws(InterlockError) {
        let keepsItems = OpenAIMessageItems.text(of: message) == message.text
        var text = ""
        for part in message.parts {
            if case .text(let more) = part {
                if !keepsItems { text += more }
                continue
            }
            // What the model said while it refused is a text like any other to it.
            if case .refusal(let more) = part {
                text += more
                continue
            }
            flush(&text, to: &items)
            try append(part, index, keepsItems: keepsItems, to: &items)
        }
        flush(&text, to: &items)
    }

    private func flush(_ text: inout String, to items: inout [JSONValue]) {
        guard !text.isEmpty else { return }
        items.append(["type": "message", "role": "assistant", "content": .string(text)])
        text = ""
    }

    private mutating func append(
        _ part: Part, _ index: Int, keepsItems: Bool, to items: inout [JSONValue]
    ) throws(InterlockError) {
        switch part {
        case .toolCall(let call):
            items.append([
                "type": "function_call", "call_id": .string(call.id), "name": .string(call.name),
                "arguments": .string(call.arguments),
            ])
        case .reasoning(let thought):
            guard let item = reasoningItem(thought) else {
                notes.report("messages[\(index)] reasoning", "it is not encrypted by \(provider)")
                return
            }
            items.append(item)
        case .providerItem(let item):
            guard item.dialect == OpenAIResponsesDialect.name else {
                notes.report("messages[\(index)] \(item.dialect) item", "\(provider) does not understand it")
                return
            }
            guard keepsItems || !OpenAIMessageItems.isMessage(item) else { return }
            items.append(item.value)
        case .image, .file:
            try notes.omit("messages[\(index)] content", "\(provider) takes text alone from the assistant")
        case .toolResult:
            throw InterlockError(
                .invalidRequest, "messages[\(index)] of role assistant holds a tool result",
                hint: "Put it into a message of role tool.")
        case .text, .refusal: break
        }
    }

    /// A thought with what the provider needs to know it again: its id and its encrypted content.
    private func reasoningItem(_ thought: Reasoning) -> JSONValue? {
        guard features.encryptsReasoning, let id = thought.id, let encrypted = thought.redacted else { return nil }
        let summary: [JSONValue] =
            thought.text.isEmpty ? [] : [["type": "summary_text", "text": .string(thought.text)]]
        return [
            "type": "reasoning", "id": .string(id), "summary": .array(summary),
            "encrypted_content": .string(encrypted),
        ]
    }
}

/// Message items that are kept in the dialect's own form.
enum OpenAIMessageItems {
    /// Whether an item is a message of the assistant.
    static func isMessage(_ item: ProviderItem) -> Bool {
        item.dialect == OpenAIResponsesDialect.name && item.value["type"]?.stringValue == "message"
    }

    /// The text of all message items of a message; nil if there are none.
    static func text(of message: Message) -> String? {
        var text: String?
        for case .providerItem(let item) in message.parts where isMessage(item) {
            text = (text ?? "") + self.text(of: item.value)
        }
        return text
    }

    private static func text(of item: JSONValue) -> String {
        (item["content"]?.arrayValue ?? []).compactMap { $0["text"]?.stringValue }.joined()
    }
}
