public import InterlockCore

extension FaultServer {
    /// A request as it came.
    public struct Request: Sendable {
        /// Counts requests from 1, over all connections.
        public var number: Int
        /// Counts connections from 1: equal numbers came over the same one.
        public var connection: Int
        /// `GET`, `POST`, ….
        public var method: String
        /// The path without the query, percent-escapes decoded.
        public var path: String
        /// What follows the question mark, as it came; empty where there is none.
        public var query: String
        /// The header fields in their order.
        public var headers: [Header]
        /// The body, with the framing of a chunked one taken off.
        public var body: [UInt8]
        /// Whether the body came in chunks instead of with its length.
        public var isChunked: Bool
        /// `1.1` or `1.0`.
        public var version: String

        /// The value of the first field of that name, whatever its case; a key or token reads `SET`.
        public func header(_ name: String) -> String? {
            let wanted = name.lowercased()
            return headers.first { $0.name.lowercased() == wanted }.map(\.value)
        }

        /// The body as JSON, or nil where it is none.
        public var json: JSONValue? { try? JSONValue(parsing: body) }

        /// The key that came with the request, in whichever header.
        public var key: Secret? { headers.lazy.compactMap(\.key).first }

        /// The value of a field of the query, percent-escapes decoded.
        public func queryValue(_ name: String) -> String? {
            for field in query.split(separator: "&") {
                let halves = field.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                guard halves[0] == name else { continue }
                return halves.count > 1 ? percentDecoded(halves[1]) : ""
            }
            return nil
        }
    }

    /// A header field of a request.
    public struct Header: Sendable, CustomStringConvertible {
        private static let credentials: Set<String> = ["authorization", "proxy-authorization", "api-key", "x-api-key"]

        /// The name as it came.
        public var name: String
        /// The value; `SET` or `NOT SET` for a header that carries a key, which ``key`` holds.
        public var value: String
        /// The key or token, for a header that carries one, without the word `Bearer`.
        public var key: Secret?

        init(name: String, value: String) {
            self.name = name
            guard Self.credentials.contains(name.lowercased()) else {
                self.value = value
                return
            }
            let scheme = "bearer "
            let isBearer = value.lowercased().hasPrefix(scheme)
            let secret = Secret(isBearer ? String(value.dropFirst(scheme.count)) : value)
            key = secret
            self.value = secret.description
        }

        /// Name and value, never a key.
        public var description: String { "\(name): \(value)" }
    }

    /// A request and what became of it.
    public struct Exchange: Sendable {
        /// How an answer ended.
        public enum Ending: Sendable, Hashable {
            /// Sent to its end.
            case complete
            /// The script closed the connection early.
            case cut
            /// The script reset the connection.
            case reset
            /// The client went away first.
            case clientLeft
        }

        /// The request.
        public var request: Request
        /// How many bytes of the answer, its head included, the system has taken so far.
        public var sentBytes = 0
        /// How it ended, or nil while it goes on.
        public var ending: Ending?
        /// When it ended.
        public var endedAt: MonotonicTime?
    }
}

/// Text with its percent-escapes as the bytes that they stand for; what is no escape stays.
func percentDecoded(_ text: some StringProtocol) -> String {
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
        if byte == UInt8(ascii: "%"), rest.count >= 2,
            let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
        {
            bytes.append(value)
            rest = rest.dropFirst(2)
        } else {
            bytes.append(byte)
        }
    }
    return String(decoding: bytes, as: UTF8.self)
}
