/// A command's usage line.
struct Usage {
    let line: String

    init(stack: [any ParsableCommand.Type], visibility: ArgumentVisibility) {
        let shown = stack.last.map { DefinitionSet(type: $0).shown(at: visibility) }
        self.init(stack: stack, shown: shown ?? [])
    }

    /// - Parameters:
    ///   - stack: The commands from the root to the one concerned.
    ///   - shown: The arguments that may be mentioned.
    init(stack: [any ParsableCommand.Type], shown: [ArgumentDefinition]) {
        let configuration = stack.last?.configuration ?? CommandConfiguration()
        if let usage = configuration.usage {
            line = usage
            return
        }
        var words = stack.map { $0._commandName }
        if shown.count > 12 {
            // Too many to read: only what must be given and what stands without a name.
            let important = shown.filter { $0.isPositional || !$0.isOptional }
            if important.isEmpty || important.count > 12 {
                words.append("<options>")
            } else {
                words.append("[<options>]")
                words += important.map(\.synopsis)
            }
        } else {
            words += shown.map(\.synopsis)
        }
        if !configuration.subcommands.isEmpty { words.append("<subcommand>") }
        line = words.joined(separator: " ")
    }
}
