#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// A client that writes and reads bytes as a test tells it to, with blocking calls that end after a while.
public final class RawClient {
    private var descriptor: Int32
    /// What was read and not asked for yet.
    public private(set) var unread: [UInt8] = []
    /// Whether the server has closed the connection.
    public private(set) var isAtEnd = false

    /// Connects to a port of this machine.
    public init(port: Int, receiveBuffer: Int32? = nil) throws {
        #if canImport(Glibc)
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        #else
        descriptor = socket(AF_INET, SOCK_STREAM, 0)
        #endif
        guard descriptor >= 0 else { throw TestFailure("no socket: error \(errno)") }
        if var size = receiveBuffer {
            setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<Int32>.size))
        }
        var limit = timeval(tv_sec: 20, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let code = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard code == 0 else { throw TestFailure("cannot connect: error \(errno)") }
    }

    deinit { close() }

    /// Closes the connection.
    public func close() {
        guard descriptor >= 0 else { return }
        closeSocket(descriptor)
        descriptor = -1
    }

    /// Breaks the connection, so that the server gets a reset.
    public func reset() {
        var linger = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<linger>.size))
        close()
    }

    /// Writes.
    public func send(_ text: String) throws { try send(Array(text.utf8)) }

    /// Writes.
    public func send(_ bytes: [UInt8]) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { sendQuietly(descriptor, $0) }
            guard count > 0 else { throw TestFailure("cannot write: error \(errno)") }
            rest = rest.dropFirst(count)
        }
    }

    /// Reads until a text has come, and returns everything up to its end.
    public func read(until text: String) throws -> String {
        let wanted = Array(text.utf8)
        while true {
            if let end = endOfFirst(wanted, in: unread) {
                let found = String(decoding: unread[..<end], as: UTF8.self)
                unread.removeFirst(end)
                return found
            }
            guard try readMore() else {
                throw TestFailure("expected \(text.debugDescription), got \(String(decoding: unread, as: UTF8.self))")
            }
        }
    }

    /// Reads so many bytes.
    public func read(count: Int) throws -> [UInt8] {
        while unread.count < count {
            guard try readMore() else { throw TestFailure("the server closed after \(unread.count) bytes") }
        }
        defer { unread.removeFirst(count) }
        return Array(unread[..<count])
    }

    /// Reads until the server closes the connection.
    public func readToEnd() throws -> String {
        while try readMore() {}
        defer { unread = [] }
        return String(decoding: unread, as: UTF8.self)
    }

    /// Reads one response with a Content-Length or chunks.
    public func response() throws -> RawResponse {
        let head = try read(until: "\r\n\r\n")
        var response = RawResponse(head: head)
        if let length = response.header("content-length").flatMap({ Int($0) }) {
            response.body = try read(count: length)
        } else if response.header("transfer-encoding") == "chunked" {
            // CR LF is one character.
            while let size = Int(try read(until: "\r\n").dropLast(), radix: 16), size > 0 {
                response.body += try read(count: size)
                _ = try read(until: "\r\n")
            }
            _ = try read(until: "\r\n")
        }
        return response
    }

    private func readMore() throws -> Bool {
        guard !isAtEnd else { return false }
        var buffer = [UInt8](repeating: 0, count: 65536)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        if count < 0, errno == EAGAIN { throw TestFailure("nothing came in 20 seconds") }
        guard count > 0 else {
            isAtEnd = true
            return false
        }
        unread += buffer[..<count]
        return true
    }
}

/// A response as it came.
public struct RawResponse {
    /// The status line and the header fields.
    public var head: String
    /// The body.
    public var body: [UInt8]

    /// Makes a response.
    public init(head: String, body: [UInt8] = []) {
        self.head = head
        self.body = body
    }

    /// The status.
    public var status: Int? { head.split(separator: " ").dropFirst().first.flatMap { Int($0) } }

    /// The body as text.
    public var text: String { String(decoding: body, as: UTF8.self) }

    /// The first header field of a name in lower case.
    public func header(_ name: String) -> String? {
        for line in head.split(separator: "\r\n") {
            guard let colon = line.firstIndex(of: ":"), line[..<colon].lowercased() == name else { continue }
            return String(line[line.index(after: colon)...].drop { $0 == " " })
        }
        return nil
    }
}

private func closeSocket(_ descriptor: Int32) {
    _ = close(descriptor)
}

/// Sends without the signal that a closed connection would raise.
private func sendQuietly(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
    #if canImport(Darwin)
    var yes: Int32 = 1
    setsockopt(descriptor, SOL_SOCKET, SO_NOSIGPIPE, &yes, socklen_t(MemoryLayout<Int32>.size))
    return send(descriptor, bytes.baseAddress, bytes.count, 0)
    #else
    return send(descriptor, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
    #endif
}
