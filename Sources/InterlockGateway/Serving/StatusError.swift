package import InterlockCore
package import InterlockHTTP

/// An error that has a status of its own, for what only HTTP knows.
package struct StatusError: Error {
    /// The status of the response.
    package var status: Int
    /// What is wrong.
    package var error: InterlockError
    /// What goes into the header beside the usual.
    package var headers: HTTPHeaders = [:]

    /// Nothing is at a path.
    static func unknownPath(_ path: String) -> StatusError {
        var error = InterlockError(
            .unsupported, "there is nothing at \(path)",
            hint: "Chat is at /v1/chat/completions, the list of models at /v1/models.")
        error.provider = InterlockError.ProviderDetail(code: "unknown_url")
        return StatusError(status: 404, error: error)
    }

    /// A path does not take a method.
    static func methodNotAllowed(_ method: String, _ path: String, allowed: [String]) -> StatusError {
        let names = allowed.joined(separator: ", ")
        var error = InterlockError(.unsupported, "\(path) does not take \(method)", hint: "Use \(names).")
        error.provider = InterlockError.ProviderDetail(code: "method_not_allowed")
        return StatusError(status: 405, error: error, headers: ["allow": names])
    }
}
