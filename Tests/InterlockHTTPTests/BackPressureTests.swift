import InterlockCore
import InterlockHTTP
import TestSupport
import Testing

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The process's resident memory in bytes, or nil where it cannot be read.
func residentMemory() -> Int? {
    let file = open("/proc/self/statm", O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return nil }
    defer { close(file) }
    var bytes = [UInt8](repeating: 0, count: 256)
    let count = bytes.withUnsafeMutableBytes { read(file, $0.baseAddress, $0.count) }
    let words = String(decoding: bytes[..<max(0, count)], as: UTF8.self).split(separator: " ")
    return words.count > 1 ? Int(words[1]).map { $0 * Int(sysconf(Int32(_SC_PAGESIZE))) } : nil
}

@Suite("back-pressure", .serialized)
struct BackPressureTests {
    private static let size = 64 << 20
    /// What may wait outside this process: the system's socket buffers, which grow by themselves.
    private static let socketBuffers = 24 << 20

    @Test("HTTP/1.1: the server is stalled while the reader is slow, and what waits is bounded")
    func http1() async throws {
        let sender = Locked(RawConnection?.none)
        let server = try RawServer { connection, _ in
            _ = try connection.request()
            sender.withLock { $0 = connection }
            try connection.write("HTTP/1.1 200 OK\r\nContent-Length: \(Self.size)\r\n\r\n")
            let piece = [UInt8](repeating: 0x78, count: 1 << 20)
            for _ in 0..<(Self.size >> 20) { try connection.write(piece) }
            try connection.waitForEnd()
        }
        try await withClient { client in
            let sent = { sender.withLock { $0 }?.sent ?? 0 }
            try await client.withResponse(to: HTTPRequest(url: server.url())) { _, body in
                var count = try #require(try await body.next()).count
                try await EventLoop.shared.sleep(for: .milliseconds(300))
                let stalled = sent()
                #expect(stalled < Self.socketBuffers)
                try await EventLoop.shared.sleep(for: .milliseconds(100))
                #expect(sent() == stalled)
                // Everything that waits comes at once, and it is no more than the limit.
                let waiting = try #require(try await body.next()).count
                #expect(waiting <= 256 << 10)
                #expect(waiting > 128 << 10)
                count += waiting
                while let chunk = try await body.next() { count += chunk.count }
                #expect(count == Self.size)
            }
        }
        #expect(server.stop() == [])
    }

    @Test(
        "HTTP/2: one stream waits for its reader, another on the same connection goes on, and memory stays bounded",
        .enabled(if: Nginx.programs != nil, "nginx or openssl is not installed"))
    func http2() async throws {
        let nginx = try Nginx(files: ["big": 4 * Self.size, "small": 100_000])
        try await withClient {
            $0.caFile = nginx.certificate
        } _: { client in
            let base = "https://127.0.0.1:\(nginx.securePort)"
            let before = residentMemory()
            try await client.withResponse(to: HTTPRequest(url: "\(base)/big")) { head, body in
                #expect(head.version == "2")
                let connection = try #require(head.headers.first("x-connection"))
                var count = try #require(try await body.next()).count
                for _ in 0..<3 {
                    try await EventLoop.shared.sleep(for: .milliseconds(250))
                    let request = HTTPRequest(url: "\(base)/small", limits: .init(total: .seconds(20)))
                    let small = try await client.collect(request)
                    #expect(small.head.headers.first("x-connection") == connection)
                    #expect(small.body.count == 100_000)
                }
                // The window that curl gives a stream, 32 MB, and what other tests need at the same time.
                if let before, let now = residentMemory() { #expect(now - before < 2 * Self.size) }
                let waiting = try #require(try await body.next()).count
                #expect(waiting <= 256 << 10)
                count += waiting
                while let chunk = try await body.next() { count += chunk.count }
                #expect(count == 4 * Self.size)
            }
        }
    }

    @Test(
        "HTTP/2 without TLS, where both sides know it",
        .enabled(if: Nginx.programs != nil, "nginx or openssl is not installed"))
    func priorKnowledge() async throws {
        let nginx = try Nginx(files: ["big": 8 << 20])
        try await withClient {
            $0.http2PriorKnowledge = true
        } _: { client in
            for _ in 0..<2 {
                let request = HTTPRequest(url: "http://127.0.0.1:\(nginx.plainPort)/big")
                try await client.withResponse(to: request) { head, body in
                    #expect(head.version == "2")
                    var count = 0
                    while let chunk = try await body.next() {
                        if count == 0 { try await EventLoop.shared.sleep(for: .milliseconds(50)) }
                        count += chunk.count
                    }
                    #expect(count == 8 << 20)
                }
            }
        }
    }

    @Test(
        "a stream that waits for its reader costs no processor time",
        .enabled(if: Nginx.programs != nil, "nginx or openssl is not installed"), arguments: ["1.1", "2"])
    func idleWhilePaused(_ version: String) async throws {
        let nginx = try Nginx(files: ["big": Self.size, "small": 1_000])
        let loop = EventLoop(label: "test")
        var configuration = HTTPClient.Configuration()
        configuration.caFile = nginx.certificate
        configuration.http2 = version == "2"
        let client = HTTPClient(configuration, loop: loop)
        let base = "https://127.0.0.1:\(nginx.securePort)"
        try await client.withResponse(to: HTTPRequest(url: "\(base)/big")) { head, body in
            #expect(head.version == version)
            _ = try await body.next()
            // On a connection of its own or on the same one.
            _ = try await client.collect(HTTPRequest(url: "\(base)/small"))
            try await EventLoop.shared.sleep(for: .milliseconds(400))
            let before = await processorTime(of: loop)
            try await EventLoop.shared.sleep(for: .milliseconds(300))
            #expect(await processorTime(of: loop) - before < .milliseconds(60))
        }
        await client.shutdown()
        loop.stop()
    }

    /// What the loop's thread has used so far.
    private func processorTime(of loop: EventLoop) async -> Duration {
        await withCheckedContinuation { continuation in
            loop.submit {
                var time = timespec()
                clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
                continuation.resume(returning: .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec))
            }
        }
    }

    @Test("a reader that pauses again and again gets every byte in its place")
    func stopAndGo() async throws {
        let size = 4 << 20
        let server = try RawServer { connection, _ in
            _ = try connection.request()
            try connection.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
            let bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0 >> 8 ^ $0) }
            for start in stride(from: 0, to: size, by: 65_536) {
                try connection.write("10000\r\n")
                try connection.write(Array(bytes[start..<(start + 65_536)]))
                try connection.write("\r\n")
            }
            try connection.write("0\r\n\r\n")
        }
        try await withClient {
            $0.bufferLimit = 20_000
        } _: { client in
            try await client.withResponse(to: HTTPRequest(url: server.url())) { _, body in
                var place = 0
                var isRight = true
                while let chunk = try await body.next() {
                    for byte in chunk {
                        isRight = isRight && byte == UInt8(truncatingIfNeeded: place >> 8 ^ place)
                        place += 1
                    }
                    if place % 7 == 0 { try await EventLoop.shared.sleep(for: .milliseconds(1)) }
                }
                #expect(isRight)
                #expect(place == size)
            }
        }
        #expect(server.stop() == [])
    }
}
