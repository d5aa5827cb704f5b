public import InterlockCore

/// Owns a model and the one thread that may touch it, and carries out one request after the other.
///
/// Callers on any thread are safe: their requests wait in line. The engine loads when it is first needed and can be
/// unloaded and loaded again.
public final class LocalEngine: Sendable {
    /// Loads the model on the engine's thread.
    ///
    /// Polls the flag and throws `CancellationError` when it is raised.
    public typealias ModelFactory =
        @Sendable (_ progress: @Sendable (LoadProgress) -> Void, _ abandoned: InterruptFlag) throws -> any TokenModel

    /// What is known of a loaded model without touching it.
    public struct Loaded: Sendable {
        /// What the model is.
        public let description: TokenModelDescription
        /// What may be asked of it.
        public let limits: TokenModelLimits
        /// Its tokens.
        public let vocabulary: Vocabulary
        fileprivate let interrupt: InterruptFlag
    }

    private struct Waiter {
        let id: UInt64
        let continuation: CheckedContinuation<Loaded, any Error>
        let progress: @Sendable (LoadProgress) -> Void
    }

    private enum Phase {
        case unloaded
        case loading(abandoned: InterruptFlag)
        case ready(Loaded, stopping: InterruptFlag)
        case stopping
    }

    private struct State {
        var phase = Phase.unloaded
        var waiters: [Waiter] = []
        var unloaders: [CheckedContinuation<Void, Never>] = []
        var jobs: [GenerationJob] = []
        var current: GenerationJob?
        var nextID: UInt64 = 0
    }

    /// What the engine's thread needs.
    ///
    /// It does not hold the engine: one that nobody holds any more ends its thread.
    private struct Core: Sendable {
        let state = Monitor(State())
        let clocks: Clocks
        let makeModel: ModelFactory
    }

    private let core: Core
    private let queueLimit: Int
    private var state: Monitor<State> { core.state }

    /// The clocks that timings and deadlines are read from.
    public var clocks: Clocks { core.clocks }

    /// Makes an engine; nothing is loaded yet.
    ///
    /// - Parameters:
    ///   - clocks: The clocks that timings and deadlines are read from.
    ///   - queueLimit: How many requests may wait; one more is refused as busy.
    ///   - makeModel: Loads the model.
    public init(clocks: Clocks = .system, queueLimit: Int = 256, makeModel: @escaping ModelFactory) {
        core = Core(clocks: clocks, makeModel: makeModel)
        self.queueLimit = queueLimit
    }

    deinit {
        Self.stop(core.state)
    }

    /// The loaded model, or nil.
    public var loaded: Loaded? {
        state.withLock { state in
            if case .ready(let loaded, _) = state.phase { loaded } else { nil }
        }
    }

    /// How many requests run and wait.
    public var load: (running: Int, waiting: Int) {
        state.withLock { ($0.current == nil ? 0 : 1, $0.jobs.count) }
    }

    /// How many wait for the model to be loaded.
    var waiterCount: Int { state.withLock { $0.waiters.count } }

    // MARK: Loading

    /// Loads the model if it is not loaded, and waits until it is.
    ///
    /// If all who wait are cancelled, loading is abandoned.
    ///
    /// - Throws: What the factory throws, or `CancellationError`.
    public func load(progress: @escaping @Sendable (LoadProgress) -> Void) async throws -> Loaded {
        if let loaded { return loaded }
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                enqueue(Waiter(id: id, continuation: continuation, progress: progress))
            }
        } onCancel: {
            abandon(id)
        }
    }

    private func enqueue(_ waiter: Waiter) {
        let action: Result<Loaded?, any Error> = state.withLock { state in
            // A task that was cancelled before it got here: its handler has run already and found nobody.
            if Task.isCancelled { return .failure(CancellationError()) }
            switch state.phase {
            case .ready(let loaded, _): return .success(loaded)
            case .loading, .stopping:
                state.waiters.append(waiter)
                return .success(nil)
            case .unloaded:
                state.waiters.append(waiter)
                guard !Self.startThread(core, &state) else { return .success(nil) }
                state.waiters.removeLast()
                return .failure(Self.noThread)
            }
        }
        switch action {
        case .success(nil): break
        case .success(let loaded?): waiter.continuation.resume(returning: loaded)
        case .failure(let error): waiter.continuation.resume(throwing: error)
        }
    }

    private static var noThread: InterlockError {
        InterlockError(.modelLoadFailed, "the system gave no thread for the model", hint: "Close other programs.")
    }

    private static func startThread(_ core: Core, _ state: inout State) -> Bool {
        let abandoned = InterruptFlag()
        guard DedicatedThread.start({ main(core, abandoned) }) else { return false }
        state.phase = .loading(abandoned: abandoned)
        return true
    }

    private func abandon(_ id: UInt64) {
        let waiter: Waiter? = state.withLock { state in
            guard let index = state.waiters.firstIndex(where: { $0.id == id }) else { return nil }
            let waiter = state.waiters.remove(at: index)
            if state.waiters.isEmpty, case .loading(let abandoned) = state.phase { abandoned.raise() }
            return waiter
        }
        waiter?.continuation.resume(throwing: CancellationError())
    }

    /// Ends the running and the waiting requests and gives the model's memory back.
    public func unload() async {
        await withCheckedContinuation { continuation in Self.stop(state, continuation) }
    }

    /// Ends whatever the thread does, and everybody's waiting; `done` is resumed when the model is gone.
    private static func stop(_ monitor: Monitor<State>, _ done: CheckedContinuation<Void, Never>? = nil) {
        let waiters: [Waiter]? = monitor.withLock { state in
            switch state.phase {
            case .unloaded: return nil
            case .stopping: break
            case .loading(let abandoned): abandoned.raise()
            case .ready(let loaded, let stopping):
                stopping.raise()
                loaded.interrupt.raise()
            }
            state.phase = .stopping
            if let done { state.unloaders.append(done) }
            defer { state.waiters = [] }
            return state.waiters
        }
        guard let waiters else {
            done?.resume()
            return
        }
        for waiter in waiters { waiter.continuation.resume(throwing: unloaded) }
    }

    private static var unloaded: InterlockError {
        InterlockError(.notLoaded, "the model was unloaded", hint: "Send the request again.")
    }

    // MARK: Requests

    /// Puts a job in line.
    ///
    /// - Throws: ``InterlockError/Code/busy`` if too many wait already, ``InterlockError/Code/notLoaded`` if the model was
    ///   unloaded in the meantime.
    func submit(_ job: GenerationJob) throws(InterlockError) {
        let limit = queueLimit
        let refusal: InterlockError? = state.withLock { state in
            guard case .ready = state.phase else {
                return Self.unloaded
            }
            guard state.jobs.count < limit else {
                return InterlockError(
                    .busy, "\(state.jobs.count) requests wait for this model already",
                    hint: "Try again later, or run the model with more slots.")
            }
            state.jobs.append(job)
            return nil
        }
        if let refusal { throw refusal }
    }

    /// Tells the engine that nobody wants a job's answer any more: out of the line, or out of the running evaluation.
    func cancel(_ job: GenerationJob) {
        job.cancellation.raise()
        let wasWaiting = state.withLock { state in
            if state.current === job, case .ready(let loaded, _) = state.phase { loaded.interrupt.raise() }
            guard let index = state.jobs.firstIndex(where: { $0 === job }) else { return false }
            state.jobs.remove(at: index)
            return true
        }
        if wasWaiting { job.outbox.end(.failure(CancellationError())) }
    }
}

// MARK: - The engine's thread

extension LocalEngine {
    /// The life of the thread: load, work, unload.
    private static func main(_ core: Core, _ abandoned: InterruptFlag) {
        let monitor = core.state
        var failure: any Error = unloaded
        do {
            let model = try core.makeModel({ report($0, to: monitor) }, abandoned)
            if announce(model, monitor, abandoned) { work(model, core, stopping: abandoned) }
        } catch {
            failure = error
        }
        let left: State = monitor.withLock { state in
            var left = state
            state = State(nextID: state.nextID)
            // Whoever came after the model was given up wants a new one.
            if abandoned.isRaised, !left.waiters.isEmpty, startThread(core, &state) {
                swap(&state.waiters, &left.waiters)
            }
            return left
        }
        for job in left.jobs { job.outbox.end(.failure(failure)) }
        for waiter in left.waiters { waiter.continuation.resume(throwing: failure) }
        for unloader in left.unloaders { unloader.resume() }
    }

    private static func report(_ progress: LoadProgress, to monitor: Monitor<State>) {
        for waiter in monitor.withLock({ $0.waiters }) { waiter.progress(progress) }
    }

    /// Says that the model is ready.
    ///
    /// - Returns: False if it was unloaded or abandoned meanwhile.
    private static func announce(
        _ model: any TokenModel, _ monitor: Monitor<State>, _ abandoned: InterruptFlag
    ) -> Bool {
        let loaded = Loaded(
            description: model.description, limits: model.limits, vocabulary: model.vocabulary,
            interrupt: model.interrupt)
        let waiters: [Waiter]? = monitor.withLock { state in
            guard !abandoned.isRaised else { return nil }
            state.phase = .ready(loaded, stopping: abandoned)
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters ?? [] { waiter.continuation.resume(returning: loaded) }
        return waiters != nil
    }

    private static func work(_ model: any TokenModel, _ core: Core, stopping: InterruptFlag) {
        while let job = nextJob(core.state, model.interrupt) {
            var run = SequenceRun(job, on: model, clocks: core.clocks, stopping: stopping)
            let ending = Result { try run.run() }
            core.state.withLock { $0.current = nil }
            job.outbox.end(ending)
        }
    }

    /// Waits for a job; nil when the engine is being stopped.
    private static func nextJob(_ monitor: Monitor<State>, _ interrupt: InterruptFlag) -> GenerationJob? {
        monitor.wait { state -> GenerationJob?? in
            if case .stopping = state.phase { return .some(nil) }
            guard !state.jobs.isEmpty else { return nil }
            let job = state.jobs.removeFirst()
            state.current = job
            interrupt.lower()
            return .some(job)
        }
    }
}
