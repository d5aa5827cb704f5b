extension Part: Codable {
    private enum Key: String, CodingKey {
        case type, text, refusal
    }

    private enum Kind: String, Encodable, CaseIterable {
        case text, image, file, reasoning, refusal
        case toolCall = "tool_call"
        case toolResult = "tool_result"
        case providerItem = "provider_item"
    }

    /// Reads an object whose `type` names the kind of part and whose other keys are that part's own.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        let kind: Kind = try container.decodeName(forKey: .type, what: "kind of part")
        switch kind {
        case .text: self = .text(try container.decode(String.self, forKey: .text))
        case .refusal: self = .refusal(try container.decode(String.self, forKey: .refusal))
        case .image: self = .image(try Media(from: decoder))
        case .file: self = .file(try Media(from: decoder))
        case .reasoning: self = .reasoning(try Reasoning(from: decoder))
        case .toolCall: self = .toolCall(try ToolCall(from: decoder))
        case .toolResult: self = .toolResult(try ToolResult(from: decoder))
        case .providerItem: self = .providerItem(try ProviderItem(from: decoder))
        }
    }

    /// Writes what ``init(from:)`` reads.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        switch self {
        case .text(let text):
            try container.encode(Kind.text, forKey: .type)
            try container.encode(text, forKey: .text)
        case .refusal(let text):
            try container.encode(Kind.refusal, forKey: .type)
            try container.encode(text, forKey: .refusal)
        case .image(let media):
            try container.encode(Kind.image, forKey: .type)
            try media.encode(to: encoder)
        case .file(let media):
            try container.encode(Kind.file, forKey: .type)
            try media.encode(to: encoder)
        case .reasoning(let reasoning):
            try container.encode(Kind.reasoning, forKey: .type)
            try reasoning.encode(to: encoder)
        case .toolCall(let call):
            try container.encode(Kind.toolCall, forKey: .type)
            try call.encode(to: encoder)
        case .toolResult(let result):
            try container.encode(Kind.toolResult, forKey: .type)
            try result.encode(to: encoder)
        case .providerItem(let item):
            try container.encode(Kind.providerItem, forKey: .type)
            try item.encode(to: encoder)
        }
    }
}

extension Media: Codable {
    private enum Key: String, CodingKey {
        case data, url, name, detail
        case providerFile = "provider_file"
        case mediaType = "media_type"
    }

    /// Reads an object with exactly one of `data` (Base64), `url` and `provider_file`.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        let data = try container.decodeIfPresent(String.self, forKey: .data)
        let url = try container.decodeIfPresent(String.self, forKey: .url)
        let file = try container.decodeIfPresent(String.self, forKey: .providerFile)
        switch (data, url, file) {
        case (let text?, nil, nil):
            guard let bytes = Base64.decode(text) else {
                throw DecodingError.dataCorruptedError(forKey: .data, in: container, debugDescription: "not Base64")
            }
            source = .data(bytes)
        case (nil, let url?, nil): source = .url(url)
        case (nil, nil, let file?): source = .providerFile(file)
        default:
            throw DecodingError.dataCorrupted(
                DecodingError.Context(
                    codingPath: container.codingPath,
                    debugDescription: "expected exactly one of data, url and provider_file"))
        }
        mediaType = try container.decodeIfPresent(String.self, forKey: .mediaType)
        name = try container.decodeIfPresent(String.self, forKey: .name)
        detail = try container.decodeIfPresent(String.self, forKey: .detail)
    }

    /// Writes what ``init(from:)`` reads.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        switch source {
        case .data(let bytes): try container.encode(Base64.encode(bytes), forKey: .data)
        case .url(let url): try container.encode(url, forKey: .url)
        case .providerFile(let id): try container.encode(id, forKey: .providerFile)
        }
        try container.encodeIfPresent(mediaType, forKey: .mediaType)
        try container.encodeIfPresent(name, forKey: .name)
        try container.encodeIfPresent(detail, forKey: .detail)
    }
}

extension ToolResult: Codable {
    private enum Key: String, CodingKey {
        case name, content
        case callID = "call_id"
        case isError = "is_error"
    }

    /// Reads an object; `is_error` may be missing and is then false.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        callID = try container.decode(String.self, forKey: .callID)
        name = try container.decodeIfPresent(String.self, forKey: .name)
        content = try container.decode([Part].self, forKey: .content)
        isError = try container.decodeIfPresent(Bool.self, forKey: .isError) ?? false
    }

    /// Writes what ``init(from:)`` reads.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(callID, forKey: .callID)
        try container.encodeIfPresent(name, forKey: .name)
        try container.encode(content, forKey: .content)
        if isError { try container.encode(true, forKey: .isError) }
    }
}

extension KeyedDecodingContainer {
    /// Reads one of a few names; the error for any other says what they are.
    func decodeName<Name: RawRepresentable<String> & CaseIterable>(forKey key: Key, what: String) throws -> Name {
        let text = try decode(String.self, forKey: key)
        if let name = Name(rawValue: text) { return name }
        let names = Name.allCases.map(\.rawValue).joined(separator: ", ")
        throw DecodingError.dataCorruptedError(
            forKey: key, in: self, debugDescription: "there is no \(what) \(text); expected one of \(names)")
    }
}
