import InterlockCore
import Testing

@Suite struct InterlockErrorTests {
    /// The names are promised: dashboards, clients and scripts look for them.
    private static let promised: [(InterlockError.Code, name: String, status: Int, isRetryable: Bool)] = [
        (.invalidInput, "invalid_input", 400, false),
        (.invalidRequest, "invalid_request", 400, false),
        (.unsupported, "unsupported", 400, false),
        (.constraintUnsupported, "constraint_unsupported", 400, false),
        (.constraintViolated, "constraint_violated", 502, false),
        (.contextLengthExceeded, "context_length_exceeded", 400, false),
        (.unknownBackend, "unknown_backend", 404, false),
        (.backendNotAllowed, "backend_not_allowed", 403, false),
        (.backendNotBuilt, "backend_not_built", 501, false),
        (.invalidConfiguration, "invalid_configuration", 500, false),
        (.modelNotFound, "model_not_found", 404, false),
        (.modelFileInvalid, "model_file_invalid", 500, false),
        (.modelFileTruncated, "model_file_truncated", 500, false),
        (.modelPartMissing, "model_part_missing", 500, false),
        (.modelUnsupported, "model_unsupported", 501, false),
        (.modelLoadFailed, "model_load_failed", 500, false),
        (.notLoaded, "not_loaded", 503, true),
        (.busy, "busy", 503, true),
        (.concurrentRequests, "concurrent_requests", 409, false),
        (.deadlineExceeded, "deadline_exceeded", 504, false),
        (.attemptsExhausted, "attempts_exhausted", 504, false),
        (.missingCredential, "missing_credential", 401, false),
        (.truncatedStream, "truncated_stream", 502, true),
        (.malformedResponse, "malformed_response", 502, true),
        (.internalInconsistency, "internal_inconsistency", 500, false),
        (.connectionFailed, "connection_failed", 502, true),
        (.tlsFailed, "tls_failed", 502, false),
        (.timeout, "timeout", 504, true),
        (.unauthorized, "unauthorized", 401, false),
        (.permissionDenied, "permission_denied", 403, false),
        (.rateLimited, "rate_limited", 429, true),
        (.quotaExceeded, "quota_exceeded", 402, false),
        (.overloaded, "overloaded", 503, true),
        (.contentFiltered, "content_filtered", 400, false),
        (.requestTooLarge, "request_too_large", 413, false),
        (.conflict, "conflict", 409, true),
        (.providerFailed, "provider_failed", 502, true),
    ]

    @Test func everyCodeKeepsItsPromise() {
        for (code, name, status, isRetryable) in Self.promised {
            #expect(code.name == name)
            #expect("\(code)" == name)
            #expect(code.httpStatus == status, "\(name)")
            #expect(code.isRetryable == isRetryable, "\(name)")
            let error = InterlockError(code, "m")
            #expect(error.shortDescription == name)
            #expect(error.isRetryable == isRetryable)
            #expect(error.httpForm.status == status)
            #expect(error.httpForm.code == name)
            #expect(error.httpForm.message == "m")
            #expect(error.httpForm.retryAfterSeconds == nil)
        }
    }

    @Test func theProvidersAdviceGoesBeforeTheCode() {
        var error = InterlockError(.overloaded, "m")
        error.retryAdvice = false
        #expect(!error.isRetryable)
        error = InterlockError(.unauthorized, "m")
        error.retryAdvice = true
        #expect(error.isRetryable)
    }

    @Test func noCodeIsLeftOutAndNoNameIsUsedTwice() {
        let codes = InterlockError.Code.allCases
        #expect(Set(codes) == Set(Self.promised.map(\.0)), "a code is missing from the table of promises")
        #expect(Set(codes.map(\.name)).count == codes.count)
        for code in codes {
            #expect(code.name.utf8.allSatisfy { (97...122).contains($0) || $0 == 95 }, "\(code.name)")
            #expect((400...599).contains(code.httpStatus))
        }
    }

    @Test func descriptionHasBackendMessageAndHint() {
        #expect(InterlockError(.busy, "12 requests wait").description == "12 requests wait")
        #expect(InterlockError(.busy, "12 requests wait", backend: "a").description == "a: 12 requests wait")
        #expect(
            InterlockError(.busy, "12 requests wait", hint: "Come back later.").description
                == "12 requests wait\nhint: Come back later.")
        let whole = InterlockError(.busy, "12 requests wait", hint: "Come back later.", backend: "llama_cpp")
        #expect("\(whole)" == "llama_cpp: 12 requests wait\nhint: Come back later.")
        #expect(whole.httpForm.message == "\(whole)")
    }

    @Test func attributionFillsInButNeverReplaces() {
        let error = InterlockError(.busy, "m", hint: "h", retryAfter: .seconds(1)).attributed(to: "inner")
        #expect(error.backend == "inner")
        #expect(error.attributed(to: "outer").backend == "inner")
        #expect(error.hint == "h")
        #expect(error.retryAfter == .seconds(1))
        #expect(error.code == .busy)
    }

    private static let waits: [(Duration?, Int?)] = [
        (nil, nil), (.zero, 0), (.milliseconds(1), 1), (.seconds(1), 1), (.milliseconds(1_001), 2),
        (.seconds(-5), 0), (.seconds(Int64.max), Int.max), (.seconds(Int64.max) + .seconds(Int64.max), Int.max),
    ]

    @Test(arguments: waits)
    func theHTTPFormRoundsTheWaitUp(wait: Duration?, seconds: Int?) {
        #expect(InterlockError(.busy, "m", retryAfter: wait).httpForm.retryAfterSeconds == seconds)
    }
}
