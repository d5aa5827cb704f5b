/// What the loop and the reader of one transfer share; pure, so that it needs neither socket nor task.
struct TransferState {
    /// Who waits, for what.
    enum Waiter {
        case head(CheckedContinuation<HTTPResponseHead, any Error>)
        case chunk(CheckedContinuation<[UInt8]?, any Error>)
        case whole(CheckedContinuation<HTTPWholeResponse, any Error>)
    }

    /// What to do once the lock is released.
    enum Wake {
        case nobody
        case head(CheckedContinuation<HTTPResponseHead, any Error>, Result<HTTPResponseHead, any Error>)
        case chunk(CheckedContinuation<[UInt8]?, any Error>, Result<[UInt8]?, any Error>)
        case whole(CheckedContinuation<HTTPWholeResponse, any Error>, Result<HTTPWholeResponse, any Error>)

        func run() {
            switch self {
            case .nobody: break
            case .head(let continuation, let result): continuation.resume(with: result)
            case .chunk(let continuation, let result): continuation.resume(with: result)
            case .whole(let continuation, let result): continuation.resume(with: result)
            }
        }
    }

    /// What became of bytes that arrived.
    enum Verdict {
        /// They wait; the flag says whether somebody waits for them.
        case taken(isAwaited: Bool)
        /// There is no room; the transfer is to be paused, and they come again.
        case full
        /// Nobody wants them any more.
        case unwanted
    }

    private enum Stage {
        case running
        case finished(HTTPHeaders)
        case failed(any Error)
    }

    private var stage = Stage.running
    private var head: HTTPResponseHead?
    private var buffer: [UInt8] = []
    private var waiter: Waiter?
    /// Whether curl was told to wait.
    private(set) var isPaused = false

    /// Whether the reader has all it wants.
    private(set) var isReleased = false
    /// How many bytes have come since then.
    private var discarded = 0
    /// How many may.
    private static let discardLimit = 64 << 10

    /// Whether nothing more will come.
    var isOver: Bool {
        if case .running = stage { return false }
        return true
    }

    /// The fields after the body, once it has ended.
    var trailers: HTTPHeaders {
        if case .finished(let trailers) = stage { return trailers }
        return [:]
    }

    /// The bytes that wait.
    var waiting: Int { buffer.count }

    // MARK: The loop's side

    /// The head has arrived.
    mutating func begin(_ head: HTTPResponseHead, expecting size: Int) {
        self.head = head
        if size > 0 { buffer.reserveCapacity(size) }
    }

    /// Bytes of the body have arrived.
    mutating func accept(_ bytes: UnsafeRawBufferPointer, limit: Int?) -> Verdict {
        guard !isOver else { return .unwanted }
        if isReleased {
            discarded += bytes.count
            return discarded <= Self.discardLimit ? .taken(isAwaited: false) : .unwanted
        }
        if let limit, !buffer.isEmpty, buffer.count + bytes.count > limit {
            isPaused = true
            return .full
        }
        buffer.append(contentsOf: bytes)
        if case .chunk = waiter { return .taken(isAwaited: true) }
        return .taken(isAwaited: false)
    }

    /// The transfer goes on after a pause.
    mutating func resume() -> Bool {
        defer { isPaused = false }
        return isPaused && !isOver
    }

    /// Everything has arrived.
    mutating func finish(trailers: HTTPHeaders) -> Wake {
        if !isOver { stage = .finished(trailers) }
        return satisfied()
    }

    /// Something went wrong; what has arrived before is still delivered, unless nobody wants it.
    mutating func fail(_ error: any Error, dropping: Bool = false) -> Wake {
        guard !isOver else { return .nobody }
        stage = .failed(error)
        if dropping { buffer = [] }
        return satisfied()
    }

    // MARK: The reader's side

    /// Begins to wait; what is to be resumed at once comes back.
    mutating func wait(_ new: Waiter) -> Wake {
        if waiter != nil { return new.failing(Self.twoReaders) }
        waiter = new
        return satisfied()
    }

    /// What can be read without waiting: bytes, or nil in `.some(nil)` for the end.
    mutating func take() throws -> [UInt8]?? {
        if !buffer.isEmpty { return takeBuffer() }
        switch stage {
        case .running: return isReleased ? .some(nil) : nil
        case .finished: return .some(nil)
        case .failed(let error): throw error
        }
    }

    /// Throws away what waits and what comes; whoever waits for it is told that this is the end.
    mutating func release() -> Wake {
        isReleased = true
        buffer = []
        return satisfied()
    }

    private mutating func takeBuffer() -> [UInt8] {
        let bytes = buffer
        buffer = []
        return bytes
    }

    /// Whether the one who waits can go on, and with what.
    mutating func satisfied() -> Wake {
        switch waiter {
        case nil: return .nobody
        case .head(let continuation):
            if let head {
                waiter = nil
                return .head(continuation, .success(head))
            }
            guard let error = failure else { return .nobody }
            waiter = nil
            return .head(continuation, .failure(error))
        case .chunk(let continuation):
            do {
                guard let chunk = try take() else { return .nobody }
                waiter = nil
                return .chunk(continuation, .success(chunk))
            } catch {
                waiter = nil
                return .chunk(continuation, .failure(error))
            }
        case .whole(let continuation):
            guard isOver else { return .nobody }
            waiter = nil
            guard failure == nil, let head else {
                return .whole(continuation, .failure(failure ?? Self.noHead))
            }
            return .whole(
                continuation, .success(HTTPWholeResponse(head: head, body: takeBuffer(), trailers: trailers)))
        }
    }

    private var failure: (any Error)? {
        switch stage {
        case .running: nil
        case .finished: head == nil ? Self.noHead : nil
        case .failed(let error): error
        }
    }
}
