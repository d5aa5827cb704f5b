// covers: G7, A5
import InterlockCore
import InterlockTesting
import Testing

@testable import InterlockLocal

@Suite("Local backend: cancellation and deadlines", .timeLimit(.minutes(2)))
struct LocalBackendCancellationTests {
    /// A backend whose first request is evaluated for ever from one of its batches on, as `isStuck` says.
    private func stuck(
        entered: Signal, clocks: Clocks = .system, _ isStuck: @escaping @Sendable (TokenBatch) -> Bool
    ) -> LocalBackend {
        let stuck = Counter()
        let limits = TokenModelLimits(contextLength: 512, batchCapacity: 8, sequences: 1)
        return Scripted.backend(clocks: clocks) {
            Scripted.echo(limits: limits) { batch, interrupt in
                guard isStuck(batch), stuck.next() == 0 else { return .ready }
                entered.fire()
                return Scripted.evaluateForEver(interrupt)
            }
        }
    }

    @Test("cancelling reaches into an evaluation, of the prompt or of the answer", arguments: [true, false])
    func cancel(inPrompt: Bool) async throws {
        let entered = Signal()
        let backend = stuck(entered: entered) { batch in
            inPrompt ? batch.entries[0].position == 8 : batch.entries.count == 1
        }
        let task = Task { try await backend.reply(to: Scripted.request("12345678")) }
        await entered.wait()
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(try await backend.reply(to: Scripted.request("next")).content == "next")
    }

    @Test("a request that is cancelled in line leaves it at once, and the others do not notice")
    func cancelInLine() async throws {
        let (gate, entered) = (Gate(), Signal())
        let batches = Counter()
        let backend = Scripted.backend {
            Scripted.echo { _, _ in
                batches.next()
                entered.fire()
                gate.pass()
                return .ready
            }
        }
        let first = Task { try await backend.reply(to: Scripted.request("1")) }
        await entered.wait()
        let second = Task { try await backend.reply(to: Scripted.request("22")) }
        try await until { await backend.status().waitingRequests == 1 }
        let third = Task { try await backend.reply(to: Scripted.request("333")) }
        try await until { await backend.status().waitingRequests == 2 }
        second.cancel()
        await #expect(throws: CancellationError.self) { try await second.value }
        #expect(await backend.status().waitingRequests == 1)
        gate.open()
        #expect(try await first.value.content == "1")
        #expect(try await third.value.content == "333")
        // A batch for each prompt and each letter; nothing for the second request.
        #expect(batches.value == 2 + 1 + 3)
    }

    @Test("a request of a task that is cancelled already evaluates nothing")
    func cancelledBefore() async throws {
        let batches = Counter()
        let backend = Scripted.backend {
            Scripted.echo { _, _ in
                batches.next()
                return .ready
            }
        }
        try await backend.load()
        let start = Signal()
        let task = Task {
            await start.wait()
            return try await backend.reply(to: Scripted.request("x"))
        }
        task.cancel()
        start.fire()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(try await backend.reply(to: Scripted.request("ok")).content == "ok")
        #expect(batches.value == 3)
    }

    struct Unwilling: Error {}

    @Test("a reader that throws ends the request, inside of an evaluation too")
    func readerThrows() async throws {
        let entered = Signal()
        let backend = stuck(entered: entered) { $0.entries.count == 1 }
        await #expect(throws: Unwilling.self) {
            try await backend.run(Scripted.request("ab")) { event in
                guard case .text = event else { return }
                await entered.wait()
                throw Unwilling()
            }
        }
        #expect(try await backend.reply(to: Scripted.request("next")).content == "next")
        #expect(await backend.status().runningRequests == 0)
    }

    @Test("cancelling one request after another never touches the next")
    func manyCancellations() async throws {
        let backend = Scripted.backend { Scripted.echo() }
        var random = TestRandom(13)
        for round in 0..<60 {
            let text = "round \(round)"
            let cancelled = Task { try await backend.reply(to: Scripted.request("to be cancelled \(round)")) }
            let kept = Task { try await backend.reply(to: Scripted.request(text)) }
            for _ in 0..<random.below(20) { await Task.yield() }
            cancelled.cancel()
            #expect(try await kept.value.content == text)
            _ = await cancelled.result
        }
    }

    // MARK: Deadlines

    private static let passed = """
        scripted_local: the request's deadline passed
        hint: Allow more time, ask for fewer tokens, or use a faster model.
        """

    private func request(_ text: String, _ time: ManualClocks, seconds: Int) -> GenerationRequest {
        var request = Scripted.request(text)
        request.budget = RequestBudget(timeout: .seconds(seconds), clocks: time.clocks)
        return request
    }

    @Test("a deadline that has passed loads nothing")
    func deadlineBefore() async throws {
        let (time, loads) = (ManualClocks(), Counter())
        let backend = Scripted.backend(clocks: time.clocks) {
            loads.next()
            return Scripted.echo()
        }
        let late = request("x", time, seconds: 1)
        time.advance(by: .seconds(1))
        let error = await #expect(throws: InterlockError.self) { try await backend.reply(to: late) }
        #expect(error?.code == .deadlineExceeded)
        #expect(error?.description == Self.passed)
        #expect(loads.value == 0)
    }

    @Test("a deadline passes between two tokens")
    func deadlineBetween() async throws {
        let time = ManualClocks()
        let backend = Scripted.backend(clocks: time.clocks) {
            Scripted.echo { batch, _ in
                time.advance(by: .seconds(1))
                return .ready
            }
        }
        let text = Locked("")
        let error = await #expect(throws: InterlockError.self) {
            try await backend.run(request("abcdefgh", time, seconds: 4)) { event in
                if case .text(let more) = event { text.withLock { $0 += more } }
            }
        }
        #expect(error?.description == Self.passed)
        #expect("abcd".hasPrefix(text.withLock { $0 }))
        #expect(try await backend.reply(to: request("ok", time, seconds: 9)).content == "ok")
    }

    @Test("a deadline passes inside of an evaluation")
    func deadlineInside() async throws {
        let (time, entered) = (ManualClocks(), Signal())
        let backend = stuck(entered: entered, clocks: time.clocks) { $0.entries[0].position == 8 }
        let late = request("12345678", time, seconds: 2)
        let task = Task { try await backend.reply(to: late) }
        await entered.wait()
        time.advance(by: .seconds(2))
        let error = await #expect(throws: InterlockError.self) { try await task.value }
        #expect(error?.description == Self.passed)
        #expect(try await backend.reply(to: Scripted.request("next")).content == "next")
    }

    @Test("a deadline passes in line, while the one in front goes on")
    func deadlineInLine() async throws {
        let (time, entered, gate) = (ManualClocks(), Signal(), Gate())
        let backend = Scripted.backend(clocks: time.clocks) {
            Scripted.echo { _, _ in
                entered.fire()
                gate.pass()
                return .ready
            }
        }
        let first = Task { try await backend.reply(to: Scripted.request("first")) }
        await entered.wait()
        let late = request("late", time, seconds: 2)
        let second = Task { try await backend.reply(to: late) }
        try await until { await backend.status().waitingRequests == 1 }
        time.advance(by: .seconds(2))
        let error = await #expect(throws: InterlockError.self) { try await second.value }
        #expect(error?.description == Self.passed)
        #expect(await backend.status().waitingRequests == 0)
        gate.open()
        #expect(try await first.value.content == "first")
    }

    @Test("a deadline passes while the model loads, which is given up if nobody else waits")
    func deadlineInLoading() async throws {
        let (time, entered, loads) = (ManualClocks(), Signal(), Counter())
        let engine = LocalEngine(clocks: time.clocks) { _, abandoned in
            guard loads.next() == 0 else { return Scripted.echo() }
            entered.fire()
            _ = Scripted.evaluateForEver(abandoned)
            throw CancellationError()
        }
        let backend = Scripted.backend(engine)
        let late = request("late", time, seconds: 2)
        let task = Task { try await backend.reply(to: late) }
        await entered.wait()
        time.advance(by: .seconds(2))
        let error = await #expect(throws: InterlockError.self) { try await task.value }
        #expect(error?.description == Self.passed)
        #expect(try await backend.reply(to: request("x", time, seconds: 60)).content == "x")
        #expect(time.sleeperCount == 0)
    }
}
