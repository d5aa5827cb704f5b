import InterlockCore
import TestSupport

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

extension RawServer {
    #if canImport(Glibc)
    private static let stream = Int32(SOCK_STREAM.rawValue)
    #else
    private static let stream = SOCK_STREAM
    #endif

    private static func address(_ port: Int) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return address
    }

    /// A socket that accepts connections to a free port.
    static func listen(backlog: Int32 = 512) throws -> Int32 {
        let descriptor = descriptorLock.withLock { _ in
            let descriptor = socket(AF_INET, stream, 0)
            _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
            return descriptor
        }
        _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
        var address = address(0)
        let bound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        #if canImport(Glibc)
        let listens = Glibc.listen(descriptor, backlog)
        #elseif canImport(Musl)
        let listens = Musl.listen(descriptor, backlog)
        #else
        let listens = Darwin.listen(descriptor, backlog)
        #endif
        guard bound == 0, listens == 0 else { throw TestFailure("cannot listen: error \(errno)") }
        return descriptor
    }

    /// The port a socket is bound to.
    static func port(of descriptor: Int32) throws -> Int {
        var address = sockaddr_in()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let code = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
        }
        guard code == 0 else { throw TestFailure("a socket without a name: error \(errno)") }
        return Int(UInt16(bigEndian: address.sin_port))
    }

    /// A port on which nobody listens.
    static func closedPort() throws -> Int {
        let descriptor = try listen()
        defer { close(descriptor) }
        return try port(of: descriptor)
    }

    /// A connection to a port, or with `waiting` false one that may come about later or never.
    static func connect(to port: Int, waiting: Bool = true) throws -> Int32 {
        let descriptor = descriptorLock.withLock { _ in
            let descriptor = socket(AF_INET, stream, 0)
            _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
            return descriptor
        }
        if !waiting { _ = fcntl(descriptor, F_SETFL, O_NONBLOCK) }
        var address = address(port)
        let code = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                #if canImport(Glibc)
                Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                #elseif canImport(Musl)
                Musl.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                #else
                Darwin.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                #endif
            }
        }
        guard code == 0 || !waiting else {
            close(descriptor)
            throw TestFailure("cannot connect to port \(port): error \(errno)")
        }
        return descriptor
    }

    /// A connection that waits already, or -1.
    static func acceptNow(_ listener: Int32) -> Int32 {
        let descriptor = accept(listener, nil, nil)
        guard descriptor >= 0 else { return -1 }
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        _ = fcntl(descriptor, F_SETFL, 0)
        return descriptor
    }

    /// Waits for one descriptor, for a second at most.
    static func wait(_ descriptor: inout pollfd) -> Int32 { poll(&descriptor, 1, 1_000) }
}
