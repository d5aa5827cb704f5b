// covers: G7, G12
#if LlamaCpp
import InterlockCore
import Testing

@testable import InterlockLocal

/// The model itself, without an engine: what would end the process is refused, and loading tells how far it is.
@Suite("llama.cpp: the model", .timeLimit(.minutes(5)))
struct LlamaCppModelTests {
    private func batch(_ tokens: [Token], from position: Int32 = 0, sequence: Int32 = 0) -> TokenBatch {
        var batch = TokenBatch()
        for (offset, token) in tokens.enumerated() {
            batch.entries.append(.init(token: token, position: position + Int32(offset), sequence: sequence))
        }
        if !tokens.isEmpty { batch.entries[tokens.count - 1].wantsLogits = true }
        return batch
    }

    private func evaluate(_ model: LlamaCppModel, _ tokens: [Token], from position: Int32 = 0) throws -> [Float] {
        try model.submit(batch(tokens, from: position))
        #expect(try model.wait() == .ready)
        return try model.withLogits(after: tokens.count - 1) { Array($0) }
    }

    private func refusal(_ body: () throws -> Void) throws -> String {
        let error = try #require(throws: InterlockError.self, performing: body)
        #expect(error.code == .internalInconsistency)
        return error.message
    }

    @Test("what would end the process is refused, and the model still works")
    func refusals() throws {
        let model = try LlamaFixtures.model(LlamaFixtures.demo, .init(batchSize: 16))
        let capacity = model.limits.batchCapacity
        let count = Token(model.vocabulary.count)
        let expected = try evaluate(model, [3, 4, 5])
        #expect(
            try refusal { try model.submit(batch([Token](repeating: 3, count: capacity + 1))) }
                == "a batch of 17 tokens; between 1 and 16 are allowed")
        #expect(try refusal { try model.submit(batch([])) } == "a batch of 0 tokens; between 1 and 16 are allowed")
        for token in [-1, count, .max, .min] {
            #expect(
                try refusal { try model.submit(batch([3, token])) } == "token \(token) or sequence 0 does not exist")
        }
        for sequence in [-1, 1, .max] as [Int32] {
            #expect(
                try refusal { try model.submit(batch([3], sequence: sequence)) }
                    == "token 3 or sequence \(sequence) does not exist")
        }
        #expect(model.truncate(sequence: 0, to: 0))
        #expect(try evaluate(model, [3, 4, 5]) == expected)
    }

    @Test("logits that nobody asked for are refused")
    func noLogits() throws {
        let model = try LlamaFixtures.model()
        #expect(
            try refusal { try model.withLogits(after: 0) { _ in } } == "nobody asked for the logits after entry 0")
        _ = try evaluate(model, [3, 4])
        for entry in [-1, 0, 2, 5000] {
            #expect(
                try refusal { try model.withLogits(after: entry) { _ in } }
                    == "nobody asked for the logits after entry \(entry)")
        }
        try model.submit(batch([5], from: 2))
        #expect(throws: InterlockError.self) { try model.withLogits(after: 0) { _ in } }
        #expect(try model.wait() == .ready)
    }

    @Test("waiting without a batch, and positions with a gap, are errors and no crash")
    func disorder() throws {
        let model = try LlamaFixtures.model()
        #expect(throws: InterlockError.self) { try model.wait() }
        _ = try evaluate(model, [3, 4])
        try model.submit(batch([5], from: 9))
        let message = try refusal { _ = try model.wait() }
        #expect(message.hasPrefix("llama.cpp could not evaluate the batch (code -1)"))
        #expect(model.truncate(sequence: 0, to: 2))
        #expect(try evaluate(model, [5], from: 2).count == model.vocabulary.count)
    }

    @Test("going back gives the same logits as never having gone on")
    func truncation() throws {
        let model = try LlamaFixtures.model()
        let expected = try evaluate(model, [3, 4, 5])
        _ = try evaluate(model, [9, 9, 9], from: 3)
        #expect(model.truncate(sequence: 0, to: 2))
        let again = try evaluate(model, [5], from: 2)
        let largest = try #require(expected.indices.max { expected[$0] < expected[$1] })
        #expect(again.indices.max { again[$0] < again[$1] } == largest)
        #expect(zip(again, expected).allSatisfy { abs($0 - $1) < 0.05 })
    }

    @Test("a full context is no error, and what was there stays")
    func full() throws {
        let model = try LlamaFixtures.model(LlamaFixtures.demo, .init(contextLength: 256))
        let limit = model.limits.contextLength
        _ = try evaluate(model, [Token](repeating: 3, count: limit))
        try model.submit(batch([4], from: Int32(limit)))
        #expect(try model.wait() == .full)
        #expect(model.truncate(sequence: 0, to: Int32(limit - 1)))
        #expect(try evaluate(model, [4], from: Int32(limit - 1)).count == model.vocabulary.count)
    }

    @Test("a raised interrupt ends an evaluation, a lowered one lets the next go on")
    func interrupt() throws {
        let model = try LlamaFixtures.model()
        let tokens = [Token](repeating: 3, count: 200)
        let expected = try evaluate(model, tokens)
        #expect(model.truncate(sequence: 0, to: 0))
        model.interrupt.raise()
        try model.submit(batch(tokens))
        #expect(try model.wait() == .interrupted)
        #expect(throws: InterlockError.self) { try model.withLogits(after: 199) { _ in } }
        model.interrupt.lower()
        #expect(model.truncate(sequence: 0, to: 0))
        #expect(try evaluate(model, tokens) == expected)
    }

    @Test("the description tells what it is and where it runs")
    func description() throws {
        let model = try LlamaFixtures.model(LlamaFixtures.demo, .init(threads: 2))
        let description = model.description
        #expect(description.summary == "llama 2.8M Q8_0")
        #expect(description.name == "Interlock tiny demo")
        #expect(description.device.hasSuffix("CPU (2 threads)"))
        #expect(description.chatTemplate?.contains("<|im_start|>") == true)
        #expect(description.trainedContextLength == 1024)
        #expect(description.memoryBytes == 2_929_680)
        #expect(model.limits.contextLength == 1024)
        #expect(model.limits.sequences == 1)
        #expect(LlamaCpp.isAvailable && LlamaCpp.version?.isEmpty == false)
        #expect(ProcessorCount.physical >= 1)
    }

    // MARK: Loading

    @Test("progress never goes back and ends at one", arguments: [true, false])
    func progress(usesMmap: Bool) throws {
        let seen = Locked<[Double]>([])
        let label = Locked("")
        _ = try LlamaFixtures.model(
            LlamaFixtures.demo, .init(usesMmap: usesMmap),
            progress: { progress in
                seen.withLock { $0.append(progress.fraction) }
                label.withLock { $0 = progress.label }
            })
        let fractions = seen.withLock { $0 }
        #expect(fractions.count > 1)
        #expect(zip(fractions, fractions.dropFirst()).allSatisfy { $0 <= $1 })
        #expect(fractions.allSatisfy { (0...1).contains($0) })
        #expect(fractions.last == 1)
        #expect(label.withLock { $0 } == "Loading \(LlamaFixtures.demo)")
    }

    @Test("loading that nobody wants any more ends, from its first progress or from the middle", arguments: [0.0, 0.3])
    func abandoned(at fraction: Double) throws {
        let flag = InterruptFlag()
        #expect(throws: CancellationError.self) {
            try LlamaFixtures.model(
                progress: { if $0.fraction >= fraction { flag.raise() } }, abandoned: flag)
        }
    }

    @Test("cancelling the only one who waits ends the loading, and the next one loads")
    func cancelledLoad() async throws {
        let backend = try LlamaFixtures.backend()
        let (started, cancelled) = (Signal(), Gate())
        let task = Task {
            try await backend.load { _ in
                started.fire()
                cancelled.pass()
            }
        }
        await started.wait()
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        cancelled.open()
        #expect(try await LlamaFixtures.answer(backend, LlamaCppAnswerTests.question).contains("Paris"))
    }

    @Test("more layers on a GPU than there is a GPU for: a warning, and it runs on the CPU")
    func gpuLayers() async throws {
        let log = LlamaFixtures.Log()
        let backend = try LlamaFixtures.backend(LlamaFixtures.demo, .init(gpuLayers: -1), logger: log.logger)
        #expect(try await LlamaFixtures.answer(backend, LlamaCppAnswerTests.question).contains("Paris"))
        let device = try #require(await backend.status().device)
        let expected = [
            "llama.cpp: n_gpu_layers is -1, but this build of llama.cpp has no GPU support: the model runs on the CPU. "
                + "LLAMA_PREFIX points the set-up at a build that has."
        ]
        #expect(log.messages(.warning) == (device.hasPrefix("CPU") ? expected : []))
    }

    @Test("a longer context than the model was trained for: a warning, and it is given")
    func longContext() throws {
        let log = LlamaFixtures.Log()
        let model = try LlamaFixtures.model(LlamaFixtures.demo, .init(contextLength: 2048), logger: log.logger)
        #expect(model.limits.contextLength == 2048)
        #expect(
            log.messages(.warning) == [
                "test: n_ctx is 2048, and the model was trained for 1024: expect nonsense beyond that."
            ])
    }

    @Test("llama.cpp's messages are for those who look for a fault, unless they are asked for")
    func verbose() throws {
        let quiet = LlamaFixtures.Log()
        _ = try LlamaFixtures.model(logger: quiet.logger)
        #expect(quiet.messages(.info).isEmpty && quiet.messages(.warning).isEmpty && quiet.messages(.error).isEmpty)
        #expect(quiet.messages(.debug).contains { $0.contains("llama") })
        let verbose = LlamaFixtures.Log()
        _ = try LlamaFixtures.model(LlamaFixtures.demo, .init(isVerbose: true), logger: verbose.logger)
        #expect(verbose.messages(.info).contains { $0.contains("llama") })
        #expect(verbose.messages(.info).allSatisfy { !$0.hasSuffix("\n") })
    }
}
#endif
