import CCurl
import InterlockCore

/// An absolute `http` or `https` address, taken apart.
struct HTTPURL: Sendable, Hashable {
    /// `http` or `https`.
    let scheme: String
    /// The host in lower case; an IPv6 address in brackets.
    let host: String
    /// The port, the scheme's own where none was written.
    let port: Int
    /// The whole, without user name, password and fragment.
    let text: String
    /// `user:password`, decoded, where the address had one.
    let userInfo: String?

    /// Host and port, for messages.
    var authority: String { "\(host):\(port)" }

    /// Whether credentials for one may be sent to the other.
    func hasSameOrigin(as other: HTTPURL) -> Bool {
        scheme == other.scheme && host == other.host && port == other.port
    }

    /// Takes an absolute address apart.
    ///
    /// - Throws: ``InterlockError`` (`invalidRequest`), whose message shows no secret of the address.
    init(_ text: String) throws(InterlockError) {
        self = try Self.parse([text])
    }

    /// The address that `reference`, absolute or relative, means in a response from here.
    func resolving(_ reference: String) throws(InterlockError) -> HTTPURL {
        try Self.parse([text, reference])
    }

    private static func parse(_ texts: [String]) throws(InterlockError) -> HTTPURL {
        func invalid(_ reason: String) -> InterlockError {
            InterlockError(
                .invalidRequest,
                "'\(HTTPRedaction.url(texts.last ?? ""))' is not an address that can be asked: \(reason)",
                hint: "Give an absolute address such as http://127.0.0.1:8080/v1."
            )
        }
        guard let handle = curl_url() else { throw invalid("there is no memory") }
        defer { curl_url_cleanup(handle) }
        for text in texts {
            guard !text.utf8.contains(where: { $0 <= 0x20 || $0 == 0x7F }) else {
                throw invalid("it has a space or a control character")
            }
            let code = curl_url_set(handle, CURLUPART_URL, text, UInt32(CURLU_NON_SUPPORT_SCHEME))
            guard code == CURLUE_OK else { throw invalid(String(cString: curl_url_strerror(code)).lowercased()) }
        }
        func part(_ part: CURLUPart, _ flags: Int32 = 0) -> String? {
            var value: UnsafeMutablePointer<CChar>?
            guard curl_url_get(handle, part, &value, UInt32(flags)) == CURLUE_OK, let value else { return nil }
            defer { curl_free(value) }
            return String(cString: value)
        }
        let scheme = part(CURLUPART_SCHEME)?.lowercased()
        guard let scheme, scheme == "http" || scheme == "https" else { throw invalid("it is neither http nor https") }
        let port = part(CURLUPART_PORT, Int32(CURLU_DEFAULT_PORT)).flatMap { Int($0) }
        guard let host = part(CURLUPART_HOST)?.lowercased(), !host.isEmpty, let port else {
            throw invalid("it has no host")
        }
        var userInfo: String?
        if let user = part(CURLUPART_USER, Int32(CURLU_URLDECODE)) {
            userInfo = "\(user):\(part(CURLUPART_PASSWORD, Int32(CURLU_URLDECODE)) ?? "")"
        }
        for secret in [CURLUPART_USER, CURLUPART_PASSWORD, CURLUPART_FRAGMENT] {
            curl_url_set(handle, secret, nil, 0)
        }
        guard let text = part(CURLUPART_URL) else { throw invalid("it cannot be written") }
        return HTTPURL(scheme: scheme, host: host, port: port, text: text, userInfo: userInfo)
    }

    private init(scheme: String, host: String, port: Int, text: String, userInfo: String?) {
        self.scheme = scheme
        self.host = host
        self.port = port
        self.text = text
        self.userInfo = userInfo
    }
}
