package import InterlockCore

/// Turns an answer of Ollama's `/api/chat` or `/api/generate` into events.
package struct OllamaDecoder: WireDecoder {
    /// One JSON text a line.
    package static var framing: WireFraming { .lines }

    private let context: WireContext
    private var hasHead = false
    private var isThinking = false
    private var thoughts = 0
    private var calls = 0
    private var isComplete = false

    init(_ context: WireContext) {
        self.context = context
    }

    /// Takes the next line of the stream.
    package mutating func decode(
        _ name: String?, _ data: [UInt8], into events: inout [GenerationEvent]
    ) throws(InterlockError) {
        guard !isComplete, data.contains(where: { !" \t\r\n".utf8.contains($0) }) else { return }
        try apply(try WireFrame(parsing: data), into: &events)
    }

    /// Takes a whole answer, which is like the last line of a stream.
    package mutating func decodeWhole(
        _ body: JSONValue, into events: inout [GenerationEvent]
    ) throws(InterlockError) {
        let frame = try WireFrame(body)
        try apply(frame, into: &events)
        guard isComplete else {
            throw InterlockError(
                .malformedResponse, "the provider's answer does not say that it is done", backend: context.backend)
        }
    }

    /// Takes the end of the stream.
    package mutating func end(into events: inout [GenerationEvent]) throws(InterlockError) {
        guard isComplete else {
            throw InterlockError(
                .truncatedStream, "the provider's stream ended before the line that says it is done",
                hint: "Send the request again.", backend: context.backend)
        }
    }

    private mutating func apply(_ frame: WireFrame, into events: inout [GenerationEvent]) throws(InterlockError) {
        if frame["error"] != nil { throw OllamaFailure(frame: frame, model: context.model).error }
        if !hasHead {
            hasHead = true
            events.append(
                .head(ReplyHead(backend: context.backend, servedModel: frame.looseString("model"))))
        }
        // A conversation's answer is in `message`, that to a text beside the other members.
        let message = try frame.frame("message")
        try addThought(try (message ?? frame).string("thinking"), into: &events)
        let text = if let message { try message.string("content") } else { try frame.string("response") }
        if let text, !text.isEmpty {
            isThinking = false
            events.append(.text(text))
        }
        for call in try message?.frames("tool_calls") ?? [] { try add(call, into: &events) }
        addLogprobs(of: frame, into: &events)
        if frame["done"]?.boolValue == true { complete(frame, into: &events) }
    }

    private mutating func addThought(_ text: String?, into events: inout [GenerationEvent]) throws(InterlockError) {
        guard let text, !text.isEmpty else { return }
        if !isThinking { thoughts += 1 }
        isThinking = true
        events.append(.reasoning(ReasoningDelta(index: thoughts - 1, text: text)))
    }

    /// Takes a tool call, which comes whole and often without an id.
    private mutating func add(_ call: WireFrame, into events: inout [GenerationEvent]) throws(InterlockError) {
        let function = try call.required(try call.frame("function"), "function")
        let name = try function.required(try function.string("name"), "name")
        let id = call.looseString("id").flatMap { $0.isEmpty ? nil : $0 } ?? "call_\(calls)"
        let arguments = ToolArguments.text(function["arguments"])
        isThinking = false
        events.append(
            .toolCall(ToolCallDelta(index: calls, id: id, name: name, arguments: arguments.isEmpty ? "{}" : arguments)))
        calls += 1
    }

    private func addLogprobs(of frame: WireFrame, into events: inout [GenerationEvent]) {
        let entries = frame["logprobs"]?.arrayValue ?? []
        let logprobs = entries.compactMap { entry in
            candidate(entry).map { chosen in
                TokenLogprob(
                    chosen: chosen, alternatives: (entry["top_logprobs"]?.arrayValue ?? []).compactMap(candidate))
            }
        }
        if !logprobs.isEmpty { events.append(.logprobs(logprobs)) }
    }

    private func candidate(_ entry: JSONValue) -> TokenLogprob.Candidate? {
        guard let logprob = entry["logprob"]?.doubleValue else { return nil }
        // The token's text cannot hold half a character, its bytes can.
        let bytes = entry["bytes"]?.arrayValue?.compactMap { $0.intValue.flatMap(UInt8.init(exactly:)) }
        guard let bytes = bytes ?? entry["token"]?.stringValue.map({ Array($0.utf8) }) else { return nil }
        return TokenLogprob.Candidate(token: nil, bytes: bytes, logprob: logprob)
    }

    private mutating func complete(_ frame: WireFrame, into events: inout [GenerationEvent]) {
        let usage = Usage(inputTokens: frame.count("prompt_eval_count"), outputTokens: frame.count("eval_count"))
        if usage != Usage() { events.append(.usage(usage)) }
        func duration(_ key: String) -> Duration? { frame.count(key).map { .nanoseconds($0) } }
        let timings = Timings(
            load: duration("load_duration"), prompt: duration("prompt_eval_duration"),
            generation: duration("eval_duration"), total: duration("total_duration"))
        if timings != Timings() { events.append(.timings(timings)) }
        events.append(.finish(reason(frame.looseString("done_reason"))))
        isComplete = true
    }

    private func reason(_ raw: String?) -> FinishReason {
        switch raw {
        // Older servers give no reason for an ordinary end.
        case "stop", nil: FinishReason(calls > 0 ? .toolUse : .endTurn, raw: raw)
        case "length": FinishReason(.maxTokens, raw: raw)
        default: FinishReason(.other, raw: raw)
        }
    }
}
