/// An error, or a wish for help, as it is to be printed.
struct MessageInfo {
    private enum Kind {
        case clean
        case usageMistake
        case failure(ExitCode)
    }

    private let kind: Kind
    /// The message alone.
    let message: String
    private let argumentHelp: String
    private let usage: String

    private init(_ kind: Kind, _ message: String, argumentHelp: String = "", usage: String = "") {
        self.kind = kind
        self.message = message
        self.argumentHelp = argumentHelp
        self.usage = usage
    }

    /// An error as seen from a type whose commands may not be known: user's errors get the type's own usage.
    init(_ error: any Error, type: any ParsableArguments.Type, columns: Int?) {
        self.init(error, stack: [type.asCommand], columns: columns)
    }

    /// An error of a command that was reached over others.
    init(_ error: any Error, stack: [any ParsableCommand.Type], columns: Int?) {
        guard let failure = error as? ParseFailure else {
            self.init(thrown: error, stack: stack, columns: columns)
            return
        }
        switch failure.reason {
        case .help(let visibility):
            self.init(clean: HelpText(stack: failure.stack, visibility: visibility).rendered(columns: columns))
        case .version:
            let version = failure.stack.last { !$0.configuration.version.isEmpty }?.configuration.version
            self.init(clean: version ?? "")
        case .completionScript(let shell):
            self.init(clean: shell.script(for: failure.root))
        case .manualPage:
            self.init(clean: ManualPage(root: failure.root).rendered())
        case .validation(let thrown):
            self.init(thrown: thrown, stack: failure.stack, columns: columns)
        case .mistake(let message, let help):
            let usage = Self.usage(of: failure.stack)
            self.init(.usageMistake, message, argumentHelp: help, usage: usage)
        case .nothingGiven(let message, let help):
            let usage = "\n" + HelpText(stack: failure.stack, visibility: .default).rendered(columns: columns)
            self.init(.usageMistake, message, argumentHelp: help, usage: usage)
        }
    }

    private init(clean text: String) {
        self.init(.clean, text)
    }

    private init(thrown error: any Error, stack: [any ParsableCommand.Type], columns: Int?) {
        switch error {
        case let error as ValidationError:
            self.init(.usageMistake, error.message, usage: Self.usage(of: stack))
        case let exit as CleanExit:
            switch exit.reason {
            case .message(let text):
                self.init(clean: text)
            case .help(let command):
                let path = command.flatMap { command in
                    stack.last == command ? stack : stack.first?.stack(to: command)
                }
                self.init(clean: HelpText(stack: path ?? stack, visibility: .default).rendered(columns: columns))
            }
        case let code as ExitCode:
            self.init(.failure(code), "")
        default:
            let code = (error as? any ExitCodeProviding)?.exitCode ?? .failure
            self.init(.failure(code), String(describing: error))
        }
    }

    private static func usage(of stack: [any ParsableCommand.Type]) -> String {
        let line = Usage(stack: stack, visibility: .default).line
        var lines = line.isEmpty ? [] : ["Usage: " + line.indentingLaterLines(by: 7)]
        if let help = stack.helpNames(for: .default).preferred {
            let path = stack.map { $0._commandName }.joined(separator: " ")
            lines.append("  See '\(path) \(help.spelled)' for more information.")
        }
        return lines.joined(separator: "\n")
    }

    var exitCode: ExitCode {
        switch kind {
        case .clean: .success
        case .usageMistake: .validationFailure
        case .failure(let code): code
        }
    }

    func fullText(prefix: String) -> String {
        switch kind {
        case .clean:
            return message
        case .usageMistake:
            let first = message.isEmpty ? "" : "\(prefix)\(message)\n"
            let second = argumentHelp.isEmpty ? "" : "Help:  \(argumentHelp)\n"
            return first + second + usage
        case .failure:
            return message.isEmpty ? "" : "\(prefix)\(message)"
        }
    }

    /// Prints the text where it belongs.
    func report(to output: CommandOutput, prefix: String) -> ExitCode {
        let text = fullText(prefix: prefix)
        if !text.isEmpty {
            if case .clean = kind { output.printOut(text) } else { output.printError(text) }
        }
        return exitCode
    }
}
