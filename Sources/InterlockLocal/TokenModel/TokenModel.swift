/// The number of a token in a vocabulary.
public typealias Token = Int32

/// A language model that turns tokens into logits: llama.cpp, a worker process, or a script in a test.
///
/// One thread owns a model and is the only one to call it; ``interrupt`` alone may be used from others. A call of
/// ``submit(_:)`` is followed by one of ``wait()``, after which the logits that the batch asked for can be read until the
/// next submit.
public protocol TokenModel: AnyObject {
    /// What the model is, for the people and layers above.
    var description: TokenModelDescription { get }

    /// The tokens that the model knows.
    var vocabulary: Vocabulary { get }

    /// What may be asked of the model.
    var limits: TokenModelLimits { get }

    /// Ends the evaluation that is running, as soon as the model can; may be raised from any thread.
    var interrupt: InterruptFlag { get }

    /// Starts to evaluate a batch.
    ///
    /// - Throws: ``InterlockError`` if the batch is larger than ``TokenModelLimits/batchCapacity``, names a sequence or
    ///   token that does not exist, or does not continue its sequence.
    func submit(_ batch: TokenBatch) throws

    /// Waits for the batch that was submitted last.
    ///
    /// - Throws: ``InterlockError`` if the evaluation failed.
    func wait() throws -> TokenModelOutcome

    /// Lends the logits after one entry of the batch that was evaluated last, one for every token of the vocabulary. They
    /// may be changed in place.
    ///
    /// - Parameter entry: The position in the batch; the entry must have asked for logits.
    func withLogits<Result>(
        after entry: Int, _ body: (UnsafeMutableBufferPointer<Float>) throws -> Result
    ) throws -> Result

    /// Forgets a sequence from a position on.
    ///
    /// - Returns: False if this kind of model cannot go back that far; the sequence is then forgotten as a whole.
    func truncate(sequence: Int32, to position: Int32) -> Bool
}

/// How an evaluation ended.
public enum TokenModelOutcome: Sendable, Hashable {
    /// The logits can be read.
    case ready
    /// The interrupt was raised; nothing can be read, and the sequences of the batch have to be truncated.
    case interrupted
    /// The sequence has no room for the batch; the state is as before.
    case full
}

/// What may be asked of a model.
public struct TokenModelLimits: Sendable, Hashable {
    /// The most tokens that one sequence can have.
    public var contextLength: Int
    /// The most entries that one batch can have.
    public var batchCapacity: Int
    /// How many sequences the model can hold side by side.
    public var sequences: Int

    /// Makes limits.
    public init(contextLength: Int, batchCapacity: Int, sequences: Int) {
        self.contextLength = contextLength
        self.batchCapacity = batchCapacity
        self.sequences = sequences
    }
}

/// What a model is.
public struct TokenModelDescription: Sendable, Hashable {
    /// The model in a few words, such as `llama 2.7M Q8_0`.
    public var summary: String
    /// The model's own name, where it has one.
    public var name: String?
    /// Where it runs, such as `CPU (2 threads)`.
    public var device: String
    /// Bytes of memory that weights and caches take, as far as known.
    public var memoryBytes: UInt64?
    /// The chat template that came with the model.
    public var chatTemplate: String?
    /// The context in tokens that the model was trained for.
    public var trainedContextLength: Int?

    /// Makes a description.
    public init(
        summary: String,
        name: String? = nil,
        device: String,
        memoryBytes: UInt64? = nil,
        chatTemplate: String? = nil,
        trainedContextLength: Int? = nil
    ) {
        self.summary = summary
        self.name = name
        self.device = device
        self.memoryBytes = memoryBytes
        self.chatTemplate = chatTemplate
        self.trainedContextLength = trainedContextLength
    }
}
