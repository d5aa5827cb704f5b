import InterlockCore

extension RemoteConnection {
    /// Runs something that may fail, and names the backend in its error.
    func attributing<Result>(_ body: () throws(InterlockError) -> Result) throws(InterlockError) -> Result {
        do throws(InterlockError) {
            return try body()
        } catch {
            throw presentable(error)
        }
    }

    /// The error with the backend's name and without the key, which some servers repeat in what they say.
    func presentable(_ error: InterlockError) -> InterlockError {
        var error = error.attributed(to: backend)
        error.message = settings.hidden(in: error.message)
        error.hint = error.hint.map(settings.hidden)
        guard var provider = error.provider else { return error }
        provider.code = provider.code.map(settings.hidden)
        provider.type = provider.type.map(settings.hidden)
        provider.parameter = provider.parameter.map(settings.hidden)
        provider.requestID = provider.requestID.map(settings.hidden)
        error.provider = provider
        return error
    }
}

extension String {
    /// The text without spaces around it.
    var trimmingSpaces: String {
        var text = self[...]
        while text.first == " " { text.removeFirst() }
        while text.last == " " { text.removeLast() }
        return String(text)
    }
}
