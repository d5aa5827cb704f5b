/// A command whose work is asynchronous.
///
/// The root must be one when any command below it is; commands below may be either.
public protocol AsyncParsableCommand: ParsableCommand {
    /// Does the command's work; prints its help unless overridden.
    mutating func run() async throws
}

extension AsyncParsableCommand {
    /// Calls the asynchronous `run()`.
    public mutating func _runAny() async throws {
        try await run()
    }

    /// Parses the given words, runs the command they name, and ends the program.
    public static func main(_ arguments: [String]?) async {
        let words = arguments ?? Array(CommandLine.arguments.dropFirst())
        let code = await run(arguments: words)
        CommandOutput.standard.end(code)
    }

    /// Parses this process's arguments, runs the command they name, and ends the program.
    @concurrent public static func main() async {
        await main(nil)
    }

    /// Parses the given words and runs the command they name, and neither ends the program nor prints past `output`.
    ///
    /// Help and the version go to the standard output, errors to standard error.
    ///
    /// - Parameters:
    ///   - arguments: The words behind the program's name.
    ///   - output: Where text goes; what the commands print themselves doesn't pass through it.
    ///   - columns: The width for help texts; the terminal's when nil.
    /// - Returns: The status for the system.
    public static func run(
        arguments: [String],
        output: CommandOutput = .standard,
        columns: Int? = nil
    ) async -> ExitCode {
        var parser = CommandParser(root: self)
        do {
            var command = try parser.parse(arguments)
            try await command._runAny()
            return .success
        } catch {
            return MessageInfo(error, stack: parser.stack, columns: columns)
                .report(to: output, prefix: _errorPrefix)
        }
    }
}
