package import InterlockCore

/// A continued text as `POST /v1/completions` gives it.
package enum CompletionReply {
    /// The body of a whole answer.
    package static func body(_ reply: Reply, _ head: AnswerHead, wantsLogprobs: Bool) -> JSONValue {
        let logprobs = wantsLogprobs ? logprobs(reply.logprobs, offset: 0) : .null
        var body = envelope(
            head, choices: [choice(reply.content, logprobs, .string(finish(reply.finishReason)))])
        body["usage"] = OpenAIForm.usage(reply.usage)
        return .object(body)
    }

    static func choice(_ text: String, _ logprobs: JSONValue, _ finish: JSONValue) -> JSONValue {
        ["text": .string(text), "index": 0, "logprobs": logprobs, "finish_reason": finish]
    }

    static func envelope(_ head: AnswerHead, choices: JSONValue) -> JSONObject {
        [
            "id": .string(head.id), "object": "text_completion", "created": JSONValue(head.created),
            "model": .string(head.model), "choices": choices,
        ]
    }

    /// The word for a reason; this interface knows no tools.
    static func finish(_ reason: FinishReason) -> String {
        let word = OpenAIForm.finish(reason, hasRefusalText: false)
        return word == "tool_calls" ? "stop" : word
    }

    /// How likely tokens were, in this interface's older form: lists that run side by side.
    ///
    /// - Parameter offset: How many characters stand before the first of these tokens.
    static func logprobs(_ entries: [TokenLogprob], offset: Int) -> JSONValue {
        var offsets: [JSONValue] = []
        var tokens: [JSONValue] = []
        var top: [JSONValue] = []
        var position = offset
        for entry in entries {
            let text = String(decoding: entry.chosen.bytes, as: UTF8.self)
            offsets.append(JSONValue(position))
            tokens.append(.string(text))
            position += text.unicodeScalars.count
            var alternatives = JSONObject()
            for candidate in entry.alternatives {
                alternatives[String(decoding: candidate.bytes, as: UTF8.self)] = OpenAIForm.number(candidate.logprob)
            }
            top.append(.object(alternatives))
        }
        return [
            "text_offset": .array(offsets), "tokens": .array(tokens),
            "token_logprobs": .array(entries.map { OpenAIForm.number($0.chosen.logprob) }),
            "top_logprobs": .array(top),
        ]
    }
}

/// A continued text as `POST /v1/completions` streams it.
package struct CompletionStream: AnswerStream {
    private let head: AnswerHead
    private let includesUsage: Bool
    private let wantsLogprobs: Bool
    private var sent = SentSoFar()
    private var usage = Usage()
    private var heldText = ""
    private var position = 0

    /// Makes a stream.
    package init(_ head: AnswerHead, includesUsage: Bool, wantsLogprobs: Bool) {
        self.head = head
        self.includesUsage = includesUsage
        self.wantsLogprobs = wantsLogprobs
    }

    /// The bytes for an event.
    package mutating func bytes(for event: GenerationEvent) throws(InterlockError) -> [UInt8] {
        switch event {
        case .text(let text), .refusal(let text):
            sent.text(text)
            heldText += text
            return wantsLogprobs ? [] : flushed()
        case .logprobs(let entries):
            guard wantsLogprobs else { return [] }
            let logprobs = CompletionReply.logprobs(entries, offset: position)
            return flushed(logprobs)
        case .usage(let more):
            usage = usage.completed(with: more)
            return []
        case .restart(let kept):
            try sent.restart(keeping: kept)
            return []
        case .finish(let reason):
            var bytes = flushed() + chunk(CompletionReply.choice("", .null, .string(CompletionReply.finish(reason))))
            if includesUsage, let usage = OpenAIForm.usage(usage) {
                var last = CompletionReply.envelope(head, choices: [])
                last["usage"] = usage
                bytes += ServerSentEvent.data(.object(last))
            }
            return bytes + ServerSentEvent.done
        default:
            return []
        }
    }

    private mutating func flushed(_ logprobs: JSONValue = .null) -> [UInt8] {
        guard !heldText.isEmpty || !logprobs.isNull else { return [] }
        defer {
            position += heldText.unicodeScalars.count
            heldText = ""
        }
        return chunk(CompletionReply.choice(heldText, logprobs, .null))
    }

    private func chunk(_ choice: JSONValue) -> [UInt8] {
        var object = CompletionReply.envelope(head, choices: [choice])
        if includesUsage { object["usage"] = .null }
        return ServerSentEvent.data(.object(object))
    }
}
