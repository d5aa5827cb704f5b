/// A command and all below it, as completion scripts need them.
struct CompletionNode {
    struct Option {
        var names: [Name]
        var abstract: String
        var valueName: String
        /// Nil for a flag.
        var completion: CompletionKind.Source?
        var isRepeating: Bool
        /// Whether one use takes all words up to the next option.
        var takesMany: Bool
        var isShown: Bool
    }

    struct Positional {
        var valueName: String
        var completion: CompletionKind.Source
        var isRepeating: Bool
    }

    /// The commands' names from the root's on.
    var path: [String]
    var aliases: [String]
    var abstract: String
    var options: [Option]
    var positionals: [Positional]
    var children: [CompletionNode]
    /// The one among the children that takes over when none is named.
    var standIn: String?

    var name: String { path[path.count - 1] }

    /// The path as one word, which names the command inside of the scripts.
    var joinedPath: String { path.joined(separator: "/") }

    /// This command and all below it.
    var all: [CompletionNode] { [self] + children.flatMap(\.all) }

    /// The positional argument that the word at an index is for.
    func positional(at index: Int) -> Positional? {
        if positionals.indices.contains(index) { return positionals[index] }
        return positionals.last.flatMap { $0.isRepeating ? $0 : nil }
    }
}

extension CompletionNode {
    /// The tree of a root, with the `help` command that every root with subcommands has.
    init(root: any ParsableCommand.Type) {
        self.init(root, above: [], inherited: [])
        guard !children.isEmpty else { return }
        let topics = children.map { $0.asHelpTopic(below: path + ["help"]) }
        children.append(
            CompletionNode(
                path: path + ["help"],
                aliases: [],
                abstract: "Show subcommand help information.",
                options: [],
                positionals: [],
                children: topics
            )
        )
    }

    private init(_ type: any ParsableCommand.Type, above: [any ParsableCommand.Type], inherited: [Option]) {
        let configuration = type.configuration
        let stack = above + [type]
        let definitions = DefinitionSet(type: type).definitions
        path = stack.map { $0._commandName }
        aliases = configuration.aliases
        abstract = configuration.abstract
        options = definitions.filter { !$0.isPositional }.map(Option.init)
        let line = definitions.byLine.filter { $0.count > 1 }
        for definition in line.flatMap({ $0 }) where definition.help.abstract.isEmpty {
            // The abstract of a shared line goes for each of its flags.
            guard let index = options.firstIndex(where: { $0.names == definition.names }) else { continue }
            options[index].abstract = line.flatMap { $0 }.first { $0.slot === definition.slot }?.help.abstract ?? ""
        }
        options += Self.builtIn(stack)
        positionals = definitions.filter { $0.isPositional && $0.help.visibility == .default }.map { definition in
            Positional(
                valueName: definition.valueName,
                completion: definition.documentation().completion.source,
                isRepeating: definition.isRepeating
            )
        }
        children = []
        // Options of commands above are understood, but help doesn't list them; neither do the scripts.
        let known = Set(options.flatMap(\.names))
        options += inherited.compactMap { option in
            var hidden = option
            hidden.names.removeAll(where: known.contains)
            hidden.isShown = false
            return hidden.names.isEmpty ? nil : hidden
        }
        children = configuration.subcommands.filter { $0.configuration.shouldDisplay }.map {
            CompletionNode($0, above: stack, inherited: options)
        }
        if let other = configuration.defaultSubcommand,
            let standIn = children.first(where: { $0.name == other._commandName })
        {
            self.standIn = standIn.name
            let known = Set(options.filter(\.isShown).flatMap(\.names))
            options += standIn.options.filter { $0.isShown && known.isDisjoint(with: $0.names) }
            if positionals.isEmpty { positionals = standIn.positionals }
        }
    }

    private static func builtIn(_ stack: [any ParsableCommand.Type]) -> [Option] {
        var flags: [Option] = []
        if stack.haveVersion { flags.append(Option(flag: [.long("version")], abstract: "Show the version.")) }
        let names = stack.helpNames(for: .default).shortFirst
        if !names.isEmpty { flags.append(Option(flag: names, abstract: "Show help information.")) }
        return flags
    }

    private func asHelpTopic(below above: [String]) -> CompletionNode {
        var topic = self
        topic.path = above + [name]
        topic.options = []
        topic.positionals = []
        topic.standIn = nil
        topic.children = children.map { $0.asHelpTopic(below: topic.path) }
        return topic
    }
}

extension CompletionNode.Option {
    init(_ definition: ArgumentDefinition) {
        names = definition.names.shortFirst
        abstract = definition.help.abstract
        valueName = definition.valueName
        completion = definition.takesValue ? definition.documentation().completion.source : nil
        isRepeating = definition.isRepeating
        takesMany = definition.parsing == .upToNextOption || definition.parsing == .remaining
        isShown = definition.help.visibility == .default
    }

    init(flag names: [Name], abstract: String) {
        self.names = names
        self.abstract = abstract
        valueName = ""
        isRepeating = false
        takesMany = false
        isShown = true
    }
}

extension String {
    /// The text between single quotes, as bash and zsh read it.
    var shellQuoted: String {
        "'" + split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
    }

    /// The text as part of a shell function's name.
    var identifier: String {
        String(map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" })
    }

    func indented(by count: Int) -> String {
        let margin = String(repeating: " ", count: count)
        return margin + indentingLaterLines(by: count)
    }
}
