#if LineEditing
import TestSupport
import Testing

@testable import InterlockTerminal

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The chat loop of the probe in a real terminal, with libedit.
@Suite("Editing lines in a terminal")
struct EditingTests {
    private let ctrlC = "\u{3}"
    private let left = "\u{1B}[D"
    private let up = "\u{1B}[A"

    private func enter(_ text: String, _ terminal: PseudoTerminal) throws {
        try terminal.type(text)
        try terminal.type("\r")
    }

    @Test("cursor keys, insertion and deletion count characters, not bytes")
    func editing() throws {
        let terminal = try PseudoTerminal("terminal-probe", ["chat"])
        try terminal.expectPrompt()
        try enter("hellö wörld" + left + left + left + "X", terminal)
        try terminal.expect(#"line 14 "hellö wöXrld""#)
        try terminal.expectPrompt()
        try enter("日本語" + left + "\u{7F}é", terminal)
        try terminal.expect(#"line 8 "日é語""#)
        try terminal.expectPrompt()
        try enter("😀b\u{1}a", terminal)
        try terminal.expect(#"line 6 "a😀b""#)
    }

    @Test("a coloured prompt takes the columns of its text")
    func promptColumns() throws {
        let terminal = try PseudoTerminal("terminal-probe", ["chat"], columns: 20)
        try terminal.expectPrompt()
        // "probe> " is 7 columns: 13 characters fill the row, the 14th begins the next.
        try terminal.type("abcdefghijklm")
        try terminal.expect("abcdefghijklm")
        try terminal.type("N\u{1}O")
        try terminal.type("\r")
        try terminal.expect(#"line 15 "OabcdefghijklmN""#)
        let rows = Screen(terminal.transcript, columns: 20).text
        #expect(rows.prefix(3) == ["probe> Oabcdefghijkl", "mN", "line 15 \"Oabcdefghij"])
    }

    @Test("up and Ctrl-R bring entries back, neighbours once, several lines as one entry")
    func history() throws {
        let terminal = try PseudoTerminal("terminal-probe", ["chat"])
        for line in ["first", "same", "same"] {
            try terminal.expectPrompt()
            try enter(line, terminal)
            try terminal.expect("line")
        }
        try terminal.expectPrompt()
        try enter("one\\", terminal)
        try terminal.expect("... ")
        try enter("two", terminal)
        try terminal.expect(#"line 7 "one\ntwo""#)
        try terminal.expectPrompt()
        try enter(up, terminal)
        try terminal.expect(#"line 7 "one\ntwo""#)
        try terminal.expectPrompt()
        try enter(up + up + up, terminal)
        try terminal.expect(#"line 5 "first""#)
        try terminal.expectPrompt()
        try enter("\u{12}sam", terminal)
        try terminal.expect(#"line 4 "same""#)
    }

    @Test("the history file carries entries over, belongs to its user alone, and stays bounded")
    func historyFile() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("state/history")
        let first = try PseudoTerminal("terminal-probe", ["chat", path])
        try first.expectPrompt()
        try enter("größe\\", first)
        try first.expect("... ")
        try enter("back\\\\slash", first)
        try first.expect("line")
        try first.expectPrompt()
        try first.type("\u{4}")
        #expect(try first.expectExit() == .code(0))
        #expect(try StandardInput.readTextFile(path) == "größe\\nback\\\\\\\\slash\n")
        #expect(try folder.mode("state/history") == 0o600)
        #expect(try folder.mode("state") == 0o700)

        let second = try PseudoTerminal("terminal-probe", ["chat", path])
        try second.expectPrompt()
        try enter(up, second)
        try second.expect(#"line 19 "größe\nback\\\\slash""#)
    }

    @Test("an unreadable history file is reported once read and the chat goes on")
    func unreadableHistory() throws {
        let folder = try TemporaryFolder()
        let terminal = try PseudoTerminal("terminal-probe", ["chat", folder.path("")])
        try terminal.expectPrompt()
        try enter("hello", terminal)
        let name = "\"\(folder.path(""))\""
        try terminal.expect("history error: the history is not kept: cannot write \(name): Is a directory")
        try terminal.expect(#"line 5 "hello""#)
    }

    @Test("a bracketed paste is one line however many breaks it has")
    func paste() throws {
        let terminal = try PseudoTerminal("terminal-probe", ["chat"])
        try terminal.expectPrompt()
        try terminal.type("a \u{1B}[200~eins\rzwei\r\ndrei\u{1B}[31m\tvier\n\u{1B}[201~ b")
        try terminal.expect(" b")
        try terminal.type("\r")
        try terminal.expect(#"line 28 "a eins\nzwei\ndrei[31m\tvier\n b""#)
    }

    @Test("a paste longer than the screen is kept whole")
    func longPaste() throws {
        let terminal = try PseudoTerminal("terminal-probe", ["chat"])
        try terminal.expectPrompt()
        let lines = (1...400).map { "this is pasted line \($0)" }
        let text = lines.joined(separator: "\r")
        try terminal.type("\u{1B}[200~\(text)\u{1B}[201~")
        try terminal.expect("line 400")
        try terminal.type("\r")
        try terminal.expect("line \(text.utf8.count) \"this is pasted line 1\\nthis is pasted line 2\\n")
    }

    @Test("a paste beyond the limit is an error and the next line works")
    func tooLongPaste() throws {
        let terminal = try PseudoTerminal("terminal-probe", ["chat"])
        try terminal.expectPrompt()
        try terminal.type("\u{1B}[200~" + String(repeating: "x", count: 100_001))
        try terminal.expect("input error: the terminal is larger than the limit of 100000 bytes; shorten it")
        try terminal.expectPrompt()
    }

    @Test("bytes that are not UTF-8 are an error that names them, and the next line works")
    func invalidUTF8() throws {
        let terminal = try PseudoTerminal("terminal-probe", ["chat"])
        try terminal.expectPrompt()
        try terminal.type(Array("ab".utf8) + [0xFF])
        try terminal.expect(
            "input error: invalid UTF-8 from the terminal (0xff); set its character set to UTF-8")
        try terminal.expectPrompt()
        try enter("ok", terminal)
        try terminal.expect(#"line 2 "ok""#)
    }

    @Test("Ctrl-C clears the line, twice in a row leaves, and typing in between starts again")
    func interrupts() throws {
        let terminal = try PseudoTerminal("terminal-probe", ["chat"])
        try terminal.expectPrompt()
        try terminal.type("abc")
        try terminal.expect("abc")
        try terminal.type(ctrlC)
        try terminal.expect("^C\r\npress Ctrl-C again to leave\r\n")
        try terminal.expectPrompt()
        try terminal.type("def")
        try terminal.expect("def")
        try terminal.type(ctrlC)
        try terminal.expect("^C\r\npress Ctrl-C again to leave\r\n")
        try terminal.expectPrompt()
        try terminal.type(ctrlC)
        try terminal.expect("^C\r\nbye\r\n")
        #expect(try terminal.expectExit() == .code(0))
    }

    @Test("Ctrl-C in the middle of a wrapped line writes behind its end")
    func interruptInTheMiddle() throws {
        let terminal = try PseudoTerminal("terminal-probe", ["chat"], columns: 20)
        try terminal.expectPrompt()
        // Ctrl-A goes back to the first row; that it did shows in the place of the X.
        try terminal.type("abcdefghijklmnopqrstuvwxyz\u{1}")
        try terminal.expect("z")
        try terminal.type("X")
        try terminal.expect("X")
        try terminal.type(ctrlC)
        try terminal.expect("^C\r\n")
        try terminal.expect("press Ctrl-C again to leave\r\n")
        let rows = Screen(terminal.transcript, columns: 20).text
        #expect(rows.prefix(4) == ["probe> Xabcdefghijkl", "mnopqrstuvwxyz^C", "press Ctrl-C again t", "o leave"])
    }

    @Test("Ctrl-C ends a continued line as a whole")
    func interruptContinued() throws {
        let terminal = try PseudoTerminal("terminal-probe", ["chat"])
        try terminal.expectPrompt()
        try enter("one\\", terminal)
        try terminal.expect("... ")
        try terminal.type(ctrlC)
        try terminal.expect("press Ctrl-C again to leave")
        try terminal.expectPrompt()
        try enter("two", terminal)
        try terminal.expect(#"line 3 "two""#)
    }

    @Test("the terminal's modes are back after each line and at the end")
    func modes() throws {
        let terminal = try PseudoTerminal("terminal-probe", ["chat"])
        let before = terminal.initialModes
        try terminal.expectPrompt()
        #expect(try terminal.modes() != before)
        try enter("answer", terminal)
        try terminal.expect("\u{1B}[?2004l")
        try terminal.expect("answering")
        #expect(try terminal.modes() == before)
        try terminal.type(ctrlC)
        try terminal.expect("stopped")
        try terminal.expectPrompt()
        try terminal.type("\u{4}")
        try terminal.expect("\u{1B}[?2004l")
        #expect(try terminal.expectExit() == .code(0))
        #expect(try terminal.modes() == before)
    }

    @Test(
        "the modes are back when the process ends while the prompt is up",
        arguments: [(SIGQUIT, Exit.signal(SIGQUIT)), (SIGSEGV, .signal(SIGSEGV)), (SIGTERM, .code(143))])
    func modesAfterSignal(number: Int32, exit: Exit) throws {
        let terminal = try PseudoTerminal("terminal-probe", ["chat"])
        let before = terminal.initialModes
        try terminal.expectPrompt()
        terminal.child.send(signal: number)
        try terminal.expect("\u{1B}[?2004l")
        #expect(try terminal.expectExit() == exit)
        #expect(try terminal.modes() == before)
    }

    @Test("the modes are back after exit() and a crash in another thread", arguments: ["exit later", "crash later"])
    func modesAfterExit(command: String) throws {
        let terminal = try PseudoTerminal("terminal-probe", ["chat"])
        let before = terminal.initialModes
        try terminal.expectPrompt()
        try enter(command, terminal)
        try terminal.expectPrompt()
        terminal.pullTrigger()
        try terminal.expect("\u{1B}[?2004l")
        let exit = try terminal.expectExit()
        #expect(command == "exit later" ? exit == .code(7) : [.signal(SIGILL), .signal(SIGTRAP)].contains(exit))
        #expect(try terminal.modes() == before)
    }

    @Test("cancelling the task ends the wait for a line")
    func cancellation() throws {
        let terminal = try PseudoTerminal("terminal-probe", ["chat"])
        try terminal.expectPrompt()
        try enter("cancel later", terminal)
        try terminal.expect("second> ")
        try terminal.type("typed")
        try terminal.expect("typed")
        terminal.pullTrigger()
        try terminal.expect("cancelled: true")
        try terminal.expectPrompt()
        try enter("ok", terminal)
        try terminal.expect(#"line 2 "ok""#)
    }

    @Test("a new window size draws the line again")
    func resize() throws {
        let terminal = try PseudoTerminal("terminal-probe", ["chat"])
        try terminal.expectPrompt()
        try terminal.type("abc")
        try terminal.expect("abc")
        terminal.resize(rows: 30, columns: 40)
        try terminal.expect("abc")
        try terminal.type("d\r")
        try terminal.expect(#"line 4 "abcd""#)
    }

    @Test("Ctrl-Z gives the terminal back, and fg draws the line again")
    func stop() throws {
        let script = #"set -m; "$0" "$@"; echo "status $?"; read line; fg; echo "end $?""#
        let terminal = try PseudoTerminal("terminal-probe", script: script, ["chat"])
        let before = terminal.initialModes
        try terminal.expectPrompt()
        try terminal.type("abc")
        try terminal.expect("abc")
        try terminal.type("\u{1A}")
        // 128 plus SIGTSTP.
        try terminal.expect("status \(128 + SIGTSTP)")
        #expect(try terminal.modes() == before)
        try terminal.type("\r")
        try terminal.expectPrompt()
        try terminal.expect("abc")
        try terminal.type("d\r")
        try terminal.expect(#"line 4 "abcd""#)
        try terminal.expectPrompt()
        try terminal.type("\u{4}")
        try terminal.expect("end 0")
    }

    @Test("Ctrl-Z does not stop a process that no shell could continue")
    func orphan() throws {
        let terminal = try PseudoTerminal("terminal-probe", ["chat"])
        try terminal.expectPrompt()
        try terminal.type("abc")
        try terminal.expect("abc")
        try terminal.type("\u{1A}")
        // Drawn again.
        try terminal.expect("abc")
        try terminal.type("d\r")
        try terminal.expect(#"line 4 "abcd""#)
    }

    @Test("what was typed during an answer is the next line")
    func typeAhead() throws {
        let terminal = try PseudoTerminal("terminal-probe", ["chat"])
        try terminal.expectPrompt()
        try enter("answer", terminal)
        try terminal.expect("answering")
        try terminal.type("ahead\r")
        try terminal.expect("ahead")
        // Not Ctrl-C, on which the terminal throws away what was typed.
        terminal.child.send(signal: SIGINT)
        try terminal.expect("stopped")
        try terminal.expect(#"line 5 "ahead""#)
    }
}
#endif
