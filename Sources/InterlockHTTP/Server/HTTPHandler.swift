package import InterlockCore

/// Whoever answers requests.
package protocol HTTPHandler: Sendable {
    /// Answers one request.
    ///
    /// Runs as a task of its own on the server's loop, and must not block. The task is cancelled when the client leaves or
    /// the server stops. What is not answered when it returns becomes an empty response with status 500, or ends the
    /// connection where a response has begun.
    func handle(_ request: HTTPServerRequest, _ responder: Responder) async

    /// What to say to a request that the server refuses by itself, before ``handle(_:_:)`` would see it.
    func refusal(_ error: InterlockError, status: Int) -> (headers: HTTPHeaders, body: [UInt8])
}

extension HTTPHandler {
    /// The error's message as plain text.
    package func refusal(_ error: InterlockError, status: Int) -> (headers: HTTPHeaders, body: [UInt8]) {
        (["content-type": "text/plain; charset=utf-8"], Array("\(error)\n".utf8))
    }
}

/// A request that has arrived as a whole.
package struct HTTPServerRequest: Sendable {
    /// The method, such as `POST`.
    package var method: String
    /// The path with its percent escapes decoded; begins with a slash.
    package var path: String
    /// The path as the client wrote it, for whoever has to tell an escaped slash from a plain one.
    package var rawPath: String
    /// The query's names and values in their order, decoded.
    package var query: [(name: String, value: String)]
    /// The header fields.
    package var headers: HTTPHeaders
    /// The body, without any transfer coding.
    package var body: [UInt8]
    /// The numeric address of the client.
    package var peer: String

    /// Makes a request.
    package init(
        method: String, path: String, rawPath: String? = nil, query: [(name: String, value: String)] = [],
        headers: HTTPHeaders = [:], body: [UInt8] = [], peer: String = "127.0.0.1"
    ) {
        self.method = method
        self.path = path
        self.rawPath = rawPath ?? path
        self.query = query
        self.headers = headers
        self.body = body
        self.peer = peer
    }
}
