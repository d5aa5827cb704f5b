/// A request to send.
package struct HTTPRequest: Sendable {
    /// The method, in capitals.
    package var method: String
    /// The absolute address, `http` or `https`; a user name and password in it become an `Authorization` header.
    package var url: String
    /// The header fields; `Content-Length`, `Transfer-Encoding` and `Expect` are the client's own and left out.
    package var headers: HTTPHeaders
    /// The body, always sent with its length and never chunked.
    package var body: [UInt8]?
    /// How long each phase may take.
    package var limits: HTTPTimeLimits
    /// Whether the client goes where a redirect points; if not, the redirect is the response.
    package var followsRedirects: Bool
    /// How many bytes are read from the network at once.
    ///
    /// Little suffices for answers that come in small pieces, and 2,000 of them at once have as many buffers; downloads
    /// want more.
    package var receiveBufferSize = 4 << 10
    /// More names of fields that hold credentials: shown as `SET`, and not sent to another origin.
    package var credentialHeaders: Set<String>

    /// Makes a request.
    package init(
        method: String = "GET", url: String, headers: HTTPHeaders = [:], body: [UInt8]? = nil,
        limits: HTTPTimeLimits = HTTPTimeLimits(), followsRedirects: Bool = true, credentialHeaders: Set<String> = []
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.limits = limits
        self.followsRedirects = followsRedirects
        self.credentialHeaders = credentialHeaders
    }
}
