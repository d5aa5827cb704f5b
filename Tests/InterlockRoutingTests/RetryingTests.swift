import InterlockCore
import InterlockRouting
import InterlockTesting
import Testing

/// A layer under test, with clocks on which every wait passes at once and is noted.
private struct Bench {
    let manual = ManualClocks()
    let waits = Locked<[Duration]>([])
    let base: ScriptedBackend
    let layer: Retrying

    init(
        _ answers: [ScriptedBackend.Answer], policy: RetryPolicy = RetryPolicy(), budget: RetryBudget? = nil,
        random: Double = 0.5
    ) {
        let (manual, waits) = (manual, waits)
        var clocks = manual.clocks
        clocks.sleep = { duration in
            try Task.checkCancellation()
            waits.withLock { $0.append(duration) }
            manual.advance(by: duration)
        }
        base = ScriptedBackend(answers, clocks: clocks)
        layer = Retrying(base, policy: policy, budget: budget, clocks: clocks, random: { random })
    }

    func ask(_ budget: RequestBudget = RequestBudget()) async throws -> Reply {
        var request = GenerationRequest([.user("Hi")])
        request.budget = budget
        return try await layer.reply(to: request)
    }
}

private let busy = InterlockError(.overloaded, "overloaded", provider: nil)
extension InterlockError {
    fileprivate init(
        _ code: Code, _ message: String, provider: ProviderDetail?, retryAfter: Duration? = nil, advice: Bool? = nil
    ) {
        self.init(code, message, retryAfter: retryAfter)
        self.provider = provider
        retryAdvice = advice
    }
}

@Suite struct RetryingTests {
    // covers: S8
    @Test("A failure that may pass is tried again, and the reply tells of every attempt")
    func retries() async throws {
        let bench = Bench([.failure(busy), .failure(InterlockError(.connectionFailed, "refused")), .text("Paris")])
        let reply = try await bench.ask()
        #expect(reply.content == "Paris")
        #expect(reply.timings.attempts.map(\.failure) == [.overloaded, .connectionFailed, nil])
        #expect(reply.timings.attempts.map(\.wait) == [.zero, .milliseconds(250), .milliseconds(500)])
        #expect(bench.waits.withLock { $0 } == [.milliseconds(250), .milliseconds(500)])
    }

    @Test("An answer at the first attempt lists none")
    func first() async throws {
        #expect(try await Bench([.text("Paris")]).ask().timings.attempts.isEmpty)
    }

    @Test("The last failure goes to the caller once the attempts are used up")
    func givesUp() async throws {
        let bench = Bench(Array(repeating: .failure(busy), count: 5))
        let error = await #expect(throws: InterlockError.self) { try await bench.ask() }
        #expect(error?.code == .overloaded)
        #expect(bench.base.requests.count == 3)
    }

    // wire: 84
    @Test(
        "What cannot pass is not tried again",
        arguments: [
            InterlockError.Code.unauthorized, .invalidRequest, .modelNotFound, .quotaExceeded, .requestTooLarge,
        ])
    func permanent(_ code: InterlockError.Code) async throws {
        let bench = Bench([.failure(InterlockError(code, "no")), .text("Paris")])
        let error = await #expect(throws: InterlockError.self) { try await bench.ask() }
        #expect(error?.code == code)
        #expect(bench.base.requests.count == 1)
    }

    @Test("The provider's word on whether to try again goes before the code's")
    func advice() async throws {
        let never = Bench([.failure(InterlockError(.overloaded, "no", provider: nil, advice: false)), .text("Paris")])
        await #expect(throws: InterlockError.self) { try await never.ask() }
        let always = Bench([.failure(InterlockError(.unauthorized, "x", provider: nil, advice: true)), .text("Paris")])
        #expect(try await always.ask().content == "Paris")
    }

    @Test("The wait that the provider asks for is kept to, unless it is too long")
    func retryAfter() async throws {
        let limited = InterlockError(.rateLimited, "slow", provider: nil, retryAfter: .seconds(30))
        let kept = Bench([.failure(limited), .text("Paris")])
        #expect(try await kept.ask().content == "Paris")
        #expect(kept.waits.withLock { $0 } == [.seconds(30)])
        let long = InterlockError(.rateLimited, "slow", provider: nil, retryAfter: .seconds(121))
        let refused = Bench([.failure(long), .text("Paris")])
        let error = await #expect(throws: InterlockError.self) { try await refused.ask() }
        #expect(error?.retryAfter == .seconds(121))
        #expect(refused.waits.withLock { $0 } == [])
    }

    // wire: 86
    @Test("A wait that would outlast the deadline is not begun")
    func deadline() async throws {
        let limited = InterlockError(.rateLimited, "slow", provider: nil, retryAfter: .seconds(30))
        let bench = Bench([.failure(limited), .text("Paris")])
        let error = await #expect(throws: InterlockError.self) {
            try await bench.ask(RequestBudget(timeout: .seconds(10), clocks: bench.manual.clocks))
        }
        #expect(error?.code == .rateLimited)
        #expect(bench.waits.withLock { $0 } == [])
    }

    @Test("The attempts that a request brings are not exceeded, and the failure before is what the caller learns")
    func sharedAttempts() async throws {
        let bench = Bench(Array(repeating: .failure(busy), count: 5), policy: RetryPolicy(maximumAttempts: 10))
        let error = await #expect(throws: InterlockError.self) { try await bench.ask(RequestBudget(attempts: 2)) }
        #expect(error?.code == .overloaded)
        #expect(bench.base.requests.count == 2)
    }

    @Test("Nothing is tried again once a piece of the answer has reached the caller")
    func afterContent() async throws {
        let bench = Bench([
            .init([.event(.text("Par")), .fail(InterlockError(.truncatedStream, "cut"))]), .text("Paris"),
        ])
        var seen = ""
        let error = await #expect(throws: InterlockError.self) {
            try await bench.layer.run(GenerationRequest([.user("Hi")])) { event in
                if case .text(let text) = event { seen += text }
            }
        }
        #expect(error?.code == .truncatedStream)
        #expect(seen == "Par")
        #expect(bench.base.requests.count == 1)
    }

    @Test("What the caller's own code throws is not the backend's failure")
    func callersError() async throws {
        let bench = Bench([.text("Paris"), .text("Paris")])
        await #expect(throws: InterlockError.self) {
            try await bench.layer.run(GenerationRequest([.user("Hi")])) { event in
                if case .text = event { throw InterlockError(.overloaded, "the caller's own") }
            }
        }
        #expect(bench.base.requests.count == 1)
    }

    @Test("A drop is reported once, not with every attempt")
    func drops() async throws {
        let drop = GenerationEvent.dropped(Drop(subject: "top_k", reason: "no such option"))
        let bench = Bench([
            .init([.event(drop), .fail(busy)]),
            .init([.event(drop), .event(.text("Paris")), .event(.finish(FinishReason(.endTurn)))]),
        ])
        #expect(try await bench.ask().dropped.count == 1)
    }

    @Test("Waits double up to the cap and are drawn from their whole range")
    func backoff() async throws {
        let policy = RetryPolicy(maximumAttempts: 7, baseDelay: .seconds(1), maximumDelay: .seconds(8))
        let bench = Bench(Array(repeating: .failure(busy), count: 7), policy: policy, random: 0.25)
        await #expect(throws: InterlockError.self) { try await bench.ask(RequestBudget(attempts: 20)) }
        #expect(bench.waits.withLock { $0 } == [0.25, 0.5, 1, 2, 2, 2].map { .seconds($0) })
    }

    @Test("A provider that keeps failing is soon asked once a request, and again after it has recovered")
    func storm() async throws {
        let budget = RetryBudget(capacity: 10, refill: 1)
        let bench = Bench(Array(repeating: .failure(busy), count: 100), budget: budget)
        for _ in 0..<20 { await #expect(throws: InterlockError.self) { try await bench.ask() } }
        // The purse is half empty with the fifth failure, the second of two requests; from then on each costs one attempt.
        #expect(bench.base.requests.count == 23)
        #expect(!budget.allowsRetry)
        let recovered = Bench(Array(repeating: .text("Paris"), count: 10), budget: budget)
        for _ in 0..<10 { _ = try await recovered.ask() }
        #expect(budget.allowsRetry)
    }

    @Test("Cancellation ends a wait")
    func cancellation() async throws {
        let clocks = ManualClocks()
        let base = ScriptedBackend([.failure(busy), .text("Paris")])
        let layer = Retrying(base, clocks: clocks.clocks, random: { 0.9 })
        let task = Task { try await layer.reply(to: GenerationRequest([.user("Hi")])) }
        try await clocks.waitForSleepers()
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(base.requests.count == 1)
    }
}
