import InterlockCore
import TestSupport

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A connection on which a test writes and reads bytes as they are.
final class RawClient {
    private let descriptor: Int32

    /// Connects to a port of 127.0.0.1.
    init(port: UInt16) throws {
        #if canImport(Darwin)
        let type = SOCK_STREAM
        #else
        let type = Int32(SOCK_STREAM.rawValue)
        #endif
        descriptor = descriptorLock.withLock { _ in
            let descriptor = socket(AF_INET, type, 0)
            _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
            return descriptor
        }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr = in_addr(s_addr: UInt32(0x7F00_0001).bigEndian)
        let code = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard descriptor >= 0, code == 0 else { throw TestFailure("no connection: error \(errno)") }
        // No read lasts longer than a test may.
        var limit = timeval(tv_sec: 20, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    }

    deinit {
        close(descriptor)
    }

    /// Writes a text.
    func write(_ text: String) throws {
        let bytes = Array(text.utf8)
        guard send(descriptor, bytes, bytes.count, 0) == bytes.count else {
            throw TestFailure("nothing written: error \(errno)")
        }
    }

    /// How a reading ended.
    enum End: Equatable {
        /// At the end of the stream.
        case end
        /// With a reset.
        case reset
        /// At what was waited for.
        case found
        /// Nothing came for too long.
        case silence
    }

    /// Reads until a text has come, or the end.
    func read(until wanted: String? = nil, patience milliseconds: Int32 = 20_000) -> (bytes: [UInt8], end: End) {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65536)
        while true {
            var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            guard poll(&entry, 1, milliseconds) > 0 else { return (bytes, .silence) }
            let count = recv(descriptor, &buffer, buffer.count, 0)
            guard count > 0 else { return (bytes, count == 0 ? .end : .reset) }
            bytes += buffer[..<count]
            if let wanted, bytes.suffix(count + wanted.utf8.count).firstRange(of: wanted.utf8) != nil {
                return (bytes, .found)
            }
        }
    }

    /// Sends a request that asks for the connection's end, and reads the whole answer.
    static func exchange(
        _ port: UInt16, _ path: String, method: String = "GET", headers: String = "", body: String = ""
    ) throws -> RawAnswer {
        let client = try RawClient(port: port)
        try client.write(request(method, path, headers: headers + "connection: close\r\n", body: body))
        let (bytes, end) = client.read()
        return RawAnswer(bytes: bytes, end: end)
    }

    /// The text of a request.
    static func request(_ method: String, _ path: String, headers: String = "", body: String = "") -> String {
        "\(method) \(path) HTTP/1.1\r\nhost: test\r\n\(headers)content-length: \(body.utf8.count)\r\n\r\n\(body)"
    }
}

/// What a server sent on one connection.
struct RawAnswer {
    let bytes: [UInt8]
    let end: RawClient.End

    /// All of it as text.
    var text: String { String(decoding: bytes, as: UTF8.self) }

    /// The status line and the fields.
    var head: String {
        text.firstRange(of: "\r\n\r\n").map { String(text[..<$0.lowerBound]) } ?? text
    }

    /// The status code, or 0 where there is none.
    var status: Int { Int(head.split(separator: " ").dropFirst().first?.prefix(3) ?? "") ?? 0 }

    /// What follows the head, with the framing of chunks taken off.
    var body: [UInt8] {
        guard let range = bytes.firstRange(of: "\r\n\r\n".utf8) else { return [] }
        var rest = bytes[range.upperBound...]
        guard head.contains("transfer-encoding: chunked") else { return Array(rest) }
        var body: [UInt8] = []
        while let line = rest.firstRange(of: "\r\n".utf8),
            let size = Int(String(decoding: rest[..<line.lowerBound], as: UTF8.self), radix: 16), size > 0
        {
            body += rest[line.upperBound...].prefix(size)
            rest = rest[line.upperBound...].dropFirst(size + 2)
        }
        return body
    }

    /// The body as text.
    var bodyText: String { String(decoding: body, as: UTF8.self) }

    /// How many chunks the body has, the last and empty one not counted.
    var chunkSizes: [Int] {
        guard let range = bytes.firstRange(of: "\r\n\r\n".utf8) else { return [] }
        var rest = bytes[range.upperBound...]
        var sizes: [Int] = []
        while let line = rest.firstRange(of: "\r\n".utf8),
            let size = Int(String(decoding: rest[..<line.lowerBound], as: UTF8.self), radix: 16), size > 0
        {
            sizes.append(size)
            rest = rest[line.upperBound...].dropFirst(size + 2)
        }
        return sizes
    }
}
