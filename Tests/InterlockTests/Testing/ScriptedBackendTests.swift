import Interlock
import InterlockTesting
import Testing

// covers: S9
@Suite(.timeLimit(.minutes(2))) struct ScriptedBackendTests {
    private let request = GenerationRequest([.user("x")])

    private func events(_ model: ScriptedBackend, _ request: GenerationRequest? = nil) async throws -> [GenerationEvent]
    {
        var events: [GenerationEvent] = []
        try await model.run(request ?? self.request) { events.append($0) }
        return events
    }

    @Test func theSameScriptGivesTheSameEvents() async throws {
        let expected: [GenerationEvent] = [
            .head(ReplyHead(backend: "scripted")), .text("a"), .text("b"), .usage(Usage(outputTokens: 2)),
            .finish(FinishReason(.endTurn, raw: "scripted")),
        ]
        for _ in 0..<3 {
            #expect(try await events(ScriptedBackend([.text("a", "b")])) == expected)
        }
    }

    @Test func answersAreGivenInTheirOrderAndThenThereAreNone() async throws {
        let model = ScriptedBackend([.text("1"), .text("2")])
        #expect(try await model.generate("a").content == "1")
        #expect(try await model.generate("b").content == "2")
        let error = await #expect(throws: InterlockError.self) { try await model.generate("c") }
        #expect(error?.code == .invalidRequest)
        #expect(error?.message == "the script has 2 answers, and this is request 3")
        #expect(model.requests.count == 3)
    }

    @Test func answersCanBeComputed() async throws {
        let model = ScriptedBackend(name: "n", model: "m") { request, number in
            .text("\(number): \(request.options.maximumResponseTokens ?? 0)")
        }
        #expect(model.identity == BackendIdentity(name: "n", model: "m"))
        #expect(try await model.generate("x").content == "0: 0")
        let reply = try await model.generate("x", options: GenerationOptions(maximumResponseTokens: 7))
        #expect(reply.content == "1: 7")
        #expect(reply.servedModel == "m")
        #expect(reply.backend == "n")
    }

    @Test func failsWhereTheScriptSaysSo() async throws {
        struct Odd: Error {}
        let model = ScriptedBackend([.init([.event(.text("a")), .fail(Odd()), .event(.text("never"))])])
        var seen: [GenerationEvent] = []
        await #expect(throws: Odd.self) { try await model.run(request) { seen.append($0) } }
        #expect(seen == [.head(ReplyHead(backend: "scripted")), .text("a")])
        #expect(await model.status().runningRequests == 0)
    }

    @Test func waitsByItsClocks() async throws {
        let clocks = ManualClocks()
        let model = ScriptedBackend(
            [.init([.event(.text("a")), .wait(.seconds(60)), .event(.end)])], clocks: clocks.clocks)
        let task = Task { [request] in try await model.reply(to: request) }
        try await clocks.waitForSleepers()
        #expect(await model.status().runningRequests == 1)
        clocks.advance(by: .seconds(60))
        #expect(try await task.value.content == "a")
        #expect(await model.status().runningRequests == 0)
    }

    @Test func theDeadlineOfTheRequestHolds() async throws {
        let clocks = ManualClocks()
        let model = ScriptedBackend([.text(pieces: ["a", "b"], delay: .seconds(10))], clocks: clocks.clocks)
        var request = request
        request.budget = RequestBudget(timeout: .seconds(15), clocks: clocks.clocks)
        let task = Task { [request] in try await model.reply(to: request) }
        for _ in 0..<2 {
            try await clocks.waitForSleepers()
            clocks.advance(by: .seconds(10))
        }
        let error = await #expect(throws: InterlockError.self) { try await task.value }
        #expect(error?.code == .deadlineExceeded)
    }

    @Test func everyRunTakesAnAttempt() async throws {
        let model = ScriptedBackend { _, _ in .text("x") }
        var request = request
        request.budget = RequestBudget(attempts: 2)
        _ = try await events(model, request)
        _ = try await events(model, request)
        let error = await #expect(throws: InterlockError.self) { _ = try await events(model, request) }
        #expect(error?.code == .attemptsExhausted)
        #expect(model.requests.count == 2, "a request without an attempt never reaches the script")
    }

    @Test func theCapabilitiesThatItClaimsHold() async throws {
        let model = ScriptedBackend([.text("x")], capabilities: Capabilities(options: [.temperature]))
        let error = await #expect(throws: InterlockError.self) {
            try await model.generate("x", options: GenerationOptions(seed: 1))
        }
        #expect(error?.description.hasPrefix("scripted: seed cannot be honoured") == true)
        #expect(model.requests.isEmpty)
        let constrained = GenerationRequest(.text("x"), constraint: .regex("a"))
        let refused = await #expect(throws: InterlockError.self) {
            try await ScriptedBackend([.text("x")]).reply(to: constrained)
        }
        #expect(refused?.code == .constraintUnsupported)
    }

    @Test func loadingIsNoted() async throws {
        let model = ScriptedBackend([.text("x")])
        #expect(await !model.isLoaded)
        let progress = Locked<[LoadProgress]>([])
        try await model.load { report in progress.withLock { $0.append(report) } }
        #expect(progress.withLock { $0 } == [LoadProgress(fraction: 1, label: "Loading the script")])
        #expect(await model.isLoaded)
        await model.unload()
        #expect(await !model.status().isLoaded)
        _ = try await model.generate("x")
        #expect(await model.isLoaded, "a request loads")
    }
}

// covers: S9
@Suite(.timeLimit(.minutes(2))) struct ScriptedBackendRegistryTests {
    private let registry: BackendRegistry

    init() throws {
        var registry = BackendRegistry(allowsTesting: true)
        try registry.register(ScriptedBackend.registryEntry)
        self.registry = registry
    }

    private func complaint(_ parameters: JSONObject) -> String? {
        let error = #expect(throws: InterlockError.self) { try registry.make("scripted", parameters: parameters) }
        #expect(error?.code == .invalidConfiguration)
        return error?.description
    }

    @Test func repeatsWhatItIsAskedByDefault() async throws {
        let model = try registry.make("mock")
        #expect(try await model.generate("Hello there").content == "You said: Hello there")
        let text = GenerationRequest(.text("Once"))
        #expect(try await model.reply(to: text).content == "You said: Once")
    }

    @Test func repliesComeOneAfterTheOtherAndAgain() async throws {
        let model = try registry.make("scripted", parameters: ["reply": ["a", "b"]])
        var said: [String] = []
        for _ in 0..<3 { said.append(try await model.generate("x").content) }
        #expect(said == ["a", "b", "a"])
        #expect(try await registry.make("scripted", parameters: ["reply": "c"]).generate("x").content == "c")
        #expect(try await registry.make("scripted", parameters: ["reply": ""]).generate("x").content.isEmpty)
        #expect(
            try await registry.make("scripted", parameters: ["reply": nil]).generate("x").content == "You said: x")
    }

    @Test func piecesAreOfWholeCharacters() async throws {
        let model = try registry.make("scripted", parameters: ["reply": "ab👨‍👩‍👧‍👦de\u{301}f", "chunk_length": 2])
        var pieces: [String] = []
        for try await piece in model.stream(GenerationRequest([.user("x")])).deltas { pieces.append(piece) }
        #expect(pieces == ["ab", "👨‍👩‍👧‍👦d", "e\u{301}f"])
    }

    @Test func theDelayIsTakenFromTheConfigurationsClocks() async throws {
        let clocks = ManualClocks()
        let model = try registry.make(
            "scripted",
            BackendConfiguration(parameters: ["reply": "abcdefgh", "delay_ms": 500], clocks: clocks.clocks))
        let task = Task { try await model.generate("x") }
        for _ in 0..<2 {
            try await clocks.waitForSleepers()
            clocks.advance(by: .milliseconds(500))
        }
        #expect(try await task.value.content == "abcdefgh")
        #expect(clocks.clocks.monotonic() == MonotonicTime(nanoseconds: 1_000_000_000))
    }

    @Test func wrongParametersAreNamed() {
        #expect(complaint(["reply": 5]) == "scripted: reply must be a text or a list of texts")
        #expect(complaint(["reply": []]) == "scripted: reply must be a text or a list of texts")
        #expect(complaint(["reply": ["a", 1]]) == "scripted: reply must be a text or a list of texts")
        #expect(complaint(["chunk_length": 0]) == "scripted: chunk_length is 0; it must be between 1 and 1048576")
        #expect(complaint(["delay_ms": "5"]) == #"scripted: delay_ms is "5"; it must be a whole number"#)
        #expect(
            complaint(["repply": "x"]) == """
                scripted: there is no parameter repply
                hint: Did you mean reply? The parameters are: chunk_length, delay_ms, reply.
                """)
    }
}
