/// A piece of a message.
///
/// More kinds may be added; code outside this package that switches over parts should have a `default`.
public enum Part: Sendable, Hashable {
    /// Text.
    case text(String)
    /// A picture.
    case image(Media)
    /// A document, such as a PDF.
    case file(Media)
    /// What the model thought before it answered.
    case reasoning(Reasoning)
    /// The model asks for a tool to be called.
    case toolCall(ToolCall)
    /// What a tool answered.
    case toolResult(ToolResult)
    /// The model's explanation of why it will not answer.
    case refusal(String)
    /// Something that only one provider understands, such as the call of a tool that runs at the provider; replayed to
    /// that provider as it came, and to no other.
    case providerItem(ProviderItem)
}

/// A piece of a conversation in one provider's own form.
public struct ProviderItem: Sendable, Hashable, Codable {
    /// The dialect whose form it is, such as `anthropic` or `openai_responses`.
    public var dialect: String
    /// The piece, as it came.
    public var value: JSONValue

    /// Makes a piece.
    public init(dialect: String, value: JSONValue) {
        self.dialect = dialect
        self.value = value
    }
}

/// The content of a picture or a document.
public struct Media: Sendable, Hashable {
    /// Where the content is.
    public enum Source: Sendable, Hashable {
        /// Here.
        case data([UInt8])
        /// At an address that the provider fetches.
        case url(String)
        /// With the provider, under an id that its file interface gave.
        case providerFile(String)
    }

    /// Where the content is.
    public var source: Source
    /// The media type, such as `image/png`.
    public var mediaType: String?
    /// A file name, where the provider wants one.
    public var name: String?
    /// How closely to look at a picture, in the provider's own words (`low`, `high`, `auto`).
    public var detail: String?

    /// Makes a picture or document.
    public init(_ source: Source, mediaType: String? = nil, name: String? = nil, detail: String? = nil) {
        self.source = source
        self.mediaType = mediaType
        self.name = name
        self.detail = detail
    }
}

/// What a model thought before it answered.
public struct Reasoning: Sendable, Hashable, Codable {
    /// The thought, or the summary that the provider shows; empty where it shows nothing.
    public var text: String
    /// The provider's signature, kept byte for byte: a replay with a changed one is refused.
    public var signature: String?
    /// The encrypted thought, where the provider hides it, kept byte for byte.
    public var redacted: String?
    /// The provider's id of this item.
    public var id: String?

    /// Makes a thought.
    public init(_ text: String, signature: String? = nil, redacted: String? = nil, id: String? = nil) {
        self.text = text
        self.signature = signature
        self.redacted = redacted
        self.id = id
    }
}

/// A model's request to call a tool.
public struct ToolCall: Sendable, Hashable, Codable {
    /// The id that the result has to repeat.
    public var id: String
    /// The tool's name.
    public var name: String
    /// The arguments as the model wrote them: usually a JSON object, but nothing guarantees it.
    public var arguments: String

    /// Makes a tool call.
    public init(id: String, name: String, arguments: String) {
        self.id = id
        self.name = name
        self.arguments = arguments
    }
}

/// What a tool answered.
public struct ToolResult: Sendable, Hashable {
    /// The id of the call that this answers.
    public var callID: String
    /// The tool's name, where the provider wants it repeated.
    public var name: String?
    /// The answer.
    public var content: [Part]
    /// Whether the tool failed and the content says why.
    public var isError: Bool

    /// Makes a tool's answer.
    public init(callID: String, name: String? = nil, content: [Part], isError: Bool = false) {
        self.callID = callID
        self.name = name
        self.content = content
        self.isError = isError
    }
}
