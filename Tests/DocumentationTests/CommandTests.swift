import TestSupport
import Testing

/// Commands in blocks marked `sh run` do what the pages say.
@Suite struct CommandTests {
    /// A block, what it exits with and what it prints, where the page says so.
    struct Command: Sendable, CustomTestStringConvertible {
        var block: Page.Block
        var code: Int32
        var output: String?

        var testDescription: String { "\(block)" }
    }

    static let commands: [Command] = Page.all.flatMap { page in
        page.blocks.filter { $0.language == "sh" && $0.words.contains("run") }.map { block in
            let exit = block.words.first { $0.hasPrefix("exit=") }?.dropFirst("exit=".count)
            let next = block.next.map { page.blocks[$0] }
            return Command(
                block: block, code: exit.flatMap { Int32($0) } ?? 0,
                output: next?.language == "text" ? next?.text : nil)
        }
    }

    /// Those that this build can run: some need a model.
    static var runnable: [Command] {
        #if LlamaCpp
        commands
        #else
        commands.filter { !$0.block.text.contains("Models/") }
        #endif
    }

    @Test func thereAreCommands() {
        #expect(Self.commands.count >= 10)
        for command in Self.commands {
            #expect(command.block.text.contains("interlock"), "\(command.block) runs something else")
        }
    }

    @Test(.enabled(if: Shell.toolFolder != nil, "the tool is not beside the tests"), arguments: runnable)
    func doesWhatThePageSays(_ command: Command) throws {
        let run = try Shell.run(command.block.text)
        #expect(run.exit == .code(command.code), "\(command.block): \(run.errors)")
        if let output = command.output { #expect(run.output.trimmed == output, "\(command.block)") }
        #expect(command.code == 0 || run.errors.hasPrefix("Error: "), "\(command.block): \(run.errors)")
    }
}
