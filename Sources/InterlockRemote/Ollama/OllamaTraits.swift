package import InterlockCore

/// What a model behind Ollama's API takes.
package struct OllamaTraits: Sendable, Hashable {
    /// The levels of thinking that are taken by name; empty where it is only on or off.
    package var levels: Set<ReasoningEffort>
    /// Whether thinking can be turned off.
    package var canStopThinking: Bool
    /// Whether an answer can be held to a schema.
    package var takesSchemas: Bool

    /// Makes traits; the defaults are those of most models.
    package init(
        levels: Set<ReasoningEffort> = [.low, .medium, .high, .max], canStopThinking: Bool = true,
        takesSchemas: Bool = true
    ) {
        self.levels = levels
        self.canStopThinking = canStopThinking
        self.takesSchemas = takesSchemas
    }

    /// The traits of a model by its name.
    ///
    /// Models of the gpt-oss family know three levels and always think; those that run in Ollama's cloud hold no
    /// schema.
    package static func of(_ model: String) -> OllamaTraits {
        let name = model.lowercased()
        let base = name.split(separator: "/").last.map(String.init) ?? name
        var traits = families.first { base.hasPrefix($0.prefix) }?.traits ?? OllamaTraits()
        if cloudEndings.contains(where: name.hasSuffix) { traits.takesSchemas = false }
        return traits
    }

    private static let families: [(prefix: String, traits: OllamaTraits)] = [
        ("gpt-oss", OllamaTraits(levels: [.low, .medium, .high], canStopThinking: false))
    ]
    private static let cloudEndings = ["-cloud", ":cloud"]
}

/// How long Ollama keeps a model in memory after a request.
package struct OllamaKeepAlive: Sendable, Hashable {
    /// The value as the API takes it: a number of seconds, or a duration such as `10m`.
    package let value: JSONValue

    /// Takes a setting.
    ///
    /// A negative number is for ever, 0 is not at all.
    ///
    /// - Throws: ``InterlockError/Code/invalidConfiguration`` if it is neither a number nor a duration.
    package init(_ setting: JSONValue) throws(InterlockError) {
        if case .string(let text) = setting {
            let unsigned = text.hasPrefix("-") ? String(text.dropFirst()) : text
            guard RateLimitHeaders.duration(unsigned) != nil else {
                throw OllamaKeepAlive.mistake("\"\(text)\"")
            }
            // Ollama reads a text as a duration with a unit; a bare number has to be a number.
            if let number = JSONNumber(text: text) { value = .number(number) } else { value = setting }
        } else if case .number = setting {
            value = setting
        } else {
            throw OllamaKeepAlive.mistake(setting.typeName)
        }
    }

    private static func mistake(_ what: String) -> InterlockError {
        InterlockError(
            .invalidConfiguration, "keep_alive is \(what); it must be a number of seconds or a duration",
            hint: "Write 300, \"10m\", 0 for not at all, or -1 for ever.")
    }
}
