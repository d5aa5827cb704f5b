/// A model that a backend offers, as far as the backend tells.
public struct ModelInfo: Sendable, Hashable {
    /// The name to ask for it by.
    public var id: String
    /// A name for people.
    public var displayName: String?
    /// Who made or serves it.
    public var owner: String?
    /// When it was made.
    public var created: WallTime?
    /// The context in tokens.
    public var contextLength: Int?
    /// The most tokens of an answer.
    public var maximumOutputTokens: Int?
    /// The size of its file in bytes.
    public var sizeBytes: Int64?
    /// Whether it is in memory, where the backend loads models on demand.
    public var isLoaded: Bool?
    /// Everything that the backend said about it, in its own form.
    public var detail: JSONObject

    /// Makes a description; what is left out was not said.
    public init(
        id: String, displayName: String? = nil, owner: String? = nil, created: WallTime? = nil,
        contextLength: Int? = nil, maximumOutputTokens: Int? = nil, sizeBytes: Int64? = nil, isLoaded: Bool? = nil,
        detail: JSONObject = [:]
    ) {
        self.id = id
        self.displayName = displayName
        self.owner = owner
        self.created = created
        self.contextLength = contextLength
        self.maximumOutputTokens = maximumOutputTokens
        self.sizeBytes = sizeBytes
        self.isLoaded = isLoaded
        self.detail = detail
    }
}
