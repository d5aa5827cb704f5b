import Interlock
import InterlockTesting
import Testing

/// Code as it is written against Apple's FoundationModels, with another model.
///
/// Where the meaning is the same it has to compile and to do the same.
@Suite(.timeLimit(.minutes(2))) struct FoundationModelsCallSites {
    @Test func respond() async throws {
        let model = ScriptedBackend([.text("A haiku."), .text("Another.")])
        let session = LanguageModelSession(model: model, instructions: "Write haikus.")
        // Unlike Apple's it waits and says what is wrong, hence the `try await`.
        try await session.prewarm()
        let response = try await session.respond(to: "About Swift")
        #expect(response.content == "A haiku.")
        let options = GenerationOptions(temperature: 2.0, maximumResponseTokens: 100)
        #expect(try await session.respond(to: "Another", options: options).content == "Another.")
        #expect(!session.isResponding)
        #expect(session.transcript.count == 5)
    }

    @Test func stream() async throws {
        let session = LanguageModelSession(model: ScriptedBackend([.text("One ", "two.")]))
        var last = ""
        let stream = session.streamResponse(to: "Count", options: GenerationOptions(temperature: 0))
        for try await partial in stream { last = partial.content }
        #expect(last == "One two.")
    }

    @Test func collect() async throws {
        let session = LanguageModelSession(model: ScriptedBackend([.text("One ", "two.")]))
        let response = try await session.streamResponse(to: "Count").collect()
        #expect(response.content == "One two.")
    }

    @Test func goOnFromATranscript() async throws {
        let first = LanguageModelSession(model: ScriptedBackend([.text("1")]), instructions: "Count.")
        try await first.respond(to: "Go")
        let second = LanguageModelSession(model: ScriptedBackend([.text("2")]), transcript: first.transcript)
        try await second.respond(to: "Go on")
        #expect(second.transcript.map(\.text) == ["Count.", "Go", "1", "Go on", "2"])
    }
}
