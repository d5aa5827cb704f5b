#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Lines from a person at a terminal, or from a pipe.
///
/// At a terminal there is a prompt, and in a build with the `LineEditing` trait editing with the cursor keys, a history
/// and search in it (libedit; `~/.editrc` is read). There a bracketed paste is one piece: its line breaks become part of
/// the line, which Return then enters as a whole. Where libedit is not built in, or TERM is empty or `dumb`, the
/// terminal's own line discipline does the editing. From a pipe lines are read without a prompt and without an echo.
///
/// A line that ends in an odd number of backslashes goes on in the next: the last backslash is taken away and a line
/// break put in its place. A carriage return at the end of a line is dropped.
///
/// While a line is read from a terminal, Ctrl-C gives ``Result/interrupted(discarded:)``, a closed terminal and SIGTERM
/// give ``Result/endOfInput`` (this needs ``Interrupts/install()``). Between two lines the editor handles no signal:
/// keep a handler around the loop. The terminal's modes are the usual ones whenever no line is being read, and are put
/// back on every way out of the process.
///
/// The reading happens on a thread of the editor's own. Lines asked for at the same time are read one after the other.
public final class LineEditor: Sendable {
    /// What came of asking for a line.
    public enum Result: Equatable, Sendable {
        /// A line, without its line break.
        case line(String)
        /// Ctrl-C, and the text it threw away. `^C` and a line break are on the screen.
        case interrupted(discarded: String)
        /// Ctrl-D on an empty line, the end of the pipe, a closed terminal, or a request to end.
        case endOfInput
    }

    /// How a line editor behaves.
    public struct Configuration: Sendable {
        /// Where the history is kept; nil keeps it in memory only.
        ///
        /// Used at a terminal only.
        public var historyFile: String?
        /// How many entries of history are kept.
        public var historyLimit = 1000
        /// The longest line in bytes; a longer one throws ``InputError``.
        public var maximumLineBytes = 16 << 20
        /// The prompt of a line that continues another.
        public var continuationPrompt = "... "

        /// The defaults: no history file, 1000 entries, 16 MiB.
        public init() {}
    }

    /// Whether a person at a terminal is asked: there is a prompt, and Ctrl-C is the editor's while a line is read.
    public let isInteractive: Bool
    private let core: EditorCore

    /// A line editor on standard input.
    ///
    /// Prompts go to standard output, or to standard error where only that is a terminal.
    public convenience init(configuration: Configuration = Configuration()) {
        let output = isatty(1) == 1 ? Int32(1) : isatty(2) == 1 ? Int32(2) : nil
        self.init(configuration: configuration, input: 0, output: output)
    }

    /// A line editor on the given descriptors, which stay open; without `output` there is no prompt and no editing.
    public init(configuration: Configuration, input: Int32, output: Int32?) {
        let isTerminal = isatty(input) == 1
        isInteractive = isTerminal
        core = EditorCore(
            configuration: configuration, input: input, output: isTerminal ? output : nil, isTerminal: isTerminal
        )
    }

    deinit {
        core.close()
    }

    /// What is wrong with the history file, once it has been read or written; editing goes on without it.
    public var historyError: HistoryError? { core.historyError }

    /// Asks for a line.
    ///
    /// The prompt may contain colour sequences (`ESC [ … m`); they count as no columns. Other control characters are
    /// taken out of it.
    /// - Throws: ``InputError`` for a line that is too long or not UTF-8 (the next call reads the next line) and for a
    ///   failing descriptor; `CancellationError` when the task is cancelled or the editor has no thread.
    public func readLine(prompt: String) async throws -> Result {
        let request = EditorCore.Request(prompt: prompt)
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { core.submit(request, $0) }
        } onCancel: {
            request.cancel()
            core.wake()
        }
    }
}
