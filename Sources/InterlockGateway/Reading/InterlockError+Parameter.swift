package import InterlockCore

extension InterlockError {
    /// A fault of one parameter of a request's body.
    ///
    /// - Parameters:
    ///   - parameter: Its path, such as `messages[0].content`.
    ///   - message: What is wrong with it, as it goes on after its name.
    ///   - code: The word for it in the provider's own form of errors, where there is one.
    package static func parameter(
        _ parameter: String, _ message: String, hint: String? = nil, code: InterlockError.Code = .invalidRequest,
        word: String? = nil
    ) -> InterlockError {
        var error = InterlockError(code, "\(parameter) \(message)", hint: hint)
        error.provider = ProviderDetail(code: word, parameter: parameter)
        return error
    }
}
