package import InterlockCore
import InterlockHTTP

extension RemoteConnection {
    /// Carries out a request that has been admitted: sends it, and hands the answer's events on as they come.
    ///
    /// - Throws: ``InterlockError`` attributed to the backend, or whatever `emit` throws.
    package func run<Dialect: WireDialect>(
        _ dialect: Dialect, _ request: GenerationRequest, _ context: WireContext,
        emit: (GenerationEvent) async throws -> Void
    ) async throws {
        let start = clocks.monotonic()
        let wire: WireRequest
        do throws(InterlockError) {
            wire = try dialect.encode(request, context)
            try request.budget.takeAttempt(for: backend)
        } catch {
            throw error.attributed(to: backend)
        }
        for drop in wire.drops { try await emit(.dropped(drop)) }
        if let level = wire.enforcement { try await emit(.enforcement(level)) }
        try await authorized(request.budget) {
            let http = try await self.request(
                "POST", wire.path, body: wire.body, headers: wire.headers, budget: request.budget)
            try await client.withResponse(to: http) { head, body in
                guard (200..<300).contains(head.status) else {
                    throw failure(head, try await Self.collect(body, limit: 1 << 20))
                }
                try await emit(.head(replyHead(head)))
                var answer = Answer(
                    decoder: dialect.makeDecoder(for: request, context), start: start, clocks: clocks)
                if Self.isStream(head, Dialect.Decoder.framing) {
                    try await answer.stream(body, emit: emit)
                } else {
                    // Some servers answer as a whole though a stream was asked for.
                    let bytes = try await Self.collect(body, limit: 256 << 20)
                    try await answer.whole(bytes, emit: emit) { problem in notJSON(head, bytes, problem) }
                }
            }
        }
    }

    private func replyHead(_ head: HTTPResponseHead) -> ReplyHead {
        let now = clocks.wall()
        func header(_ name: String) -> String? { head.headers.first(name) }
        return ReplyHead(
            backend: backend, requestID: requestID(header),
            rateLimits: RateLimitHeaders.openAI(header) ?? RateLimitHeaders.anthropic(header, now: now))
    }

    /// Whether a response comes in frames; where it does not say, it is taken as what was asked for.
    private static func isStream(_ head: HTTPResponseHead, _ framing: WireFraming) -> Bool {
        guard let type = head.headers.first("content-type")?.lowercased() else { return true }
        switch framing {
        case .serverSentEvents: return !type.hasPrefix("application/json") && !type.contains("html")
        case .lines: return !type.contains("html")
        }
    }

    private static func collect(_ body: HTTPBody, limit: Int) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < limit, let more = try await body.next() { bytes += more }
        return bytes
    }
}

/// An answer on its way from bytes to events.
private struct Answer<Decoder: WireDecoder> {
    private var decoder: Decoder
    private let start: MonotonicTime
    private let clocks: Clocks
    private var events: [GenerationEvent] = []
    private var firstContent: MonotonicTime?
    private var isFinished = false

    init(decoder: Decoder, start: MonotonicTime, clocks: Clocks) {
        self.decoder = decoder
        self.start = start
        self.clocks = clocks
    }

    mutating func stream(_ body: HTTPBody, emit: (GenerationEvent) async throws -> Void) async throws {
        switch Decoder.framing {
        case .serverSentEvents:
            var frames = SSEDecoder()
            while let bytes = try await body.next() {
                try await handOver(emit) { answer in
                    try frames.feed(bytes) { frame in
                        try answer.decoder.decode(frame.event, frame.data, into: &answer.events)
                    }
                }
                if isFinished { return await body.drain() }
            }
            _ = try frames.finish()
        case .lines:
            var frames = NDJSONDecoder()
            while let bytes = try await body.next() {
                try await handOver(emit) { answer in
                    try frames.feed(bytes) { line in
                        try answer.decoder.decode(nil, line, into: &answer.events)
                    }
                }
                if isFinished { return await body.drain() }
            }
            try await handOver(emit) { answer in
                try frames.finish { line in
                    try answer.decoder.decode(nil, line, into: &answer.events)
                }
            }
        }
        try await handOver(emit) { answer in try answer.decoder.end(into: &answer.events) }
    }

    mutating func whole(
        _ bytes: [UInt8], emit: (GenerationEvent) async throws -> Void, notJSON: (String) -> InterlockError
    ) async throws {
        let value: JSONValue
        do throws(JSONValue.ParseError) {
            value = try JSONValue(parsing: bytes)
        } catch {
            throw notJSON("\(error)")
        }
        try await handOver(emit) { answer in
            try answer.decoder.decodeWhole(value, into: &answer.events)
        }
    }

    /// Hands on what decoding gave; what came before a frame that is wrong is handed on before that is said.
    private mutating func handOver(
        _ emit: (GenerationEvent) async throws -> Void, _ decode: (inout Answer) throws -> Void
    ) async throws {
        var failure: InterlockError?
        do {
            try decode(&self)
        } catch let error as InterlockError {
            failure = error
        }
        for event in events {
            switch event {
            case .text, .reasoning, .toolCall, .refusal: firstContent = firstContent ?? clocks.monotonic()
            case .finish:
                isFinished = true
                try await emit(
                    .timings(
                        Timings(firstContent: firstContent.map { $0 - start }, total: clocks.monotonic() - start)))
            default: break
            }
            try await emit(event)
        }
        events.removeAll(keepingCapacity: true)
        if let failure { throw failure }
    }
}

extension RemoteConnection {
    /// One exchange of which the answer comes in lines of JSON that are no events of an answer.
    ///
    /// - Throws: ``InterlockError`` attributed to the backend, or what `take` throws.
    package func lines(
        _ method: String, _ path: String, body: JSONObject, _ take: ([UInt8]) throws -> Void
    ) async throws {
        try await authorized(nil) {
            var http = try await request(method, path, body: body, headers: [], budget: nil)
            // Such an exchange takes as long as it takes; a silent one still ends.
            http.limits.total = nil
            try await client.withResponse(to: http) { head, body in
                guard (200..<300).contains(head.status) else {
                    throw failure(head, try await Self.collect(body, limit: 1 << 20))
                }
                var frames = NDJSONDecoder()
                while let bytes = try await body.next() { try frames.feed(bytes, take) }
                try frames.finish(take)
            }
        }
    }
}
