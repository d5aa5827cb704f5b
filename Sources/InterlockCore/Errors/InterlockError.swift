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
    /// What the other side said whether another try can help, where it did; goes before the code's own answer.
    public var retryAdvice: Bool?
    /// In which phase of an exchange the time ran out, for ``Code/timeout``.
    public var timeoutPhase: TimeoutPhase?
    /// What the provider said, where one answered.
    public var provider: ProviderDetail?

    /// A phase of an exchange that has a time limit of its own.
    public enum TimeoutPhase: String, Sendable, Hashable, CaseIterable {
        /// Until the connection stands: name resolution, TCP, TLS.
        case connect
        /// From the request to the first byte of the answer.
        case firstByte = "first_byte"
        /// Between two pieces of the answer.
        case idle
        /// The whole exchange.
        case total
    }

    /// A provider's own words about a failure.
    public struct ProviderDetail: Sendable, Hashable {
        /// The status of its HTTP response.
        public var status: Int?
        /// Its own code for the failure, such as `insufficient_quota`.
        public var code: String?
        /// Its own kind of failure, such as `invalid_request_error`.
        public var type: String?
        /// The request parameter that it complains about.
        public var parameter: String?
        /// The id by which its support finds the request.
        public var requestID: String?

        /// Makes a detail; what is left out was not said.
        public init(
            status: Int? = nil, code: String? = nil, type: String? = nil, parameter: String? = nil,
            requestID: String? = nil
        ) {
            self.status = status
            self.code = code
            self.type = type
            self.parameter = parameter
            self.requestID = requestID
        }
    }

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
    public var isRetryable: Bool { retryAdvice ?? code.isRetryable }

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
