/// Arguments that make up a command, possibly with commands below it.
///
/// Declare the root with `@main` and give it `static let configuration`.
public protocol ParsableCommand: ParsableArguments {
    /// What the command is called, says about itself, and has below it.
    static var configuration: CommandConfiguration { get }

    /// The command's name.
    static var _commandName: String { get }

    /// Does the command's work; prints its help unless overridden.
    mutating func run() throws

    /// Calls the `run()` that fits the command; not to be implemented.
    mutating func _runAny() async throws
}

extension ParsableCommand {
    /// A configuration of defaults.
    public static var configuration: CommandConfiguration { CommandConfiguration() }

    /// The configured name, else the type's in kebab case.
    public static var _commandName: String {
        // Not `String(describing:)`, which looks for conformances first and is a thousand times slower the first time.
        configuration.commandName ?? _typeName(Self.self, qualified: false).kebabCased
    }

    /// Prints the command's help.
    public mutating func run() throws {
        throw CleanExit.helpRequest(self)
    }

    /// Calls `run()`.
    public mutating func _runAny() async throws {
        try run()
    }
}

extension ParsableCommand {
    /// Parses the given words, by default those of this process, and gives the command they name, here or below.
    ///
    /// - Throws: An error for `message(for:)` and its like; also when help or the version was asked for.
    public static func parseAsRoot(_ arguments: [String]? = nil) throws -> any ParsableCommand {
        var parser = CommandParser(root: self)
        return try parser.parse(arguments ?? Array(CommandLine.arguments.dropFirst()))
    }

    /// The help text of a command below (or of this one).
    ///
    /// - Parameters:
    ///   - subcommand: The command.
    ///   - includeHidden: Whether to show hidden arguments.
    ///   - columns: The width; the terminal's when nil.
    public static func helpMessage(
        for subcommand: any ParsableCommand.Type,
        includeHidden: Bool = false,
        columns: Int? = nil
    ) -> String {
        HelpText(stack: stack(to: subcommand), visibility: includeHidden ? .hidden : .default)
            .rendered(columns: columns)
    }

    /// The usage line of a command below (or of this one), without its heading.
    public static func usageString(for subcommand: any ParsableCommand.Type, includeHidden: Bool = false) -> String {
        Usage(stack: stack(to: subcommand), visibility: includeHidden ? .hidden : .default).line
    }

    /// Parses the given words, runs the command they name, and ends the program.
    public static func main(_ arguments: [String]?) {
        CommandOutput.standard.end(run(arguments: arguments ?? Array(CommandLine.arguments.dropFirst())))
    }

    /// Parses this process's arguments, runs the command they name, and ends the program.
    public static func main() {
        main(nil)
    }

    /// Parses the given words and runs the command they name, and neither ends the program nor prints past `output`.
    ///
    /// An asynchronous command can't run from here; call `run(arguments:output:columns:)` on an
    /// `AsyncParsableCommand`. Help and the version go to the standard output, errors to standard error.
    ///
    /// - Parameters:
    ///   - arguments: The words behind the program's name.
    ///   - output: Where text goes.
    ///   - columns: The width for help texts; the terminal's when nil.
    /// - Returns: The status for the system.
    public static func run(
        arguments: [String],
        output: CommandOutput = .standard,
        columns: Int? = nil
    ) -> ExitCode {
        var parser = CommandParser(root: self)
        do {
            var command = try parser.parse(arguments)
            guard !(command is any AsyncParsableCommand) else {
                throw ValidationError("The command '\(type(of: command)._commandName)' needs an asynchronous root.")
            }
            try command.run()
            return .success
        } catch {
            return MessageInfo(error, stack: parser.stack, columns: columns)
                .report(to: output, prefix: _errorPrefix)
        }
    }

    /// The commands from this one down to another, or this one alone when the other isn't below.
    static func stack(to other: any ParsableCommand.Type) -> [any ParsableCommand.Type] {
        path(to: other) ?? [self]
    }

    private static func path(to other: any ParsableCommand.Type) -> [any ParsableCommand.Type]? {
        if other == self { return [self] }
        for child in configuration.subcommands {
            if let rest = child.path(to: other) { return [self] + rest }
        }
        return nil
    }
}
