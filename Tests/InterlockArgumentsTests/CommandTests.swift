import InterlockArguments
import Testing

@Suite("Commands")
struct CommandTests {
    private func run(_ words: String...) async -> (code: Int32, out: String, error: String) {
        let capture = Capture()
        let code = await Kiln.run(arguments: words, output: capture.output, columns: 80)
        return (code.rawValue, capture.out, capture.error)
    }

    @Test("Subcommands of each level are found by name and alias")
    func found() throws {
        #expect(try Kiln.parseAsRoot(["fire", "a", "-t", "9"]) is Fire)
        #expect(try Kiln.parseAsRoot(["burn", "a", "-t", "9"]) is Fire)
        #expect(try Kiln.parseAsRoot(["shelf", "put", "a", "b"]) is Shelf.Put)
        #expect(try Kiln.parseAsRoot(["secret"]) is Secret)
        #expect(try Kiln.parseAsRoot([]) is Kiln)
    }

    @Test("A default subcommand takes over when none is named")
    func byDefault() throws {
        #expect(try (Kiln.parseAsRoot(["shelf"]) as? Shelf.List)?.shelf == nil)
        #expect(try (Kiln.parseAsRoot(["shelf", "upper"]) as? Shelf.List)?.shelf == "upper")
        #expect(try (Kiln.parseAsRoot(["shelf", "--room", "x"]) as? Shelf.List)?.room == "x")
        #expect(try (Kiln.parseAsRoot(["shelf", "--", "put"]) as? Shelf.List)?.shelf == "put")
        #expect(try (Kiln.parseAsRoot(["shelf", "list", "a"]) as? Shelf.List)?.shelf == "a")
    }

    @Test("Options of a shared group count before and behind the subcommand's name")
    func shared() throws {
        for words in [["-v", "fire", "-v", "a", "-t1"], ["fire", "a", "-vv", "-t1"], ["-vv", "fire", "a", "-t1"]] {
            let fire = try #require(Kiln.parseAsRoot(words) as? Fire)
            #expect(fire.globals.verbose == 2)
        }
        let plan = try #require(Kiln.parseAsRoot(["--plan", "p", "fire", "a", "-t1"]) as? Fire)
        #expect(plan.globals.plan == "p")
    }

    @Test("Options of a command above work behind a subcommand that doesn't declare them, and nearer ones win")
    func inherited() throws {
        _ = try #require(Kiln.parseAsRoot(["clean", "--plan", "p", "-v"]) as? Clean)

        struct Inner: ParsableCommand {
            @Option var name = "inner"
        }
        struct Outer: ParsableCommand {
            static let configuration = CommandConfiguration(subcommands: [Inner.self])
            @Option var name = "outer"
        }
        #expect(try (Outer.parseAsRoot(["--name", "a", "inner"]) as? Inner)?.name == "inner")
        #expect(try (Outer.parseAsRoot(["inner", "--name", "a"]) as? Inner)?.name == "a")
    }

    @Test("Work, its exits and its errors end with the right status on the right stream")
    func statuses() async {
        #expect(await run("fire", "cup", "jar", "-t1200") == (0, "Fired cup, jar at 1200.\n", ""))
        #expect(await run("fire", "cup", "-t1", "-g", "tenmoku") == (1, "", "Error: A pot broke.\n"))
        #expect(await run("shelf", "put", "a", "b") == (3, "", ""))
        #expect(await run("shelf", "low") == (0, "Shelf low in any room.\n", ""))
        #expect(await run("clean") == (0, "", ""))
        #expect(await run("--version") == (0, "2.1.0\n", ""))
        #expect(await run("shelf", "put", "--version") == (0, "2.1.0\n", ""))
        #expect(
            await run("clean", "x") == (
                64, "",
                """
                Error: Unexpected argument 'x'
                Usage: kiln clean
                       kiln clean --help
                  See 'kiln clean --help' for more information.

                """
            )
        )
    }

    @Test("Help is asked for in every way, and wins over mistakes")
    func help() async {
        let root = Kiln.helpMessage(columns: 80) + "\n"
        let put = Kiln.helpMessage(for: Shelf.Put.self, columns: 80)
        let shelf = Kiln.helpMessage(for: Shelf.self, columns: 80) + "\n"
        let fire = Kiln.helpMessage(for: Fire.self, columns: 80)
        #expect(await run() == (0, root, ""))
        #expect(await run("-h") == (0, root, ""))
        #expect(await run("--help") == (0, root, ""))
        #expect(await run("help") == (0, root, ""))
        #expect(await run("--help", "fire") == (0, root, ""))
        #expect(await run("help", "shelf") == (0, shelf, ""))
        #expect(await run("shelf", "-h") == (0, shelf, ""))
        #expect(await run("help", "shelf", "put") == (0, put, ""))
        #expect(await run("shelf", "put", "--help") == (0, put, ""))
        #expect(await run("help", "burn") == (0, fire, ""))
        #expect(await run("fire", "-vh") == (0, fire, ""))
        #expect(await run("fire", "--bogus", "--help") == (0, fire, ""))
        #expect(await run("fire", "--temperature", "hot", "-h") == (0, fire, ""))
        #expect(await run("fire", "--temperature", "--help") == (0, fire, ""))
        #expect(
            await run("fire", "--help-hidden")
                == (0, Kiln.helpMessage(for: Fire.self, includeHidden: true, columns: 80), "")
        )
        #expect(await run("fire", "-t1", "--", "--help") == (0, "Fired --help at 1.\n", ""))
    }

    @Test("A hidden command works though help doesn't list it")
    func hidden() async {
        #expect(await run("secret") == (0, "You found it.\n", ""))
        #expect(!Kiln.helpMessage(columns: 80).contains("secret"))
    }

    @Test("A synchronous root runs synchronously, and refuses asynchronous commands")
    func synchronous() {
        struct Late: AsyncParsableCommand {
            func run() async throws {}
        }
        struct Now: ParsableCommand {
            func run() throws { throw CleanExit.message("Done.") }
        }
        struct Top: ParsableCommand {
            static let configuration = CommandConfiguration(subcommands: [Late.self, Now.self])
        }
        let capture = Capture()
        #expect(Top.run(arguments: ["now"], output: capture.output) == .success)
        #expect(capture.out == "Done.\n")
        #expect(Top.run(arguments: ["late"], output: capture.output) == .validationFailure)
        #expect(
            capture.error == """
                Error: The command 'late' needs an asynchronous root.
                Usage: top late
                  See 'top late --help' for more information.

                """
        )
        #expect(
            Top.definitionProblems() == [
                "top late: The command is asynchronous, so the root must be an AsyncParsableCommand."
            ]
        )
    }

    @Test("Many threads may parse at the same time")
    func concurrent() async {
        await withTaskGroup(of: Bool.self) { group in
            for number in 0..<200 {
                group.addTask {
                    let fire = try? Kiln.parseAsRoot(["-v", "fire", "cup", "-t\(number)", "-L", "a"]) as? Fire
                    return fire?.heat.temperature == number && fire?.labels == ["a"] && fire?.globals.verbose == 1
                }
            }
            for await isRight in group { #expect(isRight) }
        }
    }

    @Test("Errors may bring their own status")
    func providedStatus() {
        struct Unreachable: ExitCodeProviding, CustomStringConvertible {
            var exitCode: ExitCode { ExitCode(69) }
            var description: String { "The server doesn't answer." }
        }
        struct Call: ParsableCommand {
            func run() throws { throw Unreachable() }
        }
        let capture = Capture()
        #expect(Call.run(arguments: [], output: capture.output) == ExitCode(69))
        #expect(capture.error == "Error: The server doesn't answer.\n")
    }

    @Test("Checks may ask for help or end well")
    func checks() {
        struct Check: ParsableCommand {
            @Flag var help1 = false
            func validate() throws {
                if help1 { throw CleanExit.helpRequest(self) }
                throw CleanExit.message("Nothing to do.")
            }
        }
        let capture = Capture()
        #expect(Check.run(arguments: [], output: capture.output) == .success)
        #expect(capture.out == "Nothing to do.\n")
        let other = Capture()
        #expect(Check.run(arguments: ["--help1"], output: other.output, columns: 80) == .success)
        #expect(other.out == Check.helpMessage(columns: 80))
    }

    @Test("A check may change what was parsed, in commands and in groups")
    func changed() throws {
        struct Group: ParsableArguments {
            @Option var name = "a"
            mutating func validate() throws { name += "!" }
        }
        struct Change: ParsableCommand {
            @OptionGroup var group: Group
            @Option var count = 1
            mutating func validate() throws { count += group.name.count }
        }
        let change = try Change.parse(["--name", "xy"])
        #expect(change.group.name == "xy!")
        #expect(change.count == 4)
    }

    @Test("The sample tool is declared soundly, an unsound one is found out")
    func problems() {
        #expect(Kiln.definitionProblems() == [])

        struct Twin: ParsableCommand {
            static let configuration = CommandConfiguration(commandName: "b")
        }
        struct Other: ParsableCommand {}
        struct Bad: ParsableCommand {
            static let configuration = CommandConfiguration(
                commandName: "bad",
                subcommands: [Twin.self, Twin.self],
                defaultSubcommand: Other.self
            )
            @Option(name: .long) var name: String?
            @Flag(name: .customLong("name")) var flag = true
            @Option(name: .customLong("a b")) var spaced: Int?
            @Option(name: []) var nameless: Int?
            @Argument var maybe: String?
            @Argument var must: String
            @Argument var all: [String]
            @Argument var never: String
        }
        #expect(
            Bad.definitionProblems() == [
                "bad: '--name' is declared twice.",
                "bad: '--name' is true without being given; it needs an inversion.",
                "bad: '--a b' can't be used as a name.",
                "bad: 'nameless' has no name.",
                "bad: '<must>' is required behind the optional '<maybe>'.",
                "bad: '<all>' is required behind the optional '<maybe>'.",
                "bad: '<never>' can't be reached behind the array '<all>'.",
                "bad: Two subcommands are called 'b'.",
                "bad: The default subcommand 'other' isn't among the subcommands.",
            ]
        )
    }
}
