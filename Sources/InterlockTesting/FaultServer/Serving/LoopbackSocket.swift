internal import InterlockCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// The system calls on sockets, with what differs between the systems.
enum LoopbackSocket {
    #if canImport(Darwin)
    private static let streamType = SOCK_STREAM
    private static let noSignal: Int32 = 0
    private static let peerClosed: Int16 = 0
    #else
    private static let streamType = Int32(SOCK_STREAM.rawValue)
    private static let noSignal = Int32(MSG_NOSIGNAL)
    /// POLLRDHUP, which the C headers show only to those who define _GNU_SOURCE.
    private static let peerClosed: Int16 = 0x2000
    #endif

    /// A listening socket on a free port of 127.0.0.1.
    static func listen() throws(InterlockError) -> (descriptor: Int32, port: UInt16) {
        let descriptor = socket(AF_INET, streamType, 0)
        guard descriptor >= 0 else { throw failure("no socket") }
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr = in_addr(s_addr: UInt32(0x7F00_0001).bigEndian)
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                bind(descriptor, generic, size) == 0
                    && systemListen(descriptor, 256) == 0
                    && getsockname(descriptor, generic, &size) == 0
            }
        }
        guard isBound else {
            let error = failure("no port on 127.0.0.1")
            close(descriptor)
            throw error
        }
        return (descriptor, UInt16(bigEndian: address.sin_port))
    }

    private static func failure(_ what: String) -> InterlockError {
        InterlockError(
            .connectionFailed, "the fault server gets \(what): system error \(errno)",
            hint: "Look whether this process has too many files open.")
    }

    /// The next connection, or nil when none could be taken.
    static func accept(_ listener: Int32) -> Int32? {
        let descriptor = systemAccept(listener, nil, nil)
        guard descriptor >= 0 else { return nil }
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        // Each write is to leave at once, or one byte at a time would not be that.
        set(descriptor, tcpLevel, TCP_NODELAY, Int32(1))
        #if canImport(Darwin)
        set(descriptor, SOL_SOCKET, SO_NOSIGPIPE, Int32(1))
        #endif
        return descriptor
    }

    private static let tcpLevel = Int32(IPPROTO_TCP)

    private static func set(_ descriptor: Int32, _ level: Int32, _ name: Int32, _ value: some BitwiseCopyable) {
        _ = withUnsafeBytes(of: value) { setsockopt(descriptor, level, name, $0.baseAddress, socklen_t($0.count)) }
    }

    /// Reads what is there, waiting for the first of it; nil at the end or after an error.
    static func receive(_ descriptor: Int32, into buffer: inout [UInt8]) -> ArraySlice<UInt8>? {
        while true {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            if count > 0 { return buffer[..<count] }
            guard count < 0, errno == EINTR else { return nil }
        }
    }

    /// Sends some of the bytes, waiting until the system takes any; nil when the other side has gone.
    static func send(_ descriptor: Int32, _ bytes: ArraySlice<UInt8>) -> Int? {
        while true {
            let count = bytes.withUnsafeBytes { systemSend(descriptor, $0.baseAddress, $0.count, noSignal) }
            if count > 0 { return count }
            guard count < 0, errno == EINTR else { return nil }
        }
    }

    /// Waits until one of the descriptors can be read; its place, or nil after an error.
    static func waitForInput(_ descriptors: [Int32]) -> Int? {
        var entries = descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        while poll(&entries, nfds_t(entries.count), -1) < 0 { guard errno == EINTR else { return nil } }
        return entries.firstIndex { $0.revents != 0 }
    }

    /// Lets time pass while the other side is there; whether it still is.
    static func stays(_ descriptor: Int32, for milliseconds: Int32) -> Bool {
        #if canImport(Darwin)
        // There is no event for the peer's end alone: with nothing to read expected, readable means ended.
        let events = Int16(POLLIN)
        #else
        let events = peerClosed
        #endif
        var entry = pollfd(fd: descriptor, events: events, revents: 0)
        let count = poll(&entry, 1, milliseconds)
        return count == 0 || count < 0 && errno == EINTR
    }

    /// Lets time pass.
    static func rest(milliseconds: Int32) {
        _ = poll(nil, 0, milliseconds)
    }

    /// Ends both directions, so that whoever waits on the socket wakes; also where a child process inherited it.
    static func end(_ descriptor: Int32) {
        _ = shutdown(descriptor, Int32(SHUT_RDWR))
    }

    /// Ends the direction from the other side, so that a read wakes.
    static func endReading(_ descriptor: Int32) {
        _ = shutdown(descriptor, Int32(SHUT_RD))
    }

    /// Makes the coming close a reset instead of an orderly end.
    static func resetOnClose(_ descriptor: Int32) {
        set(descriptor, SOL_SOCKET, SO_LINGER, linger(l_onoff: 1, l_linger: 0))
    }

    /// A pipe whose reading end becomes readable when the writing end is closed.
    static func makePipe() throws(InterlockError) -> (read: Int32, write: Int32) {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw failure("no pipe") }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        return (ends[0], ends[1])
    }

    /// Gives the descriptor back.
    static func close(_ descriptor: Int32) {
        _ = systemClose(descriptor)
    }
}

// The functions above bear the names of the system's, which a file-level name still reaches.
private func systemListen(_ descriptor: Int32, _ backlog: Int32) -> Int32 { listen(descriptor, backlog) }
private func systemAccept(
    _ descriptor: Int32, _ address: UnsafeMutablePointer<sockaddr>?, _ size: UnsafeMutablePointer<socklen_t>?
) -> Int32 { accept(descriptor, address, size) }
private func systemSend(_ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int, _ flags: Int32) -> Int {
    send(descriptor, bytes, count, flags)
}
private func systemClose(_ descriptor: Int32) -> Int32 { close(descriptor) }
