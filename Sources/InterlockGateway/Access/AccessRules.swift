package import InterlockCore
package import InterlockHTTP

/// Who may use the gateway.
///
/// With keys, whoever has one. Without, only programs of this machine, which is why the gateway then has to listen at a
/// loopback address and looks at what browsers say of themselves: a web page must not be able to use it by way of the
/// person who reads the page (DNS rebinding, cross-site requests).
package struct AccessRules: Sendable {
    private let keys: [Secret]
    private let hosts: Set<String>

    /// Makes rules.
    ///
    /// - Parameters:
    ///   - keys: The keys; none lets every program of this machine in.
    ///   - host: Where the gateway listens.
    /// - Throws: ``InterlockError/Code/missingCredential`` if other machines could reach it without a key.
    package init(keys: [Secret], host: String) throws(InterlockError) {
        self.keys = keys.filter(\.isSet)
        guard !self.keys.isEmpty || AccessRules.isLoopback(host) else {
            throw InterlockError(
                .missingCredential, "the gateway would listen at \(host) without a key, for every machine to use",
                hint: "Set a key in INTERLOCK_API_KEY, or listen at 127.0.0.1.")
        }
        guard self.keys.count == keys.count else {
            throw InterlockError(
                .missingCredential, "one of the gateway's keys is empty", hint: "Leave it out or set it.")
        }
        hosts = ["localhost", "127.0.0.1", "[::1]", AccessRules.bracketed(host.lowercased())]
    }

    /// Whether requests need a key.
    package var needsKey: Bool { !keys.isEmpty }

    /// Checks where a request comes from; for every request.
    ///
    /// - Throws: ``InterlockError/Code/permissionDenied``.
    package func checkOrigin(_ headers: HTTPHeaders) throws(InterlockError) {
        guard !needsKey else { return }
        guard let host = headers.first("host"), hosts.contains(AccessRules.hostName(host)) else {
            throw InterlockError(
                .permissionDenied, "the request is for a host that is not this one",
                hint: "Use http://localhost or http://127.0.0.1, or set a key.")
        }
        guard let origin = headers.first("origin") else { return }
        let place = origin.split(separator: "://", maxSplits: 1).last.map(String.init) ?? ""
        guard hosts.contains(AccessRules.hostName(place)) else {
            throw InterlockError(
                .permissionDenied, "a web page of another host may not use this gateway without a key",
                hint: "Set a key, and give it to the page.")
        }
    }

    /// Checks the key of a request.
    ///
    /// - Throws: ``InterlockError/Code/missingCredential`` or ``InterlockError/Code/unauthorized``.
    package func checkKey(_ headers: HTTPHeaders) throws(InterlockError) {
        guard needsKey else { return }
        guard let key = AccessRules.key(headers) else {
            throw InterlockError(
                .missingCredential, "the request has no key",
                hint: "Send it as `Authorization: Bearer KEY` or `x-api-key: KEY`.")
        }
        // Every key is compared, so that the time tells nothing about which of them is nearly right.
        let matches = keys.reduce(0) { $0 + (AccessRules.isSame($1.reveal(), key) ? 1 : 0) }
        guard matches > 0 else {
            throw InterlockError(.unauthorized, "the request's key is wrong", hint: "Use a key of this gateway.")
        }
    }

    private static func key(_ headers: HTTPHeaders) -> String? {
        if let value = headers.first("authorization") {
            let words = value.split(separator: " ", maxSplits: 1)
            if words.count == 2, words[0].lowercased() == "bearer" { return Secret(String(words[1])).reveal() }
        }
        return headers.first("x-api-key")
    }

    /// Compares in a time that depends on nothing but the length of what the client sent.
    private static func isSame(_ key: String, _ sent: String) -> Bool {
        let (key, sent) = (Array(key.utf8), Array(sent.utf8))
        guard !key.isEmpty else { return false }
        var difference = UInt(bitPattern: key.count ^ sent.count)
        for (index, byte) in sent.enumerated() { difference |= UInt(byte ^ key[index % key.count]) }
        return difference == 0
    }

    /// The host of `host:port`, in lower case.
    private static func hostName(_ text: String) -> String {
        let text = text.lowercased()
        if text.hasPrefix("["), let end = text.firstIndex(of: "]") { return String(text[...end]) }
        return String(text[..<(text.firstIndex(of: ":") ?? text.endIndex)])
    }

    private static func bracketed(_ host: String) -> String {
        host.contains(":") && !host.hasPrefix("[") ? "[\(host)]" : host
    }

    private static func isLoopback(_ host: String) -> Bool {
        if ["localhost", "::1", "[::1]"].contains(host.lowercased()) { return true }
        let numbers = host.split(separator: ".", omittingEmptySubsequences: false)
        return numbers.count == 4 && numbers[0] == "127" && numbers.allSatisfy { UInt8($0) != nil }
    }
}
