// covers: G6, G7, G12
import InterlockCore
import InterlockTesting
import Testing

@testable import InterlockLocal

@Suite("Local backend: what it reports", .timeLimit(.minutes(2)))
struct LocalBackendReportTests {
    @Test("the same seed gives the same text, from the request or from the configuration")
    func seeds() async throws {
        func text(seed: UInt64?, configured: UInt64? = nil) async throws -> String {
            let backend = Scripted.backend(seed: configured) { Scripted.letters() }
            let options = GenerationOptions(maximumResponseTokens: 40, temperature: 1, seed: seed)
            let first = try await backend.reply(to: Scripted.request("x", options)).content
            if seed != nil || configured != nil {
                // Again in the same process, and after a reload.
                #expect(try await backend.reply(to: Scripted.request("x", options)).content == first)
                await backend.unload()
                #expect(try await backend.reply(to: Scripted.request("x", options)).content == first)
            }
            return first
        }
        let seven = try await text(seed: 7)
        #expect(seven.count == 40)
        #expect(try await text(seed: 7, configured: 3) == seven)
        #expect(try await text(seed: nil, configured: 7) == seven)
        #expect(try await text(seed: 8) != seven)
        #expect(try await text(seed: nil) != text(seed: nil))
    }

    @Test("log-probabilities: one entry a token, before penalties and bias, and they sum to one")
    func logprobs() async throws {
        let backend = Scripted.backend {
            ScriptedTokenModel { tokens in
                tokens.count < Scripted.promptCount("x") + 3 ? [97: 2, 98: 1, 99: 0.75] : [257: 9, 97: 0]
            }
        }
        let options = GenerationOptions(
            temperature: 0, presencePenalty: 2, logitBias: [98: 1.5], logprobs: 3)
        let reply = try await backend.reply(to: Scripted.request("x", options))
        #expect(reply.content == "bac")
        #expect(reply.logprobs.flatMap(\.chosen.bytes) == Array("bac".utf8))
        for entry in reply.logprobs {
            #expect(entry.alternatives.map(\.token) == [97, 98, 99])
            let sum = entry.alternatives.reduce(0) { $0 + Self.exponential($1.logprob) }
            #expect(abs(sum - 1) < 1e-9)
            #expect(entry.chosen.logprob == entry.alternatives.first { $0.token == entry.chosen.token }?.logprob)
        }
        let none = try await backend.reply(to: Scripted.request("x"))
        #expect(none.logprobs.isEmpty)
    }

    /// e to a power by its series, so that the test needs no C library.
    private static func exponential(_ power: Double) -> Double {
        var (sum, term) = (1.0, 1.0)
        for index in 1..<60 {
            term *= power / Double(index)
            sum += term
        }
        return sum
    }

    @Test("the log-probabilities come after the text that they belong to, also at a stop")
    func logprobsAtTheEnd() async throws {
        let backend = Scripted.backend { Scripted.echo() }
        let options = GenerationOptions(temperature: 0, stopSequences: ["cd"], logprobs: 0)
        let reply = try await backend.reply(to: Scripted.request("abcde", options))
        #expect(reply.content == "ab")
        #expect(reply.logprobs.flatMap(\.chosen.bytes) == Array("abcd".utf8))
        #expect(reply.logprobs.allSatisfy { $0.alternatives.isEmpty && $0.chosen.logprob == 0 })
    }

    @Test("usage counts the prompt and the answer")
    func usage() async throws {
        let backend = Scripted.backend { Scripted.echo() }
        let usage = try await backend.reply(to: Scripted.request("hello")).usage
        let expected = Usage(
            inputTokens: Scripted.promptCount("hello"), cachedInputTokens: 0, outputTokens: 5)
        #expect(usage == expected)
    }

    @Test("every time is measured, by the injected clocks")
    func timings() async throws {
        let time = ManualClocks()
        let limits = TokenModelLimits(contextLength: 512, batchCapacity: 20, sequences: 1)
        let backend = Scripted.backend(clocks: time.clocks) {
            time.advance(by: .seconds(5))
            return Scripted.echo(limits: limits) { batch, _ in
                time.advance(by: batch.entries.count > 1 ? .seconds(1) : .milliseconds(10))
                return .ready
            }
        }
        // 26 tokens of prompt in two pieces, seven of answer, each evaluated once.
        let first = try await backend.reply(to: Scripted.request("seventh")).timings
        #expect(first.load == .seconds(5))
        #expect(first.queue == .zero)
        #expect(first.prompt == .seconds(2))
        #expect(first.generation == .milliseconds(70))
        #expect(first.total == .milliseconds(7070))
        let content = try #require(first.firstContent)
        #expect(content >= .seconds(7) && content <= .milliseconds(7070))
        let second = try await backend.reply(to: Scripted.request("seventh")).timings
        #expect(second.load == nil)
        #expect(second.total == .milliseconds(2070))
    }

    @Test("the time in line is the time that others took")
    func queueTime() async throws {
        let time = ManualClocks()
        let (gate, entered) = (Gate(), Signal())
        let backend = Scripted.backend(clocks: time.clocks) {
            Scripted.echo { _, _ in
                entered.fire()
                gate.pass()
                return .ready
            }
        }
        async let first = backend.reply(to: Scripted.request("first"))
        await entered.wait()
        async let second = backend.reply(to: Scripted.request("second"))
        try await until { await backend.status().waitingRequests == 1 }
        time.advance(by: .seconds(3))
        gate.open()
        #expect(try await first.timings.queue == .zero)
        #expect(try await second.timings.queue == .seconds(3))
    }

    @Test("capabilities and status tell what is loaded")
    func status() async throws {
        let (gate, entered) = (Gate(), Signal())
        let backend = Scripted.backend {
            Scripted.echo { _, _ in
                entered.fire()
                gate.pass()
                return .ready
            }
        }
        #expect(await backend.isLoaded == false)
        #expect(backend.capabilities.contextLength == nil)
        #expect(backend.capabilities.options == GenerationOptions.samplingNames)
        #expect(backend.capabilities.rawText && backend.capabilities.prefill && !backend.capabilities.tools)
        #expect(await backend.status().modelDescription == nil)
        try await backend.load()
        #expect(backend.capabilities.contextLength == 512)
        async let reply = backend.reply(to: Scripted.request("x"))
        async let other = backend.reply(to: Scripted.request("y"))
        await entered.wait()
        try await until { await backend.status().waitingRequests == 1 }
        let busy = await backend.status()
        #expect(busy.isLoaded && busy.runningRequests == 1)
        #expect(busy.modelDescription == "a script" && busy.device == "none")
        gate.open()
        _ = try await (reply, other)
        #expect(await backend.status().runningRequests == 0)
        #expect(await backend.status().waitingRequests == 0)
        await backend.unload()
        #expect(await backend.isLoaded == false)
        #expect(backend.capabilities.contextLength == nil)
    }

    @Test("what the backend cannot do is refused before anything is loaded")
    func refused() async throws {
        let loads = Counter()
        let backend = Scripted.backend {
            loads.next()
            return Scripted.echo()
        }
        var request = Scripted.request("x")
        request.tools = [ToolDefinition(name: "add", parameters: [:])]
        await #expect(throws: InterlockError.self) { try await backend.reply(to: request) }
        await #expect(throws: InterlockError.self) {
            try await backend.reply(to: Scripted.request("x", .init(temperature: -1)))
        }
        #expect(loads.value == 0)
    }
}
