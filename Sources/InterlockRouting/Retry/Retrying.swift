public import InterlockCore

/// A layer that sends a failed request again, as a ``RetryPolicy`` says.
///
/// Once a piece of the answer has reached the caller, a failure is the caller's: what it has seen cannot be taken back.
/// The request's own budget of attempts and its deadline are never exceeded; a wait that would outlast the deadline is
/// not begun. Every attempt is listed in the reply's ``Timings/attempts``.
public final class Retrying: Backend {
    private let base: any Backend
    private let policy: RetryPolicy
    private let budget: RetryBudget
    private let clocks: Clocks
    private let logger: Logger
    private let random: @Sendable () -> Double

    /// Puts the layer around a backend.
    ///
    /// - Parameters:
    ///   - base: The backend that is asked.
    ///   - policy: When and how often to ask again.
    ///   - budget: Shared by all requests that may exhaust the same provider; nil makes one for this layer.
    ///   - clocks: The clocks that waits are taken from.
    ///   - logger: Told of every further attempt.
    ///   - random: Gives numbers from 0 up to, but not including, 1; for tests.
    public init(
        _ base: any Backend,
        policy: RetryPolicy = RetryPolicy(),
        budget: RetryBudget? = nil,
        clocks: Clocks = .system,
        logger: Logger = .silent,
        random: @escaping @Sendable () -> Double = { Double.random(in: 0..<1) }
    ) {
        self.base = base
        self.policy = policy
        self.budget = budget ?? RetryBudget()
        self.clocks = clocks
        self.logger = logger
        self.random = random
    }

    /// The wrapped backend's.
    public var identity: BackendIdentity { base.identity }
    /// The wrapped backend's.
    public var capabilities: Capabilities { base.capabilities }
    /// The wrapped backend's.
    public var isLoaded: Bool { get async { await base.isLoaded } }

    /// Loads the wrapped backend.
    public func load(progress: @escaping @Sendable (LoadProgress) -> Void) async throws {
        try await base.load(progress: progress)
    }

    /// Unloads the wrapped backend.
    public func unload() async { await base.unload() }

    /// The wrapped backend's.
    public func status() async -> BackendStatus { await base.status() }

    /// The wrapped backend's, asked once: a check that tries again would hide what it is to find.
    public func checkHealth(timeout: Duration) async throws(CancellationError) -> HealthReport {
        try await base.checkHealth(timeout: timeout)
    }

    /// Embeds, asking again as the policy says.
    public func embed(_ request: EmbeddingRequest) async throws -> EmbeddingReply {
        var record = AttemptRecord(clocks: clocks, backend: identity.name)
        return try await retrying(request.budget, &record) { try await base.embed(request) }
    }

    /// Lists the models, asking again as the policy says.
    public func models() async throws -> [ModelInfo] {
        var record = AttemptRecord(clocks: clocks, backend: identity.name)
        return try await retrying(nil, &record) { try await base.models() }
    }

    /// Makes the wrapped backend's server fetch a model; a fetch that broke off goes on where it was when begun anew.
    public func pull(_ model: String, progress: @escaping @Sendable (LoadProgress) -> Void) async throws {
        try await base.pull(model, progress: progress)
    }

    /// Counts tokens, asking again as the policy says.
    public func countTokens(_ request: GenerationRequest) async throws -> Int {
        var record = AttemptRecord(clocks: clocks, backend: identity.name)
        return try await retrying(request.budget, &record) { try await base.countTokens(request) }
    }

    /// Carries out a request, asking again as the policy says.
    public func run(_ request: GenerationRequest, emit: (GenerationEvent) async throws -> Void) async throws {
        var record = AttemptRecord(clocks: clocks, backend: identity.name)
        var delivery = Delivery()
        while true {
            let failure: InterlockError
            do {
                try await base.run(request) { event in
                    guard delivery.admit(event) else { return }
                    if case .finish = event {
                        record.succeeded()
                        if record.attempts.count > 1 {
                            try await delivery.handing { try await emit(.timings(Timings(attempts: record.attempts))) }
                        }
                    }
                    try await delivery.handing { try await emit(event) }
                }
                budget.recordSuccess()
                return
            } catch let error as InterlockError where !delivery.callerFailed {
                failure = error
            }
            let mayRetry = !delivery.hasContent
            try await wait(after: failure, mayRetry: mayRetry, request.budget, &record)
        }
    }

    private func retrying<Result>(
        _ requestBudget: RequestBudget?, _ record: inout AttemptRecord, _ body: () async throws -> Result
    ) async throws -> Result {
        while true {
            do {
                let result = try await body()
                budget.recordSuccess()
                return result
            } catch let error as InterlockError {
                try await wait(after: error, mayRetry: true, requestBudget, &record)
            }
        }
    }

    /// Waits for the next attempt.
    ///
    /// - Throws: The failure, if there is to be none.
    private func wait(
        after failure: InterlockError, mayRetry: Bool, _ requestBudget: RequestBudget?, _ record: inout AttemptRecord
    ) async throws {
        // The purse is shared: what earlier attempts failed with says more than that it is empty.
        if failure.code == .attemptsExhausted, let earlier = record.lastFailure { throw earlier }
        record.failed(failure)
        guard failure.isRetryable else { throw failure }
        let budgetAllows = budget.recordFailure()
        guard mayRetry, budgetAllows, record.attempts.count < policy.maximumAttempts,
            requestBudget?.remainingAttempts != 0,
            let delay = policy.delay(after: record.attempts.count, failure, random: random())
        else { throw failure }
        if let left = requestBudget?.remainingTime, left <= delay { throw failure }
        logger.notice(
            "\(failure.message); asking again in \(delay)",
            metadata: ["attempt": "\(record.attempts.count + 1)", "backend": identity.name])
        try await clocks.sleep(delay)
        record.begin(after: delay)
    }
}

/// What of an answer has been handed to the caller.
private struct Delivery {
    /// Whether a piece of the answer itself was among it.
    private(set) var hasContent = false
    /// Whether the caller's own code threw.
    private(set) var callerFailed = false
    private var drops: Set<Drop> = []

    /// Takes note of an event.
    ///
    /// - Returns: Whether it is to be handed on: a drop is reported once, not with every attempt.
    mutating func admit(_ event: GenerationEvent) -> Bool {
        switch event {
        case .head, .usage, .timings, .enforcement, .finish: break
        case .dropped(let drop): return drops.insert(drop).inserted
        default: hasContent = true
        }
        return true
    }

    mutating func handing(_ body: () async throws -> Void) async throws {
        do {
            try await body()
        } catch {
            callerFailed = true
            throw error
        }
    }
}

/// The attempts of one request.
private struct AttemptRecord {
    private(set) var attempts: [Timings.Attempt] = []
    private(set) var lastFailure: InterlockError?
    private let clocks: Clocks
    private let backend: String
    private var started: MonotonicTime
    private var waited = Duration.zero

    init(clocks: Clocks, backend: String) {
        self.clocks = clocks
        self.backend = backend
        started = clocks.monotonic()
    }

    mutating func begin(after wait: Duration) {
        waited = wait
        started = clocks.monotonic()
    }

    mutating func failed(_ error: InterlockError) {
        lastFailure = error
        append(failure: error.code, status: error.provider?.status)
    }

    mutating func succeeded() { append(failure: nil, status: nil) }

    private mutating func append(failure: InterlockError.Code?, status: Int?) {
        attempts.append(
            Timings.Attempt(
                backend: backend, wait: waited, duration: clocks.monotonic() - started, failure: failure,
                status: status))
    }
}
