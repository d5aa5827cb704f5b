import InterlockCore

extension OpenAIChatEncoder {
    /// Writes a message of the assistant: one text, one refusal, the calls in order.
    mutating func assistant(_ message: Message, _ index: Int) throws(InterlockError) -> JSONValue {
        var pieces = Pieces()
        for part in message.parts { try add(part, index, to: &pieces) }
        var object: JSONObject = ["role": "assistant"]
        object["content"] = content(of: pieces, message)
        if let refusal = pieces.refusal { object["refusal"] = .string(refusal) }
        if let name = message.name {
            if features.takesNames {
                object["name"] = .string(name)
            } else {
                try notes.omit("messages[\(index)].name", "\(provider) knows no names")
            }
        }
        if let field = features.reasoningField, !pieces.reasoning.isEmpty {
            object[field] = .string(pieces.reasoning)
        }
        if !pieces.calls.isEmpty { object["tool_calls"] = .array(pieces.calls) }
        return .object(object)
    }

    private struct Pieces {
        var text: String?
        var refusal: String?
        var reasoning = ""
        var calls: [JSONValue] = []
    }

    private mutating func add(_ part: Part, _ index: Int, to pieces: inout Pieces) throws(InterlockError) {
        switch part {
        case .text(let text): pieces.text = (pieces.text ?? "") + text
        case .refusal(let text):
            if features.takesRefusals {
                pieces.refusal = (pieces.refusal ?? "") + text
            } else {
                pieces.text = (pieces.text ?? "") + text
            }
        case .reasoning(let thought):
            // Chat Completions does not take thoughts back; a model answers as well without its earlier ones.
            guard features.reasoningField == nil || thought.text.isEmpty else {
                pieces.reasoning += thought.text
                return
            }
            notes.report("messages[\(index)] reasoning", "\(provider) does not take earlier thoughts")
        case .toolCall(let call): pieces.calls.append(callValue(call))
        case .image, .file:
            try notes.omit("messages[\(index)] content", "\(provider) takes text alone from the assistant")
        case .toolResult:
            throw InterlockError(
                .invalidRequest, "messages[\(index)] of role assistant holds a tool result",
                hint: "Put it into a message of role tool.")
        case .providerItem(let item):
            notes.report("messages[\(index)] \(item.dialect) item", "\(provider) does not understand it")
        }
    }

    private func content(of pieces: Pieces, _ message: Message) -> JSONValue {
        guard let text = pieces.text else {
            return pieces.calls.isEmpty && pieces.refusal == nil ? "" : .null
        }
        guard let mark = message.cacheMark, features.takesCacheMarks, traits.takesCacheMarks else {
            return .string(text)
        }
        return [["type": "text", "text": .string(text), "prompt_cache_breakpoint": OpenAICacheMark.value(mark)]]
    }

    private func callValue(_ call: ToolCall) -> JSONValue {
        if customTools.contains(call.name) {
            return [
                "id": .string(call.id), "type": "custom",
                "custom": ["name": .string(call.name), "input": .string(call.arguments)],
            ]
        }
        return [
            "id": .string(call.id), "type": "function",
            "function": ["name": .string(call.name), "arguments": .string(call.arguments)],
        ]
    }

    /// The tools of type `custom`, which the caller can define in its own members of the body.
    private var customTools: Set<String> {
        let tools = request.options.extras[context.backend]?["tools"]?.arrayValue ?? []
        return Set(tools.compactMap { $0["custom"]?["name"]?.stringValue })
    }
}
