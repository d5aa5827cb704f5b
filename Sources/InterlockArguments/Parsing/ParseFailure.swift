/// Why parsing ended without a command.
struct ParseFailure: Error {
    enum Reason {
        case help(ArgumentVisibility)
        case version
        case completionScript(CompletionShell)
        case manualPage
        /// A wrong command line; the second text is the help of the argument concerned.
        case mistake(String, help: String = "")
        /// The same when the command line was empty: the whole help follows.
        case nothingGiven(String, help: String)
        /// What `validate()` threw.
        case validation(any Error)
    }

    /// The commands from the root to the one concerned.
    var stack: [any ParsableCommand.Type]
    var reason: Reason

    var root: any ParsableCommand.Type { stack[0] }
}

extension ParseFailure: CustomStringConvertible {
    var description: String { MessageInfo(self, stack: stack, columns: 80).message }
}

extension [any ParsableCommand.Type] {
    /// The names that ask for help in the last of the commands.
    func helpNames(for visibility: ArgumentVisibility) -> [Name] {
        let specification = last { $0.configuration.helpNames != nil }?.configuration.helpNames ?? [.short, .long]
        let names = specification.names(for: "help")
        guard visibility != .default else { return names }
        return names.compactMap { name in
            switch name {
            case .long(let text): .long("\(text)-hidden")
            case .longWithSingleDash(let text): .longWithSingleDash("\(text)-hidden")
            case .short: nil
            }
        }
    }

    var haveVersion: Bool { contains { !$0.configuration.version.isEmpty } }
}
