import InterlockArguments
import Testing

@Suite("Parsing")
struct ParsingTests {
    struct Basic: ParsableCommand {
        @Option(name: .shortAndLong) var kind: String = "none"
        @Option(name: .shortAndLong) var number: Int?
        @Flag(name: .shortAndLong) var verbose: Int
        @Flag(name: .shortAndLong) var quiet = false
        @Flag(inversion: .prefixedNo) var color = true
        @Option(name: [.customLong("one", withSingleDash: true)]) var single: String?
        @Argument var words: [String] = []

        var summary: String {
            "\(kind) \(number.map(String.init) ?? "-") \(verbose) \(quiet) \(color) \(single ?? "-") \(words)"
        }
    }

    @Test(
        "Spellings",
        arguments: [
            ([], "none - 0 false true - []"),
            (["--kind", "a"], "a - 0 false true - []"),
            (["--kind=a"], "a - 0 false true - []"),
            (["--kind=a=b"], "a=b - 0 false true - []"),
            (["--kind="], " - 0 false true - []"),
            (["-k", "a"], "a - 0 false true - []"),
            (["-ka"], "a - 0 false true - []"),
            (["-k=a"], "a - 0 false true - []"),
            (["-kq"], "q - 0 false true - []"),
            (["-vvq"], "none - 2 true true - []"),
            (["-vqk", "a"], "a - 1 true true - []"),
            (["-vqka"], "a - 1 true true - []"),
            (["-v", "--verbose", "-v"], "none - 3 false true - []"),
            (["--no-color"], "none - 0 false false - []"),
            (["--no-color", "--color"], "none - 0 false true - []"),
            (["-one", "x"], "none - 0 false true x []"),
            (["-one=x"], "none - 0 false true x []"),
            (["--kind", "a", "--kind", "b"], "b - 0 false true - []"),
            (["x", "-q", "y"], "none - 0 true true - [\"x\", \"y\"]"),
            (["-"], "none - 0 false true - [\"-\"]"),
            ([""], "none - 0 false true - [\"\"]"),
            (["--kind", "-"], "- - 0 false true - []"),
            (["--", "-q", "--kind"], "none - 0 false true - [\"-q\", \"--kind\"]"),
            (["a", "--", "--", "b"], "none - 0 false true - [\"a\", \"--\", \"b\"]"),
        ]
    )
    func spellings(words: [String], expected: String) throws {
        #expect(try Basic.parse(words).summary == expected)
    }

    @Test(
        "Negative numbers are values",
        arguments: [
            (["--number", "-5"], "none -5 0 false true - []"),
            (["-n", "-5"], "none -5 0 false true - []"),
            (["-n-5"], "none -5 0 false true - []"),
            (["--number=-5"], "none -5 0 false true - []"),
            (["-5", "-.5", "-2e-3"], "none - 0 false true - [\"-5\", \"-.5\", \"-2e-3\"]"),
            (["--kind", "-1"], "-1 - 0 false true - []"),
        ]
    )
    func negative(words: [String], expected: String) throws {
        #expect(try Basic.parse(words).summary == expected)
    }

    @Test("A digit that is a flag's name wins over a number")
    func digitFlag() throws {
        struct One: ParsableCommand {
            @Flag(name: .customShort("1")) var one = false
            @Argument var rest: [Int] = []
        }
        #expect(try One.parse(["-1"]).one)
        #expect(try One.parse(["-2"]).rest == [-2])
    }

    struct Lists: ParsableCommand {
        @Option var each: [String] = ["default"]
        @Option(parsing: .upToNextOption) var many: [Int] = []
        @Option(parsing: .remaining) var rest: [String] = []
        @Option(parsing: .unconditional) var any: String?
        @Option(parsing: .unconditionalSingleValue) var anyEach: [String] = []
        @Option(parsing: .scanningForValue) var scan: String?
        @Flag(name: .shortAndLong) var quiet = false
        @Argument var word: String?
    }

    @Test("Arrays and the ways to find values")
    func lists() throws {
        #expect(try Lists.parse([]).each == ["default"])
        #expect(try Lists.parse(["--each", "a", "--each=b"]).each == ["a", "b"])
        let many = try Lists.parse(["--many", "1", "-2", "3", "--quiet", "x"])
        #expect(many.many == [1, -2, 3])
        #expect(many.quiet)
        #expect(many.word == "x")
        #expect(try Lists.parse(["--many=1", "2", "--many", "3"]).many == [1, 2, 3])
        #expect(try Lists.parse(["--rest", "a", "--quiet", "--", "b"]).rest == ["a", "--quiet", "--", "b"])
        #expect(try Lists.parse(["--rest"]).rest == [])
        #expect(try Lists.parse(["--any", "--quiet"]).any == "--quiet")
        #expect(try Lists.parse(["--any-each", "-q", "--any-each", "--"]).anyEach == ["-q", "--"])
        let scan = try Lists.parse(["--scan", "--quiet", "a", "b"])
        #expect(scan.scan == "a")
        #expect(scan.quiet)
        #expect(scan.word == "b")
        #expect(
            complaint(Lists.self, ["--many", "--quiet"]).hasPrefix("Error: Missing value for '--many <many>'\nUsage:")
        )
        #expect(complaint(Lists.self, ["--any"]).hasPrefix("Error: Missing value for '--any <any>'\nUsage:"))
        #expect(
            complaint(Lists.self, ["--scan", "--", "a"]).hasPrefix("Error: Missing value for '--scan <scan>'\nUsage:"))
    }

    @Test("Positional arrays of each strategy")
    func positionalArrays() throws {
        struct Pass: ParsableCommand {
            @Flag(name: .shortAndLong) var verbose = false
            @Argument var command: String
            @Argument(parsing: .captureForPassthrough) var rest: [String] = []
        }
        let pass = try Pass.parse(["-v", "ls", "-v", "--all", "--", "x", "--help"])
        #expect(pass.verbose)
        #expect(pass.command == "ls")
        #expect(pass.rest == ["--all", "--", "x", "--help"])
        #expect(try Pass.parse(["ls", "--", "x"]).rest == ["--", "x"])

        struct After: ParsableCommand {
            @Flag(name: .shortAndLong) var verbose = false
            @Argument var first: String?
            @Argument(parsing: .postTerminator) var rest: [String] = []
        }
        let after = try After.parse(["a", "-v", "--", "-v", "b"])
        #expect(after.verbose)
        #expect(after.first == "a")
        #expect(after.rest == ["-v", "b"])

        struct Unknown: ParsableCommand {
            @Flag(name: .shortAndLong) var verbose = false
            @Argument var first: String
            @Argument(parsing: .allUnrecognized) var rest: [String] = []
        }
        let unknown = try Unknown.parse(["--odd", "a", "-v", "-x", "b"])
        #expect(unknown.verbose)
        #expect(unknown.first == "a")
        #expect(unknown.rest == ["--odd", "-x", "b"])
    }

    enum Level: Int, ExpressibleByArgument { case low = 1, high = 2 }

    struct Point: Equatable, ExpressibleByArgument {
        var x: Double
        var y: Double

        init?(argument: String) {
            let parts = argument.split(separator: ",").compactMap { Double($0) }
            guard parts.count == 2 else { return nil }
            x = parts[0]
            y = parts[1]
        }
    }

    struct Typed: ParsableCommand {
        @Option var level: Level?
        @Option var point: Point?
        @Option var glaze: [Glaze] = []
        @Option var double: Double = 0
        @Option var float: Float = 0
        @Option var byte: UInt8 = 0
        @Option var wide: Int64 = 0
        @Option var truth: Bool = false
        @Option(transform: { Array($0) }) var letters: [Character]
        @Option(transform: { $0.count }) var lengths: [Int] = []
        @Option(transform: { $0.uppercased() }) var loud: String?
        @Argument(transform: { Int($0, radix: 16) ?? 0 }) var hex: Int
        @Flag var sides: [Effort] = []
        var plain = 7
    }

    @Test("Values of every type")
    func types() throws {
        let typed = try Typed.parse([
            "--level", "2", "--point", "1,2.5", "--glaze", "ash", "--glaze", "celadon", "--double", "1e3",
            "--float", "0.5", "--byte", "255", "--wide", "-9223372036854775808", "--truth", "true",
            "--letters", "abc", "--lengths", "four", "--lengths", "to", "--loud", "hey", "ff", "--fierce", "--gentle",
        ])
        #expect(typed.level == .high)
        #expect(typed.point == Point(argument: "1,2.5"))
        #expect(typed.glaze == [.ash, .celadon])
        #expect(typed.double == 1000)
        #expect(typed.float == 0.5)
        #expect(typed.byte == 255)
        #expect(typed.wide == .min)
        #expect(typed.truth)
        #expect(typed.letters == ["a", "b", "c"])
        #expect(typed.lengths == [4, 2])
        #expect(typed.loud == "HEY")
        #expect(typed.hex == 255)
        #expect(typed.sides == [.fierce, .gentle])
        #expect(typed.plain == 7)
        #expect(
            complaint(Typed.self, ["--byte", "256"]).hasPrefix(
                "Error: The value '256' is invalid for '--byte <byte>'\n")
        )
    }

    @Test("Exclusivity of flags")
    func exclusivity() throws {
        struct Choices: ParsableCommand {
            @Flag(exclusivity: .chooseFirst) var first: Effort?
            @Flag(inversion: .prefixedNo, exclusivity: .chooseFirst) var color: Bool?
            @Flag(inversion: .prefixedEnableDisable) var cache: Bool
        }
        let choices = try Choices.parse(["--fierce", "--gentle", "--no-color", "--color", "--disable-cache"])
        #expect(choices.first == .fierce)
        #expect(choices.color == false)
        #expect(choices.cache == false)
        #expect(
            complaint(Choices.self, ["--color"]).hasPrefix(
                "Error: Missing one of: '--enable-cache', '--disable-cache'\nUsage:"
            )
        )
    }

    @Test("A parsed command is a value: copies don't share what is assigned to them")
    func valueSemantics() throws {
        let original = try Basic.parse(["--kind", "a", "w"])
        var copy = original
        copy.kind = "b"
        copy.words.append("x")
        copy.number = 3
        copy.number = nil
        #expect(original.kind == "a")
        #expect(copy.kind == "b")
        #expect(original.words == ["w"])
        #expect(copy.words == ["w", "x"])
        #expect(copy.number == nil)
        var fresh = Basic()
        #expect(fresh.kind == "none")
        fresh.quiet = true
        #expect(fresh.quiet)
        #expect(try Basic.parse([]).kind == "none")
    }

    @Test("What goes into the words comes out of the values")
    func roundTrip() throws {
        var random = SystemRandomNumberGenerator()
        let alphabet = Array("abcXYZ019=-_ /.:\"'\\ü→")
        func word() -> String {
            String(
                (0..<Int.random(in: 0...6, using: &random)).map { _ in alphabet.randomElement(using: &random) ?? "a" })
        }
        for _ in 0..<500 {
            let kind = word()
            let number = Int.random(in: -99...99, using: &random)
            let words = (0..<Int.random(in: 0...4, using: &random)).map { _ in word() }
            let verbosity = Int.random(in: 0...3, using: &random)
            let quiet = Bool.random(using: &random)
            var pieces: [[String]] = [
                ["--kind=\(kind)"],
                Bool.random(using: &random) ? ["-n", "\(number)"] : ["--number=\(number)"],
            ]
            pieces += Array(repeating: ["-v"], count: verbosity)
            if quiet { pieces.append(["--quiet"]) }
            pieces.shuffle(using: &random)
            let parsed = try Basic.parse(pieces.flatMap { $0 } + ["--"] + words)
            #expect(parsed.kind == kind)
            #expect(parsed.number == number)
            #expect(parsed.verbose == verbosity)
            #expect(parsed.quiet == quiet)
            #expect(parsed.words == words)
        }
    }
}

@Suite("Types with initializers of their own")
struct InitializerTests {
    struct Assigned: ParsableCommand {
        private var _hidden = 1
        @Option var first: String
        @Option var second: Int = 2
        @Flag var third = false

        init() {
            _first = Option(name: .shortAndLong, help: "Set late.")
            _hidden = 3
        }

        var hidden: Int { _hidden }
    }

    @Test("Wrappers that an initializer replaces count, those they replaced don't")
    func replaced() throws {
        let assigned = try Assigned.parse(["-f", "a", "--second", "5", "--third"])
        #expect(assigned.first == "a")
        #expect(assigned.second == 5)
        #expect(assigned.third)
        #expect(assigned.hidden == 3)
        #expect(Assigned.definitionProblems() == [])
        #expect(Assigned.usageString() == "assigned --first <first> [--second <second>] [--third]")
        #expect(
            complaint(Assigned.self, ["--third"]) == """
                Error: Missing expected argument '--first <first>'
                Help:  --first <first>  Set late.
                Usage: assigned --first <first> [--second <second>] [--third]
                  See 'assigned --help' for more information.
                """
        )
    }

    struct Plain: ParsableCommand {
        let _fixed = 0
        var plain = "p"
        @Option var name = "n"
    }

    @Test("Properties with an underscore of their own don't shift the names of others")
    func underscores() throws {
        #expect(try Plain.parse(["--name", "x"]).name == "x")
        #expect(Plain.definitionProblems() == [])
    }

    final class Object: ParsableArguments {
        @Option var name = "n"
        @Argument var word: String?

        init() {}
    }

    @Test("Classes are parsed as well")
    func classes() throws {
        let object = try Object.parse(["--name", "x", "y"])
        #expect(object.name == "x")
        #expect(object.word == "y")
    }
}
