public import InterlockCore

/// A conversation with a model that remembers what was said.
///
/// The names are those of Apple's FoundationModels framework where the meaning is the same.
///
/// ```swift
/// let session = LanguageModelSession(model: model, instructions: "Answer briefly.")
/// let reply = try await session.respond(to: "What is the capital of France?")
/// print(reply.content)
/// ```
public final class LanguageModelSession: Sendable {
    private struct State {
        var transcript: Transcript
        var isResponding = false
    }

    /// The backend that answers.
    public let model: any Backend
    private let state: Locked<State>

    /// Begins a conversation.
    ///
    /// - Parameters:
    ///   - model: The backend that answers.
    ///   - instructions: What the model is to know and do in all its answers.
    public convenience init(model: any Backend, instructions: String? = nil) {
        self.init(model: model, transcript: instructions.map { [.system($0)] } ?? [])
    }

    /// Goes on with a conversation.
    ///
    /// - Parameters:
    ///   - model: The backend that answers.
    ///   - transcript: What was said so far.
    public init(model: any Backend, transcript: Transcript) {
        self.model = model
        state = Locked(State(transcript: transcript))
    }

    /// What was said so far: finished turns only.
    public var transcript: Transcript { state.withLock { $0.transcript } }

    /// Whether an answer is being given.
    ///
    /// A session gives one at a time.
    public var isResponding: Bool { state.withLock { $0.isResponding } }

    /// Loads the model, so that the first answer need not wait for it.
    ///
    /// - Throws: ``InterlockError``, or `CancellationError`.
    public func prewarm() async throws {
        try await model.load()
    }

    /// Answers a prompt and remembers both.
    ///
    /// If it throws, the conversation is as it was before.
    ///
    /// - Throws: ``InterlockError``, or `CancellationError`.
    @discardableResult
    public func respond(
        to prompt: String, options: GenerationOptions = GenerationOptions()
    ) async throws -> Reply {
        try await streamResponse(to: .user(prompt), options: options).collect()
    }

    /// Answers a message and remembers both.
    ///
    /// If it throws, the conversation is as it was before.
    ///
    /// - Throws: ``InterlockError``, or `CancellationError`.
    @discardableResult
    public func respond(
        to message: Message, options: GenerationOptions = GenerationOptions()
    ) async throws -> Reply {
        try await streamResponse(to: message, options: options).collect()
    }

    /// Answers a prompt piece by piece.
    ///
    /// The conversation remembers both once the stream was iterated to its end.
    public func streamResponse(
        to prompt: String, options: GenerationOptions = GenerationOptions()
    ) -> ResponseStream {
        streamResponse(to: .user(prompt), options: options)
    }

    /// Answers a message piece by piece.
    ///
    /// The conversation remembers both once the stream was iterated to its end.
    ///
    /// - Parameters:
    ///   - message: What to answer.
    ///   - options: How to generate.
    ///   - configure: Changes the request before it is sent: its budget, or what happens to what is unsupported.
    public func streamResponse(
        to message: Message,
        options: GenerationOptions = GenerationOptions(),
        configure: @escaping @Sendable (inout GenerationRequest) -> Void = { _ in }
    ) -> ResponseStream {
        ResponseStream(model) { [self] in
            var request = GenerationRequest(try begin(message), options: options)
            configure(&request)
            return ResponseStream.Turn(request: request) { [self] in complete(message, $0) }
        }
    }

    private func begin(_ message: Message) throws(InterlockError) -> Transcript {
        let transcript: Transcript? = state.withLock { state in
            guard !state.isResponding else { return nil }
            state.isResponding = true
            return Transcript(state.transcript.messages + [message])
        }
        guard let transcript else {
            throw InterlockError(
                .concurrentRequests, "the session is still answering",
                hint: "Wait for the answer, or begin another session for another conversation.")
        }
        return transcript
    }

    private func complete(_ message: Message, _ result: Result<Reply, any Error>) {
        state.withLock { state in
            state.isResponding = false
            guard case .success(let reply) = result else { return }
            state.transcript.append(message)
            state.transcript.append(reply.message)
        }
    }
}
