public import InterlockCore

extension Backend {
    /// Answers one prompt.
    ///
    /// ```swift
    /// let reply = try await model.generate("What is the capital of France?")
    /// print(reply.content)
    /// ```
    ///
    /// - Parameters:
    ///   - prompt: What the user says.
    ///   - system: Instructions for the model.
    ///   - options: How to generate.
    /// - Throws: ``InterlockError``, or `CancellationError`.
    public func generate(
        _ prompt: String, system: String? = nil, options: GenerationOptions = GenerationOptions()
    ) async throws -> Reply {
        var transcript = Transcript()
        if let system { transcript.append(.system(system)) }
        transcript.append(.user(prompt))
        return try await chat(transcript, options: options)
    }

    /// Answers a conversation.
    ///
    /// ```swift
    /// let reply = try await model.chat([.system("Answer briefly."), .user("Hello!")])
    /// ```
    ///
    /// - Parameters:
    ///   - messages: The conversation so far.
    ///   - options: How to generate.
    /// - Throws: ``InterlockError``, or `CancellationError`.
    public func chat(_ messages: Transcript, options: GenerationOptions = GenerationOptions()) async throws -> Reply {
        try await reply(to: GenerationRequest(messages, options: options))
    }

    /// Answers a request piece by piece.
    ///
    /// Nothing happens before the stream is iterated; leaving the loop early cancels the work.
    public func stream(_ request: GenerationRequest) -> ResponseStream {
        ResponseStream(self) { ResponseStream.Turn(request: request) }
    }
}
