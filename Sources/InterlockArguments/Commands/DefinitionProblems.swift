extension ParsableCommand {
    /// What is wrong with the declarations of this command and all below it, in sentences; empty when all is well.
    ///
    /// Nothing checks this while parsing, so that a program starts fast. A test should expect it to be empty:
    /// `#expect(Tool.definitionProblems() == [])`. It finds names given twice, positional arguments that can't be
    /// reached, flags that can't change anything, unusable names, subcommands of one name, a default subcommand
    /// that isn't a subcommand, a command below itself, and asynchronous commands below a synchronous root.
    public static func definitionProblems() -> [String] {
        problems(above: [])
    }

    private static func problems(above: [any ParsableCommand.Type]) -> [String] {
        let stack = above + [self]
        let path = stack.map { $0._commandName }.joined(separator: " ")
        guard !above.contains(where: { $0 == self }) else { return ["\(path): The command is below itself."] }
        let instance = makeInstance()
        let definitions = DefinitionSet(instance).definitions
        var problems =
            nameProblems(definitions) + positionalProblems(definitions) + subcommandProblems(isRoot: above.isEmpty)
        if let root = stack.first, self is any AsyncParsableCommand.Type, !(root is any AsyncParsableCommand.Type) {
            problems.append("The command is asynchronous, so the root must be an AsyncParsableCommand.")
        }
        if !DefinitionSet.agrees(with: instance) { problems.append("The names of its properties can't be trusted.") }
        return problems.map { "\(path): \($0)" } + configuration.subcommands.flatMap { $0.problems(above: stack) }
    }

    private static func nameProblems(_ definitions: [ArgumentDefinition]) -> [String] {
        var problems: [String] = []
        var seen: Set<Name> = []
        for definition in definitions where !definition.isPositional {
            if definition.names.isEmpty { problems.append("'\(definition.key)' has no name.") }
            for name in definition.names {
                if !seen.insert(name).inserted { problems.append("'\(name.spelled)' is declared twice.") }
                let isBad = name.bare.isEmpty || name.bare.hasPrefix("-") || name.bare.contains { " =".contains($0) }
                if isBad { problems.append("'\(name.spelled)' can't be used as a name.") }
            }
            if let slot = definition.slot as? Slot<Bool>, slot.initial == true, !definition.sharesLine {
                problems.append("'\(definition.spelled)' is true without being given; it needs an inversion.")
            }
        }
        return problems
    }

    private static func positionalProblems(_ definitions: [ArgumentDefinition]) -> [String] {
        var problems: [String] = []
        var array: ArgumentDefinition?
        var optional: ArgumentDefinition?
        for definition in definitions where definition.isPositional {
            if definition.parsing == .postTerminator || definition.parsing == .allUnrecognized { continue }
            if let array {
                problems.append("'\(definition.spelled)' can't be reached behind the array '\(array.spelled)'.")
            } else if let optional, !definition.isOptional {
                problems.append("'\(definition.spelled)' is required behind the optional '\(optional.spelled)'.")
            }
            if definition.isRepeating { array = definition }
            if definition.isOptional { optional = definition }
        }
        return problems
    }

    private static func subcommandProblems(isRoot: Bool) -> [String] {
        var problems: [String] = []
        let children = configuration.subcommands
        var seen: Set<String> = isRoot && !children.isEmpty ? ["help"] : []
        for name in children.flatMap({ [$0._commandName] + $0.configuration.aliases }) {
            if !seen.insert(name).inserted { problems.append("Two subcommands are called '\(name)'.") }
        }
        if let other = configuration.defaultSubcommand, !children.contains(where: { $0 == other }) {
            problems.append("The default subcommand '\(other._commandName)' isn't among the subcommands.")
        }
        return problems
    }
}
