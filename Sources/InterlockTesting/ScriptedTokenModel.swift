import InterlockCore
public import InterlockLocal

/// A token model without weights: a function says how the text goes on.
///
/// Its vocabulary is the 256 bytes (tokens 0 … 255), `<|im_start|>` (256), `<|im_end|>` (257, ends the answer), a second
/// token that ends the answer (258), and one token for each of the texts that the test names (from 259 on).
public final class ScriptedTokenModel: TokenModel {
    /// Gives the logits after some tokens; tokens that it does not mention are impossible.
    public typealias Script = @Sendable (_ tokens: [Token]) throws -> [Token: Float]

    /// `<|im_start|>`.
    public static let startOfTurn: Token = 256
    /// `<|im_end|>`.
    public static let endOfTurn: Token = 257
    /// Another token that ends the answer.
    public static let endOfText: Token = 258
    /// The first token for the texts that the test names.
    public static let firstText: Token = 259

    /// What the model is.
    public let description: TokenModelDescription
    /// The tokens.
    public let vocabulary: Vocabulary
    /// The limits that the test set.
    public let limits: TokenModelLimits
    /// Ends an evaluation that waits.
    public let interrupt = InterruptFlag()

    private let script: Script
    private let onSubmit: @Sendable (TokenBatch, InterruptFlag) throws -> TokenModelOutcome
    private var sequence: [Token] = []
    private var batch = TokenBatch()
    private var logits: [Int: [Float]] = [:]

    /// Makes a model.
    ///
    /// - Parameters:
    ///   - texts: Texts that are one token each.
    ///   - limits: What may be asked of the model.
    ///   - onSubmit: Called for every batch before it is evaluated; may wait, and says how the evaluation ends.
    ///   - script: How texts go on.
    public init(
        texts: [[UInt8]] = [],
        limits: TokenModelLimits = TokenModelLimits(contextLength: 512, batchCapacity: 64, sequences: 1),
        onSubmit: @escaping @Sendable (TokenBatch, InterruptFlag) throws -> TokenModelOutcome = { _, _ in .ready },
        script: @escaping Script
    ) {
        var tokens: [(bytes: [UInt8], attributes: Vocabulary.Attributes)] = (0...255).map { ([$0], []) }
        tokens.append((Array("<|im_start|>".utf8), .control))
        tokens.append((Array("<|im_end|>".utf8), [.control, .endOfGeneration]))
        tokens.append((Array("<|endoftext|>".utf8), [.control, .endOfGeneration]))
        tokens += texts.map { ($0, []) }
        vocabulary = Vocabulary(tokens: tokens, tokenizer: ByteTokenizer())
        description = TokenModelDescription(summary: "a script", device: "none")
        self.limits = limits
        self.onSubmit = onSubmit
        self.script = script
    }

    /// Makes a model that answers every prompt with this text, byte by byte, and then ends.
    public convenience init(answering answer: String, limits: TokenModelLimits? = nil) {
        let bytes = answer.utf8.map { Token($0) }
        self.init(limits: limits ?? TokenModelLimits(contextLength: 512, batchCapacity: 64, sequences: 1)) { tokens in
            // The answer begins after the newline that ends the last turn's opening.
            let start = (tokens.lastIndex(of: ScriptedTokenModel.startOfTurn) ?? 0) + "assistant\n".utf8.count + 1
            let place = tokens.count - start
            return [place < bytes.count ? bytes[place] : ScriptedTokenModel.endOfTurn: 10]
        }
    }

    /// Notes the batch; its entries have to continue the sequence.
    public func submit(_ batch: TokenBatch) throws {
        guard !batch.entries.isEmpty, batch.entries.count <= limits.batchCapacity else {
            throw InterlockError(.internalInconsistency, "a batch of \(batch.entries.count) tokens")
        }
        for (offset, entry) in batch.entries.enumerated() {
            guard (0..<Token(vocabulary.count)).contains(entry.token), entry.sequence == 0 else {
                throw InterlockError(
                    .internalInconsistency, "token \(entry.token) or sequence \(entry.sequence) does not exist")
            }
            guard Int(entry.position) == sequence.count + offset else {
                throw InterlockError(
                    .internalInconsistency, "position \(entry.position) does not continue the sequence")
            }
        }
        self.batch = batch
    }

    /// Asks the script.
    public func wait() throws -> TokenModelOutcome {
        logits = [:]
        guard sequence.count + batch.entries.count <= limits.contextLength else { return .full }
        let outcome = try onSubmit(batch, interrupt)
        guard outcome == .ready else { return outcome }
        for (index, entry) in batch.entries.enumerated() {
            sequence.append(entry.token)
            guard entry.wantsLogits else { continue }
            var row = [Float](repeating: -.infinity, count: vocabulary.count)
            for (token, logit) in try script(sequence) { row[Int(token)] = logit }
            logits[index] = row
        }
        return .ready
    }

    /// Lends the logits.
    public func withLogits<Result>(
        after entry: Int, _ body: (UnsafeMutableBufferPointer<Float>) throws -> Result
    ) throws -> Result {
        guard var row = logits[entry] else {
            throw InterlockError(.internalInconsistency, "nobody asked for the logits after entry \(entry)")
        }
        return try row.withUnsafeMutableBufferPointer { try body($0) }
    }

    /// Forgets the end of the sequence.
    public func truncate(sequence: Int32, to position: Int32) -> Bool {
        self.sequence.removeLast(max(0, self.sequence.count - Int(position)))
        return true
    }
}

/// One token a byte.
private struct ByteTokenizer: Tokenizer {
    func tokenize(_ text: [UInt8]) throws -> [Token] {
        text.map { Token($0) }
    }
}
