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
/// is left. A second iteration is an error, ``InterlockError/Code/invalidRequest``: it would ask the model again.
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

    /// A request whose turn it is, and who is to be told once how it ended.
    struct Turn: Sendable {
        var request: GenerationRequest
        var onCompletion: @Sendable (Result<Reply, any Error>) -> Void = { _ in }
    }

    private let model: any Backend
    /// Begins the turn; gone once somebody has taken it.
    private let pending: Locked<(@Sendable () throws -> Turn)?>

    /// Makes the stream of a backend's answer.
    ///
    /// - Parameters:
    ///   - model: The backend that answers.
    ///   - begin: Called once when the work begins. If it throws, nothing has begun, and nobody is told of an end.
    init(_ model: any Backend, begin: @escaping @Sendable () throws -> Turn) {
        self.model = model
        pending = Locked(begin)
    }

    private func begin() throws -> Turn {
        let begin = pending.withLock { pending in
            defer { pending = nil }
            return pending
        }
        guard let begin else {
            throw InterlockError(
                .invalidRequest, "the response stream was iterated already",
                hint: "Keep what came the first time, or ask again for another stream.")
        }
        return try begin()
    }

    /// Begins the work.
    public func makeAsyncIterator() -> Iterator {
        Iterator(Result { Work(try begin(), model) })
    }

    /// Waits for the end and returns the whole answer.
    ///
    /// - Throws: ``InterlockError``, or `CancellationError`.
    public func collect() async throws -> Reply {
        let turn = try begin()
        do {
            let reply = try await model.reply(to: turn.request)
            turn.onCompletion(.success(reply))
            return reply
        } catch {
            turn.onCompletion(.failure(error))
            throw error
        }
    }

    /// The new text alone, piece by piece.
    ///
    /// It cannot tell that earlier text became void (``GenerationEvent/restart(keeping:)``); where that may happen,
    /// iterate the snapshots and show their content.
    public var deltas: some AsyncSequence<String, any Error> & Sendable {
        filter { !$0.delta.isEmpty }.map(\.delta)
    }

    /// Goes through the snapshots of a stream.
    public struct Iterator: AsyncIteratorProtocol {
        private let work: Result<Work, any Error>
        private var accumulator = ReplyAccumulator()
        private var isDone = false

        fileprivate init(_ work: Result<Work, any Error>) {
            self.work = work
        }

        /// The next snapshot, or nil at the end.
        ///
        /// - Throws: ``InterlockError``, or `CancellationError`.
        public mutating func next() async throws -> Snapshot? {
            guard !isDone else { return nil }
            do {
                let work = try work.get()
                guard let event = try await work.channel.receive() else {
                    isDone = true
                    work.end(.success(try accumulator.reply()))
                    return nil
                }
                try accumulator.apply(event)
                var delta = ""
                if case .text(let text) = event { delta = text }
                return Snapshot(content: accumulator.content, delta: delta, event: event)
            } catch {
                isDone = true
                if case .success(let work) = work { work.end(.failure(error)) }
                throw error
            }
        }
    }

    /// The running backend behind an iterator: cancelled when nobody iterates any more, and says once how it ended.
    fileprivate final class Work: Sendable {
        let channel = EventChannel()
        private let task: Task<Void, Never>
        private let onCompletion: Locked<(@Sendable (Result<Reply, any Error>) -> Void)?>

        init(_ turn: Turn, _ model: any Backend) {
            let channel = channel
            onCompletion = Locked(turn.onCompletion)
            // The one task of a stream, at the public edge.
            task = Task(executorPreference: Work.callersExecutor) {
                do {
                    try await model.run(turn.request) { event in try await channel.send(event) }
                    channel.finish(.success(()))
                } catch {
                    channel.finish(.failure(error))
                }
            }
        }

        /// Ends the work if it still goes on, and tells how it ended.
        func end(_ result: Result<Reply, any Error>) {
            task.cancel()
            channel.abandon()
            let tell = onCompletion.withLock { tell in
                defer { tell = nil }
                return tell
            }
            tell?(result)
        }

        deinit {
            end(.failure(CancellationError()))
        }

        /// The task executor that the caller prefers; a task that is made here would not inherit it by itself.
        private static var callersExecutor: (any TaskExecutor)? {
            #if canImport(Darwin)
            // Finding it out needs a newer system than the oldest that this package supports.
            nil
            #else
            withUnsafeCurrentTask { $0?.unownedTaskExecutor?.asTaskExecutor() }
            #endif
        }
    }
}
