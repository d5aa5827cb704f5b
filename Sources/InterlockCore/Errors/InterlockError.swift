/// What every part of Interlock throws: what went wrong, where, and what to do next.
///
/// A struct around a ``Code``, so that new kinds of failure are added without breaking whoever handles the old ones.
public struct InterlockError: Error, Sendable {
    /// The kind of failure.
    public var code: Code
    /// What went wrong and where, in one sentence without a trailing full stop.
    public var message: String
    /// What to do next, or nil where nothing useful can be said.
    public var hint: String?
    /// The registered name of the backend concerned, where one is.
    public var backend: String?
    /// How long to wait before another try, where the other side said so.
    public var retryAfter: Duration?

    /// Makes an error.
    public init(
        _ code: Code,
        _ message: String,
        hint: String? = nil,
        backend: String? = nil,
        retryAfter: Duration? = nil
    ) {
        self.code = code
        self.message = message
        self.hint = hint
        self.backend = backend
        self.retryAfter = retryAfter
    }

    /// A bounded set of values, fit to label a metric: the code's name.
    public var shortDescription: String { code.name }

    /// Whether the same request may succeed when it is sent again unchanged.
    public var isRetryable: Bool { code.isRetryable }

    /// The same error, with the backend's name filled in if it was not.
    public func attributed(to backend: String) -> InterlockError {
        var copy = self
        copy.backend = self.backend ?? backend
        return copy
    }
}

extension InterlockError: CustomStringConvertible {
    /// The message, and the hint on a second line.
    public var description: String {
        let head = backend.map { "\($0): \(message)" } ?? message
        guard let hint else { return head }
        return "\(head)\nhint: \(hint)"
    }
}
