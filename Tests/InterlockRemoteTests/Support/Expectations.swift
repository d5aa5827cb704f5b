import InterlockCore
import InterlockRemote
import Testing

/// Expects an error with exactly this code, message and hint.
func expectError(
    _ code: InterlockError.Code, _ message: String, hint: String? = nil,
    sourceLocation: SourceLocation = #_sourceLocation, _ body: () throws -> Void
) {
    do {
        try body()
        Issue.record("nothing was thrown", sourceLocation: sourceLocation)
    } catch let error as InterlockError {
        #expect(error.code == code, sourceLocation: sourceLocation)
        #expect(error.message == message, sourceLocation: sourceLocation)
        #expect(error.hint == hint, sourceLocation: sourceLocation)
    } catch {
        Issue.record("\(error) was thrown", sourceLocation: sourceLocation)
    }
}

/// Expects the error about an answer of a provider that says this wrong thing.
func expectMalformed(
    _ problem: String, sourceLocation: SourceLocation = #_sourceLocation, _ body: () throws -> Void
) {
    expectError(
        .malformedResponse, "the provider sent something that its API does not allow: \(problem)",
        hint: "Send the request again; if it stays so, check that the address is that of such a server.",
        sourceLocation: sourceLocation, body)
}

/// Expects a request to be refused, and to go through with this drop where its caller wants that.
func expectUnsupported(
    _ request: GenerationRequest, _ subject: String, _ reason: String, hint: String,
    sourceLocation: SourceLocation = #_sourceLocation, _ encode: (GenerationRequest) throws -> WireRequest
) throws {
    expectError(
        .unsupported, "\(subject) cannot be honoured: \(reason)",
        hint: "\(hint) Or ask for what is unsupported to be dropped.", sourceLocation: sourceLocation
    ) { _ = try encode(request) }
    var dropping = request
    dropping.unsupported = .drop
    let drops = try encode(dropping).drops
    #expect(drops == [Drop(subject: subject, reason: reason)], sourceLocation: sourceLocation)
}

/// Headers for a test, looked up without regard to letter case.
func headers(_ headers: [String: String]) -> @Sendable (String) -> String? {
    let lowercase = Dictionary(uniqueKeysWithValues: headers.map { ($0.key.lowercased(), $0.value) })
    return { lowercase[$0.lowercased()] }
}

extension WireDialect {
    /// The events of a stream of frames, with its end.
    func events(
        _ frames: [(name: String?, data: String)], _ context: WireContext
    ) throws -> [GenerationEvent] {
        var decoder = makeDecoder(for: GenerationRequest([.user("Hi")]), context)
        var events: [GenerationEvent] = []
        for frame in frames { try decoder.decode(frame.name, Array(frame.data.utf8), into: &events) }
        try decoder.end(into: &events)
        return events
    }

    /// The events of a whole answer.
    func events(whole body: JSONValue, _ context: WireContext) throws -> [GenerationEvent] {
        var decoder = makeDecoder(for: GenerationRequest([.user("Hi")]), context)
        var events: [GenerationEvent] = []
        try decoder.decodeWhole(body, into: &events)
        try decoder.end(into: &events)
        return events
    }

    /// What a response with an error status means, for a model `m` at a fixed time.
    func error(_ status: Int, _ body: String, _ fields: [String: String] = [:]) -> InterlockError {
        error(
            WireErrorResponse(
                status: status, header: headers(fields), body: Array(body.utf8), model: "m",
                now: WallTime(secondsSinceEpoch: 1_795_000_000)))
    }
}

/// Folds events into a reply.
func reply(_ events: [GenerationEvent]) throws -> Reply {
    var accumulator = ReplyAccumulator()
    for event in events { try accumulator.apply(event) }
    return try accumulator.reply()
}
