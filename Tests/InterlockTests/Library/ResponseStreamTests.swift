import Interlock
import InterlockTesting
import Testing

@Suite(.timeLimit(.minutes(2))) struct ResponseStreamTests {
    private let request = GenerationRequest([.user("x")])

    // covers: G9
    @Test func theFirstChunkArrivesBeforeTheLastIsGenerated() async throws {
        let clocks = ManualClocks()
        let model = ScriptedBackend(
            [.text(pieces: ["one ", "two ", "three"], delay: .seconds(1))], clocks: clocks.clocks)
        var pieces = model.stream(request).deltas.makeAsyncIterator()
        for piece in ["one ", "two ", "three"] {
            // The backend sleeps before every piece: none after this one can have been generated.
            async let moved: Void = {
                try await clocks.waitForSleepers()
                clocks.advance(by: .seconds(1))
            }()
            #expect(try await pieces.next() == piece)
            try await moved
        }
        #expect(try await pieces.next() == nil)
    }

    @Test func snapshotsHoldTheWholeTheNewAndTheEvent() async throws {
        let model = ScriptedBackend([.text("Par", "is", ".")])
        var snapshots: [ResponseStream.Snapshot] = []
        for try await snapshot in model.stream(request) { snapshots.append(snapshot) }
        #expect(snapshots.map(\.content) == ["", "Par", "Paris", "Paris.", "Paris.", "Paris."])
        #expect(snapshots.map(\.delta) == ["", "Par", "is", ".", "", ""])
        #expect(
            snapshots.map(\.event) == [
                .head(ReplyHead(backend: "scripted")), .text("Par"), .text("is"), .text("."),
                .usage(Usage(outputTokens: 3)), .finish(FinishReason(.endTurn, raw: "scripted")),
            ])
    }

    @Test func afterARestartTheContentIsWhatHolds() async throws {
        let steps: [GenerationEvent] = [.text("wrong"), .restart(keeping: 1), .text("ell"), .end]
        let model = ScriptedBackend([.init(steps.map { .event($0) })])
        var last = ""
        for try await snapshot in model.stream(request) { last = snapshot.content }
        #expect(last == "well")
    }

    @Test func deltasAreTheNewTextAlone() async throws {
        let model = ScriptedBackend([.text("Par", "is", ".")])
        var pieces: [String] = []
        for try await piece in model.stream(request).deltas { pieces.append(piece) }
        #expect(pieces == ["Par", "is", "."])
    }

    @Test func collectGivesTheWholeReply() async throws {
        let model = ScriptedBackend([.text("Par", "is."), .text("Par", "is.")])
        let reply = try await model.stream(request).collect()
        #expect(reply.content == "Paris.")
        #expect(try await model.reply(to: request) == reply)
    }

    @Test func nothingHappensBeforeItIsIterated() async throws {
        let model = ScriptedBackend([.text("x")])
        let stream = model.stream(request)
        _ = stream.deltas
        #expect(model.requests.isEmpty)
        _ = try await stream.collect()
        #expect(model.requests.count == 1)
    }

    @Test func aSecondIterationIsAnErrorAndAsksNobody() async throws {
        let model = ScriptedBackend([.text("x"), .text("y")])
        let stream = model.stream(request)
        for try await _ in stream {}
        let message = """
            the response stream was iterated already
            hint: Keep what came the first time, or ask again for another stream.
            """
        for _ in 0..<2 {
            let error = await #expect(throws: InterlockError.self) { for try await _ in stream {} }
            #expect(error?.code == .invalidRequest)
            #expect(error?.description == message)
        }
        let collected = await #expect(throws: InterlockError.self) { try await stream.collect() }
        #expect(collected?.description == message)
        #expect(model.requests.count == 1)
    }

    @Test func ofManyWhoIterateAtOnceOneGetsTheAnswer() async throws {
        let model = ScriptedBackend([.text("x"), .text("y")])
        let stream = model.stream(request)
        let answers = await withTaskGroup(of: String?.self) { group in
            for _ in 0..<8 { group.addTask { try? await stream.collect().content } }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(answers.compactMap { $0 } == ["x"])
        #expect(model.requests.count == 1)
    }

    /// A backend that says one word, then waits to be cancelled, and says that it was.
    private func patient(_ wasCancelled: Gate) -> ClosureBackend {
        ClosureBackend { _, emit in
            try await emit(.text("a"))
            do {
                try await Gate().pass()
            } catch {
                if Task.isCancelled { wasCancelled.open() }
                throw error
            }
        }
    }

    @Test func leavingTheLoopCancelsTheWork() async throws {
        let wasCancelled = Gate()
        for try await snapshot in patient(wasCancelled).stream(request) {
            #expect(snapshot.delta == "a")
            break
        }
        try await wasCancelled.pass()
    }

    @Test func leavingTheLoopEndsABackendThatOnlyEmits() async throws {
        // It looks at no cancellation itself: emit must throw.
        let ended = Gate()
        let model = ClosureBackend { _, emit in
            defer { ended.open() }
            while true { try await emit(.text("x")) }
        }
        for try await _ in model.stream(request) { break }
        try await ended.pass()
    }

    @Test func cancellingTheReadersTaskCancelsTheWork() async throws {
        let wasCancelled = Gate()
        let hasBegun = Gate()
        let stream = patient(wasCancelled).stream(request)
        let task = Task {
            for try await _ in stream { hasBegun.open() }
        }
        try await hasBegun.pass()
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        try await wasCancelled.pass()
    }

    @Test func anErrorOfTheReaderCancelsTheWorkThoughTheIteratorLives() async throws {
        let wasCancelled = Gate()
        let model = ClosureBackend { _, emit in
            try await emit(.restart(keeping: 9))
            do {
                try await Gate().pass()
            } catch {
                wasCancelled.open()
            }
        }
        var iterator = model.stream(request).makeAsyncIterator()
        let error = await #expect(throws: InterlockError.self) { try await iterator.next() }
        #expect(error?.code == .malformedResponse)
        try await wasCancelled.pass()
        #expect(try await iterator.next() == nil)
    }

    @Test func theBackendIsNeverFarAheadOfASlowReader() async throws {
        let begun = Locked(0)
        let model = ClosureBackend { _, emit in
            for number in 1...200 {
                begun.withLock { $0 = number }
                try await emit(.text("x"))
            }
            try await emit(.end)
        }
        var iterator = model.stream(request).makeAsyncIterator()
        #expect(try await iterator.next()?.content == "x")
        // One was read, 16 wait in line, and the next waits to be put there.
        while begun.withLock({ $0 }) < 18 { await Task.yield() }
        for _ in 0..<1_000 { await Task.yield() }
        #expect(begun.withLock { $0 } == 18)
        var read = 1
        while let snapshot = try await iterator.next(), !snapshot.delta.isEmpty {
            read += 1
            #expect(begun.withLock { $0 } <= read + 17)
        }
        #expect(read == 200)
    }

    @Test func anErrorInMidStreamComesAfterWhatWasSaid() async throws {
        let model = ScriptedBackend([
            .init([.event(.text("Par")), .fail(InterlockError(.malformedResponse, "garbage", backend: "scripted"))])
        ])
        var iterator = model.stream(request).makeAsyncIterator()
        var said = ""
        let error = await #expect(throws: InterlockError.self) {
            while let snapshot = try await iterator.next() { said = snapshot.content }
        }
        #expect(said == "Par")
        #expect(error?.description == "scripted: garbage")
        #expect(try await iterator.next() == nil, "after an error comes the end")
    }

    @Test func aStreamWithoutAFinishIsAnError() async throws {
        let model = ScriptedBackend([.init([.event(.text("Par"))]), .init([.event(.text("Par"))])])
        let error = await #expect(throws: InterlockError.self) { for try await _ in model.stream(request) {} }
        #expect(error?.code == .truncatedStream)
        let collected = await #expect(throws: InterlockError.self) { try await model.stream(request).collect() }
        #expect(collected?.code == .truncatedStream)
    }

    @TaskLocal private static var trace = "none"

    @Test func theCallersTaskLocalValuesReachTheBackend() async throws {
        let model = ClosureBackend { _, emit in
            try await emit(.text(Self.trace))
            try await emit(.end)
        }
        try await Self.$trace.withValue("t1") {
            for try await delta in model.stream(request).deltas { #expect(delta == "t1") }
            #expect(try await model.stream(request).collect().content == "t1")
        }
    }

    #if !canImport(Darwin)
    /// Runs everything at once where it is asked to.
    private final class CountingExecutor: TaskExecutor {
        let count = Locked(0)

        func enqueue(_ job: consuming ExecutorJob) {
            count.withLock { $0 += 1 }
            let job = UnownedJob(job)
            Task.detached { [self] in job.runSynchronously(on: asUnownedTaskExecutor()) }
        }
    }

    @Test func theBackendRunsOnTheCallersExecutor() async throws {
        let executor = CountingExecutor()
        let sawIt = Locked(false)
        let model = ClosureBackend { _, emit in
            let current = withUnsafeCurrentTask { $0?.unownedTaskExecutor }
            sawIt.withLock { $0 = current == executor.asUnownedTaskExecutor() }
            try await emit(.end)
        }
        try await withTaskExecutorPreference(executor) {
            for try await _ in model.stream(request) {}
        }
        #expect(sawIt.withLock { $0 })
        #expect(executor.count.withLock { $0 } > 0)
    }
    #endif
}
