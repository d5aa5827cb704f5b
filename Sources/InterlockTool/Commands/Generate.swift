import Interlock
import InterlockArguments
import InterlockTerminal

/// Answers one prompt.
struct Generate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Answer one prompt.",
        discussion: """
            The prompt is the argument, a file, or standard input. The answer goes to standard output as it comes; \
            everything else goes to standard error.
            """)

    @Argument(help: "What to ask; '-' reads standard input, as does leaving it out.")
    var prompt: String?

    @Option(name: .shortAndLong, help: "Read the prompt from a file.", completion: .file())
    var file: String?

    @Option(name: .shortAndLong, help: "Instructions for the model.")
    var system: String?

    @Flag(help: "Continue the prompt as it stands, without a chat template.")
    var raw = false

    @Flag(inversion: .prefixedNo, help: "Print the answer as it comes.")
    var stream = true

    @Flag(help: "Print one JSON object with the answer, usage and timings.")
    var json = false

    @Flag(help: "Print figures to standard error when done: tokens per second, memory.")
    var stats = false

    @OptionGroup(title: "Backend")
    var backend: BackendOptions

    @OptionGroup(title: "Generation")
    var sampling: SamplingOptions

    @OptionGroup(title: "Logging")
    var logging: LoggingOptions

    func validate() throws {
        if prompt != nil, file != nil {
            throw ValidationError("The prompt is given twice: as an argument and with '--file'.")
        }
        if raw, system != nil {
            throw ValidationError("'--raw' has no place for '--system': the prompt stands alone.")
        }
        if sampling.logprobs != nil, !json {
            throw ValidationError("'--logprobs' needs '--json', which is where they are printed.")
        }
    }

    func run() async throws {
        let context = ToolContext.current
        let logger = logging.logger(context)
        let model = try backend.make(context, logging)
        let options = try sampling.options()
        let text = try await readPrompt(context)
        guard !text.isEmpty else {
            throw InterlockError(.invalidInput, "the prompt is empty", hint: "Write what to ask.")
        }
        let finished = try await Running.withBackend(model, context) { model in
            try await Running.interruptible { [self] in
                let loading = try await Running.load(model, context)
                try await answer(text, model, options, loading, context, logger)
                return true
            }
        }
        if finished == nil { throw Running.interruptedCode }
    }

    private func readPrompt(_ context: ToolContext) async throws -> String {
        if let file, file != "-" { return try StandardInput.readTextFile(file) }
        if let prompt, prompt != "-" { return prompt }
        if prompt == nil, file == nil, context.terminal.inputIsTerminal {
            throw ValidationError("There is no prompt: give one as an argument, with '--file', or on standard input.")
        }
        return try await StandardInput.readText()
    }

    private func request(_ text: String, _ options: GenerationOptions) -> GenerationRequest {
        var transcript = Transcript()
        if let system { transcript.append(.system(system)) }
        transcript.append(.user(text))
        var request = GenerationRequest(raw ? .text(text) : .transcript(transcript), options: options)
        sampling.apply(to: &request)
        return request
    }

    private func answer(
        _ text: String, _ model: any Backend, _ options: GenerationOptions, _ loading: Duration?,
        _ context: ToolContext, _ logger: Logger
    ) async throws {
        let printer = AnswerPrinter(context)
        var accumulator = ReplyAccumulator()
        do {
            try await model.run(request(text, options)) { event in
                try accumulator.apply(event)
                if case .dropped(let drop) = event {
                    logger.warning("\(drop.subject) is dropped: \(drop.reason)")
                }
                if stream, !json { try printer.print(event) }
            }
            var reply = try accumulator.reply()
            reply.timings.load = reply.timings.load ?? loading
            if json {
                try context.output.write(reply.json.jsonText(.pretty) + "\n")
            } else if !stream {
                try printer.print(.text(reply.content))
            }
            try printer.finish()
            if stats { try context.errors.write("[\(Figures.summary(of: reply))]\n") }
        } catch OutputError.readerWentAway {
            // Whoever read had enough: no error, and nobody to tell.
            return
        } catch {
            try? printer.finish()
            throw error
        }
    }
}
