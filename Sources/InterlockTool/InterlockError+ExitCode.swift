public import Interlock
public import InterlockArguments
public import InterlockTerminal

extension InterlockError: ExitCodeProviding {
    /// 64 where the command line or a setting is wrong, 69 where the model or backend cannot be had, otherwise 1.
    public var exitCode: ExitCode {
        switch code {
        case .invalidRequest, .invalidConfiguration, .invalidInput, .unsupported, .constraintUnsupported,
            .unknownBackend, .backendNotAllowed:
            .validationFailure
        case .backendNotBuilt, .modelNotFound, .modelFileInvalid, .modelFileTruncated, .modelPartMissing,
            .modelUnsupported, .modelLoadFailed, .notLoaded, .busy, .missingCredential, .connectionFailed, .tlsFailed,
            .timeout, .unauthorized, .permissionDenied, .rateLimited, .quotaExceeded, .overloaded, .providerFailed:
            .unavailable
        default: .failure
        }
    }
}

extension InputError: ExitCodeProviding {
    /// 64: what was to be read is not there or not what it has to be.
    public var exitCode: ExitCode { .validationFailure }
}

extension ExitCode {
    /// The model or backend cannot be had: 69, `EX_UNAVAILABLE` of `sysexits.h`.
    static let unavailable = ExitCode(69)
    /// Ended by Ctrl-C: 128 plus the signal's number.
    static let interrupted = ExitCode(130)
}
