import InterlockCore
import Testing

@Suite struct TranscriptTests {
    private let sample: Transcript = [.system("s"), .user("u"), .assistant("a")]

    @Test func isACollectionOfMessages() {
        var transcript = Transcript()
        #expect(transcript.isEmpty)
        transcript.append(.user("one"))
        transcript.insert(.system("zero"), at: 0)
        transcript += [.assistant("two")]
        #expect(transcript.map(\.text) == ["zero", "one", "two"])
        #expect(transcript.count == 3)
        #expect(transcript.first?.role == .system)
        #expect(transcript.last?.role == .assistant)
        #expect(transcript[1] == .user("one"))
        transcript[1] = .user("ONE")
        transcript.remove(at: 0)
        transcript.replaceSubrange(1..<2, with: [.assistant("x"), .user("y")])
        #expect(transcript.messages == [.user("ONE"), .assistant("x"), .user("y")])
        transcript.removeAll { $0.role == .user }
        #expect(transcript == [.assistant("x")])
        #expect(Transcript(transcript.reversed()) == transcript)
    }

    @Test func canBeWalkedFromBothEnds() {
        #expect(sample.indices == 0..<3)
        #expect(sample.reversed().map(\.text) == ["a", "u", "s"])
        #expect(sample.index(sample.endIndex, offsetBy: -2) == 1)
        #expect(sample.distance(from: 0, to: sample.endIndex) == 3)
        #expect(sample.dropLast().map(\.role) == [.system, .user])
        #expect(Set([sample, sample, Transcript()]).count == 2)
    }

    @Test func shorthandsMakeTheUsualMessages() {
        #expect(Message.system("x") == Message(role: .system, parts: [.text("x")]))
        #expect(Message.developer("x") == Message(role: .developer, parts: [.text("x")]))
        #expect(Message.user("x") == Message(role: .user, parts: [.text("x")]))
        #expect(Message.assistant("x") == Message(role: .assistant, parts: [.text("x")]))
        #expect(
            Message.tool(callID: "1", name: "f", "x", isError: true)
                == Message(
                    role: .tool,
                    parts: [.toolResult(ToolResult(callID: "1", name: "f", content: [.text("x")], isError: true))]))
    }

    @Test func textAndToolCallsOfAMessage() {
        let calls = [
            ToolCall(id: "1", name: "f", arguments: "{}"), ToolCall(id: "2", name: "g", arguments: "not JSON"),
        ]
        let message = Message(
            role: .assistant,
            parts: [.reasoning(Reasoning("hm")), .text("a"), .toolCall(calls[0]), .text("b"), .toolCall(calls[1])])
        #expect(message.text == "ab")
        #expect(message.toolCalls == calls)
        #expect(Message(role: .user, parts: []).text.isEmpty)
    }
}
