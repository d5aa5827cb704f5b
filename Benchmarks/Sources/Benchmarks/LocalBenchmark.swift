import Interlock

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// What a token of the demo model costs, from the backend's own timings.
enum LocalBenchmark {
    static func run() async throws {
        let candidates = ["Models/demo/demo-q8_0.gguf", "../Models/demo/demo-q8_0.gguf"]
        guard let path = candidates.first(where: { access($0, R_OK) == 0 }) else {
            print("skipped: no demo model")
            return
        }
        for threads in [1, 2] {
            let model = try BackendRegistry.builtIn.make(
                "llama_cpp", model: path, parameters: ["n_threads": .number(JSONNumber(threads))])
            let load = try await nanoseconds { try await model.load() }
            var (prompt, token) = (Rounds(), Rounds())
            for seed in 0..<15 {
                let options = GenerationOptions(
                    maximumResponseTokens: 256, temperature: 1, seed: UInt64(seed), logitBias: noEnd)
                let request = GenerationRequest([.user("Tell me a story about a fox and a bear.")], options: options)
                let reply = try await model.reply(to: request)
                guard let input = reply.usage.inputTokens, let output = reply.usage.outputTokens,
                    let reading = reply.timings.prompt, let writing = reply.timings.generation
                else { continue }
                prompt.add(reading.microseconds / Double(input))
                token.add(writing.microseconds / Double(output))
            }
            print(
                "\(threads) threads: load \((load / 1e6).short) ms; prompt \(prompt.text("µs a token")); "
                    + "answer \(token.text("µs a token"))")
            await model.unload()
        }
    }

    /// Keeps the demo model from ending its answer: ends are its control tokens, which come first in its vocabulary.
    private static let noEnd: [Int: Double] = Dictionary(uniqueKeysWithValues: (0..<4).map { ($0, -100) })
}

extension Duration {
    fileprivate var microseconds: Double {
        Double(components.seconds) * 1e6 + Double(components.attoseconds) * 1e-12
    }
}
