/// What a response begins with.
package struct HTTPResponseHead: Sendable, Hashable {
    /// The status code; 1xx are never delivered.
    package var status: Int
    /// The header fields.
    package var headers: HTTPHeaders
    /// The protocol's version: `1.0`, `1.1`, `2`.
    package var version: String
    /// Where it came from after redirects, without user name and password.
    package var url: String

    /// Makes a head.
    package init(status: Int, headers: HTTPHeaders, version: String, url: String) {
        self.status = status
        self.headers = headers
        self.version = version
        self.url = url
    }
}

/// A response with all of its body.
package struct HTTPWholeResponse: Sendable, Hashable {
    /// What it began with.
    package var head: HTTPResponseHead
    /// The decoded body.
    package var body: [UInt8]
    /// The fields after the body.
    package var trailers: HTTPHeaders

    /// Makes a response.
    package init(head: HTTPResponseHead, body: [UInt8], trailers: HTTPHeaders = [:]) {
        self.head = head
        self.body = body
        self.trailers = trailers
    }
}
