/// A conversation: what was said, in order, in a form that every backend can be given and that can be stored and replayed.
public struct Transcript: Sendable, Hashable {
    /// The messages, oldest first.
    public var messages: [Message]

    /// Makes a transcript of messages, oldest first.
    public init(_ messages: [Message] = []) {
        self.messages = messages
    }

    /// Who says a message.
    public enum Role: String, Sendable, Hashable, Codable, CaseIterable {
        /// Instructions of whoever runs the application.
        case system
        /// Instructions of whoever runs the application, in the form newer OpenAI models want; elsewhere the same as system.
        case developer
        /// The person or program that asks.
        case user
        /// The model.
        case assistant
        /// The result of a tool that the model called.
        case tool
    }
}

extension Transcript: RandomAccessCollection, MutableCollection, RangeReplaceableCollection {
    /// The position of the first message.
    public var startIndex: Int { messages.startIndex }
    /// The position after the last message.
    public var endIndex: Int { messages.endIndex }

    /// The message at a position.
    public subscript(position: Int) -> Message {
        get { messages[position] }
        set { messages[position] = newValue }
    }

    /// Makes an empty transcript.
    public init() {
        self.init([])
    }

    /// Replaces a range of messages.
    public mutating func replaceSubrange(_ range: Range<Int>, with replacement: some Collection<Message>) {
        messages.replaceSubrange(range, with: replacement)
    }
}

extension Transcript: ExpressibleByArrayLiteral {
    /// Makes a transcript of messages, oldest first.
    public init(arrayLiteral elements: Message...) {
        self.init(elements)
    }
}

extension Transcript: Codable {
    /// Reads an array of messages.
    public init(from decoder: any Decoder) throws {
        self.init(try decoder.singleValueContainer().decode([Message].self))
    }

    /// Writes an array of messages.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(messages)
    }
}
