import InterlockCore
import TestSupport

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A request as it came over the wire.
struct RawRequest: Sendable {
    var method: String
    var target: String
    /// Names in lower case.
    var headers: [(name: String, value: String)]
    var body: [UInt8]

    /// The value of the first field of that name in lower case.
    func header(_ name: String) -> String? { headers.first { $0.name == name }?.value }
}

/// The server's end of a connection; one thread uses it, and its every wait is bounded.
final class RawConnection: Sendable {
    private struct State {
        var isOpen = true
        var sent = 0
        var unread: [UInt8] = []
    }

    private let descriptor: Int32
    private let state = Locked(State())

    init(_ descriptor: Int32) {
        self.descriptor = descriptor
        var limit = timeval(tv_sec: 20, tv_usec: 0)
        let size = socklen_t(MemoryLayout<timeval>.size)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, size)
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, size)
        var one: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<Int32>.size))
    }

    /// How many bytes were sent.
    var sent: Int { state.withLock { $0.sent } }

    /// More bytes from the other side, or nil at the end or after a reset.
    func read() throws -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: 65_536)
        let count = bytes.withUnsafeMutableBytes { recv(descriptor, $0.baseAddress, $0.count, 0) }
        if count < 0, errno == EAGAIN { throw TestFailure("the client sent nothing for too long") }
        return count > 0 ? Array(bytes[..<count]) : nil
    }

    /// The next request, or nil at the end.
    func request() throws -> RawRequest? {
        var bytes = state.withLock { $0.unread }
        var end = Self.headEnd(bytes)
        while end == nil {
            guard let more = try read() else { return nil }
            bytes += more
            end = Self.headEnd(bytes)
        }
        guard let end else { return nil }
        var lines = String(decoding: bytes[..<end], as: UTF8.self).split(separator: "\r\n").map(String.init)
        let words = lines.removeFirst().split(separator: " ").map(String.init)
        guard words.count == 3 else { throw TestFailure("not a request line") }
        let headers = try lines.map { line -> (name: String, value: String) in
            guard let colon = line.firstIndex(of: ":") else { throw TestFailure("not a header field: \(line)") }
            let value = line[line.index(after: colon)...].drop { $0 == " " }
            return (line[..<colon].lowercased(), String(value))
        }
        var request = RawRequest(method: words[0], target: words[1], headers: headers, body: [])
        let length = request.header("content-length").flatMap { Int($0) } ?? 0
        while bytes.count < end + length {
            guard let more = try read() else { return nil }
            bytes += more
        }
        request.body = Array(bytes[end..<(end + length)])
        state.withLock { $0.unread = Array(bytes[(end + length)...]) }
        return request
    }

    private static func headEnd(_ bytes: [UInt8]) -> Int? {
        guard bytes.count >= 4 else { return nil }
        return (4...bytes.count).first { bytes[($0 - 4)..<$0].elementsEqual([13, 10, 13, 10]) }
    }

    /// Sends text.
    func write(_ text: String) throws { try write(Array(text.utf8)) }

    /// Sends bytes; throws when the other side is gone.
    func write(_ bytes: [UInt8]) throws {
        var start = 0
        while start < bytes.count {
            let count = bytes[start...].withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, Self.noSignal) }
            guard count > 0 else { throw TestFailure("the client does not take what is sent: error \(errno)") }
            start += count
            state.withLock { $0.sent += count }
        }
    }

    #if canImport(Darwin)
    private static let noSignal: Int32 = 0
    #else
    private static let noSignal = Int32(MSG_NOSIGNAL)
    #endif

    /// Sends a response with its length.
    func respond(_ body: String, status: String = "200 OK", _ headers: String...) throws {
        let fields = headers.map { "\($0)\r\n" }.joined()
        try write("HTTP/1.1 \(status)\r\n\(fields)Content-Length: \(body.utf8.count)\r\n\r\n\(body)")
    }

    /// Sends bytes as one chunk of a chunked body.
    func writeChunk(_ text: String) throws {
        try write("\(String(text.utf8.count, radix: 16))\r\n\(text)\r\n")
    }

    /// Waits until the client has closed its side.
    func waitForEnd() throws {
        while try read() != nil {}
    }

    /// Closes with a reset instead of an end.
    func reset() {
        var value = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &value, socklen_t(MemoryLayout<linger>.size))
        end()
    }

    /// Closes it; more than once does no harm.
    func end() {
        let wasOpen = state.withLock { state in
            defer { state.isOpen = false }
            return state.isOpen
        }
        if wasOpen { close(descriptor) }
    }

    /// Makes whoever waits in it go on; from any thread.
    func interrupt() {
        state.withLock { state in
            if state.isOpen { _ = shutdown(descriptor, Int32(SHUT_RDWR)) }
        }
    }
}

extension RawConnection {
    /// Carries bytes both ways between this connection and a port, until either side ends.
    func tunnel(to port: Int) throws {
        let other = try RawServer.connect(to: port)
        defer { close(other) }
        let near = descriptor
        var ends = [
            pollfd(fd: near, events: Int16(POLLIN), revents: 0), pollfd(fd: other, events: Int16(POLLIN), revents: 0),
        ]
        var bytes = [UInt8](repeating: 0, count: 65_536)
        while poll(&ends, 2, 20_000) > 0 {
            for (from, to) in [(0, 1), (1, 0)] where ends[from].revents != 0 {
                let count = bytes.withUnsafeMutableBytes { recv(ends[from].fd, $0.baseAddress, $0.count, 0) }
                guard count > 0 else { return }
                var sent = 0
                while sent < count {
                    let step = bytes[sent..<count].withUnsafeBytes {
                        send(ends[to].fd, $0.baseAddress, $0.count, Self.noSignal)
                    }
                    guard step > 0 else { return }
                    sent += step
                }
            }
        }
    }
}
