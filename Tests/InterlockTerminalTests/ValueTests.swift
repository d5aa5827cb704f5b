import InterlockCore
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

@Suite("Terminal capabilities")
struct CapabilityTests {
    private func capabilities(
        _ environment: [String: String], terminals: Set<Int32> = [0, 1, 2], widths: [Int32: Int] = [:]
    ) -> TerminalCapabilities {
        TerminalCapabilities(
            environment: environment, isTerminal: { terminals.contains($0) }, terminalWidth: { widths[$0] })
    }

    @Test(
        "colour rules",
        arguments: [
            ([:], false),
            (["TERM": "xterm"], true),
            (["TERM": "dumb"], false),
            (["TERM": "xterm", "NO_COLOR": "1"], false),
            (["TERM": "xterm", "NO_COLOR": "0"], false),
            (["TERM": "xterm", "NO_COLOR": ""], true),
            (["TERM": "xterm", "CLICOLOR": "0"], false),
            (["TERM": "xterm", "FORCE_COLOR": "0"], false),
            (["TERM": "xterm", "FORCE_COLOR": "false"], false),
            (["TERM": "dumb", "FORCE_COLOR": "1"], true),
            (["TERM": "dumb", "CLICOLOR_FORCE": "1"], true),
            (["TERM": "dumb", "CLICOLOR_FORCE": "0"], false),
            (["NO_COLOR": "1", "FORCE_COLOR": "1", "CLICOLOR_FORCE": "1"], false),
        ] as [([String: String], Bool)])
    func colors(environment: [String: String], expected: Bool) {
        #expect(capabilities(environment).colorsOutput == expected)
        #expect(capabilities(environment).colorsError == expected)
    }

    @Test("colours are decided for each stream, and forcing needs no terminal")
    func streams() {
        let piped = capabilities(["TERM": "xterm"], terminals: [2])
        #expect(!piped.colorsOutput && piped.colorsError && !piped.inputIsTerminal && piped.errorIsTerminal)
        #expect(capabilities(["FORCE_COLOR": "1"], terminals: []).colorsOutput)
    }

    @Test("width: COLUMNS, then standard output, error, input, then 80")
    func width() {
        #expect(capabilities(["COLUMNS": "33"], widths: [1: 100]).width == 33)
        #expect(capabilities(["COLUMNS": "0"], widths: [1: 100, 2: 50]).width == 100)
        #expect(capabilities(["COLUMNS": "many"], widths: [2: 50, 0: 40]).width == 50)
        #expect(capabilities([:], widths: [0: 40]).width == 40)
        #expect(capabilities([:]).width == 80)
    }

    @Test(
        "locale",
        arguments: [
            ([:], false), (["LANG": "de_DE.UTF-8"], true), (["LANG": "de_DE.utf8@euro"], true),
            (["LANG": "de_DE"], false), (["LANG": "de_DE.UTF-8", "LC_ALL": "C"], false),
            (["LANG": "C", "LC_CTYPE": "UTF-8"], true), (["LC_ALL": "", "LANG": "C.UTF-8"], true),
        ] as [([String: String], Bool)])
    func locale(environment: [String: String], expected: Bool) {
        #expect(capabilities(environment).isUTF8 == expected)
    }
}

@Suite("Progress line")
struct ProgressTests {
    @Test(
        "text",
        arguments: [
            (0.0, "a", 80, "  0% -------------------- a"),
            (0.999, "a", 80, " 99% ###################- a"),
            (1, "a\nb\u{1B}[2J\u{202E}c", 80, "100% #################### a b[2Jc"),
            (.nan, "a", 80, "  0% -------------------- a"),
            (7, "日本語", 32, "100% #################### 日本"),
            (-1, "a", 0, ""),
        ] as [(Double, String, Int, String)])
    func text(fraction: Double, label: String, width: Int, expected: String) {
        #expect(ProgressLine.line(fraction: fraction, label: label, width: width, isUTF8: false) == expected)
    }

    @Test("drawn at most every 100 ms, again after being cleared, never after the end")
    func throttle() throws {
        let pipe = try makePipe()
        let start = ContinuousClock.now
        let time = Locked(start)
        let line = ProgressLine(
            output: FileOutput(fileDescriptor: pipe.write, bufferSize: 0), isEnabled: true, isUTF8: false,
            width: { 8 }, now: { time.withLock { $0 } })
        line.update(0.1, label: "x")
        time.withLock { $0 = start + .milliseconds(99) }
        line.update(0.2, label: "x")
        time.withLock { $0 = start + .milliseconds(100) }
        line.update(0.3, label: "x")
        line.clear()
        line.clear()
        line.update(0.4, label: "x")
        line.finish()
        time.withLock { $0 = start + .seconds(9) }
        line.update(0.5, label: "x")
        close(pipe.write)
        var buffer = [UInt8](repeating: 0, count: 1000)
        let count = read(pipe.read, &buffer, buffer.count)
        close(pipe.read)
        let erase = "\r\u{1B}[K"
        #expect(
            String(decoding: buffer.prefix(count), as: UTF8.self)
                == "\r 10% ##\u{1B}[K\r 30% ##\u{1B}[K\(erase)\r 40% ##\u{1B}[K\(erase)")
    }
}

@Suite("UTF-8")
struct UTF8Tests {
    @Test(
        "the first byte that cannot stand where it stands",
        arguments: [
            ([], nil), ([0x41], nil), ([0xC3, 0xA9, 0xE6, 0x97, 0xA5, 0xF0, 0x9F, 0x98, 0x80], nil),
            ([0x41, 0xFF], 1), ([0x80], 0), ([0xC0, 0x80], 0), ([0xC1, 0xBF], 0), ([0xC3, 0x28], 1),
            ([0xE0, 0x9F, 0x80], 1), ([0xE0, 0xA0, 0x80], nil), ([0xED, 0x9F, 0xBF], nil), ([0xED, 0xA0, 0x80], 1),
            ([0xF0, 0x8F, 0xBF, 0xBF], 1), ([0xF4, 0x8F, 0xBF, 0xBF], nil), ([0xF4, 0x90, 0x80, 0x80], 1),
            ([0xF5], 0), ([0x41, 0xE6, 0x97], 1), ([0xF0, 0x9F, 0x98], 0), ([0xE6, 0x97, 0x41], 2),
        ] as [([UInt8], Int?)])
    func offsets(bytes: [UInt8], expected: Int?) {
        #expect(UTF8Decoder.firstInvalidOffset(in: bytes) == expected)
        #expect((String(validating: bytes, as: UTF8.self) == nil) == (expected != nil))
    }

    @Test("agrees with the standard library on every two and three bytes that begin a character")
    func agreement() {
        for first in UInt8(0xC0)...0xF7 {
            for second in UInt8(0x00)...0xFF {
                for tail in [[], [0x80], [0xBF, 0x80]] as [[UInt8]] {
                    let bytes = [first, second] + tail
                    let isValid = String(validating: bytes, as: UTF8.self) != nil
                    #expect((UTF8Decoder.firstInvalidOffset(in: bytes) == nil) == isValid, "\(bytes)")
                }
            }
        }
    }
}

@Suite("History")
struct HistoryTests {
    @Test("bounded, without neighbours that are equal and without blanks")
    func entries() {
        var history = History(limit: 3)
        let kept = ["a", "a", " \n"].map { history.add($0) }
        #expect(kept == [true, false, false])
        for entry in ["b", "a", "c"] { history.add(entry) }
        #expect(history.entries == ["b", "a", "c"])
        #expect(History(limit: 0, entries: ["a"]).entries == [])
    }

    @Test("entries survive the file, whatever is in them", arguments: ["a\nb", "a\\nb", "\\", "\r\n", "größe\t😀"])
    func encoding(entry: String) {
        let line = HistoryFile.encode(entry)
        #expect(!line.utf8.contains(10) && !line.utf8.contains(13))
        #expect(HistoryFile.decode(line) == entry)
    }

    @Test("escapes of others are kept as they stand")
    func foreignEscapes() {
        #expect(HistoryFile.decode("a\\qb\\") == "a\\qb\\")
    }

    @Test("a missing file is an empty history; appending makes it, its folder and its rights")
    func append() throws {
        let folder = try TemporaryFolder()
        let file = HistoryFile(path: folder.path("new/history"))
        #expect(try file.load(limit: 5) == (History(limit: 5), nil))
        try file.append("a\nb")
        try file.append("c")
        #expect(try file.load(limit: 5).history.entries == ["a\nb", "c"])
        #expect(try folder.mode("new/history") == 0o600)
    }

    @Test("rights that others gave are taken back when something is added")
    func rights() throws {
        let folder = try TemporaryFolder()
        try folder.write(Array("a\n".utf8), to: "history")
        try HistoryFile(path: folder.path("history")).append("b")
        #expect(try folder.mode("history") == 0o600)
    }

    @Test("a file of more than twice the limit is replaced by the newest entries")
    func compaction() throws {
        let folder = try TemporaryFolder()
        try folder.write(Array((1...7).map { "line \($0)\n" }.joined().utf8), to: "history")
        let path = folder.path("history")
        #expect(try HistoryFile(path: path).load(limit: 3).history.entries == ["line 5", "line 6", "line 7"])
        #expect(try StandardInput.readTextFile(path) == "line 5\nline 6\nline 7\n")
        #expect(try folder.mode("history") == 0o600)
    }

    @Test("lines that are not UTF-8 are left out and counted")
    func invalidLines() throws {
        let folder = try TemporaryFolder()
        try folder.write(Array("a\n".utf8) + [0xFF, 10] + Array("b\n".utf8), to: "history")
        let path = folder.path("history")
        let (history, problem) = try HistoryFile(path: path).load(limit: 5)
        #expect(history.entries == ["a", "b"])
        #expect(problem?.description == "1 line of the history \"\(path)\" left out: invalid UTF-8")
    }

    @Test("errors say what and where")
    func errors() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("")
        #expect(throws: HistoryError(problem: .unreadable(.isDirectory), path: path)) {
            try HistoryFile(path: path).load(limit: 5)
        }
        #expect(
            HistoryError(problem: .unreadable(.isDirectory), path: "h").description
                == "no history: cannot read \"h\": it is a directory; name a file in it")
        #expect(
            HistoryError(problem: .unwritable(code: ENOSPC), path: "h").description
                == "the history is not kept: cannot write \"h\": No space left on device")
    }
}

@Suite("Input and output")
struct InputOutputTests {
    @Test("files: what cannot be read says why")
    func files() throws {
        let folder = try TemporaryFolder()
        try folder.write([0x41, 0xFF], to: "bad")
        func message(_ name: String, limit: Int = 100) -> String {
            do throws(InputError) {
                return try StandardInput.readTextFile(folder.path(name), limit: limit)
            } catch {
                return error.description
            }
        }
        let missing = folder.path("no\u{1B}[2Jfile")
        #expect(
            message("no\u{1B}[2Jfile")
                == "cannot read \"\(Text.singleLine(missing))\": there is no such file; check the path")
        #expect(message("") == "cannot read \"\(folder.path(""))\": it is a directory; name a file in it")
        #expect(message("bad", limit: 1) == "\"\(folder.path("bad"))\" is larger than the limit of 1 bytes; shorten it")
        #expect(message("bad") == "invalid UTF-8 at byte 1 of \"\(folder.path("bad"))\" (0xff); convert it to UTF-8")
        #expect(
            InputError(.permissionDenied, in: .file("x")).description
                == "cannot read \"x\": permission denied; check who may read it (ls -l)")
        let failed = InputError(.failed(code: EIO), in: .terminal)
        #expect(failed.description == "cannot read the terminal: Input/output error")
    }

    @Test("cancelling ends the wait for standard input")
    func cancellation() async throws {
        let pipe = try makePipe()
        defer {
            close(pipe.read)
            close(pipe.write)
        }
        let reading = Task { try await StandardInput.readAll(fileDescriptor: pipe.read, limit: 10) }
        reading.cancel()
        await #expect(throws: CancellationError.self) { try await reading.value }
    }

    @Test("output is collected until it is flushed or the buffer is full")
    func buffering() throws {
        let pipe = try makePipe()
        Descriptors.setNonBlocking(pipe.read)
        defer { close(pipe.read) }
        let output = FileOutput(fileDescriptor: pipe.write, bufferSize: 8)
        var buffer = [UInt8](repeating: 0, count: 100)
        func arrived() -> String {
            let count = read(pipe.read, &buffer, buffer.count)
            return String(decoding: buffer.prefix(max(count, 0)), as: UTF8.self)
        }
        try output.write("abc")
        #expect(arrived() == "")
        try output.flush()
        #expect(arrived() == "abc")
        try output.write("12345")
        try output.write("6789")
        #expect(arrived() == "12345")
        try output.write("a long text")
        #expect(arrived() == "6789a long text")
        close(pipe.write)
    }

    @Test("a failure is kept; a descriptor in non-blocking mode is waited for")
    func failures() async throws {
        let closed = FileOutput(fileDescriptor: -1, bufferSize: 0)
        let failure = OutputError.failed(descriptor: -1, code: EBADF)
        #expect(throws: failure) { try closed.write("x") }
        #expect(throws: failure) { try closed.flush() }
        #expect(failure.description == "cannot write to file descriptor -1: Bad file descriptor")

        let pipe = try makePipe()
        Descriptors.setNonBlocking(pipe.write)
        let reading = Task { try await StandardInput.readAll(fileDescriptor: pipe.read, limit: 1 << 20) }
        // More than a pipe holds.
        let bytes = [UInt8](repeating: 7, count: 300_000)
        try FileOutput(fileDescriptor: pipe.write).write(bytes)
        close(pipe.write)
        #expect(try await reading.value == bytes)
        close(pipe.read)
    }
}

@Suite("Prompts")
struct PromptTests {
    private func marked(_ prompt: String) -> String {
        var text = String.UnicodeScalarView()
        text.append(contentsOf: Prompt(prompt).marked)
        return String(text).replacing("\u{1}", with: "|").replacing("\u{1B}", with: "E")
    }

    @Test("colours are marked, and none is last, which libedit would lose")
    func marks() {
        #expect(marked("> ") == "> ")
        #expect(marked("\u{1B}[1m>\u{1B}[0m ") == "|E[1m|>|E[0m| ")
        #expect(marked("\u{1B}[1m> \u{1B}[0m") == "|E[1m|>|E[0m| ")
        #expect(marked("\u{1B}[1m\u{1B}[31m>\u{1B}[0m") == "|E[1mE[31m|>|E[0m| ")
        #expect(marked("a\u{1B}[2Jb\n\u{1}c") == "a[2Jbc")
        #expect(marked("\u{1B}[") == "[")
        #expect(marked("") == "")
    }

    @Test("an odd number of backslashes at the end goes on")
    func continuation() {
        #expect(LineContinuation.continues("a\\"))
        #expect(!LineContinuation.continues("a\\\\"))
        #expect(LineContinuation.continues("\\\\\\"))
        #expect(!LineContinuation.continues(""))
    }

    @Test("Ctrl-C twice leaves, with something typed in between it does not")
    func interrupts() {
        var interrupts = PromptInterrupts()
        let results: [LineEditor.Result] = [
            .interrupted(discarded: ""), .line("a"), .interrupted(discarded: ""), .interrupted(discarded: "b"),
            .interrupted(discarded: ""), .endOfInput,
        ]
        let steps = results.map { interrupts.next($0) }
        #expect(steps == [.hint, .use("a"), .hint, .hint, .leave, .leave])
    }
}
