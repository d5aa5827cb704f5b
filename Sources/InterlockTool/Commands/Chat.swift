import Interlock
import InterlockArguments
import InterlockTerminal

/// Talks with a model.
struct Chat: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Talk with a model.",
        discussion: """
            Ctrl-C stops an answer; at the prompt it clears the line, and a second one leaves. Ctrl-D leaves, too. A \
            line that ends in a backslash goes on in the next.
            """)

    @Option(name: .shortAndLong, help: "Instructions for the model.")
    var system: String?

    @Flag(inversion: .prefixedNo, help: "Keep what is typed for later sessions.")
    var history = true

    @Flag(help: "Print figures after every answer: tokens per second, memory.")
    var stats = false

    @OptionGroup(title: "Backend")
    var backend: BackendOptions

    @OptionGroup(title: "Generation")
    var sampling: SamplingOptions

    @OptionGroup(title: "Logging")
    var logging: LoggingOptions

    func validate() throws {
        if sampling.logprobs != nil {
            throw ValidationError("'--logprobs' is for 'interlock generate --json'.")
        }
    }

    func run() async throws {
        let context = ToolContext.current
        let logger = logging.logger(context)
        let model = try backend.make(context, logging)
        let options = try sampling.options()
        try await Running.withBackend(model, context) { model in
            let loaded: Bool? = try await Running.interruptible {
                try await Running.load(model, context)
                return true
            }
            if loaded == nil { throw Running.interruptedCode }
            do {
                // Between an answer and the next line nobody else handles signals; the loop looks at what came.
                try await Interrupts.withHandler({ _ in .handled }) {
                    try await converse(model, options, context, logger)
                }
            } catch OutputError.readerWentAway {
                return
            }
        }
        let code = Interrupts.exitCode(otherwise: 0)
        if code != 0 { throw ExitCode(code) }
    }

    private func converse(
        _ model: any Backend, _ options: GenerationOptions, _ context: ToolContext, _ logger: Logger
    ) async throws {
        let session = LanguageModelSession(model: model, instructions: system)
        var configuration = LineEditor.Configuration()
        configuration.historyFile = history ? HistoryLocation.path(context, logger) : nil
        let editor = LineEditor(configuration: configuration)
        if let error = editor.historyError { logger.warning("\(error)") }
        if editor.isInteractive {
            let name = (model.identity.model ?? model.identity.name).printable
            try context.errors.write("\(name). Ctrl-C stops an answer, Ctrl-D leaves.\n")
        }
        var interrupts = PromptInterrupts()
        while true {
            switch interrupts.next(try await editor.readLine(prompt: "> ")) {
            case .leave: return
            case .hint: try context.errors.write("(Ctrl-C again leaves)\n")
            case .use(let line):
                guard !line.allSatisfy(\.isWhitespace) else { continue }
                do {
                    try await answer(line, session, options, context, logger)
                } catch let error as InterlockError where editor.isInteractive {
                    // The conversation goes on without this turn.
                    logger.error("\(error)")
                }
                if Interrupts.exitCode(otherwise: 0) != 0 { return }
            }
        }
    }

    private func answer(
        _ line: String, _ session: LanguageModelSession, _ options: GenerationOptions, _ context: ToolContext,
        _ logger: Logger
    ) async throws {
        let printer = AnswerPrinter(context)
        let reply: Reply? = try await Running.interruptible { [self] in
            var accumulator = ReplyAccumulator()
            let stream = session.streamResponse(
                to: .user(line), options: options, configure: { sampling.apply(to: &$0) })
            for try await snapshot in stream {
                try accumulator.apply(snapshot.event)
                if case .dropped(let drop) = snapshot.event {
                    logger.warning("\(drop.subject) is dropped: \(drop.reason)")
                }
                try printer.print(snapshot.event)
            }
            return try accumulator.reply()
        }
        try printer.finish()
        guard let reply else {
            if context.terminal.errorIsTerminal { try context.errors.write("(stopped; this turn is forgotten)\n") }
            return
        }
        if stats { try context.errors.write("[\(Figures.summary(of: reply))]\n") }
    }
}
