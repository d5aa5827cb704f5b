import Interlock
import InterlockTesting
import Testing

@Suite(.timeLimit(.minutes(2))) struct LanguageModelSessionTests {
    @Test func remembersFinishedTurns() async throws {
        let model = ScriptedBackend([.text("Paris."), .text("About ", "two million.")])
        let session = LanguageModelSession(model: model, instructions: "Answer briefly.")
        #expect(session.transcript == [.system("Answer briefly.")])
        #expect(try await session.respond(to: "Capital of France?").content == "Paris.")
        try await session.respond(to: Message(role: .user, parts: [.text("How big?")], name: "ada"))
        let whole: Transcript = [
            .system("Answer briefly."), .user("Capital of France?"), .assistant("Paris."),
            Message(role: .user, parts: [.text("How big?")], name: "ada"), .assistant("About two million."),
        ]
        #expect(session.transcript == whole)
        // What the model was given is what had been said until then.
        #expect(
            model.requests.map(\.input) == [
                .transcript(Transcript(whole.prefix(2))), .transcript(Transcript(whole.prefix(4))),
            ])
    }

    @Test func withoutInstructionsTheConversationBeginsEmpty() async throws {
        let session = LanguageModelSession(model: ScriptedBackend([.text("x")]))
        #expect(session.transcript.isEmpty)
        try await session.respond(to: "Hi")
        #expect(session.transcript == [.user("Hi"), .assistant("x")])
    }

    @Test func thoughtsAndToolCallsAreRemembered() async throws {
        let steps: [GenerationEvent] = [
            .reasoning(ReasoningDelta(text: "hm", signature: "s")), .toolCall(ToolCallDelta(id: "c", name: "f")), .end,
        ]
        let model = ScriptedBackend([.init(steps.map { .event($0) }), .text("4")])
        let session = LanguageModelSession(model: model)
        try await session.respond(to: "2+2?")
        try await session.respond(to: .tool(callID: "c", "4"))
        #expect(
            session.transcript[1].parts == [
                .reasoning(Reasoning("hm", signature: "s")), .toolCall(ToolCall(id: "c", name: "f", arguments: "")),
            ])
        #expect(session.transcript.map(\.role) == [.user, .assistant, .tool, .assistant])
    }

    @Test func afterAnErrorTheConversationIsAsBefore() async throws {
        let model = ScriptedBackend([
            .text("one"), .failure(InterlockError(.busy, "later")), .init([.event(.text("cut off"))]), .text("two"),
        ])
        let session = LanguageModelSession(model: model)
        try await session.respond(to: "1")
        let before = session.transcript
        for code in [InterlockError.Code.busy, .truncatedStream] {
            let error = await #expect(throws: InterlockError.self) { try await session.respond(to: "2") }
            #expect(error?.code == code)
            #expect(session.transcript == before)
            #expect(!session.isResponding)
        }
        try await session.respond(to: "2")
        #expect(session.transcript.map(\.text) == ["1", "one", "2", "two"])
    }

    @Test func anErrorInMidStreamLeavesTheConversationAsBefore() async throws {
        let model = ScriptedBackend([.init([.event(.text("half")), .fail(InterlockError(.busy, "b"))]), .text("x")])
        let session = LanguageModelSession(model: model)
        await #expect(throws: InterlockError.self) { for try await _ in session.streamResponse(to: "1") {} }
        #expect(session.transcript.isEmpty)
        #expect(!session.isResponding)
        for try await _ in session.streamResponse(to: "2") {
            #expect(session.isResponding)
            #expect(session.transcript.isEmpty, "only finished turns count")
        }
        #expect(session.transcript.map(\.text) == ["2", "x"])
        #expect(!session.isResponding)
    }

    @Test func aSecondQuestionDuringAnAnswerIsAnErrorAndDisturbsNothing() async throws {
        let clocks = ManualClocks()
        let model = ScriptedBackend(
            [.text(pieces: ["a", "b"], delay: .seconds(1)), .text("later")], clocks: clocks.clocks)
        let session = LanguageModelSession(model: model)
        let first = Task { try await session.respond(to: "first") }
        try await clocks.waitForSleepers()
        #expect(session.isResponding)
        for _ in 0..<3 {
            let error = await #expect(throws: InterlockError.self) { try await session.respond(to: "second") }
            #expect(error?.code == .concurrentRequests)
            #expect(
                error?.description == """
                    the session is still answering
                    hint: Wait for the answer, or begin another session for another conversation.
                    """)
            await #expect(throws: InterlockError.self) {
                for try await _ in session.streamResponse(to: "third") {}
            }
            #expect(session.isResponding, "a refused question frees nothing")
        }
        clocks.advance(by: .seconds(1))
        try await clocks.waitForSleepers()
        clocks.advance(by: .seconds(1))
        #expect(try await first.value.content == "ab")
        #expect(!session.isResponding)
        #expect(session.transcript.map(\.text) == ["first", "ab"])
        #expect(model.requests.count == 1)
        #expect(try await session.respond(to: "fourth").content == "later")
    }

    @Test func anAbandonedStreamFreesTheSession() async throws {
        let model = ScriptedBackend { _, _ in .text("a", "b", "c") }
        let session = LanguageModelSession(model: model)
        for try await _ in session.streamResponse(to: "x") {
            #expect(session.isResponding)
            break
        }
        #expect(!session.isResponding)
        #expect(session.transcript.isEmpty)
        #expect(try await session.respond(to: "y").content == "abc")
        #expect(session.transcript.map(\.text) == ["y", "abc"])
    }

    @Test func aStreamThatIsNeverIteratedTakesNothing() async throws {
        let model = ScriptedBackend { _, _ in .text("a") }
        let session = LanguageModelSession(model: model)
        let unused = session.streamResponse(to: "x")
        #expect(!session.isResponding)
        #expect(try await session.respond(to: "y").content == "a")
        // It begins where the conversation is by then.
        #expect(try await unused.collect().content == "a")
        #expect(session.transcript.map(\.text) == ["y", "a", "x", "a"])
    }

    @Test func aStreamThatIsLeftAtOnceFreesTheSessionForGood() async throws {
        // The backend's task may begin only after the iterator is gone; it must not take the session again.
        let model = ScriptedBackend { _, _ in .text("a") }
        let session = LanguageModelSession(model: model)
        for _ in 0..<200 {
            _ = session.streamResponse(to: "x").makeAsyncIterator()
            #expect(!session.isResponding)
        }
        for _ in 0..<100 { await Task.yield() }
        #expect(!session.isResponding)
        #expect(try await session.respond(to: "y").content == "a")
    }

    @Test func aBackendThatRefusesConcurrentRequestsDoesNotBlockTheSession() async throws {
        let model = ScriptedBackend([.failure(InterlockError(.concurrentRequests, "not now")), .text("a")])
        let session = LanguageModelSession(model: model)
        let error = await #expect(throws: InterlockError.self) { try await session.respond(to: "x") }
        #expect(error?.message == "not now")
        #expect(!session.isResponding)
        #expect(try await session.respond(to: "y").content == "a")
    }

    @Test func aCancelledAnswerFreesTheSession() async throws {
        let clocks = ManualClocks()
        let model = ScriptedBackend(
            [.text(pieces: ["a"], delay: .seconds(1)), .text("b")], clocks: clocks.clocks)
        let session = LanguageModelSession(model: model)
        let task = Task { try await session.respond(to: "x") }
        try await clocks.waitForSleepers()
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(!session.isResponding)
        #expect(session.transcript.isEmpty)
        #expect(try await session.respond(to: "y").content == "b")
    }

    @Test func ofManyQuestionsAtOnceExactlyTheAnsweredAreRemembered() async throws {
        let session = LanguageModelSession(model: ScriptedBackend { _, number in .text("answer \(number)") })
        let answers = await withTaskGroup(of: String?.self) { group in
            for number in 0..<20 {
                group.addTask { try? await session.respond(to: "question \(number)").content }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        let given = answers.compactMap { $0 }
        #expect(!given.isEmpty)
        #expect(session.transcript.count == given.count * 2)
        #expect(Set(session.transcript.filter { $0.role == .assistant }.map(\.text)) == Set(given))
        #expect(!session.isResponding)
    }

    @Test func theRequestCanBeChangedBeforeItIsSent() async throws {
        let model = ScriptedBackend([.text("a")], capabilities: Capabilities())
        let session = LanguageModelSession(model: model)
        let stream = session.streamResponse(to: .user("x"), options: GenerationOptions(topK: 5)) { request in
            request.unsupported = .drop
            request.budget = RequestBudget(attempts: 1)
        }
        #expect(try await stream.collect().dropped.map(\.subject) == ["top_k"])
        #expect(model.requests.first?.budget.remainingAttempts == 0)
    }

    @Test func prewarmingLoadsTheModel() async throws {
        let model = ScriptedBackend([])
        let session = LanguageModelSession(model: model)
        #expect(await !model.isLoaded)
        try await session.prewarm()
        #expect(await model.isLoaded)
        #expect(model.requests.isEmpty)
    }
}
