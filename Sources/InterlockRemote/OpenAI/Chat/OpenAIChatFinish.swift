import InterlockCore

/// Gathers why an answer ended.
struct OpenAIChatFinish: Sendable {
    /// The server's own word; nil as long as it said none.
    private(set) var raw: String?
    /// Whether the model explained why it will not answer.
    var hasRefusal = false
    private var stopSequence: String?
    private var detail: String?

    /// Reads what a choice says.
    mutating func read(_ choice: JSONObject) {
        if let reason = choice["finish_reason"]?.stringValue, !reason.isEmpty { raw = reason }
        // vLLM: the text that ended the answer, or a token's id.
        if let text = choice["stop_reason"]?.stringValue { stopSequence = text }
        if let filters = choice["content_filter_results"]?.objectValue {
            let names = filters.filter { $0.value["filtered"]?.boolValue == true }.map(\.key)
            if !names.isEmpty { detail = names.joined(separator: ", ") }
        }
    }

    /// The reason.
    func reason(hasCalls: Bool) -> FinishReason {
        FinishReason(canonical(hasCalls), raw: raw, stopSequence: stopSequence, detail: detail)
    }

    private func canonical(_ hasCalls: Bool) -> FinishReason.Canonical {
        switch raw {
        case "stop", "eos", "end_turn", "stop_sequence":
            if hasCalls { return .toolUse }
            if hasRefusal { return .refusal }
            return stopSequence == nil && raw != "stop_sequence" ? .endTurn : .stopSequence
        case "length", "max_tokens": return .maxTokens
        case "tool_calls", "function_call", "tool_use": return .toolUse
        case "content_filter", "refusal": return .refusal
        default: return hasCalls ? .toolUse : .other
        }
    }
}
