package import InterlockCore

/// The address of an Ollama server, as its environment variable `OLLAMA_HOST` gives it.
package enum OllamaHost {
    /// Where a server listens if nothing is said.
    package static let standard = "http://127.0.0.1:11434"

    /// The base URL for a setting that may leave out the scheme, the host, the port, or all of them.
    ///
    /// A missing port is 11434, with a scheme that is given it is the scheme's own (80, 443).
    ///
    /// - Throws: ``InterlockError/Code/invalidConfiguration`` if the scheme is not HTTP or the port is none.
    package static func parse(_ text: String?) throws(InterlockError) -> String {
        let text = (text ?? "").trimmed
        var rest = Substring(text)
        var scheme = "http"
        var port = 11_434
        if let separator = text.firstRange(of: "://") {
            scheme = text[..<separator.lowerBound].lowercased()
            rest = text[separator.upperBound...]
            guard let standard = ["http": 80, "https": 443][scheme] else {
                throw mistake("\(text) has the scheme \(scheme)", hint: "Use http or https.")
            }
            port = standard
        }
        let authority = rest.prefix { !"/?#".contains($0) }
        let path = rest.dropFirst(authority.count).prefix { !"?#".contains($0) }
        guard !authority.contains("@") else {
            throw mistake("the address has a user name or password", hint: "Give a key in OLLAMA_API_KEY instead.")
        }
        let (host, portText) = split(authority)
        if let portText {
            guard let given = Int(portText), (1...65_535).contains(given) else {
                throw mistake("\(text) has the port \(portText)", hint: "Use a number from 1 to 65535.")
            }
            port = given
        }
        let name = host.isEmpty ? "127.0.0.1" : host.lowercased()
        let parts = path.split(separator: "/", omittingEmptySubsequences: true)
        return "\(scheme)://\(name):\(port)" + parts.map { "/\($0)" }.joined()
    }

    /// Cuts the port off; an IPv6 address may stand with or without its brackets.
    private static func split(_ authority: Substring) -> (host: String, port: Substring?) {
        if authority.first == "[", let end = authority.firstIndex(of: "]") {
            let host = String(authority[...end])
            let rest = authority[authority.index(after: end)...]
            return (host, rest.first == ":" && rest.count > 1 ? rest.dropFirst() : nil)
        }
        guard let colon = authority.firstIndex(of: ":") else { return (String(authority), nil) }
        let after = authority[authority.index(after: colon)...]
        if after.contains(":") { return ("[\(authority)]", nil) }
        return (String(authority[..<colon]), after.isEmpty ? nil : after)
    }

    private static func mistake(_ message: String, hint: String) -> InterlockError {
        InterlockError(.invalidConfiguration, "OLLAMA_HOST: \(message)", hint: hint)
    }
}

extension String {
    /// The text without the white space around it.
    fileprivate var trimmed: String {
        let start = drop { $0.isWhitespace }
        return String(start.prefix(start.count - start.reversed().prefix { $0.isWhitespace }.count))
    }
}
