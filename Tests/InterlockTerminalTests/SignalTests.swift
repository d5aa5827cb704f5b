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

/// Signals to the probe, with and without a terminal, and without libedit unless a test says otherwise.
@Suite("Signals")
struct SignalTests {
    private let ctrlC = "\u{3}"
    private let dumb = ["TERM": "dumb"]

    @Test("Ctrl-C cancels an answer; the exit code is 130")
    func generate() throws {
        let terminal = try PseudoTerminal("terminal-probe", ["generate"])
        try terminal.expect("answering")
        try terminal.type(ctrlC)
        try terminal.expect("stopped")
        #expect(try terminal.expectExit() == .code(130))
    }

    @Test("Ctrl-C during an answer of a chat stops the answer and keeps the chat", arguments: ["xterm", "dumb"])
    func chat(term: String) throws {
        let terminal = try PseudoTerminal("terminal-probe", ["chat"], environment: ["TERM": term])
        for _ in 1...2 {
            try terminal.expectPrompt()
            try terminal.type("answer\r")
            try terminal.expect("answering")
            try terminal.type(ctrlC)
            try terminal.expect("stopped")
        }
        try terminal.expectPrompt()
        try terminal.type("hello\r")
        try terminal.expect(#"line 5 "hello""#)
    }

    @Test("without a handler a signal ends the process as it always does", arguments: [SIGINT, SIGTERM, SIGHUP])
    func noHandler(number: Int32) throws {
        let terminal = try PseudoTerminal("terminal-probe", ["wait"])
        try terminal.expect("waiting")
        terminal.child.send(signal: number)
        #expect(try terminal.expectExit() == .signal(number))
    }

    #if os(Linux)
    @Test("a signal that was ignored at the start stays ignored")
    func inheritedIgnore() throws {
        let output = try makePipe()
        defer { close(output.read) }
        // A child inherits what is ignored here; nothing else in this process cares for SIGHUP.
        signal(SIGHUP, SIG_IGN)
        let child = try Child(
            path: try Child.path(of: "terminal-probe"), ["wait"], environment: [:],
            descriptors: [nil, output.write, 2], ignoring: [SIGHUP])
        signal(SIGHUP, SIG_DFL)
        close(output.write)
        var byte: UInt8 = 0
        // "waiting": the signals are installed.
        #expect(read(output.read, &byte, 1) == 1)
        // Asked of the system, because that nothing happens cannot be waited for. Bit n - 1 stands for signal n.
        let status = try StandardInput.readTextFile("/proc/\(child.process)/status")
        let line = status.split(separator: "\n").first { $0.hasPrefix("SigIgn:") } ?? ""
        let ignored = UInt64(line.dropFirst("SigIgn:\t".count), radix: 16) ?? 0
        #expect(ignored & 1 << (SIGHUP - 1) != 0)
        #expect(ignored & 1 << (SIGINT - 1) == 0)
        #expect(ignored & 1 << (SIGPIPE - 1) != 0)
    }
    #endif

    @Test("a closed terminal ends the chat with exit code 129 and without a spin", arguments: ["xterm", "dumb"])
    func hangup(term: String) throws {
        let terminal = try PseudoTerminal("terminal-probe", ["chat"], environment: ["TERM": term])
        try terminal.expectPrompt()
        terminal.hangUp()
        #expect(try terminal.expectExit() == .code(129))
    }

    @Test("a request to end at the prompt ends the chat with exit code 143", arguments: ["xterm", "dumb"])
    func terminate(term: String) throws {
        let terminal = try PseudoTerminal("terminal-probe", ["chat"], environment: ["TERM": term])
        try terminal.expectPrompt()
        terminal.child.send(signal: SIGTERM)
        try terminal.expect("bye")
        #expect(try terminal.expectExit() == .code(143))
    }

    @Test("a request to end during an answer ends the chat after it")
    func terminateDuringAnswer() throws {
        let terminal = try PseudoTerminal("terminal-probe", ["chat"])
        try terminal.expectPrompt()
        try terminal.type("answer\r")
        try terminal.expect("answering")
        terminal.child.send(signal: SIGTERM)
        try terminal.expect("stopped")
        try terminal.expect("bye")
        #expect(try terminal.expectExit() == .code(143))
    }

    @Test("without libedit Ctrl-C clears the line and a second one leaves")
    func plainInterrupts() throws {
        let terminal = try PseudoTerminal("terminal-probe", ["chat"], environment: dumb)
        try terminal.expectPrompt()
        try terminal.type("abc")
        try terminal.expect("abc")
        try terminal.type(ctrlC)
        try terminal.expect("^C\r\npress Ctrl-C again to leave\r\n")
        try terminal.expectPrompt()
        try terminal.type(ctrlC)
        try terminal.expect("^C\r\nbye\r\n")
        #expect(try terminal.expectExit() == .code(0))
    }

    @Test("without libedit a line, its continuation and Ctrl-D work")
    func plainLines() throws {
        let terminal = try PseudoTerminal("terminal-probe", ["chat"], environment: dumb)
        try terminal.expectPrompt()
        try terminal.type("größe\\\r")
        try terminal.expect("... ")
        try terminal.type("b\r")
        try terminal.expect(#"line 9 "größe\nb""#)
        try terminal.expectPrompt()
        try terminal.type("\u{4}")
        try terminal.expect("\r\nbye")
        #expect(try terminal.expectExit() == .code(0))
    }

    @Test("prompts go to standard error where standard output is a pipe")
    func promptOnStandardError() throws {
        let output = try makePipe()
        let terminal = try PseudoTerminal("terminal-probe", ["chat"], redirecting: [nil, output.write, nil])
        close(output.write)
        try terminal.expectPrompt()
        try terminal.type("\u{4}")
        #expect(try terminal.expectExit() == .code(0))
        var buffer = [UInt8](repeating: 0, count: 64)
        let count = read(output.read, &buffer, buffer.count)
        close(output.read)
        #expect(String(decoding: buffer.prefix(max(count, 0)), as: UTF8.self) == "bye\n")
    }
}
