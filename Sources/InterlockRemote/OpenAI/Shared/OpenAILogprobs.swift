import InterlockCore

/// Reads log-probabilities of tokens.
enum OpenAILogprobs {
    /// Those of Chat Completions and Responses: a list of tokens, each with its alternatives.
    static func read(_ entries: [JSONValue]) -> [TokenLogprob] {
        entries.compactMap { entry in
            guard let chosen = candidate(entry) else { return nil }
            let alternatives = entry["top_logprobs"]?.arrayValue ?? []
            return TokenLogprob(chosen: chosen, alternatives: alternatives.compactMap(candidate))
        }
    }

    /// Those of Completions: lists side by side.
    static func readLists(_ value: JSONValue) -> [TokenLogprob] {
        guard let tokens = value["tokens"]?.arrayValue, let logprobs = value["token_logprobs"]?.arrayValue else {
            return []
        }
        let tops = value["top_logprobs"]?.arrayValue
        var entries: [TokenLogprob] = []
        for (index, token) in tokens.enumerated() {
            // The first token of an echoed prompt has none.
            guard let text = token.stringValue, index < logprobs.count, let logprob = logprobs[index].doubleValue
            else { continue }
            let top = tops.flatMap { $0.indices.contains(index) ? $0[index].objectValue : nil } ?? JSONObject()
            let alternatives = top.compactMap { text, value in
                value.doubleValue.map { TokenLogprob.Candidate(token: nil, bytes: bytes(text, nil), logprob: $0) }
            }
            entries.append(
                TokenLogprob(
                    chosen: TokenLogprob.Candidate(token: nil, bytes: bytes(text, nil), logprob: logprob),
                    alternatives: alternatives.sorted { $0.logprob > $1.logprob }))
        }
        return entries
    }

    private static func candidate(_ entry: JSONValue) -> TokenLogprob.Candidate? {
        guard let text = entry["token"]?.stringValue, let logprob = entry["logprob"]?.doubleValue else { return nil }
        return TokenLogprob.Candidate(
            token: entry["id"]?.intValue, bytes: bytes(text, entry["bytes"]?.arrayValue), logprob: logprob)
    }

    /// The token's bytes: those said, those escaped in its text (`bytes:\xe2\x80`), or those of its text.
    private static func bytes(_ text: String, _ said: [JSONValue]?) -> [UInt8] {
        if let said {
            let bytes = said.compactMap { $0.intValue.flatMap { UInt8(exactly: $0) } }
            if bytes.count == said.count { return bytes }
        }
        return escapedBytes(text) ?? Array(text.utf8)
    }

    private static func escapedBytes(_ text: String) -> [UInt8]? {
        guard text.hasPrefix("bytes:\\x") else { return nil }
        var bytes: [UInt8] = []
        for digits in text.dropFirst(6).split(separator: "\\x") {
            guard digits.utf8.count == 2, let byte = UInt8(digits, radix: 16) else { return nil }
            bytes.append(byte)
        }
        return bytes
    }
}
