import InterlockCore

/// One request on its way, and what comes back.
final class Transfer: @unchecked Sendable {
    /// What is done with the body.
    enum Mode {
        /// All of it at once, if it is not larger than so many bytes.
        case whole(limit: Int)
        /// Piece by piece, with at most so many bytes waiting.
        case stream(limit: Int)
    }

    /// How long a reader that has all it wants waits for the end.
    private static let patience = Duration.milliseconds(25)

    /// How long a released transfer may take to end by itself.
    private static let lingering = Duration.milliseconds(500)

    /// Its number in the trace.
    let exchange: UInt64
    /// What is asked.
    let request: HTTPRequest
    /// Whom.
    let url: HTTPURL
    /// Through which proxy.
    let proxy: String?
    /// What is done with the body.
    let mode: Mode
    private let engine: CurlEngine
    private let state = Locked(TransferState())

    // What follows belongs to the loop's thread.
    /// The handle that carries it, while it runs.
    var easy: EasyHandle?
    /// Its time limits.
    var deadlines: Deadlines
    /// The timer of the limit that ends first, or earlier than that.
    var timer: LoopTimer?
    /// Whether curl has begun to look for a connection of its own.
    var hasBegunConnecting = false
    /// Whether the engine has it on the list of those to look after.
    var isTouched = false
    /// Why it is given up by ourselves, where curl only knows that it was.
    var ownFailure: InterlockError?
    /// Whether it was sent once more already.
    var isSecondTry = false
    /// How much of the request's body was read by curl.
    var bodyOffset = 0
    private var reader = HeadReader()

    init(exchange: UInt64, request: HTTPRequest, url: HTTPURL, proxy: String?, mode: Mode, engine: CurlEngine) {
        self.exchange = exchange
        self.request = request
        self.url = url
        self.proxy = proxy
        self.mode = mode
        self.engine = engine
        deadlines = Deadlines(request.limits, at: EventLoop.now)
    }

    // MARK: The reader's side, on any thread

    /// Starts it, and waits for the head.
    func head() async throws -> HTTPResponseHead {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { start(.head($0)) }
        } onCancel: {
            cancel()
        }
    }

    /// Starts it, and waits for everything.
    func whole() async throws -> HTTPWholeResponse {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { start(.whole($0)) }
        } onCancel: {
            cancel()
        }
    }

    private func start(_ waiter: TransferState.Waiter) {
        state.withLock { $0.wait(waiter) }.run()
        if !engine.start(self) { fail(CurlEngine.closed) }
    }

    /// The next bytes, or nil at the end.
    func next() async throws -> [UInt8]? {
        let (ready, resumes) = try state.withLock { state in (try state.take(), state.isPaused) }
        if resumes { engine.unpause(self) }
        if let ready { return ready }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                state.withLock { $0.wait(.chunk(continuation)) }.run()
            }
        } onCancel: {
            cancel()
        }
    }

    /// The fields after the body, once it has ended.
    var trailers: HTTPHeaders { state.withLock { $0.trailers } }

    /// Whether nothing more will come.
    var isOver: Bool { state.withLock { $0.isOver } }

    /// Gives it up; the connection is closed at once, and what has arrived is dropped.
    func cancel() {
        let (wake, wasRunning) = state.withLock { state in
            let wasRunning = !state.isOver
            return (state.fail(CancellationError(), dropping: true), wasRunning)
        }
        wake.run()
        if wasRunning { engine.abort(self) }
    }

    /// Throws away what comes, until the end or until a moment has passed.
    func drain() async {
        let timer = engine.loop.schedule(after: Self.patience) { [self] in release() }
        defer { timer.cancel() }
        do {
            while try await next() != nil {}
        } catch {
            // The reader had all it wanted; what breaks now breaks nothing of it.
        }
    }

    /// Lets it come to its end by itself within some time, without a reader.
    func release() {
        let (wake, isRunning) = state.withLock { state in (state.release(), !state.isOver) }
        wake.run()
        guard isRunning else { return }
        engine.unpause(self)
        engine.loop.schedule(after: Self.lingering) { [self] in cancel() }
    }

    /// Gives it up unless it has been released.
    func leave() {
        if !state.withLock({ $0.isReleased }) { cancel() }
    }

    // MARK: The loop's side

    /// Ends it with an error.
    func fail(_ error: any Error) {
        state.withLock { $0.fail(error) }.run()
    }

    /// Ends it well.
    func finish() {
        state.withLock { $0.finish(trailers: reader.trailers) }.run()
    }

    /// Lets the reader go on, if it can.
    func deliver() {
        state.withLock { $0.satisfied() }.run()
    }

    /// Whether no byte of an answer has come.
    var isUnanswered: Bool { reader.isUntouched }

    /// Whether the final head has come.
    var hasHead: Bool { reader.isComplete }

    /// The fields after the body so far.
    var currentTrailers: HTTPHeaders { reader.trailers }

    /// Takes a line of the head; the head, when it is complete.
    func receive(line: UnsafeRawBufferPointer) -> HTTPResponseHead? {
        guard let head = reader.line(line, url: url.text) else { return nil }
        var expected = 0
        if case .whole(let limit) = mode, let length = head.headers.first("content-length").flatMap({ Int($0) }) {
            expected = min(length, limit, 1 << 20)
        }
        state.withLock { $0.begin(head, expecting: expected) }
        return head
    }

    /// Takes bytes of the body.
    func receive(body: UnsafeRawBufferPointer) -> TransferState.Verdict {
        switch mode {
        case .stream(let limit):
            return state.withLock { $0.accept(body, limit: limit) }
        case .whole(let limit):
            return state.withLock { state in
                guard state.waiting + body.count <= limit else {
                    ownFailure = HTTPFailure.tooLarge(url, limit: limit)
                    return .unwanted
                }
                return state.accept(body, limit: nil)
            }
        }
    }

    /// Whether it was paused and goes on.
    func resume() -> Bool { state.withLock { $0.resume() } }
}
