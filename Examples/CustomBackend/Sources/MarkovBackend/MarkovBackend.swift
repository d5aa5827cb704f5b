import Foundation
import Interlock

/// A backend that is no neural network: a Markov chain, learned from a text file when it is loaded.
///
/// It shows everything that a backend of one's own has to do: load with progress and unload, status, streaming, options
/// that are honoured and options that are not, the request's budget, cancellation, typed errors. Safe to use from many
/// tasks at a time.
public final class MarkovBackend: Backend {
    private struct State {
        var chain: MarkovChain?
        var unloads = 0
        var running = 0
    }

    /// `markov`, and the text file.
    public let identity: BackendIdentity
    // snippet: custom-capabilities
    /// What is honoured; everything else in a request is refused, or dropped and reported, by `admit`.
    public let capabilities = Capabilities(
        options: [.maximumResponseTokens, .seed, .stopSequences],
        rawText: true)
    // end snippet

    private let path: String
    private let order: Int
    private let clocks: Clocks
    private let logger: Logger
    private let state = Locked(State())

    /// Makes a backend; nothing is read yet.
    ///
    /// - Parameters:
    ///   - path: The text file to learn from, UTF-8.
    ///   - order: How many words decide about the next.
    ///   - clocks: The clocks that timings are read from.
    ///   - logger: Where log messages go.
    public init(path: String, order: Int = 2, clocks: Clocks = .system, logger: Logger = .silent) {
        identity = BackendIdentity(name: "markov", model: path)
        self.path = path
        self.order = order
        self.clocks = clocks
        self.logger = logger
    }

    // snippet: custom-load
    /// Reads and learns the text, unless that is done.
    public func load(progress: @escaping @Sendable (LoadProgress) -> Void) async throws {
        _ = try loaded(progress)
    }

    /// Forgets it; answers that are being given end with `not_loaded`.
    public func unload() async {
        state.withLock { state in
            state.chain = nil
            state.unloads += 1
        }
    }

    /// Whether the text is learned.
    public var isLoaded: Bool {
        get async { state.withLock { $0.chain != nil } }
    }

    /// What is known of the text, and who is being answered.
    public func status() async -> BackendStatus {
        state.withLock { state in
            BackendStatus(
                isLoaded: state.chain != nil,
                device: state.chain.map { _ in "CPU" },
                modelDescription: state.chain.map { "\($0.length) words, \($0.contextCount) contexts" },
                runningRequests: state.running)
        }
    }
    // end snippet

    // snippet: custom-run
    /// Goes on from the prompt to the end of a sentence, an event a word.
    public func run(_ request: GenerationRequest, emit: (GenerationEvent) async throws -> Void) async throws {
        let start = clocks.monotonic()
        let request = try await admit(request, emit: emit)  // refuses, or drops and reports, what cannot be honoured
        try request.budget.takeAttempt()
        let (chain, unloads) = try loaded { _ in }
        state.withLock { $0.running += 1 }
        defer { state.withLock { $0.running -= 1 } }
        try await emit(.head(ReplyHead(backend: identity.name, servedModel: identity.model)))

        let prompt = Self.prompt(request.input)
        let limit = request.options.maximumResponseTokens ?? 200
        var random = SplitMix64(seed: request.options.seed ?? .random(in: .min ... .max))
        var walk = chain.walk(after: prompt)
        var stop = StopFilter(request.options.stopSequences)
        var count = 0
        var reason = FinishReason(.endTurn)
        while stop.match == nil, let word = walk.next(using: &random) {
            guard count < limit else {
                reason = FinishReason(.maxTokens)
                break
            }
            try Task.checkCancellation()
            try request.budget.checkDeadline()
            try checkLoaded(unloads)
            let text = stop.append(count == 0 ? word : " \(word)")
            count += 1
            if !text.isEmpty { try await emit(.text(text)) }
        }
        let rest = stop.finish()
        if !rest.isEmpty { try await emit(.text(rest)) }
        if let match = stop.match { reason = FinishReason(.stopSequence, stopSequence: match) }

        let words = prompt.split(whereSeparator: \.isWhitespace).count
        try await emit(.usage(Usage(inputTokens: words, outputTokens: count)))
        try await emit(.timings(Timings(total: clocks.monotonic() - start)))
        try await emit(.finish(reason))  // always last: an answer without it counts as cut off
    }
    // end snippet

    /// What the answer goes on from: the text, or the last message of the conversation.
    private static func prompt(_ input: GenerationRequest.Input) -> String {
        switch input {
        case .text(let text): text
        case .transcript(let transcript): transcript.last?.text ?? ""
        }
    }

    /// The chain, learned now if need be, and a number that changes when it is unloaded.
    private func loaded(_ progress: (LoadProgress) -> Void) throws -> (MarkovChain, Int) {
        let ready = state.withLock { state in state.chain.map { ($0, state.unloads) } }
        if let ready { return ready }
        let text = try readText()
        let chain = MarkovChain(order: order, text: text) { fraction in
            progress(LoadProgress(fraction: fraction, label: "Reading \(path)"))
        }
        guard let chain else {
            throw InterlockError(
                .modelFileInvalid, "\(path) has fewer than \(order + 1) words",
                hint: "Give a longer text.", backend: identity.name)
        }
        logger.info("learned \(chain.length) words from \(path)")
        return state.withLock { state in
            let first = state.chain ?? chain  // two callers may have learned it at the same time
            state.chain = first
            return (first, state.unloads)
        }
    }

    // snippet: custom-errors
    private func readText() throws(InterlockError) -> String {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw InterlockError(
                .modelNotFound, "there is no readable file \(path)",
                hint: "Name a text file with --model.", backend: identity.name)
        }
        guard let text = String(validating: data, as: UTF8.self) else {
            throw InterlockError(
                .modelFileInvalid, "\(path) is not UTF-8", hint: "Convert it to UTF-8.", backend: identity.name)
        }
        return text
    }
    // end snippet

    private func checkLoaded(_ unloads: Int) throws(InterlockError) {
        guard state.withLock({ $0.unloads }) != unloads else { return }
        throw InterlockError(
            .notLoaded, "the text was unloaded during the answer", hint: "Send the request again.",
            backend: identity.name)
    }
}
