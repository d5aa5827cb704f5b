package import InterlockCore

/// Turns an answer of Anthropic's Messages API into events.
package struct AnthropicDecoder: WireDecoder {
    /// Server-sent events; `type` in the data counts, and an `event:` line need not be there.
    package static var framing: WireFraming { .serverSentEvents }

    private let context: WireContext
    private let keyVariable: String
    private var blocks: [Int: AnthropicBlock] = [:]
    private var lastIndex = 0
    private var count = AnthropicBlock.Count()
    private var usage = AnthropicUsage()
    private var reason: FinishReason?
    private var isComplete = false

    init(_ context: WireContext, keyVariable: String) {
        self.context = context
        self.keyVariable = keyVariable
    }

    /// Takes the next event of the stream.
    package mutating func decode(
        _ name: String?, _ data: [UInt8], into events: inout [GenerationEvent]
    ) throws(InterlockError) {
        guard !isComplete, !isEmpty(data) else { return }
        let frame = try WireFrame(parsing: data)
        switch frame.looseString("type") ?? name ?? "" {
        case "message_start":
            guard let message = try frame.frame("message") else { return }
            addHead(message, into: &events)
            addUsage(of: message, into: &events)
        case "content_block_start":
            let index = frame.count("index") ?? lastIndex + 1
            let content = try frame.required(try frame.frame("content_block"), "content_block")
            try start(content, at: index, into: &events)
        case "content_block_delta":
            let delta = try frame.required(try frame.frame("delta"), "delta")
            let index = frame.count("index") ?? lastIndex
            var block = blocks[index] ?? .unknown
            try block.apply(delta, into: &events)
            blocks[index] = block
        case "content_block_stop":
            stop(frame.count("index") ?? lastIndex, into: &events)
        case "message_delta":
            if let delta = frame.looseFrame("delta") { takeReason(from: delta, into: &events) }
            addUsage(of: frame, into: &events)
        case "message_stop":
            complete(into: &events)
        case "error":
            throw failure(frame)
        default:
            // Pings, and what the API may learn to say. Other servers' errors have no type.
            if frame.object["error"].map({ !$0.isNull }) == true { throw failure(frame) }
        }
    }

    /// Takes a whole message.
    package mutating func decodeWhole(
        _ body: JSONValue, into events: inout [GenerationEvent]
    ) throws(InterlockError) {
        let message = try WireFrame(body)
        if message.looseString("type") == "error" || message["error"] != nil { throw failure(message) }
        let content = try message.required(try message.frames("content"), "content")
        addHead(message, into: &events)
        for (index, block) in content.enumerated() {
            try start(block, at: index, into: &events)
            stop(index, into: &events)
        }
        takeReason(from: message, into: &events)
        addUsage(of: message, into: &events)
        complete(into: &events)
    }

    /// Takes the end of the stream.
    package mutating func end(into events: inout [GenerationEvent]) throws(InterlockError) {
        guard isComplete else {
            throw InterlockError(
                .truncatedStream, "the provider's stream ended without message_stop",
                hint: "Send the request again.", backend: context.backend)
        }
    }

    /// Some servers of other makes end with OpenAI's `[DONE]`; an empty event means nothing.
    private func isEmpty(_ data: [UInt8]) -> Bool {
        data.allSatisfy { " \t\r\n".utf8.contains($0) } || data == Array("[DONE]".utf8)
    }
}

extension AnthropicDecoder {
    private mutating func start(
        _ content: WireFrame, at index: Int, into events: inout [GenerationEvent]
    ) throws(InterlockError) {
        // A block that was never stopped is over when its successor begins.
        if blocks[index] != nil { stop(index, into: &events) }
        lastIndex = index
        blocks[index] = try AnthropicBlock.start(content, &count, into: &events)
    }

    private mutating func stop(_ index: Int, into events: inout [GenerationEvent]) {
        blocks.removeValue(forKey: index)?.stop(into: &events)
    }

    private func addHead(_ message: WireFrame, into events: inout [GenerationEvent]) {
        events.append(
            .head(
                ReplyHead(
                    backend: context.backend, servedModel: message.looseString("model"),
                    id: message.looseString("id"),
                    serviceTier: message.looseFrame("usage")?.looseString("service_tier"))))
    }

    private mutating func addUsage(of frame: WireFrame, into events: inout [GenerationEvent]) {
        guard let more = frame.looseFrame("usage") else { return }
        usage.update(with: more)
        if usage.total != Usage() { events.append(.usage(usage.total)) }
    }

    private mutating func takeReason(from frame: WireFrame, into events: inout [GenerationEvent]) {
        guard let raw = frame.looseString("stop_reason") else { return }
        var reason = FinishReason(
            AnthropicDecoder.reasons[raw] ?? .other, raw: raw, stopSequence: frame.looseString("stop_sequence"))
        if let details = frame.looseFrame("stop_details") {
            reason.detail = details.looseString("category")
            if reason.canonical == .refusal, self.reason?.canonical != .refusal,
                let explanation = details.looseString("explanation"), !explanation.isEmpty
            {
                events.append(.refusal(explanation))
            }
        }
        self.reason = reason
    }

    private mutating func complete(into events: inout [GenerationEvent]) {
        guard !isComplete else { return }
        for index in blocks.keys.sorted() { stop(index, into: &events) }
        var reason = reason ?? FinishReason(.other)
        if count.calls > 0, reason.canonical == .endTurn || reason.raw == nil || reason.raw == "stop" {
            reason.canonical = .toolUse
        }
        events.append(.finish(reason))
        isComplete = true
    }

    private func failure(_ frame: WireFrame) -> InterlockError {
        AnthropicFailure(frame: frame, model: context.model, keyVariable: keyVariable).error
    }

    private static let reasons: [String: FinishReason.Canonical] = [
        "end_turn": .endTurn, "stop_sequence": .stopSequence, "max_tokens": .maxTokens, "tool_use": .toolUse,
        "refusal": .refusal, "pause_turn": .pause, "model_context_window_exceeded": .contextWindow,
    ]
}
