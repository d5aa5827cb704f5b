import InterlockCore
import InterlockHTTP
import TestSupport
import Testing

/// When the server saw the client leave.
private final class Farewell: Sendable {
    private let time = Locked(MonotonicTime?.none)

    /// For the server's thread.
    func wait(on connection: RawConnection) throws {
        try connection.waitForEnd()
        time.withLock { $0 = Clocks.system.monotonic() }
    }

    /// How long after `start` it was.
    func delay(since start: MonotonicTime) async throws -> Duration {
        try await eventually("the server sees the client leave") { time.withLock { $0 } != nil }
        return try #require(time.withLock { $0 }) - start
    }
}

/// Far less than any limit of the exchanges here would take; a busy machine needs some of it.
private let soon: Duration = .seconds(30)

@Suite("cancellation")  // wire: 24
struct CancellationTests {
    @Test("before it begins: nothing is sent")
    func before() async throws {
        let server = try RawServer { connection, _ in try connection.waitForEnd() }
        try await withClient { client in
            let request = HTTPRequest(url: server.url())
            let task = Task {
                try? await EventLoop.shared.sleep(for: .seconds(600))
                return try await client.collect(request)
            }
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
        }
        #expect(server.connections == 0)
        #expect(server.stop() == [])
    }

    @Test("while connecting")
    func connecting() async throws {
        let hole = try BlackHole()
        let url = "http://127.0.0.1:\(hole.port)/"
        try await withClient { client in
            let task = Task { try await client.collect(HTTPRequest(url: url)) }
            try await EventLoop.shared.sleep(for: .milliseconds(20))
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
        }
    }

    @Test("before the head: the connection is closed at once", arguments: [true, false])
    func waiting(_ isStreamed: Bool) async throws {
        let farewell = Farewell()
        let server = try RawServer { connection, _ in
            _ = try connection.request()
            try farewell.wait(on: connection)
        }
        try await withClient { client in
            let request = HTTPRequest(url: server.url())
            let task = Task {
                _ = isStreamed ? try await client.text(request).count : try await client.collect(request).body.count
            }
            try await eventually("the request arrives") { server.connections == 1 }
            try await EventLoop.shared.sleep(for: .milliseconds(20))
            let start = Clocks.system.monotonic()
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
            #expect(try await farewell.delay(since: start) < soon)
        }
        #expect(server.stop() == [])
    }

    @Test("in the middle of the stream: the connection is closed at once", arguments: [false, true])
    func streaming(onLoop: Bool) async throws {
        let farewell = Farewell()
        let server = try RawServer { connection, _ in
            _ = try connection.request()
            try connection.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf")
            try farewell.wait(on: connection)
        }
        try await withClient { client in
            let request = HTTPRequest(url: server.url())
            let isReading = Locked(false)
            let read: @Sendable () async throws -> Void = {
                try await client.withResponse(to: request) { _, body in
                    _ = try await body.next()
                    isReading.withLock { $0 = true }
                    _ = try await body.next()
                }
            }
            let task =
                onLoop ? Task(executorPreference: EventLoop.shared) { try await read() } : Task { try await read() }
            try await eventually("the first bytes arrive") { isReading.withLock { $0 } }
            let start = Clocks.system.monotonic()
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
            #expect(try await farewell.delay(since: start) < soon)
        }
        #expect(server.stop() == [])
    }

    @Test("leaving the response early closes the connection, and its body says so to whoever kept it")
    func leaving() async throws {
        let farewell = Farewell()
        let server = try RawServer { connection, _ in
            _ = try connection.request()
            try connection.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf")
            try farewell.wait(on: connection)
        }
        try await withClient { client in
            let body = try await client.withResponse(to: HTTPRequest(url: server.url())) { _, body in body }
            let start = Clocks.system.monotonic()
            #expect(try await farewell.delay(since: start) < soon)
            await #expect(throws: CancellationError.self) { try await body.next() }
        }
        #expect(server.stop() == [])
    }

    @Test("a task that is cancelled from the trace, inside curl's own call")
    func inside() async throws {
        let server = try RawServer { connection, _ in
            _ = try connection.request()
            try connection.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf")
            try connection.waitForEnd()
        }
        let task = Locked(Task<HTTPWholeResponse, any Error>?.none)
        try await withClient {
            $0.trace = { event in
                if case .responseBody = event.kind { task.withLock { $0 }?.cancel() }
            }
        } _: { client in
            let request = HTTPRequest(url: server.url())
            let running = task.withLock { task in
                let running = Task { try await client.collect(request) }
                task = running
                return running
            }
            await #expect(throws: CancellationError.self) { try await running.value }
        }
        #expect(server.stop() == [])
    }

    @Test("cancelled at any moment, a request ends once and leaves nothing behind")
    func anyMoment() async throws {
        let server = try RawServer { connection, _ in
            while try connection.request() != nil { try connection.respond("hello") }
        }
        try await withClient { client in
            let request = HTTPRequest(method: "POST", url: server.url(), body: [1, 2, 3])
            for round in 0..<150 {
                let task = Task {
                    try await round % 2 == 0 ? client.collect(request).body.count : client.text(request).utf8.count
                }
                if round % 5 != 0 { try await EventLoop.shared.sleep(for: .microseconds(round * 10)) }
                for _ in 0..<(round % 7) { await Task.yield() }
                task.cancel()
                let result = await task.result
                if case .failure(let error) = result { #expect(error is CancellationError) }
                if case .success(let count) = result { #expect(count == 5) }
            }
            #expect(try await client.collect(request).body.count == 5)
        }
        _ = server.stop()
    }
}
