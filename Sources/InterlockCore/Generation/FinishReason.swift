/// Why an answer ended: the same few reasons for every backend, with the backend's own word beside.
public struct FinishReason: Sendable, Hashable {
    /// The reason in Interlock's words.
    public enum Canonical: String, Sendable, Hashable, Codable, CaseIterable {
        /// The model was done.
        case endTurn = "end_turn"
        /// One of the stop sequences came.
        case stopSequence = "stop_sequence"
        /// The token limit of the request was reached.
        case maxTokens = "max_tokens"
        /// The model's context is full.
        case contextWindow = "context_window"
        /// The model wants a tool to be called.
        case toolUse = "tool_use"
        /// The model or its provider refused.
        case refusal
        /// The provider paused a long turn, which the caller may continue.
        case pause
        /// Something else; the raw reason says what.
        case other
    }

    /// The reason in Interlock's words.
    public var canonical: Canonical
    /// The backend's own word for it.
    public var raw: String?
    /// The stop sequence that ended the answer, where known.
    public var stopSequence: String?
    /// What else the backend said about it, such as the category of a refusal.
    public var detail: String?

    /// Makes a reason.
    public init(_ canonical: Canonical, raw: String? = nil, stopSequence: String? = nil, detail: String? = nil) {
        self.canonical = canonical
        self.raw = raw
        self.stopSequence = stopSequence
        self.detail = detail
    }
}
