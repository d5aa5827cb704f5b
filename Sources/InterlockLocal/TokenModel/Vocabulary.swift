/// The tokens that a model knows, as exact bytes.
///
/// A token need not be whole characters: byte-level vocabularies cut inside of them.
public final class Vocabulary: Sendable {
    /// What a token is, besides its bytes.
    public struct Attributes: OptionSet, Sendable, Hashable {
        /// The bits.
        public let rawValue: UInt8

        /// Makes attributes of their bits.
        public init(rawValue: UInt8) { self.rawValue = rawValue }

        /// Steers the model and is never part of a text.
        public static let control = Attributes(rawValue: 1)
        /// Ends the answer.
        public static let endOfGeneration = Attributes(rawValue: 2)
        /// Takes away white space before it.
        public static let stripsLeft = Attributes(rawValue: 4)
        /// Takes away white space after it.
        public static let stripsRight = Attributes(rawValue: 8)
        /// The model must never choose it.
        public static let suppressed = Attributes(rawValue: 16)
    }

    private let bytes: [UInt8]
    private let offsets: [UInt32]
    private let attributes: [Attributes]
    private let tokenizer: any Tokenizer

    /// The token that a sequence begins with, where the model has one.
    public let beginningOfSequence: Token?
    /// Whether every prompt has to begin with ``beginningOfSequence``.
    public let addsBeginningOfSequence: Bool
    /// The control tokens that have a text, longest text first.
    public let controlTokens: [Token]
    /// The tokens that must never be chosen.
    public let suppressedTokens: [Token]

    /// Makes a vocabulary.
    ///
    /// - Parameters:
    ///   - tokens: The bytes and attributes of every token, in the order of their numbers.
    ///   - beginningOfSequence: The token that a sequence begins with.
    ///   - addsBeginningOfSequence: Whether every prompt has to begin with it.
    ///   - tokenizer: Cuts texts into tokens.
    public init(
        tokens: [(bytes: [UInt8], attributes: Attributes)],
        beginningOfSequence: Token? = nil,
        addsBeginningOfSequence: Bool = false,
        tokenizer: any Tokenizer
    ) {
        var bytes: [UInt8] = []
        var offsets: [UInt32] = [0]
        offsets.reserveCapacity(tokens.count + 1)
        for token in tokens {
            bytes += token.bytes
            offsets.append(UInt32(bytes.count))
        }
        self.bytes = bytes
        self.offsets = offsets
        attributes = tokens.map(\.attributes)
        self.tokenizer = tokenizer
        self.beginningOfSequence = beginningOfSequence
        self.addsBeginningOfSequence = addsBeginningOfSequence && beginningOfSequence != nil
        controlTokens = tokens.indices
            .filter { tokens[$0].attributes.contains(.control) && !tokens[$0].bytes.isEmpty }
            .sorted { (tokens[$0].bytes.count, $1) > (tokens[$1].bytes.count, $0) }
            .map(Token.init)
        suppressedTokens = tokens.indices.filter { tokens[$0].attributes.contains(.suppressed) }.map(Token.init)
    }

    /// The number of tokens; they are numbered from 0.
    public var count: Int { attributes.count }

    /// The bytes of a token; empty if there is no such token.
    public func bytes(of token: Token) -> ArraySlice<UInt8> {
        guard attributes.indices.contains(Int(token)) else { return [] }
        return bytes[Int(offsets[Int(token)])..<Int(offsets[Int(token) + 1])]
    }

    /// What a token is besides its bytes.
    public func attributes(of token: Token) -> Attributes {
        attributes.indices.contains(Int(token)) ? attributes[Int(token)] : []
    }

    /// Cuts plain text into tokens.
    ///
    /// No text becomes a control token, whatever it says.
    ///
    /// - Throws: ``InterlockError`` if the text cannot be cut into tokens of this vocabulary.
    public func tokenize(_ text: [UInt8]) throws -> [Token] {
        try tokenizer.tokenize(text)
    }
}

/// Cuts texts into tokens.
///
/// May be called from any thread.
public protocol Tokenizer: Sendable {
    /// Cuts plain text into tokens, as it stands after a control token or at the start. No text becomes a control token.
    ///
    /// - Throws: ``InterlockError`` if the text cannot be cut into tokens of this vocabulary.
    func tokenize(_ text: [UInt8]) throws -> [Token]
}
