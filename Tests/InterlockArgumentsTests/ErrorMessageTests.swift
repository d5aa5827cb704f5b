import InterlockArguments
import Testing

@Suite("Error messages")
struct ErrorMessageTests {
    struct Repeat: ParsableCommand {
        @Option(name: .shortAndLong, help: "How often.") var count: Int = 1
        @Option(help: "The model.") var model: String?
        @Flag(name: .shortAndLong) var quiet = false
        @Argument(help: "The phrase.") var phrase: String
    }

    private static let usage = """
        Usage: repeat [--count <count>] [--model <model>] [--quiet] <phrase>
          See 'repeat --help' for more information.
        """

    @Test(
        "Each mistake has its message",
        arguments: [
            (["--modle", "x"], "Error: Unknown option '--modle'. Did you mean '--model'?\n"),
            (["--zzzzzz"], "Error: Unknown option '--zzzzzz'\n"),
            (["--hepl"], "Error: Unknown option '--hepl'. Did you mean '--help'?\n"),
            (["--modle=x"], "Error: Unknown option '--modle'. Did you mean '--model'?\n"),
            (["-z"], "Error: Unknown option '-z'\n"),
            (["-qz"], "Error: Unknown option '-z' in '-qz'\n"),
            (["-zq"], "Error: Unknown option '-zq'\n"),
            (["a", "b"], "Error: Unexpected argument 'b'\n"),
            (["a", "b", "c"], "Error: 2 unexpected arguments: 'b', 'c'\n"),
            (["a", "--", "--b"], "Error: Unexpected argument '--b'\n"),
            (["--quiet"], "Error: Missing expected argument '<phrase>'\nHelp:  <phrase>  The phrase.\n"),
            (
                ["--count", "x"],
                "Error: The value 'x' is invalid for '--count <count>'\nHelp:  --count <count>  How often.\n"
            ),
            (["-cx"], "Error: The value 'x' is invalid for '-c <count>'\nHelp:  -c <count>  How often.\n"),
            (
                ["--count="],
                "Error: The value '' is invalid for '--count <count>'\nHelp:  --count <count>  How often.\n"
            ),
            (["--count"], "Error: Missing value for '--count <count>'\nHelp:  --count <count>  How often.\n"),
            (["a", "-c"], "Error: Missing value for '-c <count>'\nHelp:  -c <count>  How often.\n"),
            (
                ["--count", "--quiet"],
                "Error: Missing value for '--count <count>'\nHelp:  --count <count>  How often.\n"
            ),
            (
                ["--model", "--", "a"],
                "Error: Missing value for '--model <model>'\nHelp:  --model <model>  The model.\n"
            ),
            (
                ["--quiet=yes"],
                "Error: The option '--quiet' does not take any value, but 'yes' was specified.\n"
            ),
            (["-q=yes"], "Error: The option '-q' does not take any value, but 'yes' was specified.\n"),
        ]
    )
    func mistakes(words: [String], expected: String) {
        #expect(complaint(Repeat.self, words) == expected + Self.usage)
    }

    @Test("An empty command line gets the whole help behind the message")
    func nothingGiven() {
        #expect(
            complaint(Repeat.self, []) == """
                Error: Missing expected argument '<phrase>'
                Help:  <phrase>  The phrase.

                USAGE: repeat [--count <count>] [--model <model>] [--quiet] <phrase>

                ARGUMENTS:
                  <phrase>                The phrase.

                OPTIONS:
                  -c, --count <count>     How often. (default: 1)
                  --model <model>         The model.
                  -q, --quiet
                  -h, --help              Show help information.

                """
        )
    }

    struct Values: ParsableCommand {
        enum Two: String, CaseIterable, ExpressibleByArgument { case a, b }
        enum Three: String, CaseIterable, ExpressibleByArgument { case a, b, c }
        enum Six: String, CaseIterable, ExpressibleByArgument { case a, b, c, d, e, f }
        enum Choice: EnumerableFlag { case left, right }

        struct Odd: Error, CustomStringConvertible {
            var description: String { "It must be even." }
        }

        @Option var two: Two?
        @Option var three: Three?
        @Option var six: Six?
        @Option(
            transform: { word in
                guard let number = Int(word), number % 2 == 0 else { throw Odd() }
                return number
            }
        )
        var even = 0
        @Flag(help: "A side.") var side: Choice
        @Flag(inversion: .prefixedNo, exclusivity: .exclusive) var one = true
        @Option var list: [Int] = []
    }

    @Test(
        "Values that aren't of the list, transforms that throw, flags that contradict",
        arguments: [
            (["--two", "x"], "The value 'x' is invalid for '--two <two>'. Please provide one of 'a' and 'b'."),
            (
                ["--three", "x"],
                "The value 'x' is invalid for '--three <three>'. Please provide one of 'a', 'b' or 'c'."
            ),
            (
                ["--six", "x"],
                """
                The value 'x' is invalid for '--six <six>'. Please provide one of the following:
                  - a
                  - b
                  - c
                  - d
                  - e
                  - f
                """
            ),
            (["--even", "3"], "The value '3' is invalid for '--even <even>': It must be even."),
            (["--list", "1", "--list", "y"], "The value 'y' is invalid for '--list <list>'"),
            (["--two", "a"], "Missing one of: '--left', '--right'"),
            (
                ["--left", "--right"],
                "Value to be set with flag '--right' had already been set with flag '--left'"
            ),
            (
                ["--left", "--one", "--no-one"],
                "Value to be set with flag '--no-one' had already been set with flag '--one'"
            ),
        ]
    )
    func values(words: [String], expected: String) throws {
        let error = try #require(throws: (any Error).self) { try Values.parse(words) }
        #expect(Values.message(for: error) == expected)
        #expect(Values.exitCode(for: error) == .validationFailure)
    }

    @Test("Contradicting letters of a cluster are named with it")
    func cluster() throws {
        struct Letters: ParsableCommand {
            @Flag var atmosphere: Atmosphere?
        }
        let error = try #require(throws: (any Error).self) { try Letters.parse(["-or"]) }
        #expect(
            Letters.message(for: error)
                == "Value to be set with flag 'r' in '-or' had already been set with flag 'o' in '-or'"
        )
    }

    @Test("Mistakes below the root name the command, and near misses of its name")
    func subcommands() {
        #expect(
            complaint(Kiln.self, ["fier", "--x"]) == """
                Error: Unexpected argument 'fier'. Did you mean 'fire'?
                Usage: kiln [--verbose ...] [--plan <plan>] <subcommand>
                  See 'kiln --help' for more information.
                """
        )
        #expect(
            complaint(Kiln.self, ["shelf", "put", "upper"]) == """
                Error: Missing expected argument '<pot>'
                Help:  <pot>  The pot.
                Usage: kiln shelf put <shelf> <pot>
                  See 'kiln shelf put --help' for more information.
                """
        )
        #expect(
            complaint(Kiln.self, ["help", "shelf", "putt"]) == """
                Error: Unexpected argument 'putt'. Did you mean 'put'?
                Usage: kiln shelf <subcommand>
                  See 'kiln shelf --help' for more information.
                """
        )
        #expect(
            complaint(Kiln.self, ["fire", "pot", "-t", "1500"]) == """
                Error: Nothing survives 1500 degrees.
                Usage: kiln fire [<options>] <pots> ... --temperature <degrees>
                  See 'kiln fire --help' for more information.
                """
        )
        #expect(
            complaint(Kiln.self, ["-vvvv", "shelf", "list"]) == """
                Error: That is loud enough.
                Usage: kiln [--verbose ...] [--plan <plan>] <subcommand>
                  See 'kiln --help' for more information.
                """
        )
        #expect(
            complaint(Kiln.self, ["fire"]) == """
                Error: Missing expected argument '<pots> ...'
                Help:  <pots>  The pots to fire.
                Usage: kiln fire [<options>] <pots> ... --temperature <degrees>
                  See 'kiln fire --help' for more information.
                """
        )
    }

    @Test("Arguments that are no command get a name of their type, and errors from outside a plain line")
    func arguments() {
        struct CallOptions: ParsableArguments {
            @Option var name: String
        }
        #expect(
            complaint(CallOptions.self, ["--nam", "x"]) == """
                Error: Unknown option '--nam'. Did you mean '--name'?
                Usage: call --name <name>
                  See 'call --help' for more information.
                """
        )
        #expect(CallOptions.fullMessage(for: KilnError.broken) == "Error: A pot broke.")
        #expect(CallOptions.message(for: KilnError.broken) == "A pot broke.")
        #expect(CallOptions.exitCode(for: KilnError.broken) == .failure)
        #expect(CallOptions.fullMessage(for: ExitCode(7)) == "")
        #expect(CallOptions.exitCode(for: ExitCode(7)) == ExitCode(7))
        #expect(CallOptions.exitCode(for: CleanExit.message("Bye.")) == .success)
        #expect(CallOptions.fullMessage(for: CleanExit.message("Bye.")) == "Bye.")
        #expect(CallOptions.exitCode(for: ValidationError("No.")) == ExitCode(64))
    }

    @Test("Shells that no script can be made for")
    func shells() {
        #expect(
            complaint(Kiln.self, ["--generate-completion-script", "csh"]) == """
                Error: Can't generate completion scripts for 'csh'.
                Please use --generate-completion-script=<shell> with one of:
                    bash zsh fish
                Usage: kiln [--verbose ...] [--plan <plan>] <subcommand>
                  See 'kiln --help' for more information.
                """
        )
        #expect(
            complaint(Kiln.self, ["clean", "--generate-completion-script=bash"]) == """
                Error: Unknown option '--generate-completion-script'
                Usage: kiln clean
                       kiln clean --help
                  See 'kiln clean --help' for more information.
                """
        )
    }

    struct Sets: ParsableCommand {
        @Flag var json = false
        @Flag var yaml = false
        @Option var file: String?
        @Option var url: String?
        @Option var key: String?
        @Argument var name: String = "x"

        func validate() throws {
            try requireAtMostOne(of: $json, $yaml)
            try requireExactlyOne(of: $file, $url, $name)
            try require($url, with: $key)
        }
    }

    @Test(
        "Exclusive sets",
        arguments: [
            (["--json", "--yaml", "a"], "'--json' and '--yaml' can't be used together."),
            (["--json"], "One of '--file', '--url' and '<name>' is needed."),
            (["--file", "a", "--url", "b", "c"], "'--file', '--url' and '<name>' can't be used together."),
            (["--file", "a", "--key", "b"], "'--key' needs '--url'."),
        ]
    )
    func exclusive(words: [String], expected: String) throws {
        let error = try #require(throws: (any Error).self) { try Sets.parse(words) }
        #expect(Sets.message(for: error) == expected)
    }

    @Test("Sets that are complete")
    func complete() throws {
        #expect(try Sets.parse(["--json", "--url", "a", "--key", "b"]).$json.isGiven)
        #expect(try Sets.parse(["a"]).$name.count == 1)
        #expect(try Sets.parse(["a"]).$json.count == 0)
        #expect(try Sets.parse(["a"]).$json.name == "--json")
    }
}
