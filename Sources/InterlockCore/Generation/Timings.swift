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
    /// Every time that a model was asked, in order, where a layer may ask more than once.
    public var attempts: [Attempt]

    /// One time that a model was asked.
    public struct Attempt: Sendable, Hashable {
        /// The registered name of the backend that was asked.
        public var backend: String
        /// The wait before it.
        public var wait: Duration
        /// How long it took.
        public var duration: Duration
        /// What it failed with, or nil if it did not fail.
        public var failure: InterlockError.Code?
        /// The status of the provider's HTTP response, where a failure had one.
        public var status: Int?

        /// Makes an attempt.
        public init(
            backend: String, wait: Duration = .zero, duration: Duration, failure: InterlockError.Code? = nil,
            status: Int? = nil
        ) {
            self.backend = backend
            self.wait = wait
            self.duration = duration
            self.failure = failure
            self.status = status
        }
    }

    /// Makes timings; what is left out is unknown.
    public init(
        queue: Duration? = nil,
        load: Duration? = nil,
        prompt: Duration? = nil,
        generation: Duration? = nil,
        firstContent: Duration? = nil,
        total: Duration? = nil,
        attempts: [Attempt] = []
    ) {
        self.queue = queue
        self.load = load
        self.prompt = prompt
        self.generation = generation
        self.firstContent = firstContent
        self.total = total
        self.attempts = attempts
    }

    mutating func complete(with other: Timings) {
        queue = other.queue ?? queue
        load = other.load ?? load
        prompt = other.prompt ?? prompt
        generation = other.generation ?? generation
        firstContent = other.firstContent ?? firstContent
        total = other.total ?? total
        if !other.attempts.isEmpty { attempts = other.attempts }
    }
}
