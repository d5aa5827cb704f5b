import InterlockCore

extension OllamaRequestEncoder {
    /// A conversation in the API's form, where every tool's result is a message of its own.
    mutating func encode(_ transcript: Transcript) throws(InterlockError) -> [JSONValue] {
        var names: [String: String] = [:]
        var messages: [JSONValue] = []
        for (index, message) in transcript.enumerated() {
            for call in message.toolCalls { names[call.id] = call.name }
            let place = "messages[\(index)]"
            var fields = Fields()
            for part in message.parts {
                if case .toolResult(let result) = part {
                    messages.append(.object(try encode(result, names, place)))
                } else {
                    try add(part, to: &fields, place)
                }
            }
            let isResultOnly = fields.isEmpty && message.parts.contains { $0.isToolResult }
            if !isResultOnly, !(fields.isEmpty && message.role == .assistant) {
                messages.append(.object(fields.message(role: role(of: message))))
            }
        }
        return messages
    }

    private func role(of message: Message) -> String {
        switch message.role {
        case .system, .developer: "system"
        case .user: "user"
        case .assistant: "assistant"
        case .tool: "tool"
        }
    }

    /// What a message consists of, by the API's members.
    private struct Fields {
        var content = ""
        var thinking = ""
        var images: [JSONValue] = []
        var calls: [JSONValue] = []

        var isEmpty: Bool { content.isEmpty && thinking.isEmpty && images.isEmpty && calls.isEmpty }

        func message(role: String) -> JSONObject {
            var object: JSONObject = ["role": .string(role), "content": .string(content)]
            if !thinking.isEmpty { object["thinking"] = .string(thinking) }
            if !images.isEmpty { object["images"] = .array(images) }
            if !calls.isEmpty { object["tool_calls"] = .array(calls) }
            return object
        }
    }

    private mutating func add(_ part: Part, to fields: inout Fields, _ place: String) throws(InterlockError) {
        switch part {
        case .text(let text), .refusal(let text): fields.content += text
        case .reasoning(let thought): fields.thinking += thought.text
        case .image(let media):
            if let image = try encodeImage(media, place) { fields.images.append(.string(image)) }
        case .toolCall(let call):
            let (arguments, isValid) = ToolArguments.object(call.arguments)
            if !isValid {
                notes.report(
                    "\(place) arguments of \(call.name)", "they are no JSON object; sent as a text under invalid_json")
            }
            var object: JSONObject = [:]
            if !call.id.isEmpty { object["id"] = .string(call.id) }
            object["function"] = ["name": .string(call.name), "arguments": .object(arguments)]
            fields.calls.append(.object(object))
        case .file:
            try notes.omit("\(place) file", "the API takes no documents", hint: "Send its text instead.")
        case .providerItem, .toolResult: break
        }
    }

    private mutating func encode(
        _ result: ToolResult, _ names: [String: String], _ place: String
    ) throws(InterlockError) -> JSONObject {
        var fields = Fields()
        for part in result.content {
            if case .text = part {
                try add(part, to: &fields, place)
            } else {
                try notes.omit(
                    "\(place) \(part.word)", "a tool's result is text only", hint: "Send it in a user message.")
            }
        }
        // There is no flag for it, so that the model has to read it.
        let content = result.isError ? "Error: \(fields.content)" : fields.content
        var object: JSONObject = ["role": "tool", "content": .string(content)]
        if let name = result.name ?? names[result.callID] { object["tool_name"] = .string(name) }
        if !result.callID.isEmpty { object["tool_call_id"] = .string(result.callID) }
        return object
    }

    private mutating func encodeImage(_ media: Media, _ place: String) throws(InterlockError) -> String? {
        if let detail = media.detail, detail != "auto" {
            try notes.omit(
                "\(place) detail", "the API has no setting for how closely to look", hint: "Leave it out.")
        }
        switch media.source {
        case .data(let bytes): return Base64.encode(bytes)
        case .url(let address):
            if let data = DataAddress.parse(address) { return data.base64 }
            try notes.omit(
                "\(place) image", "the server does not fetch pictures from addresses", hint: "Send the picture itself.")
        case .providerFile:
            try notes.omit("\(place) image", "the server keeps no files", hint: "Send the picture itself.")
        }
        return nil
    }
}

extension Part {
    fileprivate var isToolResult: Bool {
        if case .toolResult = self { true } else { false }
    }
}
