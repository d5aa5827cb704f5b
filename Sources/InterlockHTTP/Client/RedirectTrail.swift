import InterlockCore

/// A request and where redirects have taken it.
struct RedirectTrail {
    /// How many redirects are followed.
    private static let limit = 5

    /// What is to be sent next.
    private(set) var request: HTTPRequest
    /// Where to.
    private(set) var url: HTTPURL
    private var visited: [String]
    private let end: MonotonicTime?

    /// Begins with a request; a user name and password in its address become a header.
    init(_ request: HTTPRequest, at now: MonotonicTime) throws(InterlockError) {
        try self.init(request, to: HTTPURL(request.url), at: now)
    }

    /// The same, with the address taken apart already.
    init(_ request: HTTPRequest, to url: HTTPURL, at now: MonotonicTime) throws(InterlockError) {
        try Self.check(request)
        self.request = request
        self.url = url
        visited = [url.text]
        end = request.limits.total.map { now + $0 }
        if let userInfo = url.userInfo, request.headers.first("authorization") == nil {
            self.request.headers.append("Authorization", "Basic \(Base64.encode(Array(userInfo.utf8)))")
        }
    }

    /// Refuses what would break the head of the request; no value is shown, it may be a key.
    private static func check(_ request: HTTPRequest) throws(InterlockError) {
        guard isToken(request.method) else {
            throw InterlockError(.invalidRequest, "'\(request.method)' is not an HTTP method")
        }
        for field in request.headers {
            guard isToken(field.name) else {
                throw InterlockError(.invalidRequest, "'\(field.name)' is not the name of an HTTP header field")
            }
            guard !field.value.utf8.contains(where: { $0 == 0x0D || $0 == 0x0A || $0 == 0 }) else {
                throw InterlockError(
                    .invalidRequest, "the value of the HTTP header field '\(field.name)' has a line break in it",
                    hint: "Check for a key that was pasted with more than itself."
                )
            }
        }
    }

    private static func isToken(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && !isSeparator($0) }
    }

    /// `()<>@,;:\"/[]?={}`; a set of them would cost more than all else that is checked here.
    private static func isSeparator(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x22, 0x28, 0x29, 0x2C, 0x2F, 0x3A...0x40, 0x5B...0x5D, 0x7B, 0x7D: true
        default: false
        }
    }

    /// Goes where a response points.
    ///
    /// - Returns: Whether there is another request to send; if not, the response is the answer.
    mutating func follow(_ head: HTTPResponseHead, at now: MonotonicTime) throws(InterlockError) -> Bool {
        guard request.followsRedirects, [301, 302, 303, 307, 308].contains(head.status),
            let location = head.headers.first("location")
        else { return false }
        let next = try url.resolving(location)
        func refused(_ reason: String, _ hint: String) -> InterlockError {
            InterlockError(
                .invalidConfiguration,
                "\(url.authority) redirects with status \(head.status) to \(HTTPRedaction.url(next.text)): \(reason)",
                hint: hint
            )
        }
        let keepsMethod = head.status == 307 || head.status == 308
        guard keepsMethod || request.method == "GET" || request.method == "HEAD" else {
            throw refused(
                "a \(request.method) must not become a GET", "Set the base URL to the address it redirects to.")
        }
        guard url.scheme == "http" || next.scheme == "https" else {
            throw refused("that would leave TLS", "Ask the server's operator, or set the base URL to what you trust.")
        }
        guard !visited.contains(next.text) else {
            throw refused("it has been there already", "The server redirects in a circle; check the base URL.")
        }
        guard visited.count <= Self.limit else {
            throw refused("that is more than \(Self.limit) redirects", "Check the base URL.")
        }
        if !next.hasSameOrigin(as: url) { dropCredentials() }
        if let end { request.limits.total = max(.zero, end - now) }
        visited.append(next.text)
        url = next
        return true
    }

    private mutating func dropCredentials() {
        for field in request.headers where HTTPRedaction.isCredential(field.name, request.credentialHeaders) {
            request.headers.remove(field.name)
        }
    }
}
