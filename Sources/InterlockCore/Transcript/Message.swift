/// One message of a conversation.
public struct Message: Sendable, Hashable {
    /// Who says it.
    public var role: Transcript.Role
    /// What it consists of, in order.
    public var parts: [Part]
    /// Tells several users or agents of one role apart, where the provider takes such a name.
    public var name: String?
    /// Asks the provider to cache the request up to and with this message.
    public var cacheMark: CacheMark?

    /// Makes a message of parts.
    public init(role: Transcript.Role, parts: [Part], name: String? = nil, cacheMark: CacheMark? = nil) {
        self.role = role
        self.parts = parts
        self.name = name
        self.cacheMark = cacheMark
    }

    /// Instructions of whoever runs the application.
    public static func system(_ text: String) -> Message { Message(role: .system, parts: [.text(text)]) }

    /// The same as ``system(_:)``, for models that want the newer role.
    public static func developer(_ text: String) -> Message { Message(role: .developer, parts: [.text(text)]) }

    /// What the person or program that asks says.
    public static func user(_ text: String) -> Message { Message(role: .user, parts: [.text(text)]) }

    /// What the model said.
    ///
    /// As the last message of a request: the beginning that the model is to continue.
    public static func assistant(_ text: String) -> Message { Message(role: .assistant, parts: [.text(text)]) }

    /// What a tool answered to the call with that id.
    public static func tool(callID: String, name: String? = nil, _ text: String, isError: Bool = false) -> Message {
        let result = ToolResult(callID: callID, name: name, content: [.text(text)], isError: isError)
        return Message(role: .tool, parts: [.toolResult(result)])
    }

    /// All text parts, joined without anything between them.
    public var text: String {
        var text = ""
        for case .text(let part) in parts { text += part }
        return text
    }

    /// Whether a piece of it only one provider understands.
    var isProviderTurn: Bool {
        parts.contains { if case .providerItem = $0 { true } else { false } }
    }

    /// All tool calls, in order.
    public var toolCalls: [ToolCall] {
        parts.compactMap { if case .toolCall(let call) = $0 { call } else { nil } }
    }
}

extension Message: Codable {
    private enum Key: String, CodingKey {
        case role, content, name
        case cacheMark = "cache_mark"
    }

    /// Reads `{"role": …, "content": text or [part, …], "name": …}`.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        role = try container.decodeName(forKey: .role, what: "role")
        name = try container.decodeIfPresent(String.self, forKey: .name)
        cacheMark = try container.decodeIfPresent(CacheMark.self, forKey: .cacheMark)
        // A text or a list: whatever it is not says so itself, with its place.
        if (try? container.nestedUnkeyedContainer(forKey: .content)) != nil {
            parts = try container.decode([Part].self, forKey: .content)
        } else {
            parts = [.text(try container.decode(String.self, forKey: .content))]
        }
    }

    /// Writes what ``init(from:)`` reads; a message of one text part has a string as its content.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(role, forKey: .role)
        try container.encodeIfPresent(name, forKey: .name)
        try container.encodeIfPresent(cacheMark, forKey: .cacheMark)
        if parts.count == 1, case .text(let text) = parts[0] {
            try container.encode(text, forKey: .content)
        } else {
            try container.encode(parts, forKey: .content)
        }
    }
}
