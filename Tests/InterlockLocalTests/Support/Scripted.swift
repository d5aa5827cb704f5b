import InterlockCore
import InterlockTesting

@testable import InterlockLocal

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#endif

/// Backends on scripted models, and what the tests of the engine do with them.
enum Scripted {
    typealias OnSubmit = @Sendable (TokenBatch, InterruptFlag) throws -> TokenModelOutcome

    static let limits = TokenModelLimits(contextLength: 512, batchCapacity: 64, sequences: 1)

    /// A backend that loads its models from a function.
    static func backend(
        clocks: Clocks = .system, queueLimit: Int = 256, seed: UInt64? = nil,
        _ makeModel: @escaping @Sendable () throws -> ScriptedTokenModel
    ) -> LocalBackend {
        let engine = LocalEngine(clocks: clocks, queueLimit: queueLimit) { _, _ in try makeModel() }
        return backend(engine, seed: seed)
    }

    static func backend(_ engine: LocalEngine, seed: UInt64? = nil) -> LocalBackend {
        LocalBackend(identity: BackendIdentity(name: "scripted_local", model: "script"), engine: engine, seed: seed)
    }

    /// A model that says the last message back.
    static func echo(
        limits: TokenModelLimits = limits, onSubmit: @escaping OnSubmit = { _, _ in .ready }
    ) -> ScriptedTokenModel {
        ScriptedTokenModel(limits: limits, onSubmit: onSubmit) { tokens in
            let turns = tokens.indices.filter { tokens[$0] == ScriptedTokenModel.startOfTurn }
            let message = tokens[(turns[turns.count - 2] + 1 + "user\n".utf8.count)...]
                .prefix { $0 != ScriptedTokenModel.endOfTurn }
            let place = tokens.count - (turns[turns.count - 1] + 1 + "assistant\n".utf8.count)
            let next = place < message.count ? message[message.startIndex + place] : ScriptedTokenModel.endOfTurn
            return [next: 1]
        }
    }

    /// A model that answers with these tokens, whatever is asked.
    static func tokens(
        _ answer: [Token], texts: [[UInt8]] = [], limits: TokenModelLimits = limits,
        onSubmit: @escaping OnSubmit = { _, _ in .ready }
    ) -> ScriptedTokenModel {
        ScriptedTokenModel(texts: texts, limits: limits, onSubmit: onSubmit) { tokens in
            let turn = tokens.lastIndex(of: ScriptedTokenModel.startOfTurn) ?? 0
            let place = tokens.count - (turn + 1 + "assistant\n".utf8.count)
            return [place < answer.count ? answer[place] : ScriptedTokenModel.endOfTurn: 1]
        }
    }

    /// A model whose next token is any lower-case letter, all equally likely; it never ends by itself.
    static func letters(onSubmit: @escaping OnSubmit = { _, _ in .ready }) -> ScriptedTokenModel {
        ScriptedTokenModel(limits: limits, onSubmit: onSubmit) { _ in
            Dictionary(uniqueKeysWithValues: (97...122).map { (Token($0), 0) })
        }
    }

    /// Evaluates for as long as nobody interrupts.
    static func evaluateForEver(_ interrupt: InterruptFlag) -> TokenModelOutcome {
        while !interrupt.isRaised { usleep(200) }
        return .interrupted
    }

    static func request(_ text: String, _ options: GenerationOptions = .init(temperature: 0)) -> GenerationRequest {
        GenerationRequest([.user(text)], options: options)
    }

    /// All events of a run.
    static func events(_ backend: LocalBackend, _ request: GenerationRequest) async throws -> [GenerationEvent] {
        var events: [GenerationEvent] = []
        try await backend.run(request) { events.append($0) }
        return events
    }

    /// The tokens of a prompt in ChatML with one message: three control tokens, the roles, the text.
    static func promptCount(_ text: String) -> Int {
        3 + "user\n".utf8.count + text.utf8.count + "\n".utf8.count + "assistant\n".utf8.count
    }
}
