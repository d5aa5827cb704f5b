/// A type whose properties can be filled from a command line.
///
/// Declare properties with `@Argument`, `@Option`, `@Flag` and `@OptionGroup`; others keep their initial values.
/// Types written for this module also work with the ArgumentParser package as long as their other stored properties
/// are `Decodable`.
public protocol ParsableArguments: SendableMetatype {
    /// Creates an instance of unparsed properties.
    init()

    /// Checks the parsed properties; throw `ValidationError` to refuse them.
    mutating func validate() throws

    /// What stands before an error's message.
    static var _errorPrefix: String { get }
}

extension ParsableArguments {
    /// Accepts everything.
    public mutating func validate() throws {}

    /// "Error: ".
    public static var _errorPrefix: String { "Error: " }

    static var asCommand: any ParsableCommand.Type {
        self as? any ParsableCommand.Type ?? ArgumentsCommand<Self>.self
    }
}

/// The command that stands for arguments that are none.
struct ArgumentsCommand<Arguments: ParsableArguments>: ParsableCommand {
    @OptionGroup var arguments: Arguments

    static var configuration: CommandConfiguration {
        let name = _typeName(Arguments.self, qualified: false).kebabCased
        return CommandConfiguration(commandName: name.hasSuffix("-options") ? String(name.dropLast(8)) : name)
    }
}

extension ParsableArguments {
    /// Parses the given words, by default those of this process.
    ///
    /// - Throws: An error for `message(for:)` and its like; also when help or the version was asked for.
    public static func parse(_ arguments: [String]? = nil) throws -> Self {
        let command = try asCommand.parseAsRoot(arguments)
        if let wrapped = command as? ArgumentsCommand<Self> { return wrapped.arguments }
        if let result = command as? Self { return result }
        throw ParseFailure(
            stack: [type(of: command)],
            reason: .mistake("The command '\(type(of: command)._commandName)' isn't '\(asCommand._commandName)'.")
        )
    }

    /// Parses the given words, or prints why not and ends the program.
    public static func parseOrExit(_ arguments: [String]? = nil) -> Self {
        do {
            return try parse(arguments)
        } catch {
            exit(withError: error)
        }
    }

    /// The error's message alone.
    public static func message(for error: any Error) -> String {
        MessageInfo(error, type: self, columns: nil).message
    }

    /// The error as `exit(withError:)` prints it: with prefix, the argument's help, usage and where to read more.
    ///
    /// - Parameters:
    ///   - error: An error of parsing, validating or running.
    ///   - columns: The width for help texts; the terminal's when nil.
    public static func fullMessage(for error: any Error, columns: Int? = nil) -> String {
        MessageInfo(error, type: self, columns: columns).fullText(prefix: _errorPrefix)
    }

    /// The status with which `exit(withError:)` ends the program.
    public static func exitCode(for error: any Error) -> ExitCode {
        MessageInfo(error, type: self, columns: nil).exitCode
    }

    /// Prints the error, or the help asked for, and ends the program with the status that fits.
    public static func exit(withError error: (any Error)? = nil) -> Never {
        let output = CommandOutput.standard
        let code = error.map { MessageInfo($0, type: self, columns: nil).report(to: output, prefix: _errorPrefix) }
        output.end(code ?? .success)
    }

    /// The help text.
    ///
    /// - Parameters:
    ///   - includeHidden: Whether to show hidden arguments.
    ///   - columns: The width; the terminal's when nil.
    public static func helpMessage(includeHidden: Bool = false, columns: Int? = nil) -> String {
        HelpText(stack: [asCommand], visibility: includeHidden ? .hidden : .default).rendered(columns: columns)
    }

    /// The usage line without its heading.
    public static func usageString(includeHidden: Bool = false) -> String {
        Usage(stack: [asCommand], visibility: includeHidden ? .hidden : .default).line
    }

    /// The script that teaches a shell to complete the command's arguments.
    public static func completionScript(for shell: CompletionShell) -> String {
        shell.script(for: asCommand)
    }
}
