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
            case connectionFailed, tlsFailed, timeout
            case unauthorized, permissionDenied, rateLimited, quotaExceeded, overloaded, contentFiltered
            case requestTooLarge, conflict, providerFailed
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
        /// The other side cannot be reached, or the connection broke before it answered.
        public static let connectionFailed = Code(kind: .connectionFailed)
        /// The other side's certificate cannot be trusted, or no encryption could be agreed on.
        public static let tlsFailed = Code(kind: .tlsFailed)
        /// The other side took too long; ``InterlockError/timeoutPhase`` says in which phase.
        public static let timeout = Code(kind: .timeout)
        /// The key or token was refused.
        public static let unauthorized = Code(kind: .unauthorized)
        /// The key is valid, but it may not do this.
        public static let permissionDenied = Code(kind: .permissionDenied)
        /// Too many requests or tokens in too short a time.
        public static let rateLimited = Code(kind: .rateLimited)
        /// The account's credit or spending limit is used up; waiting does not help.
        public static let quotaExceeded = Code(kind: .quotaExceeded)
        /// The provider has more work than it can do.
        public static let overloaded = Code(kind: .overloaded)
        /// The provider's content filter refused the request.
        public static let contentFiltered = Code(kind: .contentFiltered)
        /// The request has more bytes or items than the other side takes.
        public static let requestTooLarge = Code(kind: .requestTooLarge)
        /// Another request is changing the same thing.
        public static let conflict = Code(kind: .conflict)
        /// Something broke at the provider.
        public static let providerFailed = Code(kind: .providerFailed)

        /// Whether the same request may succeed when it is sent again unchanged.
        public var isRetryable: Bool {
            switch kind {
            case .busy, .truncatedStream, .malformedResponse, .notLoaded, .connectionFailed, .timeout, .rateLimited,
                .overloaded, .conflict, .providerFailed:
                true
            default: false
            }
        }

        /// The status of an HTTP response that carries this error.
        public var httpStatus: Int {
            switch kind {
            case .invalidInput, .invalidRequest, .unsupported, .constraintUnsupported, .contextLengthExceeded,
                .contentFiltered:
                400
            case .missingCredential, .unauthorized: 401
            case .quotaExceeded: 402
            case .backendNotAllowed, .permissionDenied: 403
            case .unknownBackend, .modelNotFound: 404
            case .concurrentRequests, .conflict: 409
            case .requestTooLarge: 413
            case .rateLimited: 429
            case .constraintViolated, .truncatedStream, .malformedResponse, .connectionFailed, .tlsFailed,
                .providerFailed:
                502
            case .busy, .notLoaded, .overloaded: 503
            case .deadlineExceeded, .attemptsExhausted, .timeout: 504
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
