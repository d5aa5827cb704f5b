/// A command's help screen.
struct HelpText {
    /// The column in which texts start, behind the arguments' names.
    static let textColumn = 26

    struct Entry {
        var label: String
        var text: String
        var discussion: String?
        /// Values with what they mean, one to a line.
        var values: [(value: String, meaning: String)] = []
    }

    struct Section {
        var title: String
        var entries: [Entry]
    }

    let stack: [any ParsableCommand.Type]
    private let configuration: CommandConfiguration
    private let usage: String
    private(set) var sections: [Section]
    private var listsSubcommands = false

    init(stack: [any ParsableCommand.Type], visibility: ArgumentVisibility) {
        self.stack = stack
        configuration = stack.last?.configuration ?? CommandConfiguration()
        let shown = stack.last.map { DefinitionSet(type: $0).shown(at: visibility) } ?? []
        usage = Usage(stack: stack, shown: shown).line
        sections = Self.sections(of: shown, stack: stack, visibility: visibility)
        let commands = subcommandSections()
        listsSubcommands = !commands.isEmpty
        sections += commands
    }

    func rendered(columns: Int?) -> String {
        let columns = max(20, columns ?? TerminalWidth.current)
        var parts: [String] = []
        let overview = [configuration.abstract, configuration.discussion].filter { !$0.isEmpty }
        if !overview.isEmpty {
            // A discussion alone starts on a line of its own.
            let lead = configuration.abstract.isEmpty ? "OVERVIEW: \n" : "OVERVIEW: "
            parts.append((lead + overview.joined(separator: "\n\n")).wrapped(to: columns) + "\n")
        }
        if !usage.isEmpty { parts.append("USAGE: \(usage.indentingLaterLines(by: 7))\n") }
        parts += sections.map { $0.rendered(columns: columns) }
        if listsSubcommands {
            var names = stack.map { $0._commandName }
            names.insert("help", at: 1)
            parts.append("  See '\(names.joined(separator: " ")) <subcommand>' for detailed help.")
        }
        return parts.joined(separator: "\n")
    }

    private func subcommandSections() -> [Section] {
        func section(_ title: String, _ commands: [any ParsableCommand.Type]) -> Section {
            let entries = commands.compactMap { command -> Entry? in
                let each = command.configuration
                guard each.shouldDisplay else { return nil }
                let names = ([command._commandName] + each.aliases).joined(separator: ", ")
                let isDefault = configuration.defaultSubcommand.map { $0 == command } ?? false
                return Entry(label: names + (isDefault ? " (default)" : ""), text: each.abstract)
            }
            return Section(title: title, entries: entries)
        }
        let all =
            [section("SUBCOMMANDS", configuration.ungroupedSubcommands)]
            + configuration.groupedSubcommands.map { section("\($0.name.uppercased()) SUBCOMMANDS", $0.subcommands) }
        return all.filter { !$0.entries.isEmpty }
    }
}

extension HelpText {
    /// The sections of arguments: positional ones, titled groups in order, then options with the built-in flags.
    static func sections(
        of shown: [ArgumentDefinition],
        stack: [any ParsableCommand.Type],
        visibility: ArgumentVisibility
    ) -> [Section] {
        var positional = Section(title: "ARGUMENTS", entries: [])
        var options = Section(title: "OPTIONS", entries: [])
        var titled: [Section] = []
        for definitions in shown.byLine {
            let entry = Entry(definitions)
            if let title = definitions.first?.groupTitle.uppercased(), !title.isEmpty {
                if let index = titled.firstIndex(where: { $0.title == title }) {
                    titled[index].entries.append(entry)
                } else {
                    titled.append(Section(title: title, entries: [entry]))
                }
            } else if definitions.first?.isPositional ?? false {
                positional.entries.append(entry)
            } else {
                options.entries.append(entry)
            }
        }
        options.entries += builtIn(stack)
        return ([positional] + titled + [options]).filter { !$0.entries.isEmpty }
    }

    private static func builtIn(_ stack: [any ParsableCommand.Type]) -> [Entry] {
        var entries: [Entry] = []
        if stack.haveVersion { entries.append(Entry(label: "--version", text: "Show the version.")) }
        let names = stack.helpNames(for: .default).shortFirst
        if !names.isEmpty {
            let label = names.map(\.spelled).joined(separator: ", ")
            entries.append(Entry(label: label, text: "Show help information."))
        }
        return entries
    }
}

extension [ArgumentDefinition] {
    /// The definitions by line of help: neighbours of one slot that share a line stand together.
    var byLine: [[ArgumentDefinition]] {
        var lines: [[ArgumentDefinition]] = []
        for definition in self {
            if definition.sharesLine, let last = lines.last?.first, last.sharesLine, last.slot === definition.slot {
                lines[lines.count - 1].append(definition)
            } else {
                lines.append([definition])
            }
        }
        return lines
    }
}

extension HelpText.Entry {
    /// The entry for the definitions of one line.
    init(_ definitions: [ArgumentDefinition]) {
        label = definitions.map(\.label).joined(separator: "/")
        text = definitions.lazy.map(\.help.abstract).first { !$0.isEmpty } ?? ""
        discussion = definitions.first?.help.discussion
        guard let documentation = definitions.first?.documentation() else { return }
        let meanings = documentation.valueDescriptions
        if !meanings.isEmpty {
            values = documentation.values.map { ($0, meanings[$0] ?? "") }
        }
        let notes = [
            meanings.isEmpty && !documentation.values.isEmpty
                ? "values: \(documentation.values.filter { !$0.isEmpty }.joined(separator: ", "))" : "",
            documentation.defaultValue.isEmpty ? "" : "default: \(documentation.defaultValue)",
        ].filter { !$0.isEmpty }
        if !notes.isEmpty {
            text += (text.isEmpty ? "" : " ") + "(\(notes.joined(separator: "; ")))"
        }
    }

    fileprivate func rendered(columns: Int) -> String {
        var result = Self.aligned("  " + label, text, columns: columns)
        if let discussion, !discussion.isEmpty {
            result += discussion.wrapped(to: columns, indent: 8) + "\n"
        }
        for value in values {
            let item = "        " + value.value
            result += Self.aligned(item, value.meaning.isEmpty ? "" : "- " + value.meaning, columns: columns)
        }
        return result
    }

    /// A label and, from the text's column on, its text; below the label when that is too long.
    private static func aligned(_ label: String, _ text: String, columns: Int) -> String {
        guard !text.isEmpty else { return label + "\n" }
        // A terminal too narrow for two columns gets the texts less far to the right.
        let column = columns >= HelpText.textColumn + 20 ? HelpText.textColumn : 8
        let wrapped = text.wrapped(to: columns, indent: column)
        guard label.count < column else { return label + "\n" + wrapped + "\n" }
        return label + wrapped.dropFirst(label.count) + "\n"
    }
}

extension HelpText.Section {
    fileprivate func rendered(columns: Int) -> String {
        "\(title):\n" + entries.map { $0.rendered(columns: columns) }.joined()
    }
}
