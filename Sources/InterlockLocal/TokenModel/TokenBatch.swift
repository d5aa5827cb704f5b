/// Tokens to be evaluated together, each at its place in a sequence.
public struct TokenBatch: Sendable {
    /// One token.
    public struct Entry: Sendable, Hashable {
        /// The token.
        public var token: Token
        /// Its position in the sequence, counted from 0.
        public var position: Int32
        /// The sequence.
        public var sequence: Int32
        /// Whether the logits after it are wanted.
        public var wantsLogits: Bool

        /// Makes an entry.
        public init(token: Token, position: Int32, sequence: Int32 = 0, wantsLogits: Bool = false) {
            self.token = token
            self.position = position
            self.sequence = sequence
            self.wantsLogits = wantsLogits
        }
    }

    /// The tokens, those of one sequence in the order of their positions.
    public var entries: [Entry] = []

    /// Makes an empty batch.
    public init() {}

    /// Empties the batch without giving back its memory.
    public mutating func removeAll() {
        entries.removeAll(keepingCapacity: true)
    }
}
