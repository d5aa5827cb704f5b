public import InterlockCore

/// A backend that says what a test tells it to: deterministic, streaming, and able to misbehave.
///
/// ```swift
/// let model = ScriptedBackend([.text("Par", "is."), .failure(InterlockError(.busy, "come back later"))])
/// ```
public final class ScriptedBackend: Backend {
    /// One thing that happens during an answer.
    public enum Step: Sendable {
        /// Hands out an event.
        case event(GenerationEvent)
        /// Waits, by the backend's clocks.
        case wait(Duration)
        /// Ends the answer with an error.
        case fail(any Error)
    }

    /// One answer.
    public struct Answer: Sendable {
        /// What happens, in order.
        ///
        /// Without a finish among them the answer is cut off.
        public var steps: [Step]

        /// Makes an answer of steps.
        public init(_ steps: [Step]) {
            self.steps = steps
        }

        /// An answer whose text comes in these pieces and that ends as it should.
        public static func text(_ pieces: String...) -> Answer {
            text(pieces: pieces)
        }

        /// An answer whose text comes in these pieces, with a wait before each, and that ends as it should.
        public static func text(pieces: [String], delay: Duration = .zero) -> Answer {
            var steps: [Step] = []
            for piece in pieces where !piece.isEmpty {
                if delay > .zero { steps.append(.wait(delay)) }
                steps.append(.event(.text(piece)))
            }
            steps.append(.event(.usage(Usage(outputTokens: pieces.count))))
            steps.append(.event(.finish(FinishReason(.endTurn, raw: "scripted"))))
            return Answer(steps)
        }

        /// No answer but an error.
        public static func failure(_ error: any Error) -> Answer {
            Answer([.fail(error)])
        }
    }

    private struct State {
        var requests: [GenerationRequest] = []
        var isLoaded = false
        var running = 0
    }

    /// `scripted`, and the model that the configuration named.
    public let identity: BackendIdentity
    /// What the backend claims to be able to do; everything but constraints unless told otherwise.
    public let capabilities: Capabilities
    private let clocks: Clocks
    private let answer: @Sendable (GenerationRequest, Int) throws -> Answer
    private let state = Locked(State())

    /// Makes a backend whose answers are computed.
    ///
    /// - Parameters:
    ///   - name: The registered name to go by.
    ///   - model: The model to go by.
    ///   - capabilities: What the backend claims to be able to do.
    ///   - clocks: The clocks that waits are taken from.
    ///   - answer: Gives the answer to a request and its number, counted from 0.
    public init(
        name: String = "scripted",
        model: String? = nil,
        capabilities: Capabilities = ScriptedBackend.everything,
        clocks: Clocks = .system,
        answer: @escaping @Sendable (GenerationRequest, Int) throws -> Answer
    ) {
        identity = BackendIdentity(name: name, model: model)
        self.capabilities = capabilities
        self.clocks = clocks
        self.answer = answer
    }

    /// Makes a backend that gives these answers one after the other.
    ///
    /// A request after the last of them is an error: ``InterlockError/Code/invalidRequest``.
    public convenience init(
        _ answers: [Answer], capabilities: Capabilities = ScriptedBackend.everything, clocks: Clocks = .system
    ) {
        self.init(capabilities: capabilities, clocks: clocks) { _, number in
            guard number < answers.count else {
                throw InterlockError(
                    .invalidRequest, "the script has \(answers.count) answers, and this is request \(number + 1)",
                    hint: "Give the scripted backend more answers.", backend: "scripted")
            }
            return answers[number]
        }
    }

    /// Every option, every kind of content, tools, raw text and prefill; no constraints.
    public static let everything = Capabilities(
        options: Set(GenerationOptions.Name.allCases),
        extras: nil,
        modalities: Set(Capabilities.Modality.allCases),
        tools: true,
        rawText: true,
        prefill: true)

    /// The requests so far, in the order in which they came.
    public var requests: [GenerationRequest] { state.withLock { $0.requests } }

    /// Notes that the backend is loaded.
    public func load(progress: @escaping @Sendable (LoadProgress) -> Void) async throws {
        progress(LoadProgress(fraction: 1, label: "Loading the script"))
        state.withLock { $0.isLoaded = true }
    }

    /// Notes that the backend is not loaded any more.
    public func unload() async {
        state.withLock { $0.isLoaded = false }
    }

    /// Whether it was loaded.
    public var isLoaded: Bool {
        get async { state.withLock { $0.isLoaded } }
    }

    /// Whether it is loaded, and how many requests are running.
    public func status() async -> BackendStatus {
        state.withLock { state in
            BackendStatus(
                isLoaded: state.isLoaded, device: "none", modelDescription: "a script",
                runningRequests: state.running, waitingRequests: 0)
        }
    }

    /// Plays the answer.
    public func run(_ request: GenerationRequest, emit: (GenerationEvent) async throws -> Void) async throws {
        let request = try await admit(request, emit: emit)
        try request.budget.takeAttempt()
        let number = state.withLock { state in
            state.requests.append(request)
            state.isLoaded = true
            state.running += 1
            return state.requests.count - 1
        }
        defer { state.withLock { $0.running -= 1 } }
        try await emit(.head(ReplyHead(backend: identity.name, servedModel: identity.model)))
        for step in try answer(request, number).steps {
            try Task.checkCancellation()
            try request.budget.checkDeadline()
            switch step {
            case .event(let event): try await emit(event)
            case .wait(let duration): try await clocks.sleep(duration)
            case .fail(let error): throw error
            }
        }
    }
}
