/// One command on the way from the root to the one that runs, with what was found of its arguments.
struct CommandLevel {
    let type: any ParsableCommand.Type
    let configuration: CommandConfiguration
    var command: any ParsableCommand
    private let slots: [AnySlot]
    private let cache = Cache()
    /// The groups to validate after parsing, innermost first.
    private(set) var groups: [any ArgumentGroup] = []
    /// The command's groups and itself, whose values groups of the same type further down share.
    private(set) var found: [(type: ObjectIdentifier, instance: Registry.Instance)] = []
    /// How many of the positional arguments before the repeating one were given.
    private var positionalCount = 0

    /// What depends on the properties' names, made when first needed: `tool version` never needs it.
    private final class Cache {
        var set: DefinitionSet?
        var positionals: Positionals?
    }

    /// The positional arguments by the way they are filled.
    private struct Positionals {
        var ordered: [ArgumentDefinition]
        var postTerminator: ArgumentDefinition?
        var unrecognized: ArgumentDefinition?

        init(_ set: DefinitionSet) {
            let all = set.definitions.filter(\.isPositional)
            ordered = all.filter { $0.parsing != .postTerminator && $0.parsing != .allUnrecognized }
            postTerminator = all.first { $0.parsing == .postTerminator }
            unrecognized = all.first { $0.parsing == .allUnrecognized }
        }
    }

    init(_ type: any ParsableCommand.Type, above levels: [CommandLevel]) {
        self.type = type
        configuration = type.configuration
        (command, slots) = type.makeCommand()
        link(slots, above: levels)
        if hasSubcommands {
            found.append((ObjectIdentifier(type), Registry.Instance(value: command, slots: slots)))
        }
    }

    /// Has groups share the values of those of the same type further up.
    private mutating func link(_ slots: [AnySlot], above levels: [CommandLevel]) {
        for slot in slots {
            guard let group = slot.group else { continue }
            let identifier = ObjectIdentifier(group.type)
            if let shared = levels.last(where: { $0.instance(of: identifier) != nil })?.instance(of: identifier) {
                group.adopt(shared)
                continue
            }
            let instance = group.instance
            link(instance.slots, above: levels)
            groups.append(group)
            found.append((identifier, instance))
        }
    }

    private func instance(of type: ObjectIdentifier) -> Registry.Instance? {
        found.first { $0.type == type }?.instance
    }

    var set: DefinitionSet {
        if let set = cache.set { return set }
        let set = DefinitionSet(Registry.Instance(value: command, slots: slots))
        cache.set = set
        return set
    }

    private var positionals: Positionals {
        if let positionals = cache.positionals { return positionals }
        let positionals = Positionals(set)
        cache.positionals = positionals
        return positionals
    }

    /// The positional argument that takes the next plain word.
    mutating func nextPositional() -> ArgumentDefinition? {
        guard !slots.isEmpty else { return nil }
        guard positionalCount < positionals.ordered.count else { return positionals.unrecognized }
        let next = positionals.ordered[positionalCount]
        if !next.isRepeating { positionalCount += 1 }
        return next
    }

    /// Whether the next plain word, and all after it, belong to an array that captures them as they are.
    var capturesNow: Bool {
        guard !slots.isEmpty, positionalCount < positionals.ordered.count else { return false }
        return positionals.ordered[positionalCount].parsing == .captureForPassthrough
    }

    var postTerminator: ArgumentDefinition? { slots.isEmpty ? nil : positionals.postTerminator }

    var unrecognized: ArgumentDefinition? { slots.isEmpty ? nil : positionals.unrecognized }

    /// The first argument without a value.
    var missing: ArgumentDefinition? {
        guard Self.lacksValues(slots) else { return nil }
        return set.definitions.first { !$0.slot.hasValue }
    }

    private static func lacksValues(_ slots: [AnySlot]) -> Bool {
        slots.contains { slot in
            slot.group.map { lacksValues($0.instance.slots) } ?? !slot.hasValue
        }
    }

    func definition(named name: Name) -> ArgumentDefinition? {
        guard !slots.isEmpty else { return nil }
        return set.definitions.first { definition in
            if case .named(let names) = definition.shape { return names.contains(name) }
            return false
        }
    }

    func subcommand(named word: String) -> (any ParsableCommand.Type)? {
        configuration.ungroupedSubcommands.first { $0.answers(to: word) }
            ?? configuration.groupedSubcommands.lazy.flatMap(\.subcommands).first { $0.answers(to: word) }
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
