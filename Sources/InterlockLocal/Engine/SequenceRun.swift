import InterlockCore

/// Carries out one job on a model: the prompt in pieces, then token by token until something ends it.
///
/// Runs on the thread that owns the model.
struct SequenceRun {
    private let job: GenerationJob
    private let model: any TokenModel
    private let clocks: Clocks
    private let stopping: InterruptFlag

    private var sampler: Sampler
    private var stops: StopMatcher
    private var assembler = UTF8Assembler()
    private var batch = TokenBatch()
    private var position: Int32 = 0
    private var generated = 0
    private var timings = Timings()

    /// Makes the run of a job.
    ///
    /// - Parameter stopping: Raised when the engine is being shut down.
    init(_ job: GenerationJob, on model: any TokenModel, clocks: Clocks, stopping: InterruptFlag) {
        self.job = job
        self.model = model
        self.clocks = clocks
        self.stopping = stopping
        sampler = Sampler(
            job.options, seed: job.seed, suppressed: model.vocabulary.suppressedTokens, prompt: job.prompt)
        stops = StopMatcher(job.options.stopSequences)
    }

    /// Carries the job out.
    ///
    /// What is said on the way goes to its outbox.
    ///
    /// - Throws: ``InterlockError``, or `CancellationError` if the caller does not want the answer any more.
    mutating func run() throws -> Outbox.Ending {
        let start = clocks.monotonic()
        timings.queue = start - job.arrival
        _ = model.truncate(sequence: 0, to: 0)
        var reason = try evaluatePrompt()
        let ready = clocks.monotonic()
        timings.prompt = ready - start
        while reason == nil { reason = try step() }
        timings.generation = clocks.monotonic() - ready
        return Outbox.Ending(
            reason: reason ?? FinishReason(.other),
            usage: Usage(inputTokens: job.prompt.count, cachedInputTokens: 0, outputTokens: generated),
            timings: timings)
    }

    private mutating func evaluatePrompt() throws -> FinishReason? {
        var rest = job.prompt[...]
        while !rest.isEmpty {
            let chunk = rest.prefix(model.limits.batchCapacity)
            rest = rest.dropFirst(chunk.count)
            batch.removeAll()
            for token in chunk {
                batch.entries.append(TokenBatch.Entry(token: token, position: position))
                position += 1
            }
            if rest.isEmpty { batch.entries[batch.entries.count - 1].wantsLogits = true }
            if let reason = try evaluate() { return reason }
        }
        return nil
    }

    /// Chooses the next token from the logits of the last evaluation, says it, and evaluates it.
    private mutating func step() throws -> FinishReason? {
        let (token, logprob) = try sample()
        let attributes = model.vocabulary.attributes(of: token)
        if attributes.contains(.endOfGeneration) {
            flush(logprobs: [])
            return FinishReason(.endTurn, raw: "eos")
        }
        generated += 1
        let bytes = attributes.contains(.control) ? [] : stops.append(model.vocabulary.bytes(of: token))
        let text = assembler.append(bytes)
        if let match = stops.match {
            flush(text, logprobs: logprob)
            return FinishReason(.stopSequence, raw: "word", stopSequence: match)
        }
        if generated == job.options.maximumResponseTokens {
            flush(text, logprobs: logprob)
            return FinishReason(.maxTokens, raw: "limit")
        }
        job.outbox.put(text: text, logprobs: logprob)
        guard Int(position) < model.limits.contextLength else {
            flush(logprobs: [])
            return FinishReason(.contextWindow, raw: "limit")
        }
        batch.removeAll()
        batch.entries.append(TokenBatch.Entry(token: token, position: position, wantsLogits: true))
        position += 1
        let reason = try evaluate()
        if reason != nil { flush(logprobs: []) }
        return reason
    }

    private mutating func sample() throws -> (Token, [TokenLogprob]) {
        let entry = batch.entries.count - 1
        return try model.withLogits(after: entry) { logits in
            guard let alternatives = job.options.logprobs else { return (try sampler.sample(logits), []) }
            let original = Array(logits)
            let token = try sampler.sample(logits)
            guard !model.vocabulary.attributes(of: token).contains(.endOfGeneration) else { return (token, []) }
            let logprob = TokenLogprob(
                chosen: token, logits: original, alternatives: alternatives, vocabulary: model.vocabulary)
            return (token, [logprob])
        }
    }

    /// Evaluates the batch.
    ///
    /// - Returns: The reason to end, if the model's context is full.
    private func evaluate() throws -> FinishReason? {
        try checkInterrupt()
        try model.submit(batch)
        switch try model.wait() {
        case .ready: return nil
        case .full: return FinishReason(.contextWindow, raw: "limit")
        case .interrupted:
            try checkInterrupt()
            throw InterlockError(.internalInconsistency, "the model was interrupted, and nobody asked for it")
        }
    }

    private func checkInterrupt() throws {
        if stopping.isRaised {
            throw InterlockError(
                .notLoaded, "the model was unloaded while it answered", hint: "Send the request again.")
        }
        if job.cancellation.isRaised { throw CancellationError() }
        try job.budget.checkDeadline()
    }

    /// Says everything that was held back: what is not a stop sequence by now never becomes one.
    private mutating func flush(_ text: String = "", logprobs: [TokenLogprob]) {
        let held = assembler.append(stops.finish())
        job.outbox.put(text: text + held + assembler.finish(), logprobs: logprobs)
    }
}
