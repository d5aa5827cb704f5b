import TestSupport
import Testing

@Suite("interlock chat")
struct ChatTests {
    private let scripted = ["chat", "--backend", "scripted", "--allow-scripted"]

    @Test("answers the lines of a pipe, without a prompt")
    func pipe() throws {
        let run = try ProcessRun("interlock", scripted, input: Array("one\n\ntwo\n".utf8))
        #expect(run.exit == .code(0))
        #expect(run.output == "You said: one\nYou said: two\n")
        #expect(run.errors == "")
    }

    @Test("an error in a pipe ends it; nothing is lost silently")
    func pipeError() throws {
        let run = try ProcessRun("interlock", scripted + ["--top-p", "7"], input: Array("one\n".utf8))
        #expect(run.exit == .code(64))
        #expect(run.errors == "Error: top_p is 7; it must be above 0 and at most 1\n")
    }

    #if LineEditing
    @Test("a conversation in a terminal: history, Ctrl-C twice leaves")
    func terminal() throws {
        let terminal = try PseudoTerminal("interlock", scripted + ["--no-history"])
        try terminal.expect("Ctrl-C stops an answer, Ctrl-D leaves.")
        try terminal.expect("> ")
        try terminal.type("hello\r")
        try terminal.expect("You said: hello\r\n")
        try terminal.expect("> ")
        try terminal.type("\u{1B}[A\r")
        try terminal.expect("You said: hello\r\n")
        try terminal.expect("> ")
        try terminal.type("half a line\u{3}")
        try terminal.expect("(Ctrl-C again leaves)")
        try terminal.expect("> ")
        try terminal.type("\u{3}")
        #expect(try terminal.expectExit() == .code(0))
    }

    @Test("Ctrl-C stops an answer and keeps the conversation")
    func interruption() throws {
        let reply = String(repeating: "tick ", count: 1000)
        let terminal = try PseudoTerminal(
            "interlock",
            scripted + [
                "--no-history", "-p", "delay_ms=20", "-p", "chunk_length=1", "-p", "reply=[\"\(reply)\",\"done\"]",
            ])
        try terminal.expect("> ")
        try terminal.type("go\r")
        try terminal.expect("tick tick")
        try terminal.type("\u{3}")
        try terminal.expect("(stopped; this turn is forgotten)")
        try terminal.expect("> ")
        try terminal.type("again\r")
        try terminal.expect("done\r\n")
        try terminal.expect("> ")
        try terminal.type("\u{4}")
        #expect(try terminal.expectExit() == .code(0))
    }

    @Test("what is typed is there in the next session, for its owner alone")
    func history() throws {
        let folder = try TemporaryFolder()
        let environment = ["XDG_STATE_HOME": folder.path("")]
        let first = try PseudoTerminal("interlock", scripted, environment: environment)
        try first.expect("> ")
        try first.type("remember me\r")
        try first.expect("You said: remember me\r\n")
        try first.expect("> ")
        try first.type("\u{4}")
        #expect(try first.expectExit() == .code(0))
        #expect(try folder.mode("interlock/chat_history") == 0o600)
        let second = try PseudoTerminal("interlock", scripted, environment: environment)
        try second.expect("> ")
        try second.type("\u{1B}[A\r")
        try second.expect("You said: remember me\r\n")
    }
    #endif

    @Test("a closed terminal is no crash")
    func hangUp() throws {
        let terminal = try PseudoTerminal("interlock", scripted + ["--no-history"])
        try terminal.expect("> ")
        terminal.hangUp()
        let exit = try terminal.expectExit()
        #expect(exit == .code(129) || exit == .code(0))
    }
}
