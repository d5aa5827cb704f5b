package import InterlockCore

/// Something that happened on the wire, for people who look for a fault; it never holds a credential.
package struct HTTPTraceEvent: Sendable {
    /// What happened.
    package enum Kind: Sendable {
        /// A request goes out.
        case request(method: String, url: String, headers: HTTPHeaders, body: [UInt8]?)
        /// A response begins.
        case responseHead(HTTPResponseHead)
        /// A piece of the decoded body came.
        case responseBody([UInt8])
        /// The exchange is over, with what came after the body.
        case end(trailers: HTTPHeaders)
        /// The exchange failed, was cancelled or was given up by its reader.
        case failure(String)
    }

    /// Tells the exchanges of one client apart.
    package var exchange: UInt64
    /// When, on the client's clock.
    package var time: MonotonicTime
    /// What happened.
    package var kind: Kind
}
