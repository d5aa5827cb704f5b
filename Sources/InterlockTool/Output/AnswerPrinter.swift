import Interlock
import InterlockTerminal

/// Prints an answer to standard output as it comes.
///
/// At a terminal control characters of the answer are shown as pictures; in a pipe the text is what the model said. Either
/// way the output ends with a line break.
final class AnswerPrinter: Sendable {
    private let output: FileOutput
    private let isTerminal: Bool
    private let endsLine = Locked(true)

    init(_ context: ToolContext) {
        output = context.output
        isTerminal = context.terminal.outputIsTerminal
    }

    /// Prints what is new.
    ///
    /// - Throws: `OutputError`.
    func print(_ event: GenerationEvent) throws {
        guard case .text(let text) = event, let last = text.utf8.last else { return }
        try output.write(isTerminal ? text.printable : text)
        try output.flush()
        endsLine.withLock { $0 = last == UInt8(ascii: "\n") }
    }

    /// Ends the last line.
    ///
    /// - Throws: `OutputError`.
    func finish() throws {
        let isOpen = endsLine.withLock { endsLine in
            defer { endsLine = true }
            return !endsLine
        }
        if isOpen { try output.write("\n") }
        try output.flush()
    }
}
