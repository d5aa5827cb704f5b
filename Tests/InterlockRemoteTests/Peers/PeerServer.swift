import InterlockCore
import TestSupport

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Somebody else's server on a free port of this machine, ended with the value.
final class PeerServer {
    /// Its address, without a slash at the end.
    let url: String
    /// Ends with this value.
    private let child: Child

    /// Starts a program that `scripts/setup-peers` installed and waits until it answers.
    ///
    /// - Parameters:
    ///   - peer: The name that `scripts/setup-peers` knows it by.
    ///   - program: Its path inside of that folder.
    ///   - arguments: Made of the port.
    ///   - healthPath: What it answers with status 200 once it is ready.
    /// - Returns: Nil, after a word about how to get it, if it is not installed.
    static func start(
        _ peer: String, _ program: String, environment: [String: String] = [:], healthPath: String,
        patience: Duration = .seconds(60), arguments: (UInt16) -> [String]
    ) async throws -> PeerServer? {
        guard let folder = try Peers.folder(of: peer) else { return nil }
        let port = try freePort()
        let silence = open("/dev/null", O_RDWR | O_CLOEXEC)
        defer { close(silence) }
        let child = try Child(
            path: "\(folder)/\(program)", arguments(port), environment: environment,
            descriptors: [silence, silence, silence])
        let server = PeerServer(url: "http://127.0.0.1:\(port)", child: child)
        try await server.wait(healthPath, patience)
        return server
    }

    private init(url: String, child: Child) {
        self.url = url
        self.child = child
    }

    private static func freePort() throws -> UInt16 {
        #if canImport(Glibc)
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        #else
        let descriptor = socket(AF_INET, SOCK_STREAM, 0)
        #endif
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let code = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                bind(descriptor, pointer, size) == 0 ? getsockname(descriptor, pointer, &size) : -1
            }
        }
        guard code == 0 else { throw InterlockError(.connectionFailed, "there is no free port") }
        return UInt16(bigEndian: address.sin_port)
    }

    private func wait(_ path: String, _ patience: Duration) async throws {
        let clocks = Clocks.system
        let deadline = clocks.monotonic() + patience
        while true {
            let run = try ProcessRun(
                path: "/usr/bin/env",
                ["curl", "--silent", "--output", "/dev/null", "--write-out", "%{http_code}", url + path],
                environment: ["PATH": "/usr/local/bin:/usr/bin:/bin"])
            if run.output == "200" { return }
            guard clocks.monotonic() < deadline else {
                throw InterlockError(.timeout, "the peer did not answer within \(patience)")
            }
            try await clocks.sleep(.milliseconds(100))
        }
    }
}
