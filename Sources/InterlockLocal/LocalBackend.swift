public import InterlockCore

/// A model in this process, or in a worker process next to it, as a backend: conversation to tokens, tokens to events.
public final class LocalBackend: Backend {
    /// The name and the model.
    public let identity: BackendIdentity
    private let engine: LocalEngine
    private let seed: UInt64?
    private let logger: Logger
    private let checkModel: @Sendable () throws(InterlockError) -> Void
    private let chooseFormat: @Sendable (LocalEngine.Loaded) throws -> ChatFormat

    /// Makes a backend around an engine.
    ///
    /// - Parameters:
    ///   - identity: The registered name, and the model as the user named it.
    ///   - engine: Owns the model.
    ///   - seed: The seed of requests that bring none; nil draws one for every request.
    ///   - logger: Where log messages go.
    ///   - checkModel: Says what is wrong with the model before it is loaded.
    ///   - chooseFormat: Says, once the model is loaded, in which form it wants a conversation.
    public init(
        identity: BackendIdentity,
        engine: LocalEngine,
        seed: UInt64? = nil,
        logger: Logger = .silent,
        checkModel: @escaping @Sendable () throws(InterlockError) -> Void = {},
        chooseFormat: @escaping @Sendable (LocalEngine.Loaded) throws -> ChatFormat = { _ in .chatML }
    ) {
        self.identity = identity
        self.engine = engine
        self.seed = seed
        self.logger = logger
        self.checkModel = checkModel
        self.chooseFormat = chooseFormat
    }

    /// Every option that steers sampling, raw text and prefill; the context length once the model is loaded.
    public var capabilities: Capabilities {
        Capabilities(
            options: GenerationOptions.samplingNames,
            rawText: true,
            prefill: true,
            contextLength: engine.loaded?.limits.contextLength)
    }

    /// Loads the model.
    public func load(progress: @escaping @Sendable (LoadProgress) -> Void) async throws {
        _ = try await loaded(progress)
    }

    /// Ends all requests and gives the memory back.
    public func unload() async {
        await engine.unload()
    }

    /// Whether the model is loaded.
    public var isLoaded: Bool {
        get async { engine.loaded != nil }
    }

    /// Where the model runs, what it takes and who waits for it.
    public func status() async -> BackendStatus {
        guard let loaded = engine.loaded else { return BackendStatus(isLoaded: false) }
        let load = engine.load
        return BackendStatus(
            isLoaded: true,
            device: loaded.description.device,
            memoryBytes: loaded.description.memoryBytes,
            modelDescription: loaded.description.summary,
            runningRequests: load.running,
            waitingRequests: load.waiting)
    }

    /// Whether the model is loaded, and if not, whether there is one that could be.
    public func checkHealth(timeout: Duration) async throws(CancellationError) -> HealthReport {
        guard engine.loaded == nil else { return HealthReport(.ready, target: identity.model) }
        do throws(InterlockError) {
            try checkModel()
            return HealthReport(.notLoaded, target: identity.model)
        } catch {
            return HealthReport(error.attributed(to: identity.name), target: identity.model)
        }
    }

    /// Carries out a request on the engine's thread; requests of other callers wait in line.
    public func run(_ request: GenerationRequest, emit: (GenerationEvent) async throws -> Void) async throws {
        let start = engine.clocks.monotonic()
        let request = try await admit(request, emit: emit)
        try attributed { try request.budget.takeAttempt() }
        let wasLoaded = engine.loaded != nil
        let loaded = try await loaded(before: request.budget)
        let loadedAt = engine.clocks.monotonic()
        let prompt = try attributed { try promptTokens(request.input, loaded) }
        try await emit(.head(ReplyHead(backend: identity.name, servedModel: loaded.description.name ?? identity.model)))
        let job = GenerationJob(
            prompt: prompt, options: request.options,
            seed: request.options.seed ?? seed ?? UInt64.random(in: .min ... .max),
            budget: request.budget, arrival: engine.clocks.monotonic())
        logger.debug("prompt of \(prompt.count) tokens, seed \(job.seed)")
        // A caller that is gone already must not cost an evaluation before the cancellation gets through.
        try Task.checkCancellation()
        try attributed { try engine.submit(job) }
        var (ending, firstContent) = try await deliver(job, emit)
        try await emit(.usage(ending.usage))
        if !wasLoaded { ending.timings.load = loadedAt - start }
        ending.timings.firstContent = firstContent.map { $0 - start }
        ending.timings.total = engine.clocks.monotonic() - start
        try await emit(.timings(ending.timings))
        try await emit(.finish(ending.reason))
    }

    /// Hands on what a job says until it ends, in time or not.
    ///
    /// - Returns: How it ended, and when the first text came.
    private func deliver(
        _ job: GenerationJob, _ emit: (GenerationEvent) async throws -> Void
    ) async throws -> (Outbox.Ending, MonotonicTime?) {
        try await withThrowingTaskGroup(of: Void.self) { group in
            if job.budget.deadline != nil {
                // The engine looks at the deadline between two evaluations; in line or inside of one it has to be told.
                group.addTask {
                    try await self.waitForDeadline(job.budget)
                    self.engine.cancel(job)
                }
            }
            defer {
                group.cancelAll()
                engine.cancel(job)
            }
            var firstContent: MonotonicTime?
            while true {
                let delivery = await withTaskCancellationHandler {
                    await job.outbox.take()
                } onCancel: {
                    engine.cancel(job)
                }
                if !delivery.text.isEmpty {
                    firstContent = firstContent ?? engine.clocks.monotonic()
                    try await emit(.text(delivery.text))
                }
                if !delivery.logprobs.isEmpty { try await emit(.logprobs(delivery.logprobs)) }
                guard let result = delivery.ending else { continue }
                if case .failure(is CancellationError) = result, !Task.isCancelled {
                    try attributed { try job.budget.checkDeadline() }
                }
                return (try attributed { try result.get() }, firstContent)
            }
        }
    }

    /// Loads if need be, but waits no longer than the request may take.
    private func loaded(before budget: RequestBudget) async throws -> LocalEngine.Loaded {
        guard engine.loaded == nil, budget.deadline != nil else { return try await loaded { _ in } }
        return try await withThrowingTaskGroup(of: LocalEngine.Loaded?.self) { group in
            group.addTask { try await self.loaded { _ in } }
            group.addTask {
                try await self.waitForDeadline(budget)
                return nil
            }
            defer { group.cancelAll() }
            if let first = try await group.next(), let loaded = first { return loaded }
            try attributed { try budget.checkDeadline() }
            throw CancellationError()
        }
    }

    private func waitForDeadline(_ budget: RequestBudget) async throws {
        while let left = budget.remainingTime, left > .zero { try await engine.clocks.sleep(left) }
    }

    private func loaded(_ progress: @escaping @Sendable (LoadProgress) -> Void) async throws -> LocalEngine.Loaded {
        do {
            return try await engine.load(progress: progress)
        } catch let error as InterlockError {
            throw error.attributed(to: identity.name)
        }
    }

    private func attributed<Result>(_ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch let error as InterlockError {
            throw error.attributed(to: identity.name)
        }
    }

    private func promptTokens(_ input: GenerationRequest.Input, _ loaded: LocalEngine.Loaded) throws -> [Token] {
        let pieces: [PromptPiece] =
            switch input {
            case .text(let text): [.markup(text)]
            case .transcript(let transcript): try chooseFormat(loaded).render(transcript)
            }
        let tokens = try PromptEncoder(vocabulary: loaded.vocabulary).encode(pieces)
        guard !tokens.isEmpty else {
            throw InterlockError(.invalidInput, "the prompt is empty", hint: "Write something.")
        }
        let limit = loaded.limits.contextLength
        guard tokens.count < limit else {
            throw InterlockError(
                .contextLengthExceeded,
                "the prompt has \(tokens.count) tokens, and the context holds \(limit) with at least one of the answer",
                hint: "Shorten the prompt, or load the model with a larger n_ctx if it was trained for one.")
        }
        return tokens
    }
}
