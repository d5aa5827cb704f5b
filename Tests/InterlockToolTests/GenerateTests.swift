import InterlockCore
import TestSupport
import Testing

@Suite("interlock generate")
struct GenerateTests {
    @Test("the prompt comes from the argument, a file or standard input")
    func prompts() throws {
        let folder = try TemporaryFolder()
        try folder.write(Array("from a file".utf8), to: "prompt.txt")
        let runs = [
            (try Tool.scripted("generate", "from the argument"), "You said: from the argument\n"),
            (try Tool.scripted("generate", "--file", folder.path("prompt.txt")), "You said: from a file\n"),
            (try Tool.scripted("generate", input: "from a pipe"), "You said: from a pipe\n"),
            (try Tool.scripted("generate", "-", input: "grüße"), "You said: grüße\n"),
            (try Tool.scripted("generate", "--no-stream", "at once"), "You said: at once\n"),
            (try Tool.scripted("generate", "-p", "reply=line\n", "x"), "line\n"),
        ]
        for (run, output) in runs {
            #expect(run.exit == .code(0))
            #expect(run.output == output)
            #expect(run.errors == "")
        }
    }

    @Test("a system prompt, options and stop sequences reach the backend")
    func options() throws {
        let run = try Tool.scripted(
            "generate", "--system", "Be brief.", "--max-tokens", "5", "--temperature", "0.5", "--top-k", "3", "--stop",
            "END", "--seed", "7", "--logit-bias", "3=-1.5", "--timeout", "30", "hi")
        #expect(run.exit == .code(0))
        #expect(run.output == "You said: hi\n")
    }

    @Test("--json prints the reply, its usage and its timings")
    func json() throws {
        let run = try Tool.scripted("generate", "--json", "hi")
        #expect(run.exit == .code(0))
        let reply = try JSONValue(parsing: run.output)
        #expect(reply["content"] == "You said: hi")
        #expect(reply["finish_reason"] == "end_turn")
        #expect(reply["raw_finish_reason"] == "scripted")
        #expect(reply["backend"] == "scripted")
        #expect(reply["usage"]?["output_tokens"]?.intValue == 3)
        // Unknown is not zero: the script says nothing of the input.
        #expect(reply["usage"]?["input_tokens"] == nil)
        #expect(reply["dropped"] == [])
    }

    @Test("the exit code is 0 when whoever reads has had enough")
    func closedPipe() throws {
        let text = String(repeating: "word ", count: 20_000)
        let run = try ProcessRun(
            "interlock",
            ["generate", "-b", "scripted", "--allow-scripted", "-p", "chunk_length=5", "-p", "reply=\(text)", "x"],
            readingAtMost: 10)
        #expect(run.exit == .code(0))
        #expect(run.errors == "")
    }

    @Test("no escape sequences and no progress in a pipe")
    func plainOutput() throws {
        let run = try Tool.scripted("generate", "--stats", "-p", "reply=a\u{1B}[31mb", "x")
        // In a pipe the answer is what the model said; what the tool adds has no escapes.
        #expect(run.output == "a\u{1B}[31mb\n")
        #expect(run.errors.hasPrefix("[2 tokens"))
        #expect(!run.errors.contains("\u{1B}"))
    }

    @Test("a terminal is not steered by an answer")
    func terminalOutput() throws {
        let terminal = try PseudoTerminal(
            "interlock", ["generate", "-b", "scripted", "--allow-scripted", "-p", "reply=a\u{1B}[31mb", "x"])
        try terminal.expect("a\u{241B}[31mb\r\n")
        #expect(try terminal.expectExit() == .code(0))
    }

    @Test("Ctrl-C, SIGTERM and a closed terminal end the answer", arguments: [(2, 130), (15, 143), (1, 129)])
    func signals(signal: Int, code: Int) throws {
        let terminal = try PseudoTerminal(
            "interlock",
            [
                "generate", "-b", "scripted", "--allow-scripted", "-p", "delay_ms=50", "-p", "chunk_length=1", "-p",
                "reply=\(String(repeating: "tick ", count: 2000))", "x",
            ])
        try terminal.expect("tick tick")
        if signal == 2 { try terminal.type("\u{3}") } else { terminal.child.send(signal: Int32(signal)) }
        #expect(try terminal.expectExit() == .code(Int32(code)))
    }

    @Test("CODE_EVOLVER_DEBUG, --verbose and --log-level choose what is logged")
    func logging() throws {
        let arguments = ["generate", "-b", "scripted", "--allow-scripted", "--drop-unsupported", "hi"]
        #expect(try ProcessRun("interlock", arguments).errors == "")
        let both = try ProcessRun("interlock", arguments + ["--verbose", "--log-level", "info"])
        #expect(both.exit == .code(64))
        #expect(both.errors.hasPrefix("Error: '--verbose' and '--log-level' both say what to log; give one of them.\n"))
    }
}
