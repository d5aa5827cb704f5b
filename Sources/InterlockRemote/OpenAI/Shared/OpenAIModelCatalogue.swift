import InterlockCore

/// What is known of OpenAI's models by their names.
///
/// A table: the row with the longest prefix of a name counts. What a row leaves out is permitted, so that a new model
/// is not kept from what it can do.
package struct OpenAIModelCatalogue: Sendable {
    /// One line of the table.
    package struct Row: Sendable {
        /// What a model's name begins with.
        package var prefix: String
        /// What those models have in common.
        package var traits: OpenAIModelTraits

        /// Makes a row.
        package init(_ prefix: String, _ traits: OpenAIModelTraits) {
            self.prefix = prefix
            self.traits = traits
        }
    }

    /// The rows, in any order.
    package var rows: [Row]

    /// Makes a catalogue.
    package init(rows: [Row]) {
        self.rows = rows
    }

    /// What is known of a model: `ft:` of fine-tuned models and an owner before a slash are skipped.
    package func traits(of model: String) -> OpenAIModelTraits {
        var name = Substring(model)
        if name.hasPrefix("ft:") { name = name.dropFirst(3) }
        if let slash = name.lastIndex(of: "/") { name = name[name.index(after: slash)...] }
        // Byte by byte and without copies of rows, since every request asks.
        var best: Int?
        var length = -1
        for index in rows.indices where rows[index].prefix.utf8.count > length {
            guard name.utf8.starts(with: rows[index].prefix.utf8) else { continue }
            best = index
            length = rows[index].prefix.utf8.count
        }
        return best.map { rows[$0].traits } ?? .unknown
    }
}

extension OpenAIModelCatalogue {
    /// The models as they were in November 2026.
    package static let current = OpenAIModelCatalogue(rows: plain + oSeries + gpt5 + gpt6)

    private static let ordinary: Set<ReasoningEffort> = [.low, .medium, .high]
    private static let minimalUp: Set<ReasoningEffort> = [.minimal, .low, .medium, .high]
    private static let noneUp: Set<ReasoningEffort> = [.none, .low, .medium, .high]
    private static let noneToXhigh: Set<ReasoningEffort> = [.none, .low, .medium, .high, .xhigh]
    private static let lowToXhigh: Set<ReasoningEffort> = [.low, .medium, .high, .xhigh]
    private static let minimalToXhigh: Set<ReasoningEffort> = [.minimal, .low, .medium, .high, .xhigh]

    /// The rules that all models of the series gpt-5 and gpt-6 share.
    private static func reasoning(
        efforts: Set<ReasoningEffort>? = nil, defaultEffort: ReasoningEffort? = nil, hasChat: Bool = true,
        marks: Bool = false, context: Int? = nil, output: Int? = 128_000
    ) -> OpenAIModelTraits {
        OpenAIModelTraits(
            reasons: true, refused: [.presencePenalty, .frequencyPenalty, .stopSequences, .logitBias],
            samplesOnlyWithoutReasoning: true, defaultEffort: defaultEffort, efforts: efforts,
            refusesMaximumEffortInChat: true, hasChat: hasChat, takesCacheMarks: marks, contextLength: context,
            maximumOutputTokens: output)
    }

    /// Models that do not think.
    private static let plain: [Row] = [
        Row("gpt-3.5", OpenAIModelTraits(reasons: false, efforts: [])),
        Row("gpt-4", OpenAIModelTraits(reasons: false, efforts: [])),
        Row(
            "gpt-4.1",
            OpenAIModelTraits(
                reasons: false, efforts: [], contextLength: 1_047_576, maximumOutputTokens: 32_768)),
        Row(
            "gpt-4o",
            OpenAIModelTraits(reasons: false, efforts: [], contextLength: 128_000, maximumOutputTokens: 16_384)),
        Row("chatgpt-4o", OpenAIModelTraits(reasons: false, efforts: [])),
        Row("gpt-5-chat", OpenAIModelTraits(reasons: false, efforts: [])),
    ]

    private static let oSeries: [Row] = [
        Row("o1", series(refused: [])),
        Row("o1-pro", series(refused: [], hasChat: false)),
        Row("o3", series(refused: [.stopSequences])),
        Row("o3-pro", series(refused: [.stopSequences], hasChat: false)),
        Row("o4-mini", series(refused: [.stopSequences])),
    ]

    private static func series(refused: Set<GenerationOptions.Name>, hasChat: Bool = true) -> OpenAIModelTraits {
        OpenAIModelTraits(
            reasons: true, refused: refused.union([.presencePenalty, .frequencyPenalty, .logitBias]),
            samplesOnlyWithoutReasoning: true, efforts: ordinary, refusesMaximumEffortInChat: true, hasChat: hasChat,
            contextLength: 200_000, maximumOutputTokens: 100_000)
    }

    private static let gpt5: [Row] = [
        Row("gpt-5", reasoning(efforts: minimalUp, context: 272_000)),
        Row("gpt-5-pro", reasoning(efforts: minimalUp, hasChat: false, context: 400_000, output: 272_000)),
        Row("gpt-5-codex", reasoning(efforts: minimalUp, hasChat: false, context: 272_000)),
        Row("gpt-5.1", reasoning(efforts: noneUp, defaultEffort: ReasoningEffort.none, context: 272_000)),
        Row("gpt-5.1-chat", reasoning(context: 128_000, output: 16_384)),
        Row("gpt-5.1-codex", reasoning(hasChat: false, context: 400_000)),
        Row("gpt-5.2", reasoning(efforts: noneToXhigh, defaultEffort: ReasoningEffort.none, context: 272_000)),
        Row("gpt-5.2-chat", reasoning(context: 128_000, output: 16_384)),
        Row("gpt-5.2-codex", reasoning(hasChat: false, context: 272_000)),
        Row("gpt-5.2-pro", reasoning(efforts: minimalToXhigh, hasChat: false, context: 272_000)),
        Row("gpt-5.3-chat", reasoning(context: 128_000, output: 16_384)),
        Row("gpt-5.3-codex", reasoning(efforts: noneToXhigh, hasChat: false, context: 272_000)),
        Row("gpt-5.4", reasoning(efforts: noneToXhigh, defaultEffort: ReasoningEffort.none, context: 1_050_000)),
        Row("gpt-5.4-mini", reasoning(efforts: noneToXhigh, defaultEffort: ReasoningEffort.none, context: 272_000)),
        Row("gpt-5.4-nano", reasoning(efforts: noneToXhigh, defaultEffort: ReasoningEffort.none, context: 272_000)),
        Row("gpt-5.4-pro", reasoning(efforts: lowToXhigh, hasChat: false, context: 1_050_000)),
        Row("gpt-5.5", reasoning(efforts: noneToXhigh, context: 1_050_000)),
        Row("gpt-5.5-pro", reasoning(efforts: [.medium, .high, .xhigh], hasChat: false, context: 1_050_000)),
        Row("gpt-5.6", reasoning(efforts: noneToXhigh, marks: true, context: 922_000)),
    ]

    private static let gpt6: [Row] = [
        // A series that comes after this table.
        Row("gpt-", reasoning(marks: true, output: nil)),
        Row("gpt-oss", OpenAIModelTraits.unknown),
        Row("gpt-6", reasoning(efforts: noneToXhigh, marks: true, context: 922_000)),
        Row("gpt-6-astra", reasoning(efforts: lowToXhigh, marks: true, context: 922_000)),
        Row("gpt-6.1-sol", reasoning(efforts: lowToXhigh, marks: true, context: 922_000)),
    ]
}
