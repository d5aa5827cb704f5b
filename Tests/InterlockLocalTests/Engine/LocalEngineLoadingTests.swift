// covers: G7, A5
import InterlockCore
import InterlockTesting
import Testing

@testable import InterlockLocal

@Suite("Local engine: loading and unloading", .timeLimit(.minutes(2)))
struct LocalEngineLoadingTests {
    private static let unloaded = "the model was unloaded\nhint: Send the request again."

    /// Loads in a task, and waits until the engine has taken it up: an engine that loads reports progress all the time.
    private func load(_ engine: LocalEngine) async -> Task<LocalEngine.Loaded, any Error> {
        let waiting = Signal()
        let task = Task { try await engine.load { _ in waiting.fire() } }
        await waiting.wait()
        return task
    }

    /// Reports progress until the flag is raised or the gate is opened.
    private static func loadForEver(
        _ progress: (LoadProgress) -> Void, _ abandoned: InterruptFlag, until isDone: () -> Bool = { false }
    ) throws {
        while !isDone() {
            if abandoned.isRaised { throw CancellationError() }
            progress(LoadProgress(fraction: 0.5, label: "half"))
        }
    }

    @Test("many who wait are served by one loading, each told of its progress")
    func oneLoading() async throws {
        let (loads, isOpen) = (Counter(), InterruptFlag())
        let engine = LocalEngine { progress, abandoned in
            loads.next()
            try Self.loadForEver(progress, abandoned) { isOpen.isRaised }
            return Scripted.echo()
        }
        var tasks: [Task<LocalEngine.Loaded, any Error>] = []
        for _ in 0..<20 { tasks.append(await load(engine)) }
        isOpen.raise()
        for task in tasks { #expect(try await task.value.limits == Scripted.limits) }
        #expect(loads.value == 1)
        #expect(engine.loaded != nil)
    }

    @Test("a loading goes on while anybody wants it")
    func oneOfTwoCancelled() async throws {
        let (loads, isOpen) = (Counter(), InterruptFlag())
        let engine = LocalEngine { progress, abandoned in
            loads.next()
            try Self.loadForEver(progress, abandoned) { isOpen.isRaised }
            return Scripted.echo()
        }
        let first = await load(engine)
        let second = await load(engine)
        first.cancel()
        await #expect(throws: CancellationError.self) { try await first.value }
        isOpen.raise()
        _ = try await second.value
        #expect(loads.value == 1)
    }

    @Test("a loading that nobody wants is given up; whoever comes then starts another")
    func allCancelled() async throws {
        let (loads, ended) = (Counter(), Signal())
        let engine = LocalEngine { progress, abandoned in
            guard loads.next() == 0 else { return Scripted.echo() }
            defer { ended.fire() }
            try Self.loadForEver(progress, abandoned)
            return Scripted.echo()
        }
        let first = await load(engine)
        let second = await load(engine)
        first.cancel()
        second.cancel()
        await #expect(throws: CancellationError.self) { try await first.value }
        await #expect(throws: CancellationError.self) { try await second.value }
        await ended.wait()
        _ = try await engine.load { _ in }
        #expect(loads.value == 2)
    }

    @Test("whoever comes after a loading was given up, and before it ended, gets a model of another")
    func lateWaiter() async throws {
        let (loads, gate) = (Counter(), Gate())
        let engine = LocalEngine { progress, abandoned in
            guard loads.next() == 0 else { return Scripted.echo() }
            // Slow to give up; it may even finish.
            try? Self.loadForEver(progress, abandoned)
            gate.pass()
            return Scripted.echo()
        }
        let first = await load(engine)
        first.cancel()
        await #expect(throws: CancellationError.self) { try await first.value }
        let late = Task { try await engine.load { _ in } }
        try await until { engine.waiterCount == 1 }
        gate.open()
        _ = try await late.value
        #expect(loads.value == 2)
    }

    @Test("a task that is cancelled already does not load")
    func cancelledBefore() async throws {
        let (loads, start) = (Counter(), Signal())
        let engine = LocalEngine { _, _ in
            loads.next()
            return Scripted.echo()
        }
        let task = Task {
            await start.wait()
            return try await engine.load { _ in }
        }
        task.cancel()
        start.fire()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(loads.value == 0)
    }

    @Test("a failure reaches everybody who waits, and the next one tries again")
    func failure() async throws {
        let (loads, isOpen) = (Counter(), InterruptFlag())
        let engine = LocalEngine { progress, abandoned in
            guard loads.next() == 0 else { return Scripted.echo() }
            try Self.loadForEver(progress, abandoned) { isOpen.isRaised }
            throw InterlockError(.modelLoadFailed, "no such luck", hint: "Try again.")
        }
        let backend = Scripted.backend(engine)
        var tasks: [Task<LocalEngine.Loaded, any Error>] = []
        for _ in 0..<5 { tasks.append(await load(engine)) }
        let request = Task { try await backend.reply(to: Scripted.request("x")) }
        try await until { engine.waiterCount == 6 }
        isOpen.raise()
        for task in tasks {
            let error = await #expect(throws: InterlockError.self) { try await task.value }
            #expect(error?.description == "no such luck\nhint: Try again.")
        }
        let error = await #expect(throws: InterlockError.self) { try await request.value }
        #expect(error?.description == "scripted_local: no such luck\nhint: Try again.")
        #expect(engine.loaded == nil)
        #expect(try await backend.reply(to: Scripted.request("again")).content == "again")
        #expect(loads.value == 2)
    }

    @Test("unloading ends the running and the waiting requests; the next one loads again")
    func unloadWhileRunning() async throws {
        let (loads, entered) = (Counter(), Signal())
        let backend = Scripted.backend {
            let isFirst = loads.next() == 0
            return Scripted.echo { _, interrupt in
                guard isFirst else { return .ready }
                entered.fire()
                return Scripted.evaluateForEver(interrupt)
            }
        }
        let running = Task { try await backend.reply(to: Scripted.request("running")) }
        await entered.wait()
        let waiting = Task { try await backend.reply(to: Scripted.request("waiting")) }
        try await until { await backend.status().waitingRequests == 1 }
        await backend.unload()
        #expect(await backend.isLoaded == false)
        let error = await #expect(throws: InterlockError.self) { try await running.value }
        #expect(error?.code == .notLoaded)
        #expect(
            error?.description == """
                scripted_local: the model was unloaded while it answered
                hint: Send the request again.
                """)
        let other = await #expect(throws: InterlockError.self) { try await waiting.value }
        #expect(other?.code == .notLoaded)
        #expect(other?.description == "scripted_local: \(Self.unloaded)")
        #expect(try await backend.reply(to: Scripted.request("again")).content == "again")
        #expect(loads.value == 2)
    }

    @Test("unloading while loading ends the loading and the waiting")
    func unloadWhileLoading() async throws {
        let loads = Counter()
        let engine = LocalEngine { progress, abandoned in
            if loads.next() == 0 { try Self.loadForEver(progress, abandoned) }
            return Scripted.echo()
        }
        let waiting = await load(engine)
        await engine.unload()
        let error = await #expect(throws: InterlockError.self) { try await waiting.value }
        #expect(error?.code == .notLoaded)
        #expect(error?.description == Self.unloaded)
        #expect(engine.loaded == nil)
        _ = try await engine.load { _ in }
        #expect(loads.value == 2)
    }

    @Test("whoever asks while the model is being unloaded gets a new one, unless it is unloaded once more")
    func lateWaiterWhileUnloading() async throws {
        let (loads, gate) = (Counter(), Gate())
        let engine = LocalEngine { progress, abandoned in
            if loads.next() == 0 {
                try? Self.loadForEver(progress, abandoned)
                gate.pass()
            }
            return Scripted.echo()
        }
        let first = await load(engine)
        let unloading = Task { await engine.unload() }
        _ = await first.result
        let late = Task { try await engine.load { _ in } }
        try await until { engine.waiterCount == 1 }
        let again = Task { await engine.unload() }
        let error = await #expect(throws: InterlockError.self) { try await late.value }
        #expect(error?.description == Self.unloaded)
        let last = Task { try await engine.load { _ in } }
        try await until { engine.waiterCount == 1 }
        gate.open()
        _ = try await last.value
        await unloading.value
        await again.value
        #expect(loads.value == 2)
        #expect(engine.loaded != nil)
    }

    @Test("unloading what is not loaded does nothing, however often")
    func unloadNothing() async throws {
        let engine = LocalEngine { _, _ in Scripted.echo() }
        await engine.unload()
        _ = try await engine.load { _ in }
        await engine.unload()
        await engine.unload()
        #expect(engine.loaded == nil)
    }

    /// Fires when it goes.
    private final class Remains: Sendable {
        let gone: Signal
        let alive: Locked<Int>

        init(gone: Signal = Signal(), alive: Locked<Int> = Locked(0)) {
            self.gone = gone
            self.alive = alive
            alive.withLock { $0 += 1 }
        }

        deinit {
            alive.withLock { $0 -= 1 }
            gone.fire()
        }
    }

    @Test("an engine that nobody holds any more ends its thread and frees its model", arguments: [true, false])
    func released(afterRequest: Bool) async throws {
        let gone = Signal()
        do {
            let backend = Scripted.backend {
                let remains = Remains(gone: gone)
                return Scripted.echo { _, _ in withExtendedLifetime(remains) { .ready } }
            }
            try await backend.load()
            if afterRequest { _ = try await backend.reply(to: Scripted.request("x")) }
        }
        await gone.wait()
    }

    @Test("an engine that goes while it loads gives the loading up")
    func releasedWhileLoading() async throws {
        let (entered, ended) = (Signal(), Signal())
        do {
            let engine = LocalEngine { progress, abandoned in
                entered.fire()
                defer { ended.fire() }
                _ = Scripted.evaluateForEver(abandoned)
                throw CancellationError()
            }
            let task = Task { try await engine.load { _ in } }
            await entered.wait()
            task.cancel()
            _ = await task.result
        }
        await ended.wait()
    }

    @Test("a storm of loads, requests, cancellations and unloads: everybody is answered, and no model is left over")
    func storm() async throws {
        let alive = Locked(0)
        let most = Locked(0)
        let backend = Scripted.backend {
            let remains = Remains(alive: alive)
            let count = alive.withLock { $0 }
            most.withLock { $0 = max($0, count) }
            return Scripted.echo { _, _ in withExtendedLifetime(remains) { .ready } }
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for worker in 0..<6 {
                group.addTask {
                    var random = TestRandom(UInt64(worker))
                    for round in 0..<40 {
                        if worker == 0 {
                            for _ in 0..<random.below(40) { await Task.yield() }
                            await backend.unload()
                            continue
                        }
                        let text = "\(worker) \(round)"
                        let task = Task { try await backend.reply(to: Scripted.request(text)).content }
                        if random.below(3) == 0 {
                            for _ in 0..<random.below(10) { await Task.yield() }
                            task.cancel()
                        }
                        switch await task.result {
                        case .success(let content): #expect(content == text)
                        case .failure(is CancellationError): break
                        case .failure(let error):
                            #expect((error as? InterlockError)?.code == .notLoaded, "\(error)")
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(try await backend.reply(to: Scripted.request("calm")).content == "calm")
        await backend.unload()
        #expect(alive.withLock { $0 } == 0)
        #expect(most.withLock { $0 } == 1, "two models at once")
    }
}
