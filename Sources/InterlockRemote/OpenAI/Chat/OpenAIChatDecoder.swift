package import InterlockCore

/// Reads the answers of Chat Completions and of Completions.
///
/// The end is held back until `[DONE]` or the end of the stream, because the usage comes after the finish reason. Of
/// several choices the first alone is read.
package struct OpenAIChatDecoder: WireDecoder {
    /// Server-sent events.
    package static let framing = WireFraming.serverSentEvents

    private let reader: FrameReader
    private let errors: OpenAIErrorMapper
    private var mender = SurrogateMender()
    private var head: ReplyHead
    private var hasSentHead = false
    private var usage: Usage?
    private var calls: OpenAIToolCallAssembler
    private var thoughts: InlineThoughts?
    private var finish = OpenAIChatFinish()
    private var isDone = false

    init(backend: String, flavour: OpenAIFlavour, model: String, thinksInText: Bool) {
        reader = FrameReader(sender: flavour.name)
        errors = OpenAIErrorMapper(flavour: flavour, model: model)
        head = ReplyHead(backend: backend)
        calls = OpenAIToolCallAssembler(reader: reader)
        thoughts = thinksInText ? InlineThoughts() : nil
    }

    /// Takes the next chunk; empty ones and those after `[DONE]` are ignored.
    package mutating func decode(
        _ name: String?, _ data: [UInt8], into events: inout [GenerationEvent]
    ) throws(InterlockError) {
        guard !isDone, !data.allSatisfy({ $0 == 0x20 || $0 == 0x09 || $0 == 0x0A || $0 == 0x0D }) else { return }
        if data.starts(with: OpenAIChatDecoder.terminator) {
            try complete(into: &events)
            return
        }
        let frame = try reader.object(data, &mender)
        if let error = errors.error(inAnswer: frame) { throw error }
        if name == "error" { throw errors.error(OpenAIFailure(error: frame), status: nil, model: errors.model) }
        try read(frame, member: "delta", into: &events)
    }

    private static let terminator = Array("[DONE]".utf8)

    /// Takes a whole answer.
    package mutating func decodeWhole(
        _ body: JSONValue, into events: inout [GenerationEvent]
    ) throws(InterlockError) {
        if let error = errors.error(inAnswer: body) { throw error }
        guard let choices = body["choices"]?.arrayValue, !choices.isEmpty else {
            throw reader.malformed("/choices is missing or empty")
        }
        try read(body, member: "message", into: &events)
        try complete(into: &events)
    }

    /// Takes the end of the stream: without `[DONE]` the answer is whole if it said why it ended.
    package mutating func end(into events: inout [GenerationEvent]) throws(InterlockError) {
        guard !isDone else { return }
        guard finish.raw != nil else { throw reader.truncated() }
        try complete(into: &events)
    }

    private mutating func complete(into events: inout [GenerationEvent]) throws(InterlockError) {
        isDone = true
        sendHead(JSONObject(), into: &events)
        if thoughts != nil { thoughts?.finish(into: &events) }
        try calls.finish(into: &events)
        events.append(.finish(finish.reason(hasCalls: !calls.isEmpty)))
    }

    private mutating func read(
        _ frame: JSONValue, member: String, into events: inout [GenerationEvent]
    ) throws(InterlockError) {
        guard case .object(let frame) = frame else { throw reader.malformed("the answer is no object") }
        sendHead(frame, into: &events)
        let choices = try reader.list(frame["choices"], at: "/choices")
        for (position, choice) in choices.enumerated() {
            guard case .object(let choice) = choice else {
                throw reader.wrongType(choice, "/choices/\(position)", "object")
            }
            guard (choice["index"]?.intValue ?? 0) == 0 else { continue }
            try read(choice: choice, member: member, at: position, into: &events)
        }
        let timings = frame["timings"]
        if var usage = OpenAIUsage.read(frame["usage"]), usage != self.usage {
            usage.cachedInputTokens = usage.cachedInputTokens ?? timings?["cache_n"]?.intValue
            self.usage = usage
            events.append(.usage(usage))
        }
        if let timings = OpenAITimings.read(timings) { events.append(.timings(timings)) }
    }

    /// Says who answers, first and whenever more is known.
    private mutating func sendHead(_ frame: JSONObject, into events: inout [GenerationEvent]) {
        var new = head
        new.servedModel = new.servedModel ?? said(frame["model"])
        new.id = new.id ?? said(frame["id"])
        new.serviceTier = said(frame["service_tier"]) ?? new.serviceTier
        guard !hasSentHead || new != head else { return }
        hasSentHead = true
        head = new
        events.append(.head(head))
    }

    /// A text that is there; the empty ones of Azure's first chunk are not.
    private func said(_ value: JSONValue?) -> String? {
        guard let text = value?.stringValue, !text.isEmpty else { return nil }
        return text
    }

    private mutating func read(
        choice: JSONObject, member: String, at position: Int, into events: inout [GenerationEvent]
    ) throws(InterlockError) {
        let path = "/choices/\(position)"
        // Some servers put the whole message into a chunk, or a delta into a whole answer.
        let other = member == "delta" ? "message" : "delta"
        let delta = try reader.member(choice[member] ?? choice[other], at: "\(path)/\(member)")
        if let delta { try read(delta: delta, at: "\(path)/\(member)", into: &events) }
        if let text = try reader.text(choice["text"], at: "\(path)/text"), !text.isEmpty {
            events.append(.text(text))
        }
        read(logprobs: choice["logprobs"], into: &events)
        finish.read(choice)
    }

    private mutating func read(
        delta: JSONObject, at path: String, into events: inout [GenerationEvent]
    ) throws(InterlockError) {
        if let thought = thought(in: delta) { events.append(.reasoning(ReasoningDelta(text: thought))) }
        try read(content: delta["content"], at: "\(path)/content", into: &events)
        if let refusal = try reader.text(delta["refusal"], at: "\(path)/refusal"), !refusal.isEmpty {
            finish.hasRefusal = true
            events.append(.refusal(refusal))
        }
        for (position, call) in try reader.list(delta["tool_calls"], at: "\(path)/tool_calls").enumerated() {
            try calls.read(call, at: "\(path)/tool_calls/\(position)", into: &events)
        }
        if case .object(let call)? = delta["function_call"] {
            try calls.read(["index": 0, "function": .object(call)], at: "\(path)/function_call", into: &events)
        }
        for annotation in delta["annotations"]?.arrayValue ?? [] {
            events.append(.citation(OpenAICitation.read(annotation)))
        }
    }

    /// The thought of a delta, from whichever member the server uses; the same thought twice is read once.
    private func thought(in delta: JSONObject) -> String? {
        for key in ["reasoning_content", "reasoning"] {
            if let text = delta[key]?.stringValue, !text.isEmpty { return text }
        }
        return nil
    }

    /// Reads content: a text, or with some servers a list of texts.
    private mutating func read(
        content: JSONValue?, at path: String, into events: inout [GenerationEvent]
    ) throws(InterlockError) {
        switch content {
        case nil, .null?: return
        case .string(let text)?: append(text, into: &events)
        case .array(let parts)?:
            for part in parts {
                if let text = part["text"]?.stringValue { append(text, into: &events) }
            }
        case .some(let other): throw reader.wrongType(other, path, "string")
        }
    }

    private mutating func append(_ text: String, into events: inout [GenerationEvent]) {
        guard !text.isEmpty else { return }
        guard thoughts != nil else {
            events.append(.text(text))
            return
        }
        thoughts?.read(text, into: &events)
    }

    private func read(logprobs: JSONValue?, into events: inout [GenerationEvent]) {
        guard case .object(let object)? = logprobs else { return }
        let content = (object["content"]?.arrayValue).map(OpenAILogprobs.read)
        let entries = content ?? OpenAILogprobs.readLists(.object(object))
        if !entries.isEmpty { events.append(.logprobs(entries)) }
    }
}
