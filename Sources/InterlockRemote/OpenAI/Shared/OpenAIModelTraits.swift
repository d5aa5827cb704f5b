package import InterlockCore

/// What sets one of OpenAI's models apart from the others, as far as requests are concerned.
package struct OpenAIModelTraits: Sendable, Hashable {
    /// Whether the model thinks before it answers; nil is unknown.
    package var reasons: Bool?
    /// Options that the model refuses whatever else the request says.
    package var refused: Set<GenerationOptions.Name>
    /// Whether temperature, `top_p` and log-probabilities are taken only while the model does not think.
    package var samplesOnlyWithoutReasoning: Bool
    /// The effort where a request names none; nil is unknown, but not ``ReasoningEffort/none``.
    package var defaultEffort: ReasoningEffort?
    /// The efforts that the model takes, ``ReasoningEffort/max`` aside; nil is any.
    package var efforts: Set<ReasoningEffort>?
    /// Whether ``ReasoningEffort/max`` is refused by Chat Completions.
    package var refusesMaximumEffortInChat: Bool
    /// Whether Chat Completions offers the model; some are offered by Responses alone.
    package var hasChat: Bool
    /// Whether messages may mark where a cached prefix ends.
    package var takesCacheMarks: Bool
    /// The context in tokens, where known.
    package var contextLength: Int?
    /// The most tokens of an answer, where known.
    package var maximumOutputTokens: Int?

    /// Makes traits; the defaults forbid nothing.
    package init(
        reasons: Bool? = nil, refused: Set<GenerationOptions.Name> = [], samplesOnlyWithoutReasoning: Bool = false,
        defaultEffort: ReasoningEffort? = nil, efforts: Set<ReasoningEffort>? = nil,
        refusesMaximumEffortInChat: Bool = false, hasChat: Bool = true, takesCacheMarks: Bool = false,
        contextLength: Int? = nil, maximumOutputTokens: Int? = nil
    ) {
        self.reasons = reasons
        self.refused = refused
        self.samplesOnlyWithoutReasoning = samplesOnlyWithoutReasoning
        self.defaultEffort = defaultEffort
        self.efforts = efforts
        self.refusesMaximumEffortInChat = refusesMaximumEffortInChat
        self.hasChat = hasChat
        self.takesCacheMarks = takesCacheMarks
        self.contextLength = contextLength
        self.maximumOutputTokens = maximumOutputTokens
    }

    /// A model that nothing is known of: it is asked for whatever the caller wants.
    package static let unknown = OpenAIModelTraits()
}
