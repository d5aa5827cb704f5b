public import InterlockCore

/// The form in which a model wants a conversation.
public enum ChatFormat: Sendable {
    /// ChatML: every message between `<|im_start|>` and `<|im_end|>`.
    case chatML
    /// A form that the runtime knows by itself; it is given the messages as role and text.
    case runtime(@Sendable ([(role: String, content: String)]) throws -> [PromptPiece])

    /// Renders a conversation as a prompt that the model's answer follows.
    ///
    /// If the last message is the assistant's, it is left open, and the answer continues it.
    ///
    /// - Throws: ``InterlockError/Code/unsupported`` if the form has no place for something in the conversation.
    public func render(_ transcript: Transcript) throws -> [PromptPiece] {
        let messages = try transcript.map { message in
            (role: Self.roleName(message.role), content: try Self.text(of: message))
        }
        switch self {
        case .chatML: return Self.chatML(messages)
        case .runtime(let render): return try render(messages)
        }
    }

    private static func chatML(_ messages: [(role: String, content: String)]) -> [PromptPiece] {
        var pieces: [PromptPiece] = []
        for (index, message) in messages.enumerated() {
            pieces.append(.markup("<|im_start|>\(message.role)\n"))
            pieces.append(.content(message.content))
            if index == messages.count - 1, message.role == "assistant" { return pieces }
            pieces.append(.markup("<|im_end|>\n"))
        }
        pieces.append(.markup("<|im_start|>assistant\n"))
        return pieces
    }

    private static func roleName(_ role: Transcript.Role) -> String {
        switch role {
        case .system, .developer: "system"
        case .user, .tool: "user"
        case .assistant: "assistant"
        }
    }

    private static func text(of message: Message) throws -> String {
        var text = ""
        for part in message.parts {
            switch part {
            case .text(let more), .refusal(let more): text += more
            case .toolResult(let result): text += try Self.text(of: Message(role: .tool, parts: result.content))
            case .toolCall(let call): text += "\(call.name)(\(call.arguments))"
            case .reasoning, .providerItem: break  // Templates leave the thoughts of earlier turns out.
            case .image, .file:
                throw InterlockError(
                    .unsupported,
                    "a \(message.role.rawValue) message holds an image or a file, and this model reads text only",
                    hint: "Send text, or use a model with eyes.")
            }
        }
        return text
    }
}
