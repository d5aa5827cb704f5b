import InterlockCore
import InterlockHTTP

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Which addresses a name stands for, to tell a person; requests do their own look-up.
enum HostLookup {
    /// Whoever comes first, the look-up or the clock, resumes.
    private final class Race: Sendable {
        private let waiter: Locked<CheckedContinuation<String?, Never>?>

        init(_ waiter: CheckedContinuation<String?, Never>) { self.waiter = Locked(waiter) }

        func end(_ text: String?) {
            waiter.withLock { waiter in
                defer { waiter = nil }
                return waiter
            }?.resume(returning: text)
        }
    }

    /// The addresses in words, what the system says if there are none, or nil for what is an address itself.
    ///
    /// The system's look-up cannot be cancelled, so one that takes too long is left to itself.
    static func summary(of host: String, timeout: Duration) async -> String? {
        guard !host.contains(":"), !host.utf8.allSatisfy({ $0 == UInt8(ascii: ".") || (48...57).contains($0) }) else {
            return nil
        }
        return await withCheckedContinuation { continuation in
            let race = Race(continuation)
            let timer = EventLoop.shared.schedule(after: timeout) {
                race.end("no answer from the name server in \(timeout)")
            }
            let isStarted = DedicatedThread.start {
                race.end(look(host))
                timer.cancel()
            }
            if !isStarted { race.end(nil) }
        }
    }

    private static func look(_ host: String) -> String {
        var hints = addrinfo()
        #if canImport(Glibc)
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        #else
        hints.ai_socktype = SOCK_STREAM
        #endif
        var list: UnsafeMutablePointer<addrinfo>?
        let code = getaddrinfo(host, nil, &hints, &list)
        defer { if let list { freeaddrinfo(list) } }
        guard code == 0 else { return "not found: \(String(cString: gai_strerror(code)))" }
        var texts: [String] = []
        var entry = list
        while let current = entry {
            var buffer = [CChar](repeating: 0, count: Int(NI_MAXHOST))
            let status = getnameinfo(
                current.pointee.ai_addr, current.pointee.ai_addrlen, &buffer, socklen_t(buffer.count), nil, 0,
                NI_NUMERICHOST)
            let bytes = buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
            if status == 0 { texts.append(String(decoding: bytes, as: UTF8.self)) }
            entry = current.pointee.ai_next
        }
        return texts.prefix(4).joined(separator: ", ")
    }
}
