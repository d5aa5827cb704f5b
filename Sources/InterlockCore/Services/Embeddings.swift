/// What a backend is asked to embed.
public struct EmbeddingRequest: Sendable {
    /// The texts, none of them empty.
    public var inputs: [String]
    /// The length of the vectors, for models that can shorten them; nil is the model's own.
    public var dimensions: Int?
    /// Settings that only one backend knows, by the backend's registered name; other backends ignore them.
    public var extras: [String: JSONObject]
    /// Attempts and time that every layer below shares.
    public var budget: RequestBudget

    /// Makes a request.
    public init(
        _ inputs: [String], dimensions: Int? = nil, extras: [String: JSONObject] = [:],
        budget: RequestBudget = RequestBudget()
    ) {
        self.inputs = inputs
        self.dimensions = dimensions
        self.extras = extras
        self.budget = budget
    }

    /// Checks that there is something to embed.
    ///
    /// - Throws: ``InterlockError/Code/invalidRequest`` naming the first text that is empty.
    public func validate() throws(InterlockError) {
        guard !inputs.isEmpty else {
            throw InterlockError(.invalidRequest, "there is no text to embed", hint: "Give at least one.")
        }
        if let empty = inputs.firstIndex(where: \.isEmpty) {
            throw InterlockError(
                .invalidRequest, "input \(empty) is empty and cannot be embedded", hint: "Leave it out.")
        }
        if let dimensions, dimensions < 1 {
            throw InterlockError(.invalidRequest, "dimensions is \(dimensions); it must be at least 1")
        }
    }
}

/// Vectors for texts.
public struct EmbeddingReply: Sendable, Hashable {
    /// One vector for each input, in the order of the inputs, all of one length.
    public var vectors: [[Float]]
    /// The model that really answered, in the provider's words.
    public var servedModel: String?
    /// The tokens used.
    public var usage: Usage

    /// Makes a reply.
    public init(vectors: [[Float]], servedModel: String? = nil, usage: Usage = Usage()) {
        self.vectors = vectors
        self.servedModel = servedModel
        self.usage = usage
    }
}
