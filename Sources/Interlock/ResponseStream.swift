public import InterlockCore

/// An answer as it comes: a sequence of snapshots, to be iterated once.
///
/// ```swift
/// for try await snapshot in session.streamResponse(to: "Tell me a story.") {
///     print(snapshot.delta, terminator: "")
/// }
/// ```
///
/// The work begins when the iteration does, never runs more than a few events ahead of it, and is cancelled when the loop
/// is left.
public struct ResponseStream: AsyncSequence, Sendable {
    /// The answer so far.
    public struct Snapshot: Sendable, Hashable {
        /// All the text so far.
        public var content: String
        /// The text that is new since the last snapshot; empty if something else happened.
        public var delta: String
        /// What happened.
        public var event: GenerationEvent
    }

    private let model: any Backend
    private let makeRequest: @Sendable () throws -> GenerationRequest
    private let onCompletion: @Sendable (Result<Reply, any Error>) -> Void

    /// Makes the stream of a backend's answer.
    ///
    /// - Parameters:
    ///   - model: The backend that answers.
    ///   - onCompletion: Told once how the answer ended.
    ///   - makeRequest: Makes the request when the work begins.
    init(
        _ model: any Backend,
        onCompletion: @escaping @Sendable (Result<Reply, any Error>) -> Void = { _ in },
        makeRequest: @escaping @Sendable () throws -> GenerationRequest
    ) {
        self.model = model
        self.makeRequest = makeRequest
        self.onCompletion = onCompletion
    }

    private func run(_ emit: (GenerationEvent) async throws -> Void) async throws {
        try await model.run(try makeRequest(), emit: emit)
    }

    /// Begins the work.
    public func makeAsyncIterator() -> Iterator {
        Iterator(self)
    }

    /// Waits for the end and returns the whole answer.
    ///
    /// - Throws: ``InterlockError``, or `CancellationError`.
    public func collect() async throws -> Reply {
        var accumulator = ReplyAccumulator()
        do {
            try await run { event in try accumulator.apply(event) }
            let reply = try accumulator.reply()
            onCompletion(.success(reply))
            return reply
        } catch {
            onCompletion(.failure(error))
            throw error
        }
    }

    /// The new text alone, piece by piece.
    public var deltas: some AsyncSequence<String, any Error> & Sendable {
        filter { !$0.delta.isEmpty }.map(\.delta)
    }

    /// Goes through the snapshots of a stream.
    public struct Iterator: AsyncIteratorProtocol {
        /// Cancels the work when nobody iterates any more, and says once how it ended.
        private final class Work: Sendable {
            let channel = EventChannel()
            private let task: Task<Void, Never>
            private let onCompletion: Locked<(@Sendable (Result<Reply, any Error>) -> Void)?>

            init(_ stream: ResponseStream) {
                let channel = channel
                onCompletion = Locked(stream.onCompletion)
                // The one task of a stream, at the public edge; it runs where the caller's executor preference says.
                task = Task(executorPreference: nil) {
                    do {
                        try await stream.run { event in try await channel.send(event) }
                        channel.finish(.success(()))
                    } catch {
                        channel.finish(.failure(error))
                    }
                }
            }

            func complete(_ result: Result<Reply, any Error>) {
                let tell = onCompletion.withLock { tell in
                    defer { tell = nil }
                    return tell
                }
                tell?(result)
            }

            deinit {
                task.cancel()
                channel.abandon()
                complete(.failure(CancellationError()))
            }
        }

        private let work: Work
        private var accumulator = ReplyAccumulator()
        private var isDone = false

        fileprivate init(_ stream: ResponseStream) {
            work = Work(stream)
        }

        /// The next snapshot, or nil at the end.
        ///
        /// - Throws: ``InterlockError``, or `CancellationError`.
        public mutating func next() async throws -> Snapshot? {
            guard !isDone else { return nil }
            do {
                guard let event = try await work.channel.receive() else {
                    isDone = true
                    work.complete(.success(try accumulator.reply()))
                    return nil
                }
                try accumulator.apply(event)
                var delta = ""
                if case .text(let text) = event { delta = text }
                return Snapshot(content: accumulator.content, delta: delta, event: event)
            } catch {
                isDone = true
                work.complete(.failure(error))
                throw error
            }
        }
    }
}
