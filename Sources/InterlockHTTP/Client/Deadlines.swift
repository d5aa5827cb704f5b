import InterlockCore

/// Which time limit runs in which phase of an exchange; pure, told the time by its owner.
struct Deadlines {
    private enum Stage {
        case connecting(since: MonotonicTime)
        case waiting(since: MonotonicTime)
        case streaming(since: MonotonicTime)
        /// The reader is slow, and nothing can be expected of the other side.
        case suspended
    }

    /// A limit that runs.
    struct Running {
        var end: MonotonicTime
        var phase: InterlockError.TimeoutPhase
        var limit: Duration
    }

    private let limits: HTTPTimeLimits
    private let start: MonotonicTime
    private var stage: Stage

    init(_ limits: HTTPTimeLimits, at now: MonotonicTime) {
        self.limits = limits
        start = now
        stage = .connecting(since: now)
    }

    /// Whether there is a limit between bytes at all.
    var watchesBytes: Bool { limits.idle != nil }

    /// Whether the connection is not there yet.
    var isConnecting: Bool {
        if case .connecting = stage { return true }
        return false
    }

    /// A connection is being made, perhaps anew.
    mutating func connect(at now: MonotonicTime) { stage = .connecting(since: now) }
    /// The connection is there.
    mutating func wait(at now: MonotonicTime) { stage = .waiting(since: now) }
    /// The head or a piece of the body came, or the reader goes on.
    mutating func stream(at now: MonotonicTime) { stage = .streaming(since: now) }
    /// The reader has enough for now.
    mutating func suspend() { stage = .suspended }

    /// The limit that ends first.
    var next: Running? {
        let own: (MonotonicTime, InterlockError.TimeoutPhase, Duration?)? =
            switch stage {
            case .connecting(let since): (since, .connect, limits.connect)
            case .waiting(let since): (since, .firstByte, limits.firstByte)
            case .streaming(let since): (since, .idle, limits.idle)
            case .suspended: nil
            }
        let total = limits.total.map { Running(end: start + $0, phase: .total, limit: $0) }
        guard let own, let limit = own.2 else { return total }
        let phase = Running(end: own.0 + limit, phase: own.1, limit: limit)
        guard let total, total.end <= phase.end else { return phase }
        return total
    }
}
