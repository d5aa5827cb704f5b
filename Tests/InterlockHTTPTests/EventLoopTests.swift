import InterlockCore
import TestSupport
import Testing

@testable import InterlockHTTP

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

@Suite("the event loop")
struct EventLoopTests {
    /// What happened, in order.
    private final class Record: Sendable {
        private let lines = Locked<[String]>([])
        func add(_ line: String) { lines.withLock { $0.append(line) } }
        var all: [String] { lines.withLock { $0 } }
    }

    @Test("work runs on the loop's thread, in order, and only there is it current")
    func submit() async throws {
        let loop = EventLoop(label: "test")
        let record = Record()
        #expect(!loop.isCurrent)
        for number in 0..<100 {
            loop.submit { record.add("\(number) \(loop.isCurrent) \(EventLoop.shared.isCurrent)") }
        }
        try await eventually("all work is done") { record.all.count == 100 }
        #expect(record.all == (0..<100).map { "\($0) true false" })
        loop.stop()
    }

    @Test("timers fire in the order of their times, cancelled ones do not")
    func timers() async throws {
        let loop = EventLoop(label: "test")
        let record = Record()
        loop.submit {
            let times = [30, 10, 20, 10, 0, 25]
            let timers = times.enumerated().map { number, time in
                loop.schedule(after: .milliseconds(time)) { record.add("\(number)") }
            }
            timers[2].cancel()
            timers[2].cancel()
        }
        let far = loop.schedule(after: .seconds(1 << 50)) { record.add("far") }
        try await eventually("the timers fire") { record.all.count >= 5 }
        #expect(record.all == ["4", "1", "3", "5", "0"])
        far.cancel()
        loop.stop()
    }

    @Test("the heap keeps its order under random insertion and removal")
    func heap() {
        let loop = EventLoop(label: "test")
        defer { loop.stop() }
        var heap = TimerHeap()
        var timers: [LoopTimer] = []
        for _ in 0..<500 {
            let time = MonotonicTime(nanoseconds: .random(in: 0..<100))
            let timer = LoopTimer(deadline: time, loop: loop, work: {}, abandon: nil)
            heap.insert(timer)
            timers.append(timer)
        }
        for timer in timers.shuffled().prefix(200) {
            heap.remove(timer)
            heap.remove(timer)
            timers.removeAll { $0 === timer }
        }
        var last: LoopTimer?
        var count = 0
        while let timer = heap.first {
            heap.remove(timer)
            if let last { #expect(last.precedes(timer)) }
            last = timer
            count += 1
        }
        #expect(count == 300)
    }

    @Test("sleeping takes its time, and ends early when cancelled")
    func sleep() async throws {
        let clocks = EventLoop.shared.clocks
        let start = clocks.monotonic()
        try await clocks.sleep(.milliseconds(20))
        #expect(clocks.monotonic() - start >= .milliseconds(20))
        let task = Task { try await EventLoop.shared.sleep(for: .seconds(600)) }
        try await clocks.sleep(.milliseconds(5))
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        await #expect(throws: CancellationError.self) {
            withUnsafeCurrentTask { $0?.cancel() }
            try await EventLoop.shared.sleep(for: .seconds(600))
        }
    }

    @Test("tasks that prefer the loop run on it, and stay there while they read")
    func executor() async throws {
        let loop = EventLoop.shared
        let server = try RawServer { connection, _ in
            _ = try connection.request()
            try connection.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
            for _ in 0..<50 { try connection.writeChunk("x") }
            try connection.write("0\r\n\r\n")
        }
        try await withClient { client in
            let request = HTTPRequest(url: server.url())
            let task = Task(executorPreference: loop) {
                var isAlwaysCurrent = loop.isCurrent
                try await client.withResponse(to: request) { _, body in
                    while try await body.next() != nil { isAlwaysCurrent = isAlwaysCurrent && loop.isCurrent }
                }
                await Task.yield()
                return isAlwaysCurrent && loop.isCurrent
            }
            let stayed = try await task.value
            #expect(stayed)
        }
        #expect(server.stop() == [])
    }

    @Test("descriptors are watched, changed and left alone again")
    func watch() async throws {
        let loop = EventLoop(label: "test")
        let record = Record()
        var ends: [Int32] = [-1, -1]
        #if canImport(Darwin)
        let type = SOCK_STREAM
        #else
        let type = Int32(SOCK_STREAM.rawValue)
        #endif
        try #require(socketpair(AF_UNIX, type, 0, &ends) == 0)
        let (near, far) = (ends[0], ends[1])
        defer { close(near) }
        loop.submit {
            loop.watch(near, [.writable]) { found in
                record.add("writable \(found.contains(.writable))")
                loop.change(near, [.readable, .peerClosed])
            }
        }
        try await eventually("it is writable") { record.all.count == 1 }
        loop.submit {
            loop.unwatch(near)
            loop.watch(near, [.readable, .peerClosed]) { found in
                var byte: UInt8 = 0
                let count = read(near, &byte, 1)
                record.add("\(count) \(found.contains(.readable)) \(found.contains(.peerClosed))")
                if count == 0 { loop.unwatch(near) }
            }
            _ = write(far, "a", 1)
        }
        try await eventually("the byte arrives") { record.all.count == 2 }
        close(far)
        try await eventually("the end arrives") { record.all.count == 3 }
        #expect(record.all == ["writable true", "1 true false", "0 true true"])
        loop.stop()
    }

    @Test("a descriptor that cannot be watched is reported as failed")
    func unwatchable() async throws {
        let record = Record()
        EventLoop.shared.submit {
            EventLoop.shared.watch(60_000, .readable) { record.add("\($0.contains(.error))") }
        }
        try await eventually("it is reported") { record.all == ["true"] }
    }

    @Test("the end of a turn comes after its work")
    func endOfTurn() async throws {
        let record = Record()
        let loop = EventLoop.shared
        loop.submit {
            loop.atEndOfTurn {
                record.add("end")
                loop.atEndOfTurn { record.add("next end") }
            }
            loop.submit { record.add("more") }
            record.add("work")
        }
        try await eventually("the turns end") { record.all.count == 4 }
        #expect(record.all == ["work", "more", "end", "next end"])
    }

    @Test("a loop that stops does what it has, ends what waits and refuses the rest")
    func stop() async throws {
        let loop = EventLoop(label: "test")
        let record = Record()
        let sleeper = Task { try await loop.sleep(for: .seconds(600)) }
        let server = try RawServer { connection, _ in
            _ = try connection.request()
            try connection.waitForEnd()
        }
        let client = HTTPClient(.init(), loop: loop)
        let url = server.url()
        let pending = Task { try await client.collect(HTTPRequest(url: url)) }
        try await eventually("the request arrives") { server.connections == 1 }
        try await EventLoop.shared.sleep(for: .milliseconds(10))
        loop.submit { record.add("before") }
        loop.stop()
        await #expect(throws: CancellationError.self) { try await sleeper.value }
        await #expect(throws: InterlockError.self) { try await pending.value }
        #expect(record.all == ["before"])
        try await eventually("the loop refuses work") { !loop.submit {} }
        await #expect(throws: CancellationError.self) { try await loop.sleep(for: .seconds(600)) }
        let error = try await interlockError { _ = try await client.collect(HTTPRequest(url: url)) }
        #expect(error.code == .notLoaded)
        await client.shutdown()
        let value = await Task(executorPreference: loop) { loop.isCurrent ? 1 : 2 }.value
        #expect(value == 2)
        #expect(server.stop() == [])
    }
}
