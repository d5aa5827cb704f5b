#if Server
import CMicroHTTPD
import InterlockCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Sockets that listen at a host's addresses, all at one port.
struct Listener {
    /// The sockets.
    private(set) var descriptors: [Int32] = []
    /// The port.
    private(set) var port = 0

    /// Listens.
    ///
    /// - Parameters:
    ///   - host: A name, a numeric address, or `*` for every address of this machine.
    ///   - port: The port; 0 takes any that is free.
    init(host: String, port: Int) throws(InterlockError) {
        guard (0...65535).contains(port) else {
            throw InterlockError(.invalidConfiguration, "port is \(port); it must be between 0 and 65535")
        }
        let bare = host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : host
        let addresses = try Listener.resolve(bare == "*" ? nil : bare, host)
        self.port = port
        var failure: Int32?
        for address in addresses {
            guard let code = listen(address) else { continue }
            failure = code
            // A machine without IPv6 still has names that stand for `::1`: one address that works is enough. But a port
            // that someone else has taken is an error at each of them.
            guard code == EADDRNOTAVAIL || code == EAFNOSUPPORT else {
                close()
                throw Listener.error(code, host, port)
            }
        }
        if descriptors.isEmpty { throw Listener.error(failure ?? EADDRNOTAVAIL, host, port) }
    }

    /// Stops listening.
    mutating func close() {
        for descriptor in descriptors { closeDescriptor(descriptor) }
        descriptors = []
    }

    /// Listens at one address; the error's number if that fails.
    private mutating func listen(_ address: [UInt8]) -> Int32? {
        var storage = Listener.storage(address, port: port)
        let family = Int32(storage.ss_family)
        #if canImport(Glibc)
        let descriptor = socket(family, Int32(SOCK_STREAM.rawValue), 0)
        #else
        let descriptor = socket(family, SOCK_STREAM, 0)
        #endif
        guard descriptor >= 0 else { return errno }
        var yes: Int32 = 1
        let size = socklen_t(MemoryLayout<Int32>.size)
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, size)
        if family == AF_INET6 { setsockopt(descriptor, Int32(IPPROTO_IPV6), IPV6_V6ONLY, &yes, size) }
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
        var length = socklen_t(address.count)
        let code = withUnsafeMutablePointer(to: &storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address -> Int32 in
                guard bind(descriptor, address, length) == 0 else { return errno }
                #if canImport(Glibc)
                guard Glibc.listen(descriptor, 1024) == 0 else { return errno }
                #elseif canImport(Musl)
                guard Musl.listen(descriptor, 1024) == 0 else { return errno }
                #else
                guard Darwin.listen(descriptor, 1024) == 0 else { return errno }
                #endif
                return getsockname(descriptor, address, &length) == 0 ? 0 : errno
            }
        }
        guard code == 0 else {
            closeDescriptor(descriptor)
            return code
        }
        descriptors.append(descriptor)
        port = Listener.port(of: storage)
        return nil
    }

    /// The socket addresses that a name stands for, each once.
    private static func resolve(_ name: String?, _ host: String) throws(InterlockError) -> [[UInt8]] {
        var hints = addrinfo()
        hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV
        #if canImport(Glibc)
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        #else
        hints.ai_socktype = SOCK_STREAM
        #endif
        var first: UnsafeMutablePointer<addrinfo>?
        let code = getaddrinfo(name, "0", &hints, &first)
        guard code == 0 else {
            let reason = gai_strerror(code).map { String(cString: $0) } ?? "unknown"
            throw InterlockError(
                .invalidConfiguration, "cannot listen on \(host): \(reason)",
                hint: noAddressHint)
        }
        defer { freeaddrinfo(first) }
        var found: [[UInt8]] = []
        var next = first
        while let info = next {
            next = info.pointee.ai_next
            guard let address = info.pointee.ai_addr else { continue }
            let bytes = Array(UnsafeRawBufferPointer(start: address, count: Int(info.pointee.ai_addrlen)))
            if !found.contains(bytes) { found.append(bytes) }
        }
        return found
    }

    private static let noAddressHint = "Give an address of this machine, such as 127.0.0.1, or * for all of them."

    private static func error(_ code: Int32, _ host: String, _ port: Int) -> InterlockError {
        let place = host.contains(":") && !host.hasPrefix("[") ? "[\(host)]:\(port)" : "\(host):\(port)"
        let (reason, hint): (String, String?) =
            switch code {
            case EADDRINUSE:
                (
                    "another program listens there",
                    "Stop that program (`ss -ltnp` shows it), or choose another port; 0 takes any that is free."
                )
            case EACCES: ("the system does not allow it", "Choose a port above 1023.")
            case EADDRNOTAVAIL, EAFNOSUPPORT: ("this machine has no such address", noAddressHint)
            default: (String(cString: strerror(code)), nil)
            }
        return InterlockError(.invalidConfiguration, "cannot listen on \(place): \(reason)", hint: hint)
    }

    private static func storage(_ address: [UInt8], port: Int) -> sockaddr_storage {
        var storage = sockaddr_storage()
        withUnsafeMutableBytes(of: &storage) { $0.copyBytes(from: address) }
        let order = UInt16(port).bigEndian
        withUnsafeMutableBytes(of: &storage) { bytes in
            // The port lies at the same place in both families' addresses.
            bytes.storeBytes(of: order, toByteOffset: 2, as: UInt16.self)
        }
        return storage
    }

    private static func port(of storage: sockaddr_storage) -> Int {
        withUnsafeBytes(of: storage) { Int(UInt16(bigEndian: $0.load(fromByteOffset: 2, as: UInt16.self))) }
    }

    /// The numeric form of a socket address.
    static func name(of address: UnsafePointer<sockaddr>, _ length: socklen_t) -> String {
        var text = [CChar](repeating: 0, count: 64)
        guard getnameinfo(address, length, &text, socklen_t(text.count), nil, 0, NI_NUMERICHOST) == 0 else { return "" }
        return text.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? "" }
    }
}

/// Closes a descriptor; a function of its own because `close` has another meaning inside types.
func closeDescriptor(_ descriptor: Int32) {
    _ = close(descriptor)
}
#endif
