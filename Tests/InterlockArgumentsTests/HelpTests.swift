import InterlockArguments
import Testing

@Suite("Help screens")
struct HelpTests {
    @Test("A root with a discussion, a version, an option group, and subcommands in groups")
    func root() {
        #expect(
            Kiln.helpMessage(columns: 80) == """
                OVERVIEW: Fire pots with care.

                A long text about the tool that certainly has to be broken into more than one
                line, because it has more than eighty characters.

                A second paragraph.

                USAGE: kiln [--verbose ...] [--plan <plan>] <subcommand>

                OPTIONS:
                  -v, --verbose           Say more; can be repeated.
                  --plan <plan>           The plan of the kiln.
                  --version               Show the version.
                  -h, --help              Show help information.

                SUBCOMMANDS:
                  fire, burn              Fire the pots.
                  shelf                   Look after the shelves.

                MAINTENANCE SUBCOMMANDS:
                  clean                   Sweep the floor.

                  See 'kiln help <subcommand>' for detailed help.
                """
        )
    }

    @Test("A command with arguments, titled groups, value lists, flags of cases and an inversion")
    func second() {
        #expect(
            Kiln.helpMessage(for: Fire.self, columns: 80) == """
                OVERVIEW: Fire the pots.

                USAGE: kiln fire [<options>] <pots> ... --temperature <degrees>

                ARGUMENTS:
                  <pots>                  The pots to fire.

                GLOBAL OPTIONS:
                  -v, --verbose           Say more; can be repeated.
                  --plan <plan>           The plan of the kiln.

                HEAT:
                  -t, --temperature <degrees>
                                          How hot.
                        In degrees.
                        Never above 1400.
                  --curve <curve>         How fast. (default: Up to 100 degrees an hour.)
                        slow              - Up to 100 degrees an hour.
                        fast              - As fast as it goes.
                  --gentle/--fierce       How hard. (default: --gentle)
                  -o, --oxidation         Much air.
                  -r, --reduction         Little air.

                OPTIONS:
                  -g, --glaze <glaze>     The glaze. (values: ash, celadon, tenmoku; default:
                                          ash)
                  -L, --label <label>     A label.
                  --wait/--no-wait        Whether to wait. (default: --wait)
                  --version               Show the version.
                  -h, --help              Show help information.

                """
        )
    }

    @Test("A command of the third level, and one with a default subcommand")
    func third() {
        #expect(
            Kiln.helpMessage(for: Shelf.Put.self, columns: 80) == """
                OVERVIEW: Put a pot on a shelf.

                USAGE: kiln shelf put <shelf> <pot>

                ARGUMENTS:
                  <shelf>                 The shelf.
                  <pot>                   The pot.

                OPTIONS:
                  --version               Show the version.
                  -h, --help              Show help information.

                """
        )
        #expect(
            Kiln.helpMessage(for: Shelf.self, columns: 80) == """
                OVERVIEW: Look after the shelves.

                USAGE: kiln shelf <subcommand>

                OPTIONS:
                  --version               Show the version.
                  -h, --help              Show help information.

                SUBCOMMANDS:
                  list (default)          List what is on a shelf.
                  put                     Put a pot on a shelf.

                  See 'kiln help shelf <subcommand>' for detailed help.
                """
        )
    }

    @Test("Hidden options are shown on demand only")
    func hidden() {
        #expect(!Kiln.helpMessage(for: Fire.self, columns: 80).contains("--debug-level"))
        #expect(
            Kiln.helpMessage(for: Fire.self, includeHidden: true, columns: 80).contains(
                "  --debug-level <debug-level>\n                          (default: 0)\n"
            )
        )
    }

    @Test("A narrow screen gets its texts in a nearer column")
    func narrow() {
        struct Small: ParsableCommand {
            @Option(help: "A text that is longer than the line.") var name: String?
        }
        #expect(
            Small.helpMessage(columns: 40) == """
                USAGE: small [--name <name>]

                OPTIONS:
                  --name <name>
                        A text that is longer than the
                        line.
                  -h, --help
                        Show help information.

                """
        )
    }

    @Test("Defaults, arrays, values and names of every kind")
    func defaults() {
        struct Kinds: ParsableCommand {
            @Argument(help: "A word.") var word: String = "x"
            @Argument(help: "More words.") var rest: [Int] = [1, 2]
            @Option(name: .customLong("dash", withSingleDash: true), help: "One dash.") var single: Double = 0.5
            @Option(help: ArgumentHelp("Named.", valueName: "thing")) var someURLThing: String?
            @Option(help: "An empty default.") var empty = ""
            @Flag(name: [.customShort("x"), .customLong("extra")]) var extraThings = false
            @Flag(inversion: .prefixedEnableDisable, help: "Cache.") var cache: Bool?
            @Option(help: "Transformed.", transform: { $0.count }) var length = 4
        }
        #expect(
            Kinds.helpMessage(columns: 80) == """
                USAGE: kinds [<word>] [<rest> ...] [-dash <dash>] [--some-url-thing <thing>] [--empty <empty>] [--extra] \
                [--enable-cache] [--disable-cache] [--length <length>]

                ARGUMENTS:
                  <word>                  A word. (default: x)
                  <rest>                  More words. (default: 1, 2)

                OPTIONS:
                  -dash <dash>            One dash. (default: 0.5)
                  --some-url-thing <thing>
                                          Named.
                  --empty <empty>         An empty default.
                  -x, --extra
                  --enable-cache/--disable-cache
                                          Cache.
                  --length <length>       Transformed. (default: 4)
                  -h, --help              Show help information.

                """
        )
    }

    @Test("A discussion without an abstract, a usage of one's own, and other names for help")
    func configured() {
        struct Own: ParsableCommand {
            static let configuration = CommandConfiguration(
                usage: "own <this>\nown <that>",
                discussion: "Only a discussion.",
                helpNames: [.long, .customShort("?")]
            )
        }
        #expect(
            Own.helpMessage(columns: 80) == """
                OVERVIEW: \

                Only a discussion.

                USAGE: own <this>
                       own <that>

                OPTIONS:
                  -?, --help              Show help information.

                """
        )
        #expect(complaint(Own.self, ["-?"]) == Own.helpMessage(columns: 80))
        #expect(
            complaint(Own.self, ["-h"]) == """
                Error: Unknown option '-h'
                Usage: own <this>
                       own <that>
                  See 'own --help' for more information.
                """
        )
    }

    @Test("Usage lines")
    func usage() {
        #expect(Fire.usageString() == "fire [<options>] <pots> ... --temperature <degrees>")
        #expect(Kiln.usageString(for: Shelf.List.self) == "kiln shelf list [--room <room>] [<shelf>] [<kinds> ...]")
        struct Many: ParsableCommand {
            @Option var a: Int?
            @Option var b: Int?
            @Option var c: Int?
            @Option var d: Int?
            @Option var e: Int?
            @Option var f: Int?
            @Option var g: Int?
            @Option var h: Int?
            @Option var i: Int?
            @Option var j: Int?
            @Option var k: Int?
            @Option var l: Int?
            @Option var m: Int?
        }
        #expect(Many.usageString() == "many <options>")
        struct After: ParsableCommand {
            @Argument(parsing: .postTerminator) var command: [String] = []
        }
        #expect(After.usageString() == "after -- [<command> ...]")
    }

    @Test("Wrapping keeps line breaks, and lets long words stand out")
    func wrapping() {
        struct Wide: ParsableCommand {
            static let configuration = CommandConfiguration(
                abstract: "aaaa bbbb cccc dddd\n  eeee https://example.com/a/very/long/address ffff"
            )
        }
        let help = Wide.helpMessage(columns: 20)
        #expect(
            help.hasPrefix(
                """
                OVERVIEW: aaaa bbbb
                cccc dddd
                  eeee
                https://example.com/a/very/long/address
                ffff

                USAGE: wide
                """
            )
        )
    }
}
