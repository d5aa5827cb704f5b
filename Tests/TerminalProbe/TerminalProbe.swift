import InterlockTerminal

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A program for the tests to drive through a pseudo-terminal or a pipe: its first argument says what it does.
@main
struct TerminalProbe {
    static func main() async {
        Interrupts.install()
        let arguments = Array(CommandLine.arguments.dropFirst())
        let status: Int32
        do {
            status = try await run(arguments.first ?? "", Array(arguments.dropFirst()))
        } catch {
            try? FileOutput.standardError.write("error: \(error)\n")
            status = 1
        }
        try? FileOutput.standardOutput.flush()
        exit(Interrupts.exitCode(otherwise: status))
    }

    static func run(_ command: String, _ arguments: [String]) async throws -> Int32 {
        switch command {
        case "chat": try await chat(historyFile: arguments.first)
        case "generate": try await generate()
        case "wait": try await wait()
        case "flood": try flood()
        case "input": try await input(limit: arguments.first.flatMap { Int($0) })
        case "capabilities": try capabilities()
        case "progress": try progress()
        default: try unknown(command)
        }
    }

    static func say(_ text: String) throws {
        try FileOutput.standardOutput.write(text + "\n")
        try FileOutput.standardOutput.flush()
    }

    static func unknown(_ command: String) throws -> Int32 {
        try say("unknown command \(command)")
        return 64
    }

    /// The loop that `interlock chat` has.
    static func chat(historyFile: String?) async throws -> Int32 {
        var configuration = LineEditor.Configuration()
        configuration.historyFile = historyFile
        configuration.historyLimit = 4
        configuration.maximumLineBytes = 100_000
        let editor = LineEditor(configuration: configuration)
        var interrupts = PromptInterrupts()
        while true {
            let result: LineEditor.Result
            do {
                result = try await editor.readLine(prompt: "\u{1B}[1mprobe>\u{1B}[0m ")
            } catch let error as InputError {
                try say("input error: \(error)")
                continue
            }
            if let error = editor.historyError { try say("history error: \(error)") }
            switch interrupts.next(result) {
            case .use("answer"): try await answer()
            case .use("crash later"): later { fatalError("asked for") }
            case .use("exit later"): later { exit(7) }
            case .use("cancel later"):
                let next = Task { try await editor.readLine(prompt: "second> ") }
                later { next.cancel() }
                let result = await next.result
                try say("cancelled: \((try? result.get()) == nil)")
            case .use(let line): try say("line \(line.utf8.count) \(line.debugDescription)")
            case .hint: try say("press Ctrl-C again to leave")
            case .leave:
                try say("bye")
                return 0
            }
        }
    }

    /// Runs something from another thread once the test writes to descriptor 3, while the prompt is up.
    static func later(_ body: @escaping @Sendable () -> Void) {
        Task.detached {
            var byte: UInt8 = 0
            while read(3, &byte, 1) == -1, errno == EINTR {}
            body()
        }
    }

    /// An answer that never ends by itself.
    static func answer() async throws {
        let answer = Task { try await Task.sleep(for: .seconds(600)) }
        try await Interrupts.withHandler { signal in
            answer.cancel()
            return .handled
        } operation: {
            try say("answering")
            _ = await answer.result
        }
        try say("stopped")
    }

    static func generate() async throws -> Int32 {
        try await answer()
        return Interrupts.Signal.interrupt.exitCode
    }

    static func wait() async throws -> Int32 {
        try say("waiting")
        try await Task.sleep(for: .seconds(600))
        return 0
    }

    static func flood() throws -> Int32 {
        do throws(OutputError) {
            let line = [UInt8](repeating: UInt8(ascii: "x"), count: 1000) + [10]
            while true { try FileOutput.standardOutput.write(line) }
        } catch {
            try FileOutput.standardError.write("\(error)\n")
            return error == .readerWentAway ? 3 : 4
        }
    }

    static func input(limit: Int?) async throws -> Int32 {
        let text = try await StandardInput.readText(limit: limit ?? StandardInput.defaultLimit)
        try say("read \(text.utf8.count) \(text.prefix(40).debugDescription)")
        return 0
    }

    static func capabilities() throws -> Int32 {
        let found = TerminalCapabilities.current()
        try say(
            "input \(found.inputIsTerminal) output \(found.outputIsTerminal) error \(found.errorIsTerminal) "
                + "width \(found.width) colors \(found.colorsOutput) utf8 \(found.isUTF8)")
        return 0
    }

    static func progress() throws -> Int32 {
        let progress = ProgressLine()
        progress.update(0.5, label: "loading\u{1B}[31m weights")
        progress.finish()
        try say("done")
        return 0
    }
}
