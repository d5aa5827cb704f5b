#if LlamaCpp
import InterlockCore
import Testing

@testable import InterlockLocal

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#endif

/// Where the models are that these tests run, and how they ask them.
enum LlamaFixtures {
    static let package = String(#filePath.split(separator: "/").dropLast(4).reduce("") { $0 + "/" + $1 })
    static let demo = package + "/Models/demo/demo-q8_0.gguf"
    static let shared = package + "/../shared"
    static let stories = shared + "/models/stories260K.gguf"
    static var hasStories: Bool { GGUFSource.exists(stories) }
    static var hasVocabularies: Bool { GGUFSource.exists(shared + "/vocab") }

    static func backend(
        _ path: String = demo, _ parameters: LlamaCppParameters = .init(), logger: Logger = .silent
    ) throws -> LocalBackend {
        try LlamaCpp.backend(path: path, parameters, logger: logger)
    }

    /// A loaded model on this thread.
    static func model(
        _ path: String = demo, _ parameters: LlamaCppParameters = .init(), logger: Logger = .silent,
        progress: @Sendable (LoadProgress) -> Void = { _ in }, abandoned: InterruptFlag = InterruptFlag()
    ) throws -> LlamaCppModel {
        try LlamaCppModel(path: path, parameters, logger: logger, progress: progress, abandoned: abandoned)
    }

    static func answer(
        _ backend: LocalBackend, _ question: String,
        _ options: GenerationOptions = .init(maximumResponseTokens: 60, temperature: 0)
    ) async throws -> String {
        try await backend.reply(to: GenerationRequest([.user(question)], options: options)).content
    }

    /// Options under which an answer depends on the seed.
    static func random(_ seed: UInt64, tokens: Int = 24) -> GenerationOptions {
        GenerationOptions(maximumResponseTokens: tokens, temperature: 1, topP: 1, topK: 0, minP: 0, seed: seed)
    }

    /// The whole content of a file.
    static func bytes(_ path: String) throws -> [UInt8] {
        let stream = try #require(fopen(path, "rb"))
        defer { fclose(stream) }
        fseek(stream, 0, SEEK_END)
        var bytes = [UInt8](repeating: 0, count: ftell(stream))
        rewind(stream)
        let read = fread(&bytes, 1, bytes.count, stream)
        try #require(read == bytes.count)
        return bytes
    }

    /// Keeps what is logged.
    final class Log: LogHandler {
        private let lines = Locked<[(level: Logger.Level, message: String)]>([])

        func log(level: Logger.Level, label: String, message: String, metadata: [String: String]) {
            lines.withLock { $0.append((level, "\(label): \(message)")) }
        }

        func messages(_ level: Logger.Level) -> [String] {
            lines.withLock { $0.filter { $0.level == level }.map(\.message) }
        }

        var logger: Logger { Logger(label: "test", logLevel: .trace, handler: self) }
    }
}
#endif
