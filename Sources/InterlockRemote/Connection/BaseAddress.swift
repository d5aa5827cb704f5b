package import InterlockCore

/// Where a provider's API begins: scheme, host, port and a path without a slash at its end.
package struct BaseAddress: Sendable, Hashable, CustomStringConvertible {
    /// The address, such as `https://api.openai.com/v1`.
    package let text: String
    /// Its scheme and authority, such as `https://api.openai.com`.
    package let origin: String
    /// The host's name or address alone.
    package let host: String
    /// Whether the connection is encrypted.
    package let isEncrypted: Bool

    /// The same as ``text``.
    package var description: String { text }

    /// Whether the host is this machine.
    package var isLoopback: Bool {
        host == "localhost" || host.hasSuffix(".localhost") || host.hasPrefix("127.") || host == "::1"
    }

    /// Reads an address.
    ///
    /// - Parameters:
    ///   - text: The address as a person writes it; `http://` may be left out for this machine.
    ///   - key: The setting that it comes from, for messages.
    ///   - defaultPath: Taken where the address has no path of its own, so that both `http://host` and `http://host/v1`
    ///     mean what they should.
    /// - Throws: ``InterlockError/Code/invalidConfiguration`` naming what is wrong with it.
    package init(_ text: String, key: String, defaultPath: String = "") throws(InterlockError) {
        let (scheme, rest) = try Self.splitScheme(text, key)
        let end = rest.firstIndex { $0 == "/" || $0 == "?" || $0 == "#" } ?? rest.endIndex
        let authority = rest[..<end]
        var path = rest[end...]
        guard !path.contains("?"), !path.contains("#") else {
            throw Self.error(key, "has a query or a fragment", "Give scheme, host, port and path only.")
        }
        guard !authority.contains("@") else {
            throw Self.error(key, "holds a user name or a password", "Give the key in api_key instead.")
        }
        guard let host = Self.host(of: authority), !host.isEmpty,
            text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
        else { throw Self.error(key, "has no valid host", "Write it as https://host:port/path.") }
        while path.last == "/" { path.removeLast() }
        origin = "\(scheme)://\(authority.lowercased())"
        self.text = origin + (path.isEmpty ? defaultPath : String(path))
        self.host = host.lowercased()
        isEncrypted = scheme == "https"
    }

    /// The same address with another path.
    package func replacingPath(_ path: String) -> String { origin + path }

    private static func splitScheme(_ text: String, _ key: String) throws(InterlockError) -> (String, Substring) {
        for scheme in ["https", "http"] where text.lowercased().hasPrefix(scheme + "://") {
            return (scheme, text.dropFirst(scheme.count + 3))
        }
        guard !text.contains("://") else {
            throw error(key, "does not begin with http:// or https://", "Write it as https://host:port/path.")
        }
        return ("http", text[...])
    }

    /// The host in `host`, `host:port` or `[address]:port`, or nil if the port is none.
    private static func host(of authority: Substring) -> String? {
        var host = authority
        if authority.first == "[" {
            guard let close = authority.firstIndex(of: "]") else { return nil }
            let port = authority[authority.index(after: close)...]
            guard port.isEmpty || port.first == ":" && isPort(port.dropFirst()) else { return nil }
            return String(authority[authority.index(after: authority.startIndex)..<close])
        }
        if let colon = authority.firstIndex(of: ":") {
            guard isPort(authority[authority.index(after: colon)...]) else { return nil }
            host = authority[..<colon]
        }
        return host.contains { "/\\ []%".contains($0) } ? nil : String(host)
    }

    private static func isPort(_ text: Substring) -> Bool {
        text.isEmpty || UInt16(text).map { $0 > 0 } ?? false
    }

    private static func error(_ key: String, _ problem: String, _ hint: String) -> InterlockError {
        // The value is not shown: what people paste there sometimes is a key.
        InterlockError(.invalidConfiguration, "the address in \(key) \(problem)", hint: hint)
    }
}

extension String {
    /// The text as one segment of a path: everything but RFC 3986's unreserved characters as %XX.
    package var pathSegment: String {
        percentEncoded { $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: "@") }
    }

    /// The text as a value in a query.
    package var queryValue: String { percentEncoded { _ in false } }

    private func percentEncoded(keeping isAllowed: (UInt8) -> Bool) -> String {
        var bytes: [UInt8] = []
        let digits = Array("0123456789ABCDEF".utf8)
        for byte in utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                bytes.append(byte)
            case let byte where isAllowed(byte): bytes.append(byte)
            default: bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
