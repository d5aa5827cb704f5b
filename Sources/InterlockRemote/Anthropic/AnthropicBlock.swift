import InterlockCore

/// A content block that is being received.
enum AnthropicBlock {
    /// Text.
    case text
    /// A thought, with its number.
    case thinking(Int)
    /// A tool call, with its number, the arguments that came with its start, and whether more came.
    case call(Int, start: String, hasArguments: Bool)
    /// A block that is handed on as it is, with the fragments of its input.
    case item(JSONObject, input: String)
    /// A block whose start did not come.
    case unknown

    /// How many blocks there were of the kinds that are numbered.
    struct Count {
        var thoughts = 0
        var calls = 0
    }

    /// Takes a block's start, or a whole block.
    static func start(
        _ content: WireFrame, _ count: inout Count, into events: inout [GenerationEvent]
    ) throws(InterlockError) -> AnthropicBlock {
        switch content.looseString("type") ?? "" {
        case "text":
            if let text = try content.string("text"), !text.isEmpty { events.append(.text(text)) }
            for citation in content["citations"]?.arrayValue ?? [] { events.append(.citation(.anthropic(citation))) }
            return .text
        case "thinking":
            let index = count.thoughts
            count.thoughts += 1
            let text = try content.string("thinking") ?? ""
            let signature = try content.string("signature").flatMap { $0.isEmpty ? nil : $0 }
            if !text.isEmpty || signature != nil {
                events.append(.reasoning(ReasoningDelta(index: index, text: text, signature: signature)))
            }
            return .thinking(index)
        case "redacted_thinking":
            let data = try content.required(try content.string("data"), "data")
            events.append(.reasoning(ReasoningDelta(index: count.thoughts, redacted: data)))
            count.thoughts += 1
            return .thinking(count.thoughts - 1)
        case "tool_use":
            let index = count.calls
            count.calls += 1
            let name = try content.required(try content.string("name"), "name")
            let id = try content.string("id").flatMap { $0.isEmpty ? nil : $0 } ?? "call_\(index)"
            events.append(.toolCall(ToolCallDelta(index: index, id: id, name: name)))
            return .call(index, start: arguments(content["input"]), hasArguments: false)
        default:
            return .item(content.object, input: "")
        }
    }

    /// The arguments as text; some servers of other makes send them as one.
    private static func arguments(_ input: JSONValue?) -> String {
        switch input {
        case nil: "{}"
        case .string(let text): text.isEmpty ? "{}" : text
        case .some(let value): value.jsonText()
        }
    }

    /// Takes a change of the block.
    mutating func apply(_ delta: WireFrame, into events: inout [GenerationEvent]) throws(InterlockError) {
        switch delta.looseString("type") ?? "" {
        case "text_delta":
            let text = try delta.required(try delta.string("text"), "text")
            if !text.isEmpty { events.append(.text(text)) }
        case "thinking_delta":
            let text = try delta.required(try delta.string("thinking"), "thinking")
            if !text.isEmpty, case .thinking(let index) = self {
                events.append(.reasoning(ReasoningDelta(index: index, text: text)))
            }
        case "signature_delta":
            let signature = try delta.required(try delta.string("signature"), "signature")
            if !signature.isEmpty, case .thinking(let index) = self {
                events.append(.reasoning(ReasoningDelta(index: index, signature: signature)))
            }
        case "citations_delta":
            if let citation = delta["citation"] { events.append(.citation(.anthropic(citation))) }
        case "input_json_delta":
            try applyInput(try delta.string("partial_json") ?? "", into: &events)
        default:
            // A kind of change that the API may learn.
            break
        }
    }

    private mutating func applyInput(_ fragment: String, into events: inout [GenerationEvent]) throws(InterlockError) {
        guard !fragment.isEmpty else { return }
        switch self {
        case .call(let index, let start, _):
            events.append(.toolCall(ToolCallDelta(index: index, arguments: fragment)))
            self = .call(index, start: start, hasArguments: true)
        case .item(let value, let input):
            self = .item(value, input: input + fragment)
        case .text, .thinking, .unknown:
            break
        }
    }

    /// Takes the block's end.
    func stop(into events: inout [GenerationEvent]) {
        switch self {
        case .call(let index, let start, hasArguments: false):
            // Either all came with the start, or the tool takes nothing.
            events.append(.toolCall(ToolCallDelta(index: index, arguments: start)))
        case .item(var value, let input):
            if !input.isEmpty {
                value["input"] =
                    (try? JSONValue(parsing: input, options: .init(loneSurrogates: .replace))) ?? .string(input)
            }
            events.append(.providerItem(ProviderItem(dialect: AnthropicDialect.name, value: .object(value))))
        case .call, .text, .thinking, .unknown:
            break
        }
    }
}

extension Citation {
    /// A citation in Anthropic's form: a place in a document, a search result or a page.
    static func anthropic(_ value: JSONValue) -> Citation {
        let title = value["title"]?.stringValue ?? value["document_title"]?.stringValue
        return Citation(
            url: value["url"]?.stringValue ?? value["source"]?.stringValue, title: title,
            citedText: value["cited_text"]?.stringValue, value: value)
    }
}
