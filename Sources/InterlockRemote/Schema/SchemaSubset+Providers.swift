package import InterlockCore

extension SchemaSubset {
    /// What structures every schema.
    private static let structure: Set<String> = [
        "type", "properties", "required", "additionalProperties", "items", "enum", "const", "anyOf", "$ref", "$defs",
    ]

    /// What OpenAI's strict structured output holds, as documented in February 2026.
    package static let openAIStrict = SchemaSubset(
        keywords: structure.union([
            "pattern", "format", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minItems",
            "maxItems",
        ]),
        formats: ["date-time", "time", "date", "duration", "email", "hostname", "ipv4", "ipv6", "uuid"],
        requiresClosedObjects: true, requiresAllProperties: true, requiresRootObject: true,
        maximumProperties: 5000, maximumDepth: 10, maximumEnumValues: 1000, maximumNameCharacters: 120_000,
        maximumLongEnumCharacters: 15_000)

    /// What Anthropic's structured output holds, as its library transforms schemas in November 2026.
    package static let anthropic = SchemaSubset(
        keywords: structure.union(["allOf", "format", "minItems"]),
        formats: [
            "date-time", "time", "date", "duration", "email", "hostname", "uri", "ipv4", "ipv6", "uuid",
        ],
        maximumMinItems: 1, requiresClosedObjects: true, allowsRecursion: false)
}
