/// Where the time of a request went.
///
/// Nil is "unknown" or "does not apply".
public struct Timings: Sendable, Hashable {
    /// Waiting for the backend to begin.
    public var queue: Duration?
    /// Loading the model, where this request caused that.
    public var load: Duration?
    /// Evaluating the prompt.
    public var prompt: Duration?
    /// Generating, from the first token to the last.
    public var generation: Duration?
    /// From the request to the first content that reached the caller.
    public var firstContent: Duration?
    /// From the request to the end of the answer.
    public var total: Duration?

    /// Makes timings; what is left out is unknown.
    public init(
        queue: Duration? = nil,
        load: Duration? = nil,
        prompt: Duration? = nil,
        generation: Duration? = nil,
        firstContent: Duration? = nil,
        total: Duration? = nil
    ) {
        self.queue = queue
        self.load = load
        self.prompt = prompt
        self.generation = generation
        self.firstContent = firstContent
        self.total = total
    }

    mutating func complete(with other: Timings) {
        queue = other.queue ?? queue
        load = other.load ?? load
        prompt = other.prompt ?? prompt
        generation = other.generation ?? generation
        firstContent = other.firstContent ?? firstContent
        total = other.total ?? total
    }
}
