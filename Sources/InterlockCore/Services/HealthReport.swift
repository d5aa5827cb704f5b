/// Whether a backend can be used right now, and if not, why.
public struct HealthReport: Sendable {
    /// The verdict.
    public enum State: String, Sendable, Hashable, CaseIterable {
        /// It answers, and the model is there.
        case ready
        /// It answers, but the model has to be loaded first, which the first request does.
        case notLoaded = "not_loaded"
        /// It needs a key or token, and none was given.
        case missingCredential = "missing_credential"
        /// It refuses the key or token.
        case unauthorized
        /// It answers, but has no such model or deployment.
        case noSuchModel = "no_such_model"
        /// It cannot be reached.
        case unreachable
        /// It did not answer in time.
        case timedOut = "timed_out"
        /// It answers with something else that is wrong.
        case failing
    }

    /// The verdict.
    public var state: State
    /// What was asked, such as an address.
    public var target: String?
    /// How long the answer took.
    public var latency: Duration?
    /// What is wrong, with what to do about it; nil where nothing is.
    public var problem: InterlockError?
    /// What else was learnt, in the order in which it is to be shown.
    public var details: [Detail]

    /// One thing that was learnt.
    public struct Detail: Sendable, Hashable {
        /// What it is about, in a word or two.
        public var name: String
        /// What was found.
        public var value: String

        /// Makes a detail.
        public init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    /// Makes a report.
    public init(
        _ state: State, target: String? = nil, latency: Duration? = nil, problem: InterlockError? = nil,
        details: [Detail] = []
    ) {
        self.state = state
        self.target = target
        self.latency = latency
        self.problem = problem
        self.details = details
    }

    /// The verdict that an error of a first exchange stands for.
    public init(_ error: InterlockError, target: String? = nil, latency: Duration? = nil) {
        let state: State =
            switch error.code {
            case .missingCredential: .missingCredential
            case .unauthorized, .permissionDenied: .unauthorized
            case .modelNotFound: .noSuchModel
            case .connectionFailed, .tlsFailed: .unreachable
            case .timeout, .deadlineExceeded: .timedOut
            case .notLoaded: .notLoaded
            default: .failing
            }
        self.init(state, target: target, latency: latency, problem: error)
    }
}
