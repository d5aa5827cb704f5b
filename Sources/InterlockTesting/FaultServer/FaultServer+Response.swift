public import InterlockCore

extension FaultServer {
    /// One thing that happens while the body of an answer is sent.
    public enum Step: Sendable, Hashable {
        /// Sends bytes at once; in a chunked body, as one chunk.
        case bytes([UInt8])
        /// Sends nothing for so long.
        case wait(Duration)
        /// Sends nothing until ``FaultServer/release(_:)`` is called with that name.
        case pause(String)
        /// Sends nothing more, until the client goes away.
        case stall
        /// Closes the connection as if all had been said.
        case close
        /// Resets the connection: the client reads an error instead of an end.
        case reset

        /// Sends the bytes of a text.
        public static func text(_ text: String) -> Step { .bytes(Array(text.utf8)) }
    }

    /// How an answer tells where its body ends.
    public enum Framing: Sendable, Hashable {
        /// By `Content-Length`.
        case length
        /// By chunks.
        case chunked
        /// By closing the connection, as HTTP/1.0 did.
        case close
        /// Not at all: the steps send every byte there is, the status line included.
        case raw
    }

    /// An answer.
    public struct Response: Sendable {
        /// The status code.
        public var status: Int
        /// The header fields; those of the framing are added.
        public var headers: [(name: String, value: String)]
        /// What happens before the status line is sent.
        public var before: [Step] = []
        /// What the body is made of.
        public var steps: [Step]
        /// The last event of a stream, by which a client knows that it is whole; sent after the steps.
        public var terminator: [UInt8] = []
        /// How the body is delimited.
        public var framing: Framing
        /// Statuses 1xx to send first.
        public var informational: [Int] = []

        /// An answer of steps; in chunks unless told otherwise.
        public init(
            status: Int = 200, headers: [(name: String, value: String)] = [], framing: Framing = .chunked,
            steps: [Step]
        ) {
            self.status = status
            self.headers = headers
            self.framing = framing
            self.steps = steps
        }

        /// A JSON document with its length.
        public static func json(
            _ value: JSONValue, status: Int = 200, headers: [(name: String, value: String)] = []
        ) -> Response {
            Response(
                status: status, headers: [("content-type", "application/json")] + headers, framing: .length,
                steps: [.bytes(value.jsonBytes())])
        }

        /// A text with its length.
        public static func text(
            _ text: String, status: Int = 200, type: String = "text/plain; charset=utf-8",
            headers: [(name: String, value: String)] = []
        ) -> Response {
            Response(
                status: status, headers: [("content-type", type)] + headers, framing: .length, steps: [.text(text)])
        }

        /// A stream in chunks, of a type.
        public static func stream(_ steps: [Step], type: String = "text/event-stream") -> Response {
            Response(headers: [("content-type", type), ("cache-control", "no-cache")], steps: steps)
        }

        /// All bytes that the body sends if nothing interrupts it, the terminator included.
        public var bodyBytes: [UInt8] {
            steps.reduce(into: []) { bytes, step in
                if case .bytes(let more) = step { bytes += more }
            } + terminator
        }

        /// Sets a header field in the place of those of that name.
        public mutating func set(_ name: String, _ value: String) {
            headers.removeAll { $0.name.lowercased() == name.lowercased() }
            headers.append((name, value))
        }

        /// The steps of at most so many bytes of the body, the terminator counted, followed by others instead of the rest.
        func cut(after limit: Int, then last: Step) -> [Step] {
            var kept: [Step] = []
            var left = max(0, limit)
            for step in steps + [.bytes(terminator)] {
                guard case .bytes(let bytes) = step else {
                    kept.append(step)
                    continue
                }
                if bytes.count > left {
                    if left > 0 { kept.append(.bytes(Array(bytes.prefix(left)))) }
                    return kept + [last]
                }
                kept.append(step)
                left -= bytes.count
            }
            return kept + [last]
        }
    }
}

extension FaultServer.Response {
    /// Server-sent events, each with its name where it has one; the last of them counts as the stream's terminator.
    static func events(_ events: [(name: String?, data: JSONValue)], done: String? = nil) -> Self {
        var frames = events.map { event in
            Array("\(event.name.map { "event: \($0)\n" } ?? "")data: \(event.data.jsonText())\n\n".utf8)
        }
        if let done { frames.append(Array("data: \(done)\n\n".utf8)) }
        let last = frames.popLast() ?? []
        var response = Self.stream(frames.map { .bytes($0) })
        response.terminator = last
        return response
    }

    /// Lines of JSON; the last of them counts as the stream's terminator.
    static func lines(_ lines: [JSONValue]) -> Self {
        var frames = lines.map { $0.jsonBytes() + [UInt8(ascii: "\n")] }
        let last = frames.popLast() ?? []
        var response = Self.stream(frames.map { .bytes($0) }, type: "application/x-ndjson")
        response.terminator = last
        return response
    }
}
