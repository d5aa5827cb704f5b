import TestSupport
import Testing

@testable import InterlockTerminal

/// The probe between pipes.
@Suite("Pipes")
struct PipeTests {
    @Test("a chat from a pipe has no prompt and no echo, and takes the last line without a line break")
    func chat() throws {
        let probe = try ProcessRun("terminal-probe", ["chat"], input: Array("one\r\ntwo\\\nthree\n\nlast".utf8))
        #expect(probe.output == "line 3 \"one\"\nline 9 \"two\\nthree\"\nline 0 \"\"\nline 4 \"last\"\nbye\n")
        #expect(probe.errors == "")
        #expect(probe.exit == .code(0))
    }

    @Test("a line that is not UTF-8 is an error with its place, and the next line is read")
    func invalidLine() throws {
        let probe = try ProcessRun(
            "terminal-probe", ["chat"], input: Array("one\nab".utf8) + [0xC3, 0x28] + Array("\nthree\n".utf8))
        #expect(
            probe.output == """
                line 3 "one"
                input error: invalid UTF-8 at byte 3 of line 2 of standard input (0x28); convert it to UTF-8
                line 5 "three"
                bye

                """)
    }

    @Test("a reader that goes away is a result and not a signal")
    func closedPipe() throws {
        let probe = try ProcessRun("terminal-probe", ["flood"], readingAtMost: 1000)
        #expect(probe.errors == "the reader of the output went away\n")
        #expect(probe.exit == .code(3))
    }

    @Test("standard input is read to its end")
    func input() throws {
        let probe = try ProcessRun("terminal-probe", ["input"], input: Array("größe\n".utf8))
        #expect(probe.output == "read 8 \"größe\\n\"\n")
        #expect(try ProcessRun("terminal-probe", ["input"]).output == "read 0 \"\"\n")
    }

    @Test("standard input that is not UTF-8 is an error that names the byte")
    func invalidInput() throws {
        let probe = try ProcessRun("terminal-probe", ["input"], input: Array("seventeen bytes..".utf8) + [0xFF, 0x41])
        #expect(
            probe.errors == "error: invalid UTF-8 at byte 17 of standard input (0xff); convert it to UTF-8\n")
        #expect(probe.exit == .code(1))
    }

    @Test("standard input beyond the limit is an error")
    func largeInput() throws {
        let probe = try ProcessRun("terminal-probe", ["input", "10"], input: Array("12345678901".utf8))
        #expect(probe.errors == "error: standard input is larger than the limit of 10 bytes; shorten it\n")
        #expect(try ProcessRun("terminal-probe", ["input", "10"], input: Array("1234567890".utf8)).exit == .code(0))
    }

    @Test("a pipe is no terminal and gets no progress")
    func capabilities() throws {
        let probe = try ProcessRun(
            "terminal-probe", ["capabilities"], environment: ["TERM": "xterm", "LANG": "C.UTF-8"])
        #expect(probe.output == "input false output false error false width 80 colors false utf8 true\n")
        let progress = try ProcessRun("terminal-probe", ["progress"], environment: ["TERM": "xterm"])
        #expect(progress.errors == "")
        #expect(progress.output == "done\n")
    }

    @Test("a terminal is found out, with its width, and NO_COLOR is heeded")
    func terminalCapabilities() throws {
        let terminal = try PseudoTerminal("terminal-probe", ["capabilities"], columns: 93)
        try terminal.expect("input true output true error true width 93 colors true utf8 true\r\n")
        let plain = try PseudoTerminal("terminal-probe", ["capabilities"], environment: ["NO_COLOR": "1"])
        try plain.expect("input true output true error true width 80 colors false utf8 true\r\n")
    }

    @Test("progress is drawn on a terminal and erased")
    func progress() throws {
        let terminal = try PseudoTerminal("terminal-probe", ["progress"])
        try terminal.expect("done\r\n")
        let bar = " 50% ██████████░░░░░░░░░░ loading[31m weights"
        #expect(terminal.transcript == "\r\(bar)\u{1B}[K\r\u{1B}[Kdone\r\n")
    }
}
