public import Interlock
public import InterlockArguments
import InterlockTerminal

/// What is logged to standard error.
struct LoggingOptions: ParsableArguments {
    @Option(name: .customLong("log-level"), help: "Log this and whatever matters more.")
    var level: Logger.Level?

    @Flag(name: .shortAndLong, help: "Log what helps to find a fault; the same as --log-level debug.")
    var verbose = false

    @Flag(name: .customLong("debug-http"), help: "Print HTTP requests and responses, with every secret taken out.")
    var debugHTTP = false

    func validate() throws {
        if verbose, level != nil {
            throw ValidationError("'--verbose' and '--log-level' both say what to log; give one of them.")
        }
    }

    /// Where HTTP requests and responses are shown, if anywhere.
    func httpTrace(_ context: ToolContext) -> (@Sendable (String) -> Void)? {
        guard debugHTTP else { return nil }
        let output = context.errors
        return { text in try? output.write(text.printable + "\n") }
    }

    /// The logger: `--log-level`, else debug for `--verbose` or `CODE_EVOLVER_DEBUG=1`, else warnings.
    func logger(_ context: ToolContext) -> Logger {
        let isDebugging = verbose || context.environment["CODE_EVOLVER_DEBUG"] == "1"
        let level = level ?? (isDebugging ? .debug : .warning)
        return Logger(label: "interlock", logLevel: level, handler: StandardErrorLogHandler(context))
    }
}

extension Logger.Level: ExpressibleByArgument {}

/// Writes log messages to standard error, one line each.
private struct StandardErrorLogHandler: LogHandler {
    let output: FileOutput
    let colors: Bool

    init(_ context: ToolContext) {
        output = context.errors
        colors = context.terminal.colorsError
    }

    func log(level: Logger.Level, label: String, message: String, metadata: [String: String]) {
        let details = metadata.sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }.joined()
        let color = level >= .error ? "31" : level >= .warning ? "33" : "2"
        let head = colors ? "\u{1B}[\(color)m\(level.rawValue):\u{1B}[0m" : "\(level.rawValue):"
        let source = level >= .warning ? "" : " [\(label)]"
        // A log that nobody reads must not stop the work.
        try? output.write("\(head)\(source) \(message.printable)\(details.printable)\n")
    }
}
