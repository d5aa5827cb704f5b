// covers: G7, A5, G9
#if LlamaCpp
import InterlockCore
import Testing

@testable import InterlockLocal

@Suite("llama.cpp: answers", .timeLimit(.minutes(5)))
struct LlamaCppAnswerTests {
    static let question = "What is the capital of France?"

    /// Something that the model was not trained for, so that its answers differ.
    static let puzzle = "Zoe has a number"

    /// About three hundred tokens that end in a question.
    static let longQuestion =
        (1...12).map { "The red dog number \($0) lives in the garden and likes it there. " }.joined() + question

    @Test("a question is answered")
    func answer() async throws {
        let backend = try LlamaFixtures.backend()
        let options = GenerationOptions(maximumResponseTokens: 60, temperature: 0)
        let reply = try await backend.reply(to: GenerationRequest([.user(Self.question)], options: options))
        #expect(reply.content.contains("Paris"))
        #expect(reply.finishReason == FinishReason(.endTurn, raw: "eos"))
        #expect(reply.backend == "llama_cpp")
        #expect(reply.servedModel == "Interlock tiny demo")
        #expect((reply.usage.inputTokens ?? 0) > 5)
        #expect((reply.usage.outputTokens ?? 0) > 3)
        let timings = reply.timings
        for time in [timings.load, timings.prompt, timings.generation, timings.firstContent, timings.total] {
            #expect(try #require(time) > .zero)
        }
    }

    /// The model, held up before one of its evaluations.
    private final class Held: TokenModel {
        let model: LlamaCppModel
        let gate: Gate
        let evaluation: Int
        var count = 0

        init(_ model: LlamaCppModel, at evaluation: Int, until gate: Gate) {
            (self.model, self.evaluation, self.gate) = (model, evaluation, gate)
        }

        var description: TokenModelDescription { model.description }
        var vocabulary: Vocabulary { model.vocabulary }
        var limits: TokenModelLimits { model.limits }
        var interrupt: InterruptFlag { model.interrupt }

        func submit(_ batch: TokenBatch) throws {
            if count == evaluation { gate.pass() }
            count += 1
            try model.submit(batch)
        }

        func wait() throws -> TokenModelOutcome { try model.wait() }

        func withLogits<Result>(
            after entry: Int, _ body: (UnsafeMutableBufferPointer<Float>) throws -> Result
        ) throws -> Result {
            try model.withLogits(after: entry, body)
        }

        func truncate(sequence: Int32, to position: Int32) -> Bool {
            model.truncate(sequence: sequence, to: position)
        }
    }

    @Test("the first piece is read before the last token is generated")
    func streams() async throws {
        let gate = Gate()
        let engine = LocalEngine { progress, abandoned in
            Held(try LlamaFixtures.model(progress: progress, abandoned: abandoned), at: 4, until: gate)
        }
        let backend = LocalBackend(identity: BackendIdentity(name: "held"), engine: engine)
        let options = GenerationOptions(maximumResponseTokens: 60, temperature: 0)
        var pieces: [String] = []
        try await backend.run(GenerationRequest([.user(Self.question)], options: options)) { event in
            guard case .text(let more) = event else { return }
            pieces.append(more)
            gate.open()
        }
        #expect(pieces.count > 1)
        #expect(pieces.joined().contains("Paris"))
    }

    @Test("the same seed gives the same text, in this process and after a reload; another seed another")
    func seeds() async throws {
        let backend = try LlamaFixtures.backend()
        let first = try await LlamaFixtures.answer(backend, Self.puzzle, LlamaFixtures.random(5))
        #expect(try await LlamaFixtures.answer(backend, Self.puzzle, LlamaFixtures.random(5)) == first)
        await backend.unload()
        #expect(try await LlamaFixtures.answer(backend, Self.puzzle, LlamaFixtures.random(5)) == first)
        let other = try LlamaFixtures.backend(LlamaFixtures.demo, LlamaCppParameters(seed: 5))
        var unseeded = LlamaFixtures.random(0)
        unseeded.seed = nil
        #expect(try await LlamaFixtures.answer(other, Self.puzzle, unseeded) == first)
        var texts: Set<String> = [first]
        for seed in 6..<14 as Range<UInt64> {
            texts.insert(try await LlamaFixtures.answer(backend, Self.puzzle, LlamaFixtures.random(seed)))
        }
        #expect(texts.count > 2)
    }

    struct Variant: Sendable, CustomTestStringConvertible {
        let name: String
        let parameters: LlamaCppParameters
        var testDescription: String { name }
    }

    static let variants = [
        Variant(name: "n_batch 1", parameters: .init(batchSize: 1)),
        Variant(name: "n_batch 7", parameters: .init(batchSize: 7)),
        Variant(name: "n_batch 64", parameters: .init(batchSize: 64)),
        Variant(name: "n_batch larger than n_ctx", parameters: .init(contextLength: 512, batchSize: 4096)),
        Variant(name: "n_threads 1", parameters: .init(threads: 1)),
        Variant(name: "n_threads 2", parameters: .init(threads: 2)),
        Variant(name: "no mmap", parameters: .init(usesMmap: false)),
        Variant(name: "mlock", parameters: .init(usesMlock: true)),
        Variant(name: "mlock without mmap", parameters: .init(usesMmap: false, usesMlock: true)),
        Variant(name: "n_ctx 0", parameters: .init(contextLength: 0)),
        Variant(name: "n_gpu_layers 0", parameters: .init(gpuLayers: 0)),
    ]

    @Test("how it is loaded and cut up does not change the answer", arguments: variants)
    func variant(_ variant: Variant) async throws {
        let options = GenerationOptions(maximumResponseTokens: 20, temperature: 0)
        let expected = try await LlamaFixtures.answer(try LlamaFixtures.backend(), Self.longQuestion, options)
        let backend = try LlamaFixtures.backend(LlamaFixtures.demo, variant.parameters)
        #expect(try await LlamaFixtures.answer(backend, Self.longQuestion, options) == expected)
    }

    @Test("sixteen callers at once get what each would get alone")
    func manyCallers() async throws {
        let backend = try LlamaFixtures.backend()
        let questions = (0..<16).map { ($0 % 2 == 0 ? Self.puzzle : Self.question, UInt64($0)) }
        var alone: [String] = []
        for (question, seed) in questions {
            alone.append(try await LlamaFixtures.answer(backend, question, LlamaFixtures.random(seed)))
        }
        try await withThrowingTaskGroup(of: (Int, String).self) { group in
            for (index, (question, seed)) in questions.enumerated() {
                group.addTask {
                    (index, try await LlamaFixtures.answer(backend, question, LlamaFixtures.random(seed)))
                }
            }
            for try await (index, text) in group { #expect(text == alone[index]) }
        }
    }

    @Test("models of one process do not disturb each other")
    func twoModels() async throws {
        let backends = [try LlamaFixtures.backend(), try LlamaFixtures.backend()]
        let expected = try await LlamaFixtures.answer(backends[0], Self.question)
        try await withThrowingTaskGroup(of: String.self) { group in
            for backend in backends + backends {
                group.addTask { try await LlamaFixtures.answer(backend, Self.question) }
            }
            for try await text in group { #expect(text == expected) }
        }
    }

    @Test("a full context ends the answer")
    func fullContext() async throws {
        let backend = try LlamaFixtures.backend(LlamaFixtures.demo, LlamaCppParameters(contextLength: 256))
        try await backend.load()
        let limit = try #require(backend.capabilities.contextLength)
        let options = GenerationOptions(temperature: 0, logitBias: [0: -100, 2: -100])
        let reply = try await backend.reply(to: GenerationRequest([.user("Tell me a story.")], options: options))
        #expect(reply.finishReason == FinishReason(.contextWindow, raw: "limit"))
        #expect(reply.usage.totalTokens == limit + 1)
        let words = String(repeating: "dog ", count: limit)
        let error = await #expect(throws: InterlockError.self) { try await LlamaFixtures.answer(backend, words) }
        #expect(error?.code == .contextLengthExceeded)
        #expect(
            error?.message.hasSuffix("tokens, and the context holds \(limit) with at least one of the answer") == true)
        #expect(try await LlamaFixtures.answer(backend, Self.question).contains("Paris"))
    }

    @Test("cancelling ends an answer in the middle, and the next one is right")
    func cancel() async throws {
        let backend = try LlamaFixtures.backend()
        let expected = try await LlamaFixtures.answer(backend, Self.question)
        for _ in 0..<5 {
            let started = Signal()
            let task = Task {
                let options = GenerationOptions(temperature: 0, logitBias: [0: -100, 2: -100])
                try await backend.run(GenerationRequest([.user("Tell me a story.")], options: options)) { event in
                    if case .text = event { started.fire() }
                    if case .finish = event { Issue.record("the answer was not cancelled") }
                    // A reader that never reads on until it is cancelled.
                    while case .text = event, !Task.isCancelled { await Task.yield() }
                }
            }
            await started.wait()
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
            #expect(try await LlamaFixtures.answer(backend, Self.question) == expected)
        }
    }

    @Test("log-probabilities are those of a distribution, and the greedy token is the first of them")
    func logprobs() async throws {
        let backend = try LlamaFixtures.backend()
        let options = GenerationOptions(maximumResponseTokens: 60, temperature: 0, logprobs: 4)
        let reply = try await backend.reply(to: GenerationRequest([.user(Self.question)], options: options))
        #expect(reply.logprobs.count == reply.usage.outputTokens)
        #expect(String(decoding: reply.logprobs.flatMap(\.chosen.bytes), as: UTF8.self) == reply.content)
        for entry in reply.logprobs {
            #expect(entry.alternatives.count == 4)
            #expect(entry.alternatives.first == entry.chosen)
            #expect(entry.chosen.logprob <= 0)
        }
    }

    @Test(
        "a model that is not ours continues a text as it is known to",
        .enabled(if: LlamaFixtures.hasStories, "no ../shared beside the package"))
    func stories() async throws {
        let backend = try LlamaFixtures.backend(LlamaFixtures.stories)
        let options = GenerationOptions(maximumResponseTokens: 40, temperature: 0)
        let reply = try await backend.reply(to: GenerationRequest(.text("Once upon a time"), options: options))
        #expect(reply.content.hasPrefix(", there was a little girl named Lily."))
        #expect(reply.finishReason == FinishReason(.maxTokens, raw: "limit"))
    }
}
#endif
