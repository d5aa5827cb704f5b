import InterlockCore

/// The items of an answer of Responses while they grow.
///
/// Every text comes in pieces, then whole, then once more inside its item and once more at the end. Whatever came
/// first is passed on, the later ones are held against it, and what they have beyond it is passed on too.
struct OpenAIOutput: Sendable {
    /// An item that has begun.
    private struct Item {
        var id: String?
        /// The texts so far, by the place of their part.
        var texts: [Int: String] = [:]
        var refusals: [Int: String] = [:]
        var arguments = ""
        /// The number of the tool call, where it is one.
        var call: Int?
        /// Whether an empty text means no arguments, for which `{}` is written.
        var isFunction = false
        /// The number of the thought, where it is one.
        var thought: Int?
        /// Which of a thought's two texts is read: the one that came first.
        var thoughtForm: String?
        var thoughtPart: Int?
        var isFinished = false
    }

    let reader: FrameReader
    private var items: [Int: Item] = [:]
    private var calls = 0
    private var thoughts = 0
    /// Whether the model explained why it will not answer.
    private(set) var hasRefusal = false

    init(reader: FrameReader) {
        self.reader = reader
    }

    /// Whether a tool was called.
    var hasCalls: Bool { calls > 0 }

    /// Takes an event; those of other types mean nothing here.
    mutating func read(
        _ type: String, _ frame: JSONValue, into events: inout [GenerationEvent]
    ) throws(InterlockError) {
        let place = place(of: frame)
        switch type {
        case "response.output_item.added": try begin(frame["item"], at: place, into: &events)
        case "response.output_item.done":
            guard let item = frame["item"] else { throw reader.malformed("/item of \(type) is missing") }
            try finish(item, at: place, into: &events)
        case "response.output_text.delta":
            append(text: try delta(frame, type), part(frame), at: place, into: &events)
            let logprobs = OpenAILogprobs.read(frame["logprobs"]?.arrayValue ?? [])
            if !logprobs.isEmpty { events.append(.logprobs(logprobs)) }
        case "response.output_text.done":
            try complete(text: frame["text"]?.stringValue, part(frame), at: place, into: &events)
        case "response.output_text.annotation.added":
            if let annotation = frame["annotation"] { events.append(.citation(OpenAICitation.read(annotation))) }
        case "response.refusal.delta":
            append(refusal: try delta(frame, type), part(frame), at: place, into: &events)
        case "response.refusal.done":
            try complete(refusal: frame["refusal"]?.stringValue, part(frame), at: place, into: &events)
        case "response.function_call_arguments.delta", "response.custom_tool_call_input.delta":
            try append(arguments: try delta(frame, type), at: place, into: &events)
        case "response.function_call_arguments.done":
            try complete(arguments: frame["arguments"]?.stringValue, at: place, into: &events)
        case "response.custom_tool_call_input.done":
            try complete(arguments: frame["input"]?.stringValue, at: place, into: &events)
        case "response.reasoning_summary_text.delta", "response.reasoning_text.delta":
            let part = (frame["summary_index"] ?? frame["content_index"])?.intValue ?? 0
            append(thought: try delta(frame, type), form: type, part: part, at: place, into: &events)
        default: break
        }
    }

    /// Takes the end of the answer: arguments that never came are none.
    mutating func end(into events: inout [GenerationEvent]) throws(InterlockError) {
        for item in items.values.sorted(by: { ($0.call ?? -1) < ($1.call ?? -1) }) {
            guard let call = item.call, item.isFunction, item.arguments.isEmpty else { continue }
            events.append(.toolCall(ToolCallDelta(index: call, arguments: "{}")))
        }
    }

    /// Where an event belongs: by the place in the output, else by the item's id, else with the latest item.
    private func place(of frame: JSONValue) -> Int {
        if let place = frame["output_index"]?.intValue { return place }
        if let id = frame["item_id"]?.stringValue ?? frame["item"]?["id"]?.stringValue {
            if let known = items.first(where: { $0.value.id == id }) { return known.key }
            return (items.keys.max() ?? -1) + 1
        }
        return items.keys.max() ?? 0
    }

    private func part(_ frame: JSONValue) -> Int { frame["content_index"]?.intValue ?? 0 }

    private func delta(_ frame: JSONValue, _ type: String) throws(InterlockError) -> String {
        guard let delta = frame["delta"]?.stringValue else {
            throw reader.malformed("/delta of \(type) is missing or no string")
        }
        return delta
    }
}

extension OpenAIOutput {
    /// Takes an item that begins, or, if nothing told of it before, one that is whole.
    private mutating func begin(
        _ value: JSONValue?, at place: Int, into events: inout [GenerationEvent]
    ) throws(InterlockError) {
        guard items[place] == nil, let value else { return }
        var item = Item(id: value["id"]?.stringValue)
        switch value["type"]?.stringValue {
        case "function_call", "custom_tool_call":
            item.isFunction = value["type"]?.stringValue == "function_call"
            guard let name = value["name"]?.stringValue, !name.isEmpty else {
                throw reader.malformed("the tool call at /output/\(place) has no name")
            }
            item.call = calls
            let id = value["call_id"]?.stringValue ?? item.id ?? "call_\(calls)"
            calls += 1
            events.append(.toolCall(ToolCallDelta(index: item.call ?? 0, id: id, name: name)))
        case "reasoning":
            item.thought = thoughts
            thoughts += 1
        default: break
        }
        items[place] = item
    }

    /// Takes an item that is whole.
    mutating func finish(
        _ value: JSONValue, at place: Int, into events: inout [GenerationEvent]
    ) throws(InterlockError) {
        guard case .object = value else { throw reader.wrongType(value, "/output/\(place)", "object") }
        try begin(value, at: place, into: &events)
        guard items[place]?.isFinished != true else { return }
        items[place]?.isFinished = true
        switch value["type"]?.stringValue {
        case "message": try finishMessage(value, at: place, into: &events)
        case "function_call": try complete(arguments: value["arguments"]?.stringValue, at: place, into: &events)
        case "custom_tool_call": try complete(arguments: value["input"]?.stringValue, at: place, into: &events)
        case "reasoning": finishThought(value, at: place, into: &events)
        default: events.append(.providerItem(ProviderItem(dialect: OpenAIResponsesDialect.name, value: value)))
        }
    }

    private mutating func finishMessage(
        _ value: JSONValue, at place: Int, into events: inout [GenerationEvent]
    ) throws(InterlockError) {
        let wasKnown = items[place]?.texts.isEmpty == false
        for (part, content) in (value["content"]?.arrayValue ?? []).enumerated() {
            try complete(text: content["text"]?.stringValue, part, at: place, into: &events)
            try complete(refusal: content["refusal"]?.stringValue, part, at: place, into: &events)
            guard !wasKnown else { continue }
            let logprobs = OpenAILogprobs.read(content["logprobs"]?.arrayValue ?? [])
            if !logprobs.isEmpty { events.append(.logprobs(logprobs)) }
            for annotation in content["annotations"]?.arrayValue ?? [] {
                events.append(.citation(OpenAICitation.read(annotation)))
            }
        }
        // The phase has to be sent back with the text that it belongs to.
        if value["phase"]?.stringValue != nil {
            events.append(.providerItem(ProviderItem(dialect: OpenAIResponsesDialect.name, value: value)))
        }
    }

    /// The encrypted thought counts as it stands in the whole item: at its beginning it may be a part only.
    private mutating func finishThought(
        _ value: JSONValue, at place: Int, into events: inout [GenerationEvent]
    ) {
        guard let item = items[place], let thought = item.thought else { return }
        var delta = ReasoningDelta(index: thought, redacted: value["encrypted_content"]?.stringValue, id: item.id)
        delta.id = value["id"]?.stringValue ?? delta.id
        if item.texts.isEmpty {
            let summary = texts(of: value["summary"])
            delta.text = summary.isEmpty ? texts(of: value["content"]) : summary
        }
        guard !delta.text.isEmpty || delta.redacted != nil || delta.id != nil else { return }
        events.append(.reasoning(delta))
    }

    private func texts(of list: JSONValue?) -> String {
        (list?.arrayValue ?? []).compactMap { $0["text"]?.stringValue }.joined(separator: "\n\n")
    }
}

extension OpenAIOutput {
    private mutating func append(
        text: String, _ part: Int, at place: Int, into events: inout [GenerationEvent]
    ) {
        guard !text.isEmpty else { return }
        items[place, default: Item()].texts[part, default: ""] += text
        events.append(.text(text))
    }

    private mutating func append(
        refusal: String, _ part: Int, at place: Int, into events: inout [GenerationEvent]
    ) {
        guard !refusal.isEmpty else { return }
        hasRefusal = true
        items[place, default: Item()].refusals[part, default: ""] += refusal
        events.append(.refusal(refusal))
    }

    private mutating func append(
        arguments: String, at place: Int, into events: inout [GenerationEvent]
    ) throws(InterlockError) {
        guard let call = items[place]?.call else {
            throw reader.malformed("arguments came for /output/\(place), which is no tool call")
        }
        guard !arguments.isEmpty else { return }
        items[place]?.arguments += arguments
        events.append(.toolCall(ToolCallDelta(index: call, arguments: arguments)))
    }

    private mutating func append(
        thought text: String, form: String, part: Int, at place: Int, into events: inout [GenerationEvent]
    ) {
        var item = items[place] ?? Item()
        if item.thought == nil {
            item.thought = thoughts
            thoughts += 1
        }
        item.thoughtForm = item.thoughtForm ?? form
        guard item.thoughtForm == form, !text.isEmpty else {
            items[place] = item
            return
        }
        let isNextPart = item.thoughtPart.map { $0 != part } ?? false
        item.thoughtPart = part
        item.texts[0] = ""
        items[place] = item
        events.append(.reasoning(ReasoningDelta(index: item.thought ?? 0, text: (isNextPart ? "\n\n" : "") + text)))
    }

    private mutating func complete(
        text: String?, _ part: Int, at place: Int, into events: inout [GenerationEvent]
    ) throws(InterlockError) {
        guard let text else { return }
        let rest = try rest(of: text, after: items[place]?.texts[part] ?? "", "/output/\(place)/content/\(part)/text")
        append(text: rest, part, at: place, into: &events)
    }

    private mutating func complete(
        refusal: String?, _ part: Int, at place: Int, into events: inout [GenerationEvent]
    ) throws(InterlockError) {
        guard let refusal else { return }
        let rest = try rest(
            of: refusal, after: items[place]?.refusals[part] ?? "", "/output/\(place)/content/\(part)/refusal")
        append(refusal: rest, part, at: place, into: &events)
    }

    private mutating func complete(
        arguments: String?, at place: Int, into events: inout [GenerationEvent]
    ) throws(InterlockError) {
        guard let arguments else { return }
        let rest = try rest(of: arguments, after: items[place]?.arguments ?? "", "/output/\(place)/arguments")
        try append(arguments: rest, at: place, into: &events)
    }

    /// What a whole text has beyond its pieces.
    ///
    /// - Throws: ``InterlockError/Code/malformedResponse`` if it is another text: nobody can tell which is right.
    private func rest(of whole: String, after pieces: String, _ path: String) throws(InterlockError) -> String {
        guard whole.utf8.starts(with: pieces.utf8) else {
            let extra = pieces.utf8.starts(with: whole.utf8) ? pieces.utf8.dropFirst(whole.utf8.count) : nil
            // Servers that trim the whole text are right in what matters.
            if let extra, extra.allSatisfy({ $0 == 0x20 || $0 == 0x0A || $0 == 0x0D || $0 == 0x09 }) { return "" }
            throw reader.malformed("\(path) differs from the pieces that came before")
        }
        return String(decoding: whole.utf8.dropFirst(pieces.utf8.count), as: UTF8.self)
    }
}
