import InterlockCore

/// Reads HTTP/1.1 requests from a socket, one after the other.
struct RequestReader {
    /// What came of it.
    enum Outcome {
        case request(FaultServer.Request)
        /// It is no request, or too large: the status to answer with.
        case refused(Int)
        /// The other side went away.
        case ended
    }

    private static let maximumHead = 65536

    private let descriptor: Int32
    private var buffer = [UInt8](repeating: 0, count: 65536)
    private var pending: [UInt8] = []
    /// Where the bytes begin that were not used yet.
    private var position = 0

    init(descriptor: Int32) {
        self.descriptor = descriptor
    }

    /// Blocks until there is something to read; false at the end.
    mutating func waitForInput() -> Bool {
        position < pending.count || receive()
    }

    /// Reads one request.
    mutating func readRequest(connection: Int, maximumBody: Int) -> Outcome {
        var lines: [String] = []
        var size = 0
        while true {
            guard let line = readLine() else { return size > Self.maximumHead ? .refused(431) : .ended }
            size += line.utf8.count
            guard size <= Self.maximumHead else { return .refused(431) }
            if line.isEmpty {
                if lines.isEmpty { continue }
                break
            }
            lines.append(line)
        }
        guard var request = Self.request(of: lines, connection: connection) else { return .refused(400) }
        if request.header("expect")?.lowercased() == "100-continue" {
            _ = LoopbackSocket.send(descriptor, Array("HTTP/1.1 100 Continue\r\n\r\n".utf8)[...])
        }
        if request.header("transfer-encoding")?.lowercased() == "chunked" {
            request.isChunked = true
            return readChunks(of: request, maximumBody: maximumBody)
        }
        let length = request.header("content-length").map { Int($0) } ?? 0
        guard let length, length >= 0 else { return .refused(400) }
        guard length <= maximumBody else { return .refused(413) }
        guard let body = read(length) else { return .ended }
        request.body = body
        return .request(request)
    }

    private mutating func readChunks(of request: FaultServer.Request, maximumBody: Int) -> Outcome {
        var request = request
        while true {
            guard let line = readLine() else { return .ended }
            guard let size = Int(line.prefix { $0 != ";" }, radix: 16), size >= 0 else { return .refused(400) }
            guard size > 0 else { break }
            guard size <= maximumBody - request.body.count else { return .refused(413) }
            guard let chunk = read(size), let end = readLine() else { return .ended }
            guard end.isEmpty else { return .refused(400) }
            request.body += chunk
        }
        // Trailers, up to the empty line.
        while let line = readLine() { if line.isEmpty { return .request(request) } }
        return .ended
    }

    private static func request(of lines: [String], connection: Int) -> FaultServer.Request? {
        let words = lines[0].split(separator: " ", omittingEmptySubsequences: false)
        guard words.count == 3, words[2].hasPrefix("HTTP/1.") else { return nil }
        // Through a proxy the target is a whole address.
        var target = words[1]
        if target.hasPrefix("http://") {
            let rest = target.dropFirst("http://".count)
            target = rest.firstIndex(of: "/").map { rest[$0...] } ?? "/"
        }
        let halves = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        var headers: [FaultServer.Header] = []
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":"), colon > line.startIndex else { return nil }
            let value = line[line.index(after: colon)...].drop { $0 == " " || $0 == "\t" }
            headers.append(FaultServer.Header(name: String(line[..<colon]), value: String(value)))
        }
        return FaultServer.Request(
            number: 0, connection: connection, method: String(words[0]),
            path: percentDecoded(halves.first ?? "/"), query: halves.count > 1 ? String(halves[1]) : "",
            headers: headers, body: [], isChunked: false, version: String(words[2].dropFirst("HTTP/".count)))
    }

    /// The next line without its end; nil at the end of the input and where it is longer than a head may be.
    private mutating func readLine() -> String? {
        var searched = position
        while true {
            if let end = pending[searched...].firstIndex(of: 10) {
                var line = pending[position..<end]
                if line.last == 13 { line.removeLast() }
                position = end + 1
                return String(decoding: line, as: UTF8.self)
            }
            guard pending.count - position <= Self.maximumHead else { return nil }
            let done = pending.count - position
            guard receive() else { return nil }
            searched = position + done
        }
    }

    private mutating func read(_ count: Int) -> [UInt8]? {
        while pending.count - position < count { guard receive() else { return nil } }
        defer { position += count }
        return Array(pending[position..<(position + count)])
    }

    private mutating func receive() -> Bool {
        if position > 0 {
            pending.removeSubrange(..<position)
            position = 0
        }
        guard let bytes = LoopbackSocket.receive(descriptor, into: &buffer) else { return false }
        pending += bytes
        return true
    }
}
