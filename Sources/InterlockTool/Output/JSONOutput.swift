import Interlock

extension Reply {
    /// The reply as the JSON that `--json` prints: durations in seconds, what is unknown left out.
    var json: JSONValue {
        var object: JSONObject = ["content": .string(content)]
        if !reasoning.isEmpty { object["reasoning"] = .array(reasoning.map { .string($0.text) }) }
        if let refusal { object["refusal"] = .string(refusal) }
        if !toolCalls.isEmpty {
            object["tool_calls"] = .array(
                toolCalls.map { ["id": .string($0.id), "name": .string($0.name), "arguments": .string($0.arguments)] })
        }
        object["finish_reason"] = .string(finishReason.canonical.rawValue)
        object.set("raw_finish_reason", finishReason.raw)
        object.set("stop_sequence", finishReason.stopSequence)
        object.set("finish_detail", finishReason.detail)
        object.set("backend", backend)
        object.set("model", servedModel)
        object.set("id", id)
        object.set("request_id", requestID)
        object.set("service_tier", serviceTier)
        object["usage"] = .object(usage.json)
        object["timings"] = .object(timings.json)
        object["dropped"] = .array(dropped.map { ["subject": .string($0.subject), "reason": .string($0.reason)] })
        if let enforcement { object["enforcement"] = .string(enforcement.rawValue) }
        if !citations.isEmpty { object["citations"] = .array(citations.map(\.value)) }
        if !logprobs.isEmpty { object["logprobs"] = .array(logprobs.map(\.json)) }
        return .object(object)
    }
}

extension Usage {
    fileprivate var json: JSONObject {
        var object: JSONObject = [:]
        object.set("input_tokens", inputTokens)
        object.set("cached_input_tokens", cachedInputTokens)
        object.set("cache_write_tokens", cacheWriteTokens)
        object.set("output_tokens", outputTokens)
        object.set("reasoning_tokens", reasoningTokens)
        object.set("total_tokens", totalTokens)
        return object
    }
}

extension Timings {
    fileprivate var json: JSONObject {
        var object: JSONObject = [:]
        object.set("queue", queue)
        object.set("load", load)
        object.set("prompt", prompt)
        object.set("generation", generation)
        object.set("first_content", firstContent)
        object.set("total", total)
        if !attempts.isEmpty { object["attempts"] = .array(attempts.map { .object($0.json) }) }
        return object
    }
}

extension Timings.Attempt {
    fileprivate var json: JSONObject {
        var object: JSONObject = ["backend": .string(backend)]
        object.set("wait", wait)
        object.set("duration", duration)
        object.set("failure", failure?.name)
        object.set("status", status)
        return object
    }
}

extension TokenLogprob {
    fileprivate var json: JSONValue {
        var object = chosen.json
        object["alternatives"] = .array(alternatives.map { .object($0.json) })
        return .object(object)
    }
}

extension TokenLogprob.Candidate {
    fileprivate var json: JSONObject {
        var object: JSONObject = [:]
        object.set("token", token)
        object["text"] = .string(String(decoding: bytes, as: UTF8.self))
        object["bytes"] = .array(bytes.map { .number(JSONNumber(Int($0))) })
        // A token that cannot occur has no number that JSON could write.
        object["logprob"] = (try? JSONNumber(logprob)).map(JSONValue.number) ?? .null
        return object
    }
}

extension JSONObject {
    /// Sets a text, unless it is unknown.
    mutating func set(_ key: String, _ value: String?) {
        if let value { self[key] = .string(value) }
    }

    /// Sets a number, unless it is unknown.
    mutating func set(_ key: String, _ value: Int?) {
        if let value { self[key] = .number(JSONNumber(value)) }
    }

    /// Sets a duration in seconds, to the microsecond, unless it is unknown.
    mutating func set(_ key: String, _ value: Duration?) {
        guard let value else { return }
        let seconds = (value.seconds * 1e6).rounded() / 1e6
        self[key] = (try? JSONNumber(seconds)).map(JSONValue.number) ?? .null
    }
}
