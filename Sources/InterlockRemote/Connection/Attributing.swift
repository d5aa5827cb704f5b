import InterlockCore

extension Backend {
    /// Runs something that may fail, and names this backend in its error.
    func attributing<Result>(_ body: () throws(InterlockError) -> Result) throws(InterlockError) -> Result {
        do throws(InterlockError) {
            return try body()
        } catch {
            throw error.attributed(to: identity.name)
        }
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
