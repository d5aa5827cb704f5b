import InterlockArguments

/// A tool of three levels that uses every kind of declaration; the snapshots and the shells' tests are made with it.
struct Kiln: AsyncParsableCommand, ManualPageProviding {
    static let configuration = CommandConfiguration(
        commandName: "kiln",
        abstract: "Fire pots with care.",
        discussion: """
            A long text about the tool that certainly has to be broken into more than one line, because it has more \
            than eighty characters.

            A second paragraph.
            """,
        version: "2.1.0",
        subcommands: [Fire.self, Shelf.self, Secret.self],
        groupedSubcommands: [CommandGroup(name: "Maintenance", subcommands: [Clean.self])]
    )

    static var manualSections: [ManualSection] {
        [
            ManualSection(title: "Environment", entries: [("KILN_HOME", "Where the pots are.")]),
            ManualSection(title: "Files", text: "The shelves are files.\n\n.hidden ones too."),
            ManualSection(
                title: "Exit status",
                entries: [("0", "All went well."), ("1", "A pot broke."), ("64", "The command line was wrong.")]
            ),
        ]
    }

    @OptionGroup var globals: Globals
}

struct Globals: ParsableArguments {
    @Flag(name: .shortAndLong, help: "Say more; can be repeated.") var verbose: Int

    @Option(help: "The plan of the kiln.", completion: .file(extensions: ["yaml", "yml"])) var plan: String?

    func validate() throws {
        if verbose > 3 { throw ValidationError("That is loud enough.") }
    }
}

enum Glaze: String, CaseIterable, ExpressibleByArgument {
    case ash, celadon, tenmoku
}

enum Curve: String, CaseIterable, ExpressibleByArgument {
    case slow, fast

    var defaultValueDescription: String {
        switch self {
        case .slow: "Up to 100 degrees an hour."
        case .fast: "As fast as it goes."
        }
    }
}

enum Effort: EnumerableFlag {
    case gentle, fierce
}

enum Atmosphere: EnumerableFlag {
    case oxidation, reduction

    static func name(for value: Atmosphere) -> NameSpecification { .shortAndLong }

    static func help(for value: Atmosphere) -> ArgumentHelp? {
        value == .oxidation ? "Much air." : "Little air."
    }
}

struct Fire: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Fire the pots.", aliases: ["burn"])

    @Argument(help: "The pots to fire.", completion: .file()) var pots: [String]

    @OptionGroup(title: "Global options") var globals: Globals

    @OptionGroup(title: "Heat") var heat: Heat

    @Option(name: .shortAndLong, help: "The glaze.") var glaze = Glaze.ash
    @Option(name: [.customShort("L"), .customLong("label")], help: "A label.") var labels: [String] = []
    @Flag(inversion: .prefixedNo, help: "Whether to wait.") var wait = true
    @Option(help: .hidden) var debugLevel: Int = 0

    func run() async throws {
        await Task.yield()
        if glaze == .tenmoku { throw KilnError.broken }
        throw CleanExit.message("Fired \(pots.joined(separator: ", ")) at \(heat.temperature).")
    }
}

struct Heat: ParsableArguments {
    @Option(
        name: [.short, .long],
        help: ArgumentHelp("How hot.", discussion: "In degrees.\nNever above 1400.", valueName: "degrees")
    )
    var temperature: Int
    @Option(help: "How fast.") var curve: Curve = .slow
    @Flag(help: "How hard.") var effort = Effort.gentle
    @Flag var atmosphere: Atmosphere?

    func validate() throws {
        if temperature > 1400 { throw ValidationError("Nothing survives \(temperature) degrees.") }
    }
}

enum KilnError: Error, CustomStringConvertible {
    case broken

    var description: String { "A pot broke." }
}

struct Shelf: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Look after the shelves.",
        subcommands: [List.self, Put.self],
        defaultSubcommand: List.self
    )

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List what is on a shelf.")

        @Option(help: "The room.", completion: .directory) var room: String?
        @Argument(help: "The shelf.", completion: .shellCommand("printf '%s\\n' upper lower")) var shelf: String?
        @Argument(help: "What to look for.", completion: .list(["cups", "jars"])) var kinds: [String] = []

        func run() throws {
            throw CleanExit.message("Shelf \(shelf ?? "all") in \(room ?? "any room").")
        }
    }

    struct Put: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Put a pot on a shelf.")

        @Argument(help: "The shelf.", completion: .list(["upper", "it's low", "a:b"])) var shelf: String
        @Argument(help: "The pot.") var pot: String

        func run() throws {
            throw ExitCode(3)
        }
    }
}

struct Clean: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Sweep the floor.",
        usage: "kiln clean\nkiln clean --help"
    )

    func run() throws {}
}

struct Secret: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Nobody knows.", shouldDisplay: false)

    func run() throws {
        throw CleanExit.message("You found it.")
    }
}
