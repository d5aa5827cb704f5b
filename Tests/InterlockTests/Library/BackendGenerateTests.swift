import Interlock
import InterlockTesting
import Testing

@Suite(.timeLimit(.minutes(2))) struct BackendGenerateTests {
    // covers: G2, S6
    @Test func aPromptIsAnsweredInOneLine() async throws {
        let model = ScriptedBackend([.text("Par", "is.")])
        let reply = try await model.generate("What is the capital of France?")
        #expect(reply.content == "Paris.")
        #expect(reply.finishReason == FinishReason(.endTurn, raw: "scripted"))
        #expect(reply.backend == "scripted")
        #expect(reply.usage.outputTokens == 2)
        #expect(reply.usage.inputTokens == nil)
        #expect(model.requests.map(\.input) == [.transcript([.user("What is the capital of France?")])])
        #expect(model.requests.first?.options == GenerationOptions())
    }

    // covers: S6
    @Test func systemPromptAndOptionsArePassedOn() async throws {
        let model = ScriptedBackend([.text("x")])
        let options = GenerationOptions(maximumResponseTokens: 20, temperature: 0.2)
        _ = try await model.generate("Hi", system: "Be brief.", options: options)
        let request = try #require(model.requests.first)
        #expect(request.input == .transcript([.system("Be brief."), .user("Hi")]))
        #expect(request.options == options)
    }

    // covers: S6
    @Test func aConversationIsAnsweredInOneLine() async throws {
        let model: any Backend = ScriptedBackend([.text("Hello!")])
        let reply = try await model.chat([.system("Answer briefly."), .user("Hello!")])
        #expect(reply.content == "Hello!")
        #expect(reply.message == .assistant("Hello!"))
    }

    @Test func errorsComeThrough() async throws {
        let model = ScriptedBackend([.failure(InterlockError(.busy, "come back later"))])
        let busy = await #expect(throws: InterlockError.self) { try await model.generate("x") }
        #expect(busy?.code == .busy)
        let exhausted = await #expect(throws: InterlockError.self) { try await model.generate("x") }
        #expect(
            exhausted?.description == """
                scripted: the script has 1 answers, and this is request 2
                hint: Give the scripted backend more answers.
                """)
        let empty = await #expect(throws: InterlockError.self) { try await model.chat([]) }
        #expect(empty?.code == .invalidRequest)
    }

    @Test func anAnswerWithoutAFinishWasCutOff() async throws {
        let model = ScriptedBackend([ScriptedBackend.Answer([.event(.text("Par"))])])
        let error = await #expect(throws: InterlockError.self) { try await model.generate("x") }
        #expect(error?.code == .truncatedStream)
        #expect(error?.backend == "scripted")
    }

    @Test func cancellationReachesTheBackend() async throws {
        let clocks = ManualClocks()
        let model = ScriptedBackend([.text(pieces: ["a", "b"], delay: .seconds(1))], clocks: clocks.clocks)
        let task = Task { try await model.generate("x") }
        try await clocks.waitForSleepers()
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(clocks.sleeperCount == 0)
        #expect(await model.status().runningRequests == 0)
    }
}
