/// What a command is called, says about itself, and has below it.
///
/// Declare it as `static let configuration = CommandConfiguration(…)`.
public struct CommandConfiguration: Sendable {
    /// The command's name; the type's name in kebab case when nil.
    public var commandName: String?

    /// One line about the command.
    public var abstract: String

    /// The usage line in place of the generated one; an empty one shows none.
    public var usage: String?

    /// Longer text about the command.
    public var discussion: String

    /// What `--version` prints here and below; without one there is no such flag.
    public var version: String

    /// Whether help and completion list the command.
    public var shouldDisplay: Bool

    /// The commands below that stand in no group.
    public var ungroupedSubcommands: [any ParsableCommand.Type]

    /// The commands below that help lists under headings of their own.
    public var groupedSubcommands: [CommandGroup]

    /// The command that takes over when no other is named.
    public var defaultSubcommand: (any ParsableCommand.Type)?

    /// The names that ask for help; `-h` and `--help` when neither this command nor one above says otherwise.
    public var helpNames: NameSpecification?

    /// Further names of the command.
    public var aliases: [String]

    /// All commands below.
    public var subcommands: [any ParsableCommand.Type] {
        get { ungroupedSubcommands + groupedSubcommands.flatMap(\.subcommands) }
        set {
            groupedSubcommands = []
            ungroupedSubcommands = newValue
        }
    }

    /// Creates a configuration.
    ///
    /// - Parameters:
    ///   - commandName: The command's name; the type's name in kebab case when nil.
    ///   - abstract: One line about the command.
    ///   - usage: The usage line in place of the generated one.
    ///   - discussion: Longer text about the command.
    ///   - version: What `--version` prints.
    ///   - shouldDisplay: Whether help and completion list the command.
    ///   - subcommands: The commands below that stand in no group.
    ///   - groupedSubcommands: The commands below that stand in groups.
    ///   - defaultSubcommand: The command that takes over when no other is named; one of those below.
    ///   - helpNames: The names that ask for help.
    ///   - aliases: Further names of the command.
    public init(
        commandName: String? = nil,
        abstract: String = "",
        usage: String? = nil,
        discussion: String = "",
        version: String = "",
        shouldDisplay: Bool = true,
        subcommands: [any ParsableCommand.Type] = [],
        groupedSubcommands: [CommandGroup] = [],
        defaultSubcommand: (any ParsableCommand.Type)? = nil,
        helpNames: NameSpecification? = nil,
        aliases: [String] = []
    ) {
        self.commandName = commandName
        self.abstract = abstract
        self.usage = usage
        self.discussion = discussion
        self.version = version
        self.shouldDisplay = shouldDisplay
        self.ungroupedSubcommands = subcommands
        self.groupedSubcommands = groupedSubcommands
        self.defaultSubcommand = defaultSubcommand
        self.helpNames = helpNames
        self.aliases = aliases
    }
}

/// Subcommands that help lists under a heading of their own.
public struct CommandGroup: Sendable {
    /// The heading, to which help adds "Subcommands".
    public let name: String

    /// The commands.
    public let subcommands: [any ParsableCommand.Type]

    /// Creates a group.
    public init(name: String, subcommands: [any ParsableCommand.Type]) {
        self.name = name
        self.subcommands = subcommands
    }
}
