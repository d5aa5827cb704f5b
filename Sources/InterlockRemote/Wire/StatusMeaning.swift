import InterlockCore

/// What a status of HTTP means by itself, where the body does not say more.
enum StatusMeaning {
    /// The code for an error status.
    static func code(_ status: Int) -> InterlockError.Code {
        switch status {
        case 401: .unauthorized
        case 402: .quotaExceeded
        case 403: .permissionDenied
        case 404: .modelNotFound
        case 405, 501: .unsupported
        case 408: .providerFailed
        case 409: .conflict
        case 413: .requestTooLarge
        case 429: .rateLimited
        case 503, 529: .overloaded
        case 400..<500: .invalidRequest
        default: .providerFailed
        }
    }
}
