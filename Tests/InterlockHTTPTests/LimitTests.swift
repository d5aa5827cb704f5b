import InterlockCore
import InterlockHTTP
import TestSupport
import Testing

@Suite("time limits")  // wire: 23
struct LimitTests {
    @Test("the connection")
    func connect() async throws {
        let hole = try BlackHole()
        try await withClient { client in
            let error = try await interlockError {
                _ = try await client.collect(
                    HTTPRequest(url: "http://127.0.0.1:\(hole.port)/", limits: .init(connect: .milliseconds(100))))
            }
            #expect(error.code == .timeout)
            #expect(error.timeoutPhase == .connect)
            #expect(error.message == "no connection to 127.0.0.1:\(hole.port) within 100 ms")
            #expect(
                error.hint == "Is the server at 127.0.0.1:\(hole.port) running, and does a firewall let it be reached?")
        }
    }

    @Test("the first byte")
    func firstByte() async throws {
        let server = try RawServer { connection, _ in
            _ = try connection.request()
            try connection.write("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n")
            try connection.waitForEnd()
        }
        try await withClient { client in
            let error = try await interlockError {
                _ = try await client.text(HTTPRequest(url: server.url(), limits: .init(firstByte: .milliseconds(100))))
            }
            #expect(error.timeoutPhase == .firstByte)
            #expect(error.message == "no answer from 127.0.0.1:\(server.port) within 100 ms")
        }
        #expect(server.stop() == [])
    }

    @Test("between bytes, after those that came")
    func idle() async throws {
        let server = try RawServer { connection, _ in
            _ = try connection.request()
            try connection.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf")
            try connection.waitForEnd()
        }
        try await withClient { client in
            let request = HTTPRequest(
                url: server.url(), limits: .init(firstByte: .seconds(30), idle: .milliseconds(100)))
            let error = try await interlockError {
                try await client.withResponse(to: request) { _, body in
                    var text = ""
                    while text != "half" { text += String(decoding: try await body.next() ?? [], as: UTF8.self) }
                    _ = try await body.next()
                }
            }
            #expect(error.timeoutPhase == .idle)
            #expect(error.message == "127.0.0.1:\(server.port) sent nothing for 100 ms in the middle of its answer")
        }
        #expect(server.stop() == [])
    }

    @Test("comments keep the stream alive, and the total ends it all the same")
    func total() async throws {
        let server = try RawServer { connection, _ in
            while try connection.request() != nil {
                try connection.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
                for _ in 0..<14 {
                    try connection.writeChunk(": ping\n\n")
                    for _ in 0..<25 { pauseBriefly() }
                }
                try connection.write("0\r\n\r\n")
            }
        }
        try await withClient { client in
            let patient = HTTPRequest(url: server.url(), limits: .init(idle: .milliseconds(500), total: .seconds(60)))
            #expect(try await client.collect(patient).body.count == 14 * 8)
            let hurried = HTTPRequest(
                url: server.url(), limits: .init(idle: .milliseconds(500), total: .milliseconds(150)))
            let error = try await interlockError { _ = try await client.collect(hurried) }
            #expect(error.timeoutPhase == .total)
            #expect(error.message == "the exchange with 127.0.0.1:\(server.port) was not over within 150 ms")
        }
        _ = server.stop()
    }

    @Test("a slow reader is not the server's fault")
    func slowReader() async throws {
        let size = 16 << 20
        let server = try RawServer { connection, _ in
            _ = try connection.request()
            try connection.write("HTTP/1.1 200 OK\r\nContent-Length: \(size)\r\n\r\n")
            try connection.write([UInt8](repeating: 0, count: size))
            try connection.waitForEnd()
        }
        try await withClient { client in
            let request = HTTPRequest(url: server.url(), limits: .init(idle: .milliseconds(200)))
            let count = try await client.withResponse(to: request) { _, body in
                var count = try await body.next()?.count ?? 0
                try await EventLoop.shared.sleep(for: .milliseconds(500))
                while let chunk = try await body.next() { count += chunk.count }
                return count
            }
            #expect(count == size)
        }
        #expect(server.stop() == [])
    }

    @Test("waiting for a free connection does not count as connecting")
    func queue() async throws {
        let server = try RawServer { connection, _ in
            while try connection.request() != nil {
                for _ in 0..<400 { pauseBriefly() }
                try connection.respond("ok")
            }
        }
        try await withClient {
            $0.maximumConnectionsPerHost = 1
        } _: { client in
            let request = HTTPRequest(url: server.url(), limits: .init(connect: .milliseconds(500)))
            async let first = client.collect(request)
            async let second = client.collect(request)
            let statuses = try await [first.head.status, second.head.status]
            #expect(statuses == [200, 200])
        }
        #expect(server.connections == 1)
        #expect(server.stop() == [])
    }
}
