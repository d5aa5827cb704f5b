import TestSupport

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A port whose connections never come about: its queue of connections that nobody accepts is full.
final class BlackHole {
    /// The port.
    let port: Int
    private let listener: Int32
    private var fillers: [Int32] = []

    init() throws {
        listener = try RawServer.listen(backlog: 0)
        port = try RawServer.port(of: listener)
        for _ in 0..<4 { fillers.append(try RawServer.connect(to: port, waiting: false)) }
    }

    deinit {
        for filler in fillers { close(filler) }
        close(listener)
    }
}
