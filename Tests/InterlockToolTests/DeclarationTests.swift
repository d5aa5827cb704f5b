import InterlockArguments
import TestSupport
import Testing

@testable import InterlockTool

@Suite("The tool's declaration")
struct DeclarationTests {
    @Test("commands and options do not contradict each other")
    func problems() {
        #expect(Root.definitionProblems() == [])
    }

    @Test("every option and argument says what it is for")
    func helpTexts() throws {
        for command in Root.configuration.subcommands {
            let lines = Root.helpMessage(for: command, columns: 200).split(separator: "\n")
            let options = lines.indices.filter { lines[$0].hasPrefix("  -") || lines[$0].hasPrefix("  <") }
            #expect(!options.isEmpty)
            for index in options {
                // The text stands behind the option, or below it where the option is long.
                let isBelow = lines.indices.contains(index + 1) && lines[index + 1].hasPrefix("          ")
                #expect(isBelow || lines[index].contains(where: \.isUppercase), "\(lines[index]) has no help")
            }
        }
    }

    @Test("the manual page documents the environment and the exit codes", arguments: ["LLM_MODEL", "NO_COLOR", "130"])
    func manualPage(word: String) {
        #expect(Root.manualPage(date: "January 1, 2026").contains(word))
    }
}
