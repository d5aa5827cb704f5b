import InterlockCore

/// Plays the script of an answer on a socket.
struct ResponseWriter {
    let core: ServerCore
    let descriptor: Int32
    let request: FaultServer.Request
    /// Whether the connection can serve another request once this answer is complete.
    private(set) var staysOpen = true

    init(core: ServerCore, descriptor: Int32, request: FaultServer.Request) {
        self.core = core
        self.descriptor = descriptor
        self.request = request
    }

    /// Sends all of it, unless the script or the client ends it early.
    mutating func write(_ response: FaultServer.Response) -> FaultServer.Exchange.Ending {
        var response = response
        if request.version == "1.0", response.framing == .chunked { response.framing = .close }
        let isEmpty = request.method == "HEAD" || response.status == 204 || response.status == 304
        let isClosing = request.header("connection")?.lowercased() == "close" || request.version == "1.0"
        staysOpen = !isClosing && response.framing != .close && response.framing != .raw

        if let ending = play(response.before, framing: .raw) { return ending }
        for status in response.informational {
            guard send(Array("HTTP/1.1 \(status) \(Self.reason(status))\r\n\r\n".utf8)) else { return .clientLeft }
        }
        guard response.framing == .raw || send(head(of: response)) else { return .clientLeft }
        if isEmpty { return .complete }
        if let ending = play(response.steps + [.bytes(response.terminator)], framing: response.framing) {
            return ending
        }
        if response.framing == .chunked, !send(Array("0\r\n\r\n".utf8)) { return .clientLeft }
        return .complete
    }

    private func head(of response: FaultServer.Response) -> [UInt8] {
        var text =
            "HTTP/\(response.framing == .close ? "1.0" : "1.1") \(response.status) \(Self.reason(response.status))\r\n"
        for (name, value) in response.headers { text += "\(name): \(value)\r\n" }
        switch response.framing {
        case .length:
            if !response.headers.contains(where: { $0.name.lowercased() == "content-length" }) {
                text += "content-length: \(response.bodyBytes.count)\r\n"
            }
        case .chunked: text += "transfer-encoding: chunked\r\n"
        case .close, .raw: break
        }
        if !staysOpen { text += "connection: close\r\n" }
        return Array("\(text)\r\n".utf8)
    }

    /// Plays steps; nil when they were played to their end.
    private func play(
        _ steps: [FaultServer.Step], framing: FaultServer.Framing
    ) -> FaultServer.Exchange.Ending? {
        for step in steps {
            switch step {
            case .bytes(let bytes):
                guard !bytes.isEmpty else { continue }
                guard send(framing == .chunked ? Self.chunk(bytes) : bytes) else { return .clientLeft }
            case .wait(let duration):
                guard stay(for: duration) else { return .clientLeft }
            case .pause(let name):
                // Two things end it, a call and the client's leaving: looking at both in turn is simplest.
                while !core.isReleased(name) {
                    guard LoopbackSocket.stays(descriptor, for: 2) else { return .clientLeft }
                }
            case .stall:
                while LoopbackSocket.stays(descriptor, for: -1) {}
                return .clientLeft
            case .close: return .cut
            case .reset: return .reset
            }
        }
        return nil
    }

    private func stay(for duration: Duration) -> Bool {
        let deadline = Clocks.system.monotonic() + duration
        while true {
            let left = deadline - Clocks.system.monotonic()
            guard left > .zero else { return true }
            // Rounded up, or the last fraction of a millisecond would be spent looking at the clock.
            let milliseconds = left.components.seconds * 1000 + left.components.attoseconds / 1_000_000_000_000_000 + 1
            guard LoopbackSocket.stays(descriptor, for: Int32(clamping: milliseconds)) else { return false }
        }
    }

    private static func chunk(_ bytes: [UInt8]) -> [UInt8] {
        Array("\(String(bytes.count, radix: 16))\r\n".utf8) + bytes + [13, 10]
    }

    /// Sends all bytes; false when the client has gone.
    private func send(_ bytes: [UInt8]) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            // In pieces, so that the count shows how far a client lets it come.
            guard let count = LoopbackSocket.send(descriptor, rest.prefix(65536)) else { return false }
            core.note(request.number, sent: count)
            rest = rest.dropFirst(count)
        }
        return true
    }

    /// The phrase that goes with a status.
    static func reason(_ status: Int) -> String {
        let known = [
            100: "Continue", 103: "Early Hints", 200: "OK", 204: "No Content", 206: "Partial Content",
            301: "Moved Permanently", 302: "Found", 303: "See Other", 304: "Not Modified", 307: "Temporary Redirect",
            308: "Permanent Redirect", 400: "Bad Request", 401: "Unauthorized", 402: "Payment Required",
            403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed", 408: "Request Timeout", 409: "Conflict",
            411: "Length Required", 413: "Content Too Large", 416: "Range Not Satisfiable",
            422: "Unprocessable Content", 429: "Too Many Requests", 431: "Request Header Fields Too Large",
            500: "Internal Server Error", 502: "Bad Gateway", 503: "Service Unavailable", 504: "Gateway Timeout",
            529: "Overloaded",
        ]
        return known[status] ?? "Status"
    }
}
