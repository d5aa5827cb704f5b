import InterlockCore

/// The end of a cached prefix, as OpenAI's newer models take it.
enum OpenAICacheMark {
    private static let lifetimes: Set<String> = ["30m", "12h"]

    /// The mark; a lifetime that OpenAI does not know is left to its default, as marks are hints.
    static func value(_ mark: CacheMark) -> JSONValue {
        var value: JSONObject = ["mode": "explicit"]
        if let lifetime = mark.lifetime, lifetimes.contains(lifetime) { value["ttl"] = .string(lifetime) }
        return .object(value)
    }
}

/// What a tool answered, where there is no member that says that it failed.
enum OpenAIToolResult {
    /// The text, which says the failure itself.
    static func text(_ text: String, isError: Bool) -> String {
        isError ? "Error: \(text)" : text
    }
}
