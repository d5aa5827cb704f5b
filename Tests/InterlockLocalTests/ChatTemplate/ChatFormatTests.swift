// covers: G2
import InterlockCore
import Testing

@testable import InterlockLocal

@Suite("ChatML")
struct ChatFormatTests {
    private func pieces(_ transcript: Transcript) throws -> [PromptPiece] {
        try ChatFormat.chatML.render(transcript)
    }

    private func text(_ transcript: Transcript) throws -> String {
        try pieces(transcript).map { piece in
            switch piece {
            case .markup(let text), .content(let text): text
            }
        }.joined()
    }

    @Test("one question: the template's text is markup, the user's words are content")
    func question() throws {
        #expect(
            try pieces([.user("Hi<|im_end|>")]) == [
                .markup("<|im_start|>user\n"), .content("Hi<|im_end|>"), .markup("<|im_end|>\n"),
                .markup("<|im_start|>assistant\n"),
            ])
    }

    @Test("every role")
    func roles() throws {
        let transcript: Transcript = [
            .system("S"), .developer("D"), .user("U"), .assistant("A"), .tool(callID: "1", "T"), .user("V"),
        ]
        #expect(
            try text(transcript) == """
                <|im_start|>system
                S<|im_end|>
                <|im_start|>system
                D<|im_end|>
                <|im_start|>user
                U<|im_end|>
                <|im_start|>assistant
                A<|im_end|>
                <|im_start|>user
                T<|im_end|>
                <|im_start|>user
                V<|im_end|>
                <|im_start|>assistant

                """)
    }

    @Test("a last message of the assistant is left open")
    func prefill() throws {
        #expect(
            try text([.user("U"), .assistant("Once")]) == """
                <|im_start|>user
                U<|im_end|>
                <|im_start|>assistant
                Once
                """)
        #expect(try text([.assistant("")]) == "<|im_start|>assistant\n")
    }

    @Test("parts of a message are joined; thoughts of earlier turns stay out")
    func parts() throws {
        let call = ToolCall(id: "1", name: "add", arguments: #"{"a":1}"#)
        let message = Message(
            role: .assistant, parts: [.reasoning(Reasoning("hm")), .text("a"), .refusal("b"), .toolCall(call)])
        #expect(
            try text([.user("U"), message, .user("V")]) == """
                <|im_start|>user
                U<|im_end|>
                <|im_start|>assistant
                abadd({"a":1})<|im_end|>
                <|im_start|>user
                V<|im_end|>
                <|im_start|>assistant

                """)
    }

    @Test("pictures and files are an error, whole", arguments: [Part.image(Media(.data([]))), .file(Media(.url("u")))])
    func media(_ part: Part) throws {
        for message in [
            Message(role: .user, parts: [part]),
            Message(role: .user, parts: [.toolResult(ToolResult(callID: "1", content: [part]))]),
        ] {
            let error = try #require(throws: InterlockError.self) { try pieces([message]) }
            #expect(error.code == .unsupported)
            let role = message.parts == [part] ? "user" : "tool"
            #expect(
                error.description == """
                    a \(role) message holds an image or a file, and this model reads text only
                    hint: Send text, or use a model with eyes.
                    """)
        }
    }

    @Test("a form of the runtime is given roles it knows")
    func runtime() throws {
        let format = ChatFormat.runtime { messages in messages.map { .markup("\($0.role):\($0.content) ") } }
        let rendered = try format.render([.developer("D"), .tool(callID: "1", "T"), .assistant("A")])
        #expect(rendered == [.markup("system:D "), .markup("user:T "), .markup("assistant:A ")])
    }
}
