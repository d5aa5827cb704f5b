package import InterlockCore

/// An answer as `POST /v1/chat/completions` streams it.
package struct ChatStream: AnswerStream {
    private let head: AnswerHead
    private let includesUsage: Bool
    private let wantsLogprobs: Bool
    private var hasBegun = false
    private var hasRefusalText = false
    private var sent = SentSoFar()
    private var usage = Usage()
    private var serviceTier: String?
    /// The text whose log-probabilities have not come yet.
    private var heldText = ""
    private var namedCalls: Set<Int> = []

    /// Makes a stream.
    package init(_ head: AnswerHead, includesUsage: Bool, wantsLogprobs: Bool) {
        self.head = head
        self.includesUsage = includesUsage
        self.wantsLogprobs = wantsLogprobs
    }

    /// The bytes for an event.
    package mutating func bytes(for event: GenerationEvent) throws(InterlockError) -> [UInt8] {
        switch event {
        case .head(let head):
            serviceTier = head.serviceTier ?? serviceTier
            return []
        case .text(let text):
            sent.text(text)
            if wantsLogprobs {
                heldText += text
                return []
            }
            return chunk(["content": .string(text)])
        case .logprobs(let entries):
            guard wantsLogprobs else { return [] }
            defer { heldText = "" }
            return chunk(["content": .string(heldText)], logprobs: OpenAIForm.logprobs(entries))
        case .reasoning(let delta):
            guard !delta.text.isEmpty else { return [] }
            sent.other()
            return flushed() + chunk(["reasoning_content": .string(delta.text)])
        case .refusal(let text):
            sent.other()
            hasRefusalText = true
            return flushed() + chunk(["refusal": .string(text)])
        case .toolCall(let delta):
            sent.other()
            return flushed() + chunk(["tool_calls": [call(delta)]])
        case .usage(let more):
            usage = usage.completed(with: more)
            return []
        case .restart(let kept):
            try sent.restart(keeping: kept)
            return []
        case .finish(let reason):
            return flushed() + finish(reason)
        case .citation, .providerItem, .dropped, .timings, .enforcement:
            return []
        }
    }

    private mutating func finish(_ reason: FinishReason) -> [UInt8] {
        let word = OpenAIForm.finish(reason, hasRefusalText: hasRefusalText)
        var bytes = chunk([:], finish: .string(word))
        if includesUsage, let usage = OpenAIForm.usage(usage) {
            bytes += ServerSentEvent.data(envelope(choices: [], usage: usage))
        }
        return bytes + ServerSentEvent.done
    }

    /// Text that is held back although no log-probabilities came for it.
    private mutating func flushed() -> [UInt8] {
        guard !heldText.isEmpty else { return [] }
        defer { heldText = "" }
        return chunk(["content": .string(heldText)])
    }

    private mutating func call(_ delta: ToolCallDelta) -> JSONValue {
        var function = JSONObject()
        var call: JSONObject = ["index": JSONValue(delta.index)]
        if namedCalls.insert(delta.index).inserted {
            call["id"] = .string(delta.id ?? "call_\(delta.index)")
            call["type"] = "function"
            function["name"] = .string(delta.name ?? "")
        }
        function["arguments"] = .string(delta.arguments)
        call["function"] = .object(function)
        return .object(call)
    }

    /// A chunk, and before the first one the chunk that says who speaks.
    private mutating func chunk(
        _ delta: JSONObject, logprobs: JSONValue = .null, finish: JSONValue = .null
    ) -> [UInt8] {
        var bytes: [UInt8] = []
        if !hasBegun {
            hasBegun = true
            bytes = piece(["role": "assistant", "content": "", "refusal": nil], .null, .null)
        }
        return bytes + piece(delta, logprobs, finish)
    }

    private func piece(_ delta: JSONObject, _ logprobs: JSONValue, _ finish: JSONValue) -> [UInt8] {
        let choice: JSONValue = ["index": 0, "delta": .object(delta), "logprobs": logprobs, "finish_reason": finish]
        return ServerSentEvent.data(envelope(choices: [choice], usage: includesUsage ? .null : nil))
    }

    private func envelope(choices: JSONValue, usage: JSONValue?) -> JSONValue {
        var object: JSONObject = [
            "id": .string(head.id), "object": "chat.completion.chunk", "created": JSONValue(head.created),
            "model": .string(head.model),
        ]
        object["service_tier"] = OpenAIForm.serviceTier(serviceTier)
        object["choices"] = choices
        object["usage"] = usage
        return .object(object)
    }
}

extension Usage {
    /// The same with what later values add or replace.
    func completed(with other: Usage) -> Usage {
        Usage(
            inputTokens: other.inputTokens ?? inputTokens,
            cachedInputTokens: other.cachedInputTokens ?? cachedInputTokens,
            cacheWriteTokens: other.cacheWriteTokens ?? cacheWriteTokens,
            outputTokens: other.outputTokens ?? outputTokens,
            reasoningTokens: other.reasoningTokens ?? reasoningTokens)
    }
}
