/// The attempts and the time that one request may use, shared by every layer that it passes.
///
/// It is one object, not a value: repair × retry × fallback draw from the same purse and cannot multiply.
public final class RequestBudget: Sendable {
    /// The point after which the request is given up, or nil for none.
    public let deadline: MonotonicTime?
    private let clocks: Clocks
    private let remaining: Locked<Int>

    /// Makes a budget.
    ///
    /// - Parameters:
    ///   - attempts: How often a model may be asked in all; at least 1.
    ///   - timeout: How long the request may take from now on, or nil for no limit.
    ///   - clocks: The clocks that the deadline is read against.
    public init(attempts: Int = 6, timeout: Duration? = nil, clocks: Clocks = .system) {
        self.clocks = clocks
        deadline = timeout.map { clocks.monotonic() + $0 }
        remaining = Locked(max(1, attempts))
    }

    /// How many attempts are left.
    public var remainingAttempts: Int { remaining.withLock { $0 } }

    /// The time left, never negative, or nil where there is no deadline.
    public var remainingTime: Duration? {
        deadline.map { max(.zero, $0 - clocks.monotonic()) }
    }

    /// Whether the deadline has passed.
    public var isExpired: Bool {
        deadline.map { clocks.monotonic() >= $0 } ?? false
    }

    /// Takes one attempt; whoever asks a model calls this first.
    ///
    /// - Throws: ``InterlockError/Code/deadlineExceeded`` or ``InterlockError/Code/attemptsExhausted``.
    public func takeAttempt() throws(InterlockError) {
        try checkDeadline()
        let taken = remaining.withLock { left in
            guard left > 0 else { return false }
            left -= 1
            return true
        }
        guard taken else {
            throw InterlockError(
                .attemptsExhausted, "all attempts of this request are used up",
                hint: "Look at the errors of the earlier attempts, or allow more attempts.")
        }
    }

    /// Checks the deadline.
    ///
    /// - Throws: ``InterlockError/Code/deadlineExceeded``.
    public func checkDeadline() throws(InterlockError) {
        guard isExpired else { return }
        throw InterlockError(
            .deadlineExceeded, "the request's deadline passed",
            hint: "Allow more time, ask for fewer tokens, or use a faster model.")
    }
}
