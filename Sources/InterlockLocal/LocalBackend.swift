public import InterlockCore

/// A model in this process, or in a worker process next to it, as a backend: conversation to tokens, tokens to events.
public final class LocalBackend: Backend {
    /// The name and the model.
    public let identity: BackendIdentity
    private let engine: LocalEngine
    private let seed: UInt64?
    private let logger: Logger
    private let chooseFormat: @Sendable (LocalEngine.Loaded) throws -> ChatFormat

    /// Makes a backend around an engine.
    ///
    /// - Parameters:
    ///   - identity: The registered name, and the model as the user named it.
    ///   - engine: Owns the model.
    ///   - seed: The seed of requests that bring none; nil draws one for every request.
    ///   - logger: Where log messages go.
    ///   - chooseFormat: Says, once the model is loaded, in which form it wants a conversation.
    public init(
        identity: BackendIdentity,
        engine: LocalEngine,
        seed: UInt64? = nil,
        logger: Logger = .silent,
        chooseFormat: @escaping @Sendable (LocalEngine.Loaded) throws -> ChatFormat = { _ in .chatML }
    ) {
        self.identity = identity
        self.engine = engine
        self.seed = seed
        self.logger = logger
        self.chooseFormat = chooseFormat
    }

    /// Every option of ``GenerationOptions``, raw text and prefill; the context length once the model is loaded.
    public var capabilities: Capabilities {
        Capabilities(
            options: Set(GenerationOptions.Name.allCases),
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

    /// Carries out a request on the engine's thread; requests of other callers wait in line.
    public func run(_ request: GenerationRequest, emit: (GenerationEvent) async throws -> Void) async throws {
        let start = engine.clocks.monotonic()
        let request = try await admit(request, emit: emit)
        try request.budget.takeAttempt()
        let wasLoaded = engine.loaded != nil
        let loaded = try await loaded { _ in }
        let loadedAt = engine.clocks.monotonic()
        let prompt = try promptTokens(request.input, loaded)
        try await emit(.head(ReplyHead(backend: identity.name, servedModel: loaded.description.name ?? identity.model)))
        let job = GenerationJob(
            prompt: prompt, options: request.options,
            seed: request.options.seed ?? seed ?? UInt64.random(in: .min ... .max),
            budget: request.budget, arrival: engine.clocks.monotonic())
        logger.debug("prompt of \(prompt.count) tokens, seed \(job.seed)")
        try engine.submit(job)
        defer { engine.cancel(job) }
        var firstContent: Duration?
        while true {
            let delivery = await withTaskCancellationHandler {
                await job.outbox.take()
            } onCancel: {
                engine.cancel(job)
            }
            if !delivery.text.isEmpty {
                firstContent = firstContent ?? (engine.clocks.monotonic() - start)
                try await emit(.text(delivery.text))
            }
            if !delivery.logprobs.isEmpty { try await emit(.logprobs(delivery.logprobs)) }
            guard let ending = try delivery.ending?.get() else { continue }
            try await emit(.usage(ending.usage))
            var timings = ending.timings
            if !wasLoaded { timings.load = loadedAt - start }
            timings.firstContent = firstContent
            timings.total = engine.clocks.monotonic() - start
            try await emit(.timings(timings))
            try await emit(.finish(ending.reason))
            return
        }
    }

    private func loaded(_ progress: @escaping @Sendable (LoadProgress) -> Void) async throws -> LocalEngine.Loaded {
        do {
            return try await engine.load(progress: progress)
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
            throw InterlockError(.invalidInput, "the prompt is empty", hint: "Write something.", backend: identity.name)
        }
        let limit = loaded.limits.contextLength
        guard tokens.count < limit else {
            throw InterlockError(
                .contextLengthExceeded,
                "the prompt has \(tokens.count) tokens, and the context holds \(limit) with at least one of the answer",
                hint: "Shorten the prompt, or load the model with a larger n_ctx if it was trained for one.",
                backend: identity.name)
        }
        return tokens
    }
}
