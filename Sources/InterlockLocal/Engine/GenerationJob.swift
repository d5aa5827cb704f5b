import InterlockCore

/// One request on its way through the engine.
final class GenerationJob: Sendable {
    /// The tokens of the prompt; at least one.
    let prompt: [Token]
    /// How to generate, already validated.
    let options: GenerationOptions
    /// The seed of the draws.
    let seed: UInt64
    /// Attempts and time.
    let budget: RequestBudget
    /// When the request came.
    let arrival: MonotonicTime
    /// Where the answer goes.
    let outbox = Outbox()
    /// Raised when the caller does not want the answer any more.
    let cancellation = InterruptFlag()

    init(prompt: [Token], options: GenerationOptions, seed: UInt64, budget: RequestBudget, arrival: MonotonicTime) {
        self.prompt = prompt
        self.options = options
        self.seed = seed
        self.budget = budget
        self.arrival = arrival
    }
}
