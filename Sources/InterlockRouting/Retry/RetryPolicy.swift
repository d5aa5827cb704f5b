import InterlockCore

/// When and how often a failed request is sent again.
///
/// Only failures that may pass are tried again (``InterlockError/isRetryable``), and only while nothing of the answer
/// has reached the caller. The provider's own word goes first: `Retry-After` is the wait, and `x-should-retry` decides.
public struct RetryPolicy: Sendable, Hashable {
    /// How often a model is asked in all, the first time included; at least 1.
    public var maximumAttempts: Int
    /// The most that the first wait can be; it doubles with every further one.
    public var baseDelay: Duration
    /// The most that any wait can be, unless the provider asks for more.
    public var maximumDelay: Duration
    /// The longest wait that a provider may ask for; where it asks for more, its error goes to the caller.
    public var maximumRetryAfter: Duration

    /// Makes a policy; left as it is, it asks three times within some seconds.
    public init(
        maximumAttempts: Int = 3,
        baseDelay: Duration = .milliseconds(500),
        maximumDelay: Duration = .seconds(8),
        maximumRetryAfter: Duration = .seconds(120)
    ) {
        self.maximumAttempts = max(1, maximumAttempts)
        self.baseDelay = baseDelay
        self.maximumDelay = maximumDelay
        self.maximumRetryAfter = maximumRetryAfter
    }

    /// Never tries again.
    public static let never = RetryPolicy(maximumAttempts: 1)

    /// How long to wait before the next attempt.
    ///
    /// Exponential backoff with full jitter: a random part of the doubled wait, so that many callers that failed together
    /// do not come back together (Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015).
    ///
    /// - Parameters:
    ///   - failures: The attempts that failed so far; at least 1.
    ///   - error: What the last of them failed with.
    ///   - random: A number from 0 up to, but not including, 1.
    /// - Returns: The wait, or nil if the provider asks for a longer one than is allowed.
    func delay(after failures: Int, _ error: InterlockError, random: Double) -> Duration? {
        if let wanted = error.retryAfter, wanted > .zero {
            return wanted <= maximumRetryAfter ? wanted : nil
        }
        var ceiling = min(baseDelay, maximumDelay)
        for _ in 1..<max(1, failures) where ceiling < maximumDelay { ceiling = min(ceiling * 2, maximumDelay) }
        return ceiling * random
    }
}
