import InterlockCore
import InterlockTesting
import TestSupport
import Testing

/// Each fault does on the wire what its name says.
@Suite
struct FaultTests {
    private static let ask = #"{"model":"demo-model","stream":true,"messages":[{"role":"user","content":"one"}]}"#
    private static let askWhole = #"{"model":"demo-model","messages":[{"role":"user","content":"one"}]}"#

    private static func answer(
        _ faults: FaultServer.Fault..., path: String = "/v1/chat/completions", body: String = ask
    ) throws -> RawAnswer {
        let server = try FaultServer()
        for fault in faults { server.inject(fault) }
        return try RawClient.exchange(server.port, path, method: "POST", body: body)
    }

    private static let wellBehaved = Result { try answer().bodyText }

    @Test("without faults a stream comes in chunks and to its end")
    func none() throws {
        let answer = try Self.answer()
        #expect(answer.status == 200)
        #expect(answer.end == .end)
        #expect(answer.text.hasSuffix("\r\n0\r\n\r\n"))
        #expect(answer.bodyText.hasSuffix("data: [DONE]\n\n"))
        // The role, three words, the reason and the last event.
        #expect(answer.chunkSizes.count == 6)
    }

    @Test("one byte at a time is one chunk for each byte")
    func oneByteAtATime() throws {  // wire: 1
        let answer = try Self.answer(.oneByteAtATime)
        #expect(try answer.bodyText == Self.wellBehaved.get())
        #expect(answer.chunkSizes.allSatisfy { $0 == 1 })
    }

    @Test("lines end as told")
    func lineEnds() throws {  // wire: 2, 3
        let plain = try Self.wellBehaved.get()
        #expect(try Self.answer(.crlf).body == plain.utf8.flatMap { $0 == 10 ? [13, 10] : [$0] })
        #expect(try Self.answer(.loneCR).body == plain.utf8.map { $0 == 10 ? 13 : $0 })
        // Both faults, in that order: CR and LF come in different chunks.
        #expect(try Self.answer(.crlf, .oneByteAtATime).chunkSizes.allSatisfy { $0 == 1 })
    }

    @Test("all comes at once, or with something before and after it")
    func joined() throws {  // wire: 8, 14, 28
        let plain = try Self.wellBehaved.get()
        let joined = try Self.answer(.allAtOnce)
        #expect(joined.chunkSizes == [plain.utf8.count])
        #expect(joined.bodyText == plain)
        let more = try Self.answer(.prepend("retry: x\n"), .append("data: {}\n\n")).bodyText
        #expect(more == "retry: x\n" + plain + "data: {}\n\n")
    }

    @Test("a byte order mark, comments, an ill-formed byte")
    func bytes() throws {  // wire: 4, 5, 12
        let plain = try Array(Self.wellBehaved.get().utf8)
        #expect(try Self.answer(.byteOrderMark).body == [0xEF, 0xBB, 0xBF] + plain)
        #expect(try Self.answer(.invalidUTF8(after: 10)).body == plain[..<10] + [0xFF] + plain[10...])
        let commented = try Self.answer(.comments).bodyText
        #expect(commented.split(separator: ": comment\n").count == 6)
        #expect(commented.hasPrefix(": comment\ndata: "))
    }

    @Test("an end without the last event, or without its blank line")
    func terminators() throws {  // wire: 10, 27, 63
        let plain = try Self.wellBehaved.get()
        #expect(try Self.answer(.missingTerminator).bodyText == String(plain.dropLast("data: [DONE]\n\n".count)))
        #expect(try Self.answer(.unfinishedLastEvent).bodyText == String(plain.dropLast(2)))
        let messages = #"{"model":"m","max_tokens":9,"stream":true,"messages":[{"role":"user","content":"one"}]}"#
        let cut = try Self.answer(.missingTerminator, path: "/v1/messages", body: messages)
        #expect(!cut.bodyText.contains("message_stop"))
        #expect(cut.bodyText.contains("message_delta"))
        let lines = try Self.answer(.missingTerminator, path: "/api/chat", body: Self.ask).bodyText
        #expect(!lines.contains(#""done":true"#))
    }

    @Test("compressed bodies are what gzip can read")
    func gzip() throws {  // wire: 15
        let answer = try Self.answer(.gzip)
        #expect(answer.head.contains("content-encoding: gzip"))
        let run = try ProcessRun(
            path: "/bin/sh", ["-c", "gzip -dc"], input: answer.body, environment: ["PATH": "/usr/bin:/bin"])
        #expect(run.exit == .code(0))
        #expect(try run.output == Self.wellBehaved.get())
        // Cut short afterwards, it is a truncated gzip stream.
        let cut = try Self.answer(.gzip, .cut(after: 100))
        #expect(cut.body == Array(answer.body[..<100]))
        // More than one stored block.
        let huge = try Self.answer(.hugeBody(100_000), .gzip, body: Self.askWhole)
        #expect(huge.body.count > 100_000)
    }

    @Test("a stream that ends early lacks the end of its framing")
    func cut() throws {  // wire: 17, 18
        let plain = try Array(Self.wellBehaved.get().utf8)
        let cut = try Self.answer(.cut(after: 50))
        #expect(cut.body == Array(plain[..<50]))
        #expect(cut.end == .end)
        #expect(!cut.text.hasSuffix("0\r\n\r\n"))
        let whole = try Self.answer(.cut(after: 10), body: Self.askWhole)
        #expect(whole.body.count == 10)
        #expect(whole.head.contains("content-length: "))
        #expect(!whole.head.contains("content-length: 10"))
    }

    @Test("a reset is a reset, before the head and within the body")
    func reset() throws {
        let before = try Self.answer(.resetBeforeHead)
        #expect(before.bytes.isEmpty)
        #expect(before.end == .reset)
        // What had arrived may be lost with a reset, so only its kind is certain.
        #expect(try Self.answer(.reset(after: 30)).end == .reset)
    }

    @Test("answers that are not the provider's")
    func strangers() throws {  // wire: 16, 25
        let page = try Self.answer(.html502)
        #expect(page.status == 502)
        #expect(page.head.contains("content-type: text/html"))
        #expect(page.bodyText.hasPrefix("<html>"))
        let empty = try Self.answer(.emptyBody())
        #expect(empty.status == 503)
        #expect(empty.body.isEmpty)
        #expect(try Self.answer(.garbage).bytes.starts(with: [0x16, 0x03, 0x01]))
        let typed = try Self.answer(.wrongContentType("text/plain"))
        #expect(typed.head.contains("content-type: text/plain"))
        #expect(!typed.head.contains("event-stream"))
    }

    @Test("a storm passes")
    func storm() throws {
        let server = try FaultServer()
        server.inject(.storm(2, status: 429, retryAfter: "0.5"))
        var answers: [RawAnswer] = []
        for _ in 0..<3 {
            answers.append(
                try RawClient.exchange(server.port, "/v1/chat/completions", method: "POST", body: Self.askWhole))
        }
        #expect(answers.map(\.status) == [429, 429, 200])
        #expect(answers[0].head.contains("retry-after: 0.5"))
        #expect(!answers[2].head.contains("retry-after"))
    }

    @Test("faults count, and can be for one path only")
    func counting() throws {
        let server = try FaultServer()
        server.inject(.status(500), times: 1, path: "/models")
        func status(_ path: String) throws -> Int { try RawClient.exchange(server.port, path).status }
        #expect(try status("/api/version") == 200)
        #expect(try status("/v1/models") == 500)
        #expect(try status("/v1/models") == 200)
        server.inject(.status(503))
        #expect(try status("/v1/models") == 503)
        server.clearFaults()
        #expect(try status("/v1/models") == 200)
    }

    @Test(
        "an error is spelled as the dialect has it",
        arguments: [
            (
                "/v1/chat/completions",
                #"{"error":{"message":"M","type":"rate_limit_error","param":null,"code":"rate_limit_exceeded"}}"#
            ),
            ("/openai/deployments/d/chat/completions?api-version=1", #"{"error":{"code":"429","message":"M"}}"#),
            (
                "/v1/messages",
                #"{"type":"error","error":{"type":"rate_limit_error","message":"M"},"request_id":"req_fault"}"#
            ),
            ("/api/chat", #"{"error":"M"}"#),
            ("/api/v1/chat", #"{"type":"error","error":{"type":"rate_limit_error","message":"M"}}"#),
            ("/completion", #"{"error":{"code":429,"message":"M","type":"rate_limit_error"}}"#),
        ])
    func errors(path: String, body: String) throws {
        let message = "the fault server was told to answer with status 429"
        let answer = try Self.answer(.status(429), path: path)
        #expect(answer.status == 429)
        #expect(answer.bodyText == body.replacing("\"M\"", with: "\"\(message)\""))
    }

    @Test("an error in the midst of a stream ends it, under the status 200")
    func midStream() throws {  // wire: 39, 58, 74
        let answer = try Self.answer(.errorMidStream(after: 2))
        #expect(answer.status == 200)
        #expect(answer.chunkSizes.count == 3)
        #expect(answer.bodyText.hasSuffix("\n\ndata: \(Self.streamError)\n\n"))
        let lines = try Self.answer(.errorMidStream(after: 1), path: "/api/chat").bodyText
        #expect(lines.hasSuffix("\n{\"error\":\"The server had an error\"}\n"))
    }

    private static let streamError =
        #"{"error":{"message":"The server had an error","type":"server_error","param":null,"code":null}}"#

    @Test("a huge answer has as many bytes as asked for")
    func huge() throws {  // wire: 13
        let answer = try Self.answer(.hugeBody(1_000_003), body: Self.askWhole)
        let text = try JSONValue(parsing: answer.body).value(at: "/choices/0/message/content")?.stringValue
        #expect(text?.utf8.count == 1_000_003)
    }

    @Test("a redirect leads elsewhere, but not from there")
    func redirect() throws {  // wire: 22
        let server = try FaultServer()
        server.inject(.redirect(307, to: "/v1/models"))
        let answer = try RawClient.exchange(server.port, "/elsewhere")
        #expect(answer.status == 307)
        #expect(answer.head.contains("location: /v1/models"))
        #expect(try RawClient.exchange(server.port, "/v1/models").status == 200)
    }

    @Test("interim answers come first, and a body can end with the connection")
    func framing() throws {  // wire: 19, 21
        let answer = try Self.answer(.informational(103))
        #expect(answer.text.hasPrefix("HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\n"))
        let old = try Self.answer(.closeDelimited)
        #expect(old.text.hasPrefix("HTTP/1.0 200 OK\r\n"))
        #expect(!old.head.contains("chunked"))
        #expect(try old.bodyText == Self.wellBehaved.get())
    }

    @Test("a connection that is used again is reset where idle ones are given up")
    func idle() throws {  // wire: 20
        let server = try FaultServer()
        server.inject(.closeIdleConnections)
        let client = try RawClient(port: server.port)
        try client.write(RawClient.request("GET", "/api/version"))
        #expect(client.read(until: "}").end == .found)
        try client.write(RawClient.request("GET", "/api/version"))
        let second = client.read()
        #expect(second.bytes.isEmpty)
        #expect(second.end == .reset)
        #expect(try RawClient.exchange(server.port, "/api/version").status == 200)
        #expect(server.exchanges.map(\.ending) == [.complete, .reset, .complete])
        #expect(server.exchanges.map(\.request.connection) == [1, 1, 2])
    }
}
