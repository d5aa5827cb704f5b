extension InterlockError {
    /// A kind of failure.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        private enum Kind: String, CaseIterable {
            case invalidInput, invalidRequest, unsupported, constraintUnsupported, constraintViolated
            case contextLengthExceeded
            case unknownBackend, backendNotAllowed, backendNotBuilt, invalidConfiguration
            case modelNotFound, modelFileInvalid, modelFileTruncated, modelPartMissing, modelUnsupported
            case modelLoadFailed
            case notLoaded, busy, concurrentRequests, deadlineExceeded, attemptsExhausted
            case missingCredential, truncatedStream, malformedResponse, internalInconsistency
        }

        private let kind: Kind

        /// The code's stable name in snake_case, for logs, metrics and JSON.
        public var name: String {
            var name = ""
            for scalar in kind.rawValue.unicodeScalars {
                if scalar.properties.isUppercase { name += "_" }
                name += scalar.properties.lowercaseMapping
            }
            return name
        }

        /// The same as ``name``.
        public var description: String { name }

        /// Input is not what it has to be: not UTF-8, not JSON, empty.
        public static let invalidInput = Code(kind: .invalidInput)
        /// The request contradicts itself or has a value out of range.
        public static let invalidRequest = Code(kind: .invalidRequest)
        /// The backend cannot honour something the request asks for.
        public static let unsupported = Code(kind: .unsupported)
        /// The backend cannot enforce the constraint at the level asked for.
        public static let constraintUnsupported = Code(kind: .constraintUnsupported)
        /// What came back does not satisfy the constraint.
        public static let constraintViolated = Code(kind: .constraintViolated)
        /// Prompt and answer do not fit the model's context.
        public static let contextLengthExceeded = Code(kind: .contextLengthExceeded)
        /// No backend is registered under that name.
        public static let unknownBackend = Code(kind: .unknownBackend)
        /// The backend exists for tests and was not asked for explicitly.
        public static let backendNotAllowed = Code(kind: .backendNotAllowed)
        /// The backend exists, but this build left it out.
        public static let backendNotBuilt = Code(kind: .backendNotBuilt)
        /// A setting is missing, unknown, of the wrong type or out of range.
        public static let invalidConfiguration = Code(kind: .invalidConfiguration)
        /// There is no such model or model file.
        public static let modelNotFound = Code(kind: .modelNotFound)
        /// The file is there, but it is not a model of the expected format.
        public static let modelFileInvalid = Code(kind: .modelFileInvalid)
        /// The model file ends before its header says that it does.
        public static let modelFileTruncated = Code(kind: .modelFileTruncated)
        /// A part of a model that is split over several files is missing.
        public static let modelPartMissing = Code(kind: .modelPartMissing)
        /// The model is sound, but this build cannot run it or cannot use it for what was asked.
        public static let modelUnsupported = Code(kind: .modelUnsupported)
        /// The runtime refused to load the model.
        public static let modelLoadFailed = Code(kind: .modelLoadFailed)
        /// The backend's model is not loaded, or was unloaded while the request waited.
        public static let notLoaded = Code(kind: .notLoaded)
        /// Too many requests wait already.
        public static let busy = Code(kind: .busy)
        /// A session was asked while it was still answering.
        public static let concurrentRequests = Code(kind: .concurrentRequests)
        /// The request's deadline passed.
        public static let deadlineExceeded = Code(kind: .deadlineExceeded)
        /// The request's attempts are used up.
        public static let attemptsExhausted = Code(kind: .attemptsExhausted)
        /// A key or token is needed and none was given.
        public static let missingCredential = Code(kind: .missingCredential)
        /// The stream ended without saying that it was finished.
        public static let truncatedStream = Code(kind: .truncatedStream)
        /// The other side answered something that its protocol does not allow.
        public static let malformedResponse = Code(kind: .malformedResponse)
        /// Interlock contradicts itself; please report it.
        public static let internalInconsistency = Code(kind: .internalInconsistency)

        /// Whether the same request may succeed when it is sent again unchanged.
        public var isRetryable: Bool {
            switch kind {
            case .busy, .truncatedStream, .malformedResponse, .notLoaded: true
            default: false
            }
        }

        /// The status of an HTTP response that carries this error.
        public var httpStatus: Int {
            switch kind {
            case .invalidInput, .invalidRequest, .unsupported, .constraintUnsupported, .contextLengthExceeded: 400
            case .missingCredential: 401
            case .backendNotAllowed: 403
            case .unknownBackend, .modelNotFound: 404
            case .concurrentRequests: 409
            case .constraintViolated, .truncatedStream, .malformedResponse: 502
            case .busy, .notLoaded: 503
            case .deadlineExceeded, .attemptsExhausted: 504
            case .backendNotBuilt, .modelUnsupported: 501
            case .invalidConfiguration, .modelFileInvalid, .modelFileTruncated, .modelPartMissing, .modelLoadFailed,
                .internalInconsistency:
                500
            }
        }
    }
}

extension InterlockError.Code: CaseIterable {
    /// Every kind of failure that this version knows.
    public static var allCases: [InterlockError.Code] { Kind.allCases.map { InterlockError.Code(kind: $0) } }
}

extension InterlockError {
    /// The error as an HTTP response: what a server sends instead of an answer.
    public struct HTTPForm: Sendable, Hashable {
        /// The status code.
        public var status: Int
        /// The error's stable name.
        public var code: String
        /// The message with its hint.
        public var message: String
        /// The value of a `Retry-After` header in seconds, rounded up, where one is known.
        public var retryAfterSeconds: Int?
    }

    /// The error as an HTTP response.
    public var httpForm: HTTPForm {
        HTTPForm(
            status: code.httpStatus,
            code: code.name,
            message: description,
            retryAfterSeconds: retryAfter.map { max(0, $0.secondsRoundedUp) }
        )
    }
}
