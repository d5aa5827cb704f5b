import InterlockCore

extension FaultServer {
    /// A way to misbehave, applied to whatever would have been answered.
    ///
    /// Counts of bytes are those of the body as it is sent (after ``gzip``, where that comes first), its framing not
    /// counted.
    public enum Fault: Sendable, Hashable {
        /// Waits before the status line.
        case slowFirstByte(Duration)
        /// Waits before each piece of the body.
        case slow(Duration)
        /// Falls silent after so many bytes, with the connection open.
        case stallMidStream(after: Int)
        /// Waits after so many pieces of the body until ``FaultServer/release(_:)`` is called with that name.
        case pauseMidStream(after: Int, String)
        /// Resets the connection after so many bytes.
        case reset(after: Int)
        /// Resets the connection before the status line.
        case resetBeforeHead
        /// Closes the connection after so many bytes, without the end that the framing wants.
        case cut(after: Int)
        /// Answers what is not HTTP.
        case garbage
        /// Answers with an error of the dialect; `retryAfter` is the header's text, sent as it is.
        case status(Int, retryAfter: String? = nil)
        /// Answers that many requests with an error, then behaves.
        case storm(Int, status: Int = 429, retryAfter: String? = nil)
        /// Answers 402 or 429 as a provider does whose account has no credit left.
        case quotaExhausted
        /// Says a text of so many bytes.
        case hugeBody(Int)
        /// Sends every byte by itself.
        case oneByteAtATime
        /// Sends all of the body at once, as far as the system takes it.
        case allAtOnce
        /// Sends a text before the body, such as `id: 1\n`.
        case prepend(String)
        /// Sends a text after the body, its last event included.
        case append(String)
        /// Sends the body compressed, with the header that says so.
        case gzip
        /// Ends lines with CR LF.
        case crlf
        /// Ends lines with a lone CR.
        case loneCR
        /// Begins the body with a byte order mark.
        case byteOrderMark
        /// Puts a comment before each event.
        case comments
        /// Puts an ill-formed UTF-8 byte into the body after so many bytes.
        case invalidUTF8(after: Int)
        /// Leaves out the stream's last event.
        case missingTerminator
        /// Leaves out the blank line or line end after the last event.
        case unfinishedLastEvent
        /// Puts an error of the dialect into the stream after so many pieces, under the status 200, and ends it.
        case errorMidStream(after: Int)
        /// Answers a page of a proxy.
        case html502
        /// Answers with an empty body.
        case emptyBody(status: Int = 503)
        /// Says that the body is of another type.
        case wrongContentType(String)
        /// Closes a connection as the second request arrives on it, as a server does that gives up idle ones.
        case closeIdleConnections
        /// Sends the reader to another place, unless it is there already.
        case redirect(Int, to: String)
        /// Sends a status 1xx first.
        case informational(Int)
        /// Delimits the body by closing the connection.
        case closeDelimited
        /// Adds a header field.
        case header(String, String)
        /// One of these, chosen for each request by its number and the seed; each is as likely as the others.
        case oneOf([Fault], seed: UInt64)
    }
}

/// What a fault needs to know of the exchange that it spoils.
struct FaultContext {
    let request: FaultServer.Request
    let dialect: Dialect
    let flavour: FaultServer.Flavour
    /// Whether the connection served another request before.
    let isReused: Bool
}

extension FaultServer.Fault {
    /// The fault that acts on the request of that number, or nil where none is to choose from.
    func chosen(for number: Int) -> FaultServer.Fault? {
        guard case .oneOf(let faults, let seed) = self else { return self }
        guard !faults.isEmpty else { return nil }
        // SplitMix64's mixing (Steele, Lea, Flood, OOPSLA 2014).
        var mixed = seed &+ UInt64(number) &* 0x9E37_79B9_7F4A_7C15
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return faults[Int((mixed ^ (mixed >> 31)) % UInt64(faults.count))].chosen(for: number)
    }

    /// Spoils an answer.
    func apply(to response: inout FaultServer.Response, _ context: FaultContext) {
        switch self {
        case .slowFirstByte(let duration): response.before.append(.wait(duration))
        case .slow(let duration): response.steps = response.steps.flatMap { [.wait(duration), $0] }
        case .pauseMidStream(let pieces, let name):
            response.steps.insert(.pause(name), at: min(max(0, pieces), response.steps.count))
        case .stallMidStream(let limit): response.endEarly(after: limit, .stall)
        case .reset(let limit): response.endEarly(after: limit, .reset)
        case .resetBeforeHead: response.before.append(.reset)
        case .cut(let limit): response.endEarly(after: limit, .close)
        case .closeIdleConnections: if context.isReused { response.before.append(.reset) }
        case .informational(let status): response.informational.append(status)
        case .closeDelimited: response.framing = .close
        case .header(let name, let value): response.headers.append((name, value))
        case .wrongContentType(let type): response.set("content-type", type)
        // These acted already: when they were injected, on what is said, when one was chosen.
        case .storm, .hugeBody, .oneOf: break
        default: if !replace(&response, context) { respell(&response) }
        }
    }

    /// Puts another answer in the place of this one, where that is what the fault does.
    private func replace(_ response: inout FaultServer.Response, _ context: FaultContext) -> Bool {
        switch self {
        case .status(let status, let retryAfter):
            response = Self.failure(status, retryAfter: retryAfter, context)
        case .quotaExhausted:
            response = context.dialect.failure(
                context.dialect == .anthropic ? 402 : 429, "You exceeded your current quota",
                code: "insufficient_quota",
                flavour: context.flavour)
        case .garbage:
            response = FaultServer.Response(
                framing: .raw,
                steps: [.bytes([0x16, 0x03, 0x01, 0x00, 0x02] + Array("not HTTP\r\n\r\n".utf8)), .close])
        case .html502:
            response = .text(
                "<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>\n",
                status: 502, type: "text/html")
        case .emptyBody(let status):
            response = FaultServer.Response(status: status, framing: .length, steps: [])
        case .redirect(let status, let place):
            guard place != context.request.path else { return true }
            response = FaultServer.Response(status: status, headers: [("location", place)], framing: .length, steps: [])
        case .errorMidStream(let pieces):
            response.steps = Array(response.steps.prefix(pieces))
            response.terminator = context.dialect.streamFailure("The server had an error", flavour: context.flavour)
        default: return false
        }
        return true
    }

    private static func failure(_ status: Int, retryAfter: String?, _ context: FaultContext) -> FaultServer.Response {
        var response = context.dialect.failure(
            status, "the fault server was told to answer with status \(status)", flavour: context.flavour)
        if let retryAfter { response.headers.append(("retry-after", retryAfter)) }
        return response
    }

    /// Sends the same body in another spelling.
    private func respell(_ response: inout FaultServer.Response) {
        switch self {
        case .oneByteAtATime: response.map { $0.map { [$0] } }
        case .allAtOnce:
            response.steps = [.bytes(response.bodyBytes)]
            response.terminator = []
        case .prepend(let text): response.steps.insert(.text(text), at: 0)
        case .append(let text): response.terminator += Array(text.utf8)
        case .crlf: response.map { [$0.flatMap { $0 == 10 ? [13, 10] : [$0] }] }
        case .loneCR: response.map { [$0.map { $0 == 10 ? 13 : $0 }] }
        case .comments: response.map { [Array(": comment\n".utf8) + $0] }
        case .byteOrderMark: response.steps.insert(.bytes([0xEF, 0xBB, 0xBF]), at: 0)
        case .missingTerminator: response.terminator = []
        case .unfinishedLastEvent:
            while response.terminator.last == 10 { response.terminator.removeLast() }
        case .gzip:
            // The waits and ends within a body that is compressed as a whole have no place to be.
            response.steps = [.bytes(Gzip.stored(response.bodyBytes))]
            response.terminator = []
            response.set("content-encoding", "gzip")
        case .invalidUTF8(let limit):
            let bytes = response.bodyBytes
            let place = min(max(0, limit), bytes.count)
            response.steps = [.bytes(bytes[..<place] + [0xFF] + bytes[place...])]
            response.terminator = []
        default: break
        }
    }
}

extension FaultServer.Response {
    /// Ends the body after so many bytes.
    fileprivate mutating func endEarly(after limit: Int, _ last: FaultServer.Step) {
        // The head must promise the whole body, or there would be nothing missing.
        if framing == .length { set("content-length", String(bodyBytes.count)) }
        steps = cut(after: limit, then: last)
        terminator = []
    }

    /// Replaces each piece of the body by others.
    fileprivate mutating func map(_ change: ([UInt8]) -> [[UInt8]]) {
        steps = steps.flatMap { step -> [FaultServer.Step] in
            guard case .bytes(let bytes) = step else { return [step] }
            return change(bytes).map { .bytes($0) }
        }
        let last = terminator.isEmpty ? [] : change(terminator)
        guard last.count > 1 else {
            terminator = last.first ?? []
            return
        }
        steps += last.map { .bytes($0) }
        terminator = []
    }
}
