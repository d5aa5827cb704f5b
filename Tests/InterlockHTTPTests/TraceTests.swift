import InterlockCore
import InterlockHTTP
import TestSupport
import Testing

@Suite("the trace")
struct TraceTests {
    private func show(_ event: HTTPTraceEvent) -> String {
        func fields(_ headers: HTTPHeaders) -> String {
            headers.map { "\($0.name)=\($0.value)" }.joined(separator: " ")
        }
        return switch event.kind {
        case .request(let method, let url, let headers, let body):
            "\(method) \(url) [\(fields(headers))] \(String(decoding: body ?? [], as: UTF8.self))"
        case .responseHead(let head): "\(head.status) \(head.version) \(head.url) [\(fields(head.headers))]"
        case .responseBody(let bytes): String(decoding: bytes, as: UTF8.self)
        case .end(let trailers): "end [\(fields(trailers))]"
        case .failure(let message): message
        }
    }

    @Test("everything is told, and no secret")
    func redacted() async throws {
        let server = try RawServer { connection, _ in
            while try connection.request() != nil {
                try connection.write(
                    "HTTP/1.1 200 OK\r\nSet-Cookie: secret\r\nX-Own: secret\r\nTransfer-Encoding: chunked\r\n\r\n")
                try connection.writeChunk("out")
                try connection.write("0\r\nX-After: 1\r\n\r\n")
            }
        }
        let events = Locked<[HTTPTraceEvent]>([])
        try await withClient {
            $0.trace = { event in events.withLock { $0.append(event) } }
        } _: { client in
            let request = HTTPRequest(
                method: "POST",
                url: "http://me:secret@127.0.0.1:\(server.port)/v1?api-version=1&api_key=secret&sig=secret",
                headers: ["x-api-key": "secret", "X-Own": "secret", "X-Plain": "plain"], body: Array("in".utf8),
                credentialHeaders: ["x-own"])
            _ = try await client.collect(request)
        }
        let shown = events.withLock { $0 }
        let url = "http://127.0.0.1:\(server.port)/v1?api-version=1&api_key=SET&sig=SET"
        #expect(
            shown.map { show($0) } == [
                "POST \(url) [x-api-key=SET X-Own=SET X-Plain=plain Authorization=SET] in",
                "200 1.1 \(url) [Set-Cookie=SET X-Own=SET Transfer-Encoding=chunked]", "out", "end [X-After=1]",
            ])
        #expect(Set(shown.map(\.exchange)).count == 1)
        #expect(shown.map(\.time) == shown.map(\.time).sorted())
        #expect(server.stop() == [])
    }

    @Test("an exchange that fails or is given up ends with a reason, once")
    func failures() async throws {
        let server = try RawServer { connection, _ in
            _ = try connection.request()
            try connection.write("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf")
            try connection.waitForEnd()
        }
        let events = Locked<[HTTPTraceEvent]>([])
        try await withClient {
            $0.trace = { event in events.withLock { $0.append(event) } }
        } _: { client in
            _ = try await client.withResponse(to: HTTPRequest(url: server.url())) { head, _ in head }
            let limited = HTTPRequest(url: server.url(), limits: .init(idle: .milliseconds(20)))
            await #expect(throws: InterlockError.self) { try await client.collect(limited) }
        }
        let failures = events.withLock { $0 }.compactMap { event -> String? in
            if case .failure(let message) = event.kind { message } else { nil }
        }
        #expect(
            failures == ["given up", "127.0.0.1:\(server.port) sent nothing for 20 ms in the middle of its answer"])
        #expect(server.stop() == [])
    }
}
