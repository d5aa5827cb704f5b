import InterlockCore

/// Keeps retries from hammering a provider that is going down.
///
/// A purse shared by all requests to one backend: every failure that would be retried takes a token, every success gives
/// a tenth of one back, and nothing is retried while the purse is less than half full. With most requests failing,
/// retries stop by themselves; single failures never empty it. (gRPC proposal A6, "retry throttling".)
public final class RetryBudget: Sendable {
    /// How many tokens there can be.
    public let capacity: Double
    /// What a success gives back.
    public let refill: Double
    private let tokens: Locked<Double>

    /// Makes a full purse.
    ///
    /// - Parameters:
    ///   - capacity: How many tokens there can be; above 0.
    ///   - refill: What a success gives back.
    public init(capacity: Double = 20, refill: Double = 0.1) {
        self.capacity = capacity
        self.refill = refill
        tokens = Locked(capacity)
    }

    /// Whether retries are allowed now.
    public var allowsRetry: Bool {
        tokens.withLock { $0 > capacity / 2 }
    }

    /// Notes a failure.
    ///
    /// - Returns: Whether it may be retried.
    func recordFailure() -> Bool {
        tokens.withLock { tokens in
            tokens = max(0, tokens - 1)
            return tokens > capacity / 2
        }
    }

    /// Notes a success.
    func recordSuccess() {
        tokens.withLock { $0 = min(capacity, $0 + refill) }
    }
}
