/// One command on the way from the root to the one that runs, with what was found of its arguments.
struct CommandLevel {
    let type: any ParsableCommand.Type
    let configuration: CommandConfiguration
    var command: any ParsableCommand
    let set: DefinitionSet
    /// The positional arguments not yet given, in order.
    private(set) var positionals: [ArgumentDefinition]
    let passthrough: ArgumentDefinition?
    let postTerminator: ArgumentDefinition?
    let unrecognized: ArgumentDefinition?

    init(_ type: any ParsableCommand.Type, ancestors: [ObjectIdentifier: any ParsableArguments]) {
        self.type = type
        configuration = type.configuration
        command = type.init()
        set = DefinitionSet(command, ancestors: ancestors)
        let all = set.definitions.filter(\.isPositional)
        positionals = all.filter { $0.parsing != .postTerminator && $0.parsing != .allUnrecognized }
        passthrough = all.first { $0.parsing == .captureForPassthrough }
        postTerminator = all.first { $0.parsing == .postTerminator }
        unrecognized = all.first { $0.parsing == .allUnrecognized }
    }

    /// The positional argument that takes the next plain word.
    mutating func nextPositional() -> ArgumentDefinition? {
        guard let next = positionals.first else { return unrecognized }
        if !next.isRepeating { positionals.removeFirst() }
        return next
    }

    /// Whether the next plain word, and all after it, belong to an array that captures them as they are.
    var capturesNow: Bool { positionals.first?.parsing == .captureForPassthrough }

    func definition(named name: Name) -> ArgumentDefinition? {
        set.definitions.first { definition in
            if case .named(let names) = definition.shape { return names.contains(name) }
            return false
        }
    }

    func subcommand(named word: String) -> (any ParsableCommand.Type)? {
        configuration.subcommands.first { $0.answers(to: word) }
    }

    var hasSubcommands: Bool {
        !configuration.ungroupedSubcommands.isEmpty || !configuration.groupedSubcommands.isEmpty
    }
}

extension ParsableCommand {
    static func answers(to word: String) -> Bool {
        let configuration = configuration
        return (configuration.commandName ?? _commandName) == word || configuration.aliases.contains(word)
    }
}
