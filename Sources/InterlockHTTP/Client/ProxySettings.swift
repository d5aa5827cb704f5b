/// Which proxy a request goes through.
package enum ProxySettings: Sendable {
    /// What the variables `http_proxy`, `https_proxy`, `all_proxy` and `no_proxy` say; in capitals too.
    ///
    /// `HTTP_PROXY` in capitals is not read where `REQUEST_METHOD` is set: in a CGI program a request could set it.
    case environment([String: String])
    /// No proxy, whatever the process's environment says.
    case none
    /// This proxy for everything: `http://`, `https://`, `socks5://` or `socks5h://`, with or without credentials.
    case url(String)

    /// The proxy's address for a request to `url`, or nil for none.
    func proxy(for url: HTTPURL) -> String? {
        switch self {
        case .none: return nil
        case .url(let proxy): return proxy.isEmpty ? nil : proxy
        case .environment(let variables):
            func value(_ name: String, capitals: Bool = true) -> String? {
                let found = variables[name] ?? (capitals ? variables[name.uppercased()] : nil)
                return found.flatMap { $0.isEmpty ? nil : $0 }
            }
            let isCGI = variables["REQUEST_METHOD"] != nil
            let own = value("\(url.scheme)_proxy", capitals: url.scheme != "http" || !isCGI)
            guard let proxy = own ?? value("all_proxy") else { return nil }
            if let exceptions = value("no_proxy"), Self.isExcepted(url, exceptions) { return nil }
            return proxy
        }
    }

    /// Whether a list such as `localhost,.example.com,10.0.0.0/8,[::1]:8080` names the host.
    static func isExcepted(_ url: HTTPURL, _ list: String) -> Bool {
        list.split(whereSeparator: { $0 == "," || $0.isWhitespace }).contains { entry in
            if entry == "*" { return true }
            var name = entry.lowercased()[...]
            // A port narrows it down; a bare IPv6 address has colons of its own.
            if let colon = name.lastIndex(of: ":"), name[..<colon].last == "]" || !name[..<colon].contains(":") {
                guard Int(name[name.index(after: colon)...]) == url.port else { return false }
                name = name[..<colon]
            }
            if let isInside = isInside(url.host, network: name) { return isInside }
            let bare = url.host.filter { $0 != "[" && $0 != "]" }
            name = name.drop { $0 == "." || $0 == "*" || $0 == "[" }
            if name.last == "]" { name.removeLast() }
            return !name.isEmpty && (bare == name || bare.hasSuffix(".\(name)"))
        }
    }

    /// Whether an IPv4 address lies in `a.b.c.d/n`; nil where the latter is no such network.
    private static func isInside(_ host: String, network: Substring) -> Bool? {
        let parts = network.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let base = address(parts[0]), let bits = Int(parts[1]), (0...32).contains(bits) else {
            return nil
        }
        guard let address = address(host[...]) else { return false }
        let mask = bits == 0 ? 0 : UInt32.max << UInt32(32 - bits)
        return address & mask == base & mask
    }

    private static func address(_ text: Substring) -> UInt32? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false).compactMap { UInt8($0) }
        return parts.count == 4 ? parts.reduce(0) { $0 << 8 | UInt32($1) } : nil
    }
}
