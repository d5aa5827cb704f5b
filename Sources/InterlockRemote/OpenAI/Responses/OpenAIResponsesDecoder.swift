package import InterlockCore

/// Reads the answers of Responses.
///
/// Items are known by their place in the output; the numbers that count the events are not looked at, so that events
/// in another order do no harm.
package struct OpenAIResponsesDecoder: WireDecoder {
    /// Server-sent events.
    package static let framing = WireFraming.serverSentEvents

    private let reader: FrameReader
    private let errors: OpenAIErrorMapper
    private var mender = SurrogateMender()
    private var head: ReplyHead
    private var hasSentHead = false
    private var output: OpenAIOutput
    private var isDone = false

    init(backend: String, flavour: OpenAIFlavour, model: String) {
        reader = FrameReader(sender: flavour.name)
        errors = OpenAIErrorMapper(flavour: flavour, model: model)
        head = ReplyHead(backend: backend)
        output = OpenAIOutput(reader: reader)
    }

    /// Takes the next event; those after the last are ignored.
    package mutating func decode(
        _ name: String?, _ data: [UInt8], into events: inout [GenerationEvent]
    ) throws(InterlockError) {
        guard !isDone, !data.allSatisfy({ $0 == 0x20 || $0 == 0x09 || $0 == 0x0A || $0 == 0x0D }),
            !data.starts(with: OpenAIResponsesDecoder.terminator)
        else { return }
        let frame = try reader.object(data, &mender)
        guard let type = frame["type"]?.stringValue ?? name else {
            if let error = errors.error(inAnswer: frame) { throw error }
            throw reader.malformed("an event has no type")
        }
        switch type {
        case "error": throw error(inEvent: frame)
        case "response.completed", "response.incomplete", "response.failed", "response.cancelled":
            guard let response = frame["response"], case .object = response else {
                throw reader.malformed("/response of \(type) is missing or no object")
            }
            if let timings = OpenAITimings.read(frame["timings"]) { events.append(.timings(timings)) }
            try conclude(response, into: &events)
        case "response.created", "response.in_progress", "response.queued":
            sendHead(frame["response"], into: &events)
        default:
            sendHead(nil, into: &events)
            try output.read(type, frame, into: &events)
        }
    }

    private static let terminator = Array("[DONE]".utf8)

    /// Takes a whole answer.
    package mutating func decodeWhole(
        _ body: JSONValue, into events: inout [GenerationEvent]
    ) throws(InterlockError) {
        guard case .object = body else { throw reader.malformed("the answer is no object") }
        if body["output"] == nil, let error = errors.error(inAnswer: body) { throw error }
        guard case .array? = body["output"] else { throw reader.malformed("/output is missing or no array") }
        try conclude(body, into: &events)
    }

    /// Takes the end of the stream, which has to come after the last event.
    package mutating func end(into events: inout [GenerationEvent]) throws(InterlockError) {
        guard isDone else { throw reader.truncated() }
    }

    /// The error of an event `error`: flat with OpenAI, with a member `error` elsewhere.
    private func error(inEvent frame: JSONValue) -> InterlockError {
        var failure = OpenAIFailure(error: frame)
        if let nested = frame["error"], case .object = nested { failure = OpenAIFailure(error: nested) }
        return errors.error(failure, status: nil, model: errors.model)
    }

    private mutating func sendHead(_ response: JSONValue?, into events: inout [GenerationEvent]) {
        var new = head
        new.servedModel = response?["model"]?.stringValue ?? new.servedModel
        new.id = response?["id"]?.stringValue ?? new.id
        new.serviceTier = response?["service_tier"]?.stringValue ?? new.serviceTier
        guard !hasSentHead || new != head else { return }
        hasSentHead = true
        head = new
        events.append(.head(head))
    }

    /// Reads a response that has come to its end.
    private mutating func conclude(
        _ response: JSONValue, into events: inout [GenerationEvent]
    ) throws(InterlockError) {
        sendHead(response, into: &events)
        if let failure = response["error"], case .object = failure {
            throw errors.error(OpenAIFailure(error: failure), status: nil, model: errors.model)
        }
        let status = response["status"]?.stringValue
        guard status != "failed" else {
            throw errors.error(OpenAIFailure(error: [:]), status: nil, model: errors.model)
        }
        guard status != "in_progress", status != "queued" else {
            throw reader.malformed("the response is \(status ?? "") and not complete")
        }
        for (position, item) in try reader.list(response["output"], at: "/response/output").enumerated() {
            try output.finish(item, at: position, into: &events)
        }
        try output.end(into: &events)
        if let usage = OpenAIUsage.read(response["usage"]) { events.append(.usage(usage)) }
        isDone = true
        events.append(.finish(reason(response, status)))
    }

    private func reason(_ response: JSONValue, _ status: String?) -> FinishReason {
        let cause = response["incomplete_details"]?["reason"]?.stringValue
        if status == "incomplete" || cause != nil {
            switch cause {
            case "max_output_tokens": return FinishReason(.maxTokens, raw: cause)
            case "content_filter": return FinishReason(.refusal, raw: cause)
            default: return FinishReason(.other, raw: cause ?? status)
            }
        }
        guard status == nil || status == "completed" else { return FinishReason(.other, raw: status) }
        let canonical: FinishReason.Canonical =
            output.hasCalls ? .toolUse : output.hasRefusal ? .refusal : .endTurn
        return FinishReason(canonical, raw: status)
    }
}
