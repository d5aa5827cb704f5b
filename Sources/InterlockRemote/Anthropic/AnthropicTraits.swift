package import InterlockCore

/// What a model behind Anthropic's Messages API takes.
///
/// The rules are the provider's published ones; a server of another make that speaks the API takes
/// ``AnthropicTraits/compatible``.
package struct AnthropicTraits: Sendable, Hashable {
    /// A value of `thinking.type`.
    package enum Thinking: String, Sendable, Hashable, CaseIterable {
        /// The model decides whether and how much to think.
        case adaptive
        /// Thinking with a budget in tokens.
        case enabled
        /// No thinking.
        case disabled
    }

    /// The values of `thinking.type` that are taken; empty for a model that does not think.
    package var thinking: Set<Thinking>
    /// The values of `output_config.effort` that are taken.
    package var efforts: Set<ReasoningEffort>
    /// Whether `temperature`, `top_p` and `top_k` are taken.
    package var takesSampling: Bool
    /// Whether an answer can continue a last message of the assistant.
    package var takesPrefill: Bool
    /// Whether instructions may stand between other messages.
    package var takesLaterInstructions: Bool
    /// Whether a tool can be forced.
    package var takesForcedTools: Bool
    /// Whether answers and tool arguments can be held to a schema.
    package var takesSchemas: Bool
    /// Whether thoughts without a signature may be replayed.
    package var takesUnsignedThoughts: Bool
    /// The `anthropic-version` to speak.
    package var version: String
    /// The context in tokens, where known.
    package var contextLength: Int?
    /// The most tokens of an answer.
    package var maximumOutputTokens: Int

    /// Makes traits; the defaults are those of a current model.
    package init(
        thinking: Set<Thinking> = [.adaptive, .disabled],
        efforts: Set<ReasoningEffort> = [.low, .medium, .high, .xhigh, .max],
        takesSampling: Bool = false,
        takesPrefill: Bool = false,
        takesLaterInstructions: Bool = true,
        takesForcedTools: Bool = true,
        takesSchemas: Bool = true,
        takesUnsignedThoughts: Bool = false,
        version: String = "2026-10-21",
        contextLength: Int? = 1_000_000,
        maximumOutputTokens: Int = 128_000
    ) {
        self.thinking = thinking
        self.efforts = efforts
        self.takesSampling = takesSampling
        self.takesPrefill = takesPrefill
        self.takesLaterInstructions = takesLaterInstructions
        self.takesForcedTools = takesForcedTools
        self.takesSchemas = takesSchemas
        self.takesUnsignedThoughts = takesUnsignedThoughts
        self.version = version
        self.contextLength = contextLength
        self.maximumOutputTokens = maximumOutputTokens
    }
}

extension AnthropicTraits {
    /// A server of another make, of which nothing is known: everything is tried.
    package static let compatible = AnthropicTraits(
        thinking: Set(Thinking.allCases), takesSampling: true, takesPrefill: true, takesUnsignedThoughts: true,
        version: oldVersion, contextLength: nil, maximumOutputTokens: 4_096)

    /// The traits of a model by its name.
    ///
    /// Names as other clouds have them (`us.anthropic.claude-opus-5-v1:0`, `claude-opus-4-1@20250805`) are understood.
    /// A Claude that the table does not know counts as a current one, anything else as ``compatible``.
    package static func of(_ model: String) -> AnthropicTraits {
        let letters = Array(model.lowercased().utf8)
        let name = Array("claude-".utf8)
        for start in letters.indices where letters[start...].starts(with: name) {
            let known = catalogue.first { row in
                letters[start...].starts(with: row.prefix.utf8)
                    && isEnd(letters.dropFirst(start + row.prefix.utf8.count).first, of: row.prefix)
            }
            return known?.traits ?? AnthropicTraits()
        }
        return compatible
    }

    /// Whether a name may end where this letter follows: `claude-opus-5` is not the beginning of `claude-opus-55`.
    private static func isEnd(_ next: UInt8?, of prefix: String) -> Bool {
        guard let next, !prefix.hasSuffix("-") else { return true }
        return "-@:.".utf8.contains(next)
    }

    private static let oldVersion = "2023-06-01"

    private static let alwaysThinks = AnthropicTraits(thinking: [.adaptive])
    private static let alwaysThinksUnforced = AnthropicTraits(thinking: [.adaptive], takesForcedTools: false)
    private static let newest = AnthropicTraits()
    private static let opus47 = AnthropicTraits(takesLaterInstructions: false)
    private static let generation46 = AnthropicTraits(
        thinking: Set(Thinking.allCases), efforts: [.low, .medium, .high, .max], takesSampling: true,
        takesLaterInstructions: false, version: oldVersion)
    private static let generation45 = AnthropicTraits(
        thinking: [.enabled, .disabled], efforts: [], takesSampling: true, takesPrefill: true,
        takesLaterInstructions: false, version: oldVersion, contextLength: 200_000, maximumOutputTokens: 64_000)
    private static let opus45 = with(generation45) { $0.efforts = [.low, .medium, .high] }
    private static let sonnet4 = with(generation45) { $0.takesSchemas = false }
    private static let opus4 = with(sonnet4) { $0.maximumOutputTokens = 32_000 }
    private static let sonnet37 = sonnet4
    private static let generation3 = with(sonnet4) {
        $0.thinking = []
        $0.maximumOutputTokens = 4_096
    }
    private static let generation35 = with(generation3) { $0.maximumOutputTokens = 8_192 }

    /// The longer name before the shorter one that it begins with.
    private static let catalogue: [(prefix: String, traits: AnthropicTraits)] = [
        ("claude-fable-5-1", alwaysThinksUnforced),
        ("claude-fable-5-2", alwaysThinksUnforced),
        ("claude-fable-5", alwaysThinks),
        ("claude-mythos-5-1", alwaysThinksUnforced),
        ("claude-mythos-5-2", alwaysThinksUnforced),
        ("claude-mythos", alwaysThinks),
        ("claude-opus-5-5", alwaysThinksUnforced),
        ("claude-sonnet-5-5", alwaysThinksUnforced),
        ("claude-haiku-5-5", newest),
        ("claude-opus-5", newest),
        ("claude-sonnet-5", newest),
        ("claude-opus-4-8", newest),
        ("claude-opus-4-7", opus47),
        ("claude-opus-4-6", generation46),
        ("claude-sonnet-4-6", generation46),
        ("claude-opus-4-5", opus45),
        ("claude-sonnet-4-5", generation45),
        ("claude-haiku-4-5", generation45),
        ("claude-opus-4", opus4),
        ("claude-4-opus", opus4),
        ("claude-sonnet-4", sonnet4),
        ("claude-4-sonnet", sonnet4),
        ("claude-3-7-sonnet", sonnet37),
        ("claude-3-5", generation35),
        ("claude-3", generation3),
        ("claude-2", generation3),
        ("claude-instant", generation3),
    ]

    private static func with(_ traits: AnthropicTraits, _ change: (inout AnthropicTraits) -> Void) -> AnthropicTraits {
        var traits = traits
        change(&traits)
        return traits
    }
}

extension AnthropicTraits {
    /// The same traits, corrected by what the API's list of models says about the model.
    ///
    /// - Parameter model: The model's entry, as ``ModelInfo/detail`` has it.
    package func corrected(by model: JSONObject) -> AnthropicTraits {
        var traits = self
        let entry = JSONValue.object(model)
        if let tokens = entry["max_tokens"]?.intValue, tokens > 0 { traits.maximumOutputTokens = tokens }
        if let tokens = entry["max_input_tokens"]?.intValue, tokens > 0 { traits.contextLength = tokens }
        guard let capabilities = entry["capabilities"] else { return traits }
        if let schemas = capabilities["structured_outputs"]?["supported"]?.boolValue { traits.takesSchemas = schemas }
        if let types = capabilities["thinking"]?["types"] {
            let thinks = capabilities["thinking"]?["supported"]?.boolValue ?? true
            traits.thinking = Set(
                Thinking.allCases.filter { thinks && types[$0.rawValue]?["supported"]?.boolValue == true })
        }
        if let efforts = capabilities["effort"] {
            traits.efforts = Set(
                ReasoningEffort.allCases.filter { efforts[$0.rawValue]?["supported"]?.boolValue == true })
        }
        return traits
    }
}
