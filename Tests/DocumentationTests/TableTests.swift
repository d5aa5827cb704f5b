import InterlockArguments
import InterlockCore
import InterlockLocal
import Testing

@testable import InterlockTool

/// The tables of the pages say what the code does.
@Suite struct TableTests {
    private static let commandLine = Page.named("docs/command-line.md")

    // MARK: Rooms

    @Test func importsMatchTheRooms() {
        var allowed: [String: Set<String>] = [:]
        for row in Page.named("docs/design.md").table("Rooms") {
            for room in row.keys { allowed[room] = Set(row.cells[1].codeSpans) }
        }
        let rooms = Set(Files.matching("Sources/*").map { String($0.dropFirst("Sources/".count)) })
        #expect(Set(allowed.keys) == rooms)
        for room in rooms {
            let imports = Files.swift(under: "Sources/\(room)").flatMap { file in
                Files.text(file).matches(of: /(?m)^ *(?:@\w+ )*(?:\w+ )?import (\w+)/).map { String($0.output.1) }
            }
            #expect(Set(imports).intersection(rooms) == allowed[room], "\(room)")
            #expect(!imports.contains { $0.hasPrefix("Foundation") }, "\(room)")
        }
    }

    // MARK: Errors

    @Test func errorsMatchTheCode() {
        var expected: [String: [String]] = [:]
        for code in InterlockError.Code.allCases {
            let exit = InterlockError(code, "").exitCode.rawValue
            expected[code.name] = ["\(code.httpStatus)", "\(exit)", code.isRetryable ? "yes" : "no"]
        }
        let table = Page.named("docs/errors.md").table("Codes")
        var documented: [String: [String]] = [:]
        for row in table { documented[row.keys[0]] = Array(row.cells[1...3]) }
        for (name, row) in expected { #expect(documented[name] == row, "\(name)") }
        #expect(Set(documented.keys).subtracting(expected.keys) == [])
        #expect(table.count == expected.count, "a code stands in two rows")
        for row in table {
            #expect(row.cells.count == 6 && row.cells[4...].allSatisfy { $0.hasSuffix(".") }, "\(row.keys)")
        }
    }

    // MARK: Options

    private static let shared = [
        "backend-options": "Backend options", "generation-options": "Generation options",
        "logging-options": "Logging options", "options-of-every-command": "Options of every command",
    ]

    private static func optionNames(_ text: String) -> Set<String> {
        Set(text.matches(of: /(^|[\s,\/])(--?[a-z][a-z-]*)/).map { String($0.output.2) })
    }

    /// The commands that do something, by the words that name them.
    private static let leaves: [(name: String, command: any ParsableCommand.Type)] =
        Root.configuration.subcommands.flatMap { command in
            let nested = command.configuration.subcommands
            guard !nested.isEmpty else { return [(command._commandName, command)] }
            return nested.map { ("\(command._commandName) \($0._commandName)", $0) }
        }

    static let commands = leaves.map(\.name)

    @Test(arguments: commands)
    func optionsMatchTheHelp(_ name: String) throws {
        let command = try #require(Self.leaves.first { $0.name == name }).command
        var helped: Set<String> = []
        for line in Root.helpMessage(for: command, columns: 500).allLines where line.hasPrefix("  -") {
            // The text begins after two blanks, behind the names.
            let label = line.dropFirst(2).firstRange(of: "  ").map { line.dropFirst(2)[..<$0.lowerBound] }
            helped.formUnion(Self.optionNames(String(label ?? line.dropFirst(2))))
        }
        let section = try #require(Self.commandLine.sections["`interlock \(name)`"], "no section for \(name)")
        let tables = Self.shared.filter { section.contains("](#\($0.key))") }.values + ["`interlock \(name)`"]
        var documented: Set<String> = []
        for table in tables {
            for row in Self.commandLine.table(table) {
                for key in row.keys { documented.formUnion(Self.optionNames(key)) }
            }
        }
        #expect(documented.subtracting(helped) == [], "documented, and not there")
        #expect(helped.subtracting(documented) == [], "there, and not documented")
    }

    @Test func valuesOfTheLogLevelAreDocumented() {
        let row = Self.commandLine.table("Logging options").first { $0.keys[0].hasPrefix("--log-level") }
        #expect(row?.cells[1].codeSpans == Logger.Level.allCases.map(\.rawValue))
    }

    @Test func exitCodesMatchTheHelp() {
        let documented = Self.commandLine.rows.filter { $0.section == "Exit codes" }.compactMap { Int($0.cells[0]) }
        let helped = Root.configuration.discussion.matches(of: /\d+/).compactMap { Int($0.output) }
        #expect(Set(documented) == Set(helped))
        for code in InterlockError.Code.allCases {
            #expect(documented.contains(Int(InterlockError(code, "").exitCode.rawValue)), "\(code)")
        }
    }

    // MARK: Parameters

    @Test func parametersMatchTheReader() throws {
        let error = try #require(throws: InterlockError.self) { try LlamaCppParameters(["no such parameter": true]) }
        let hint = try #require(error.hint)
        let list = try #require(hint.firstMatch(of: /The parameters are: (.*)\.$/)).output.1
        let documented = Page.named("docs/local-models.md").table("Parameters").map { $0.keys[0] }
        #expect(documented.sorted() == list.split(separator: ", ").map(String.init))
        // Those with an option of their own stand in the other table, too.
        let options = Self.commandLine.table("Backend options").flatMap(\.keys)
        for name in documented where !["seed", "verbose"].contains(name) {
            let option = "--" + name.split(separator: "_").joined(separator: "-")
            #expect(options.contains { $0.hasPrefix(option) }, "no option \(option)")
        }
    }

    // MARK: Environment

    @Test func environmentIsDocumented() {
        let documented = Set(Self.commandLine.table("Environment variables").flatMap(\.keys))
        var used: Set<String> = []
        for file in Files.swift(under: "Sources/InterlockTool") {
            for match in Files.text(file).matches(of: /(?:variable\(|environment\[)"([A-Z_]+)"/) {
                used.insert(String(match.output.1))
            }
            // Those of the man page.
            for match in Files.text(file).matches(of: /\("([A-Z_]+)", "/) { used.insert(String(match.output.1)) }
        }
        #expect(used.contains("LLM_MODEL"))
        used.remove("HOME")
        #expect(used.subtracting(documented) == [])
        let sources = Files.swift(under: "Sources/InterlockTool", "Sources/InterlockTerminal").map(Files.text).joined()
        let unused = documented.filter { !sources.contains("\"\($0)\"") }
        #expect(unused == [], "nothing reads these")
    }

    // MARK: JSON

    /// A reply in which everything is known.
    private static func wholeReply() throws -> Reply {
        var accumulator = ReplyAccumulator()
        let candidate = TokenLogprob.Candidate(token: 1, bytes: [65], logprob: -1)
        let events: [GenerationEvent] = [
            .head(ReplyHead(backend: "b", servedModel: "m", id: "i", requestID: "q", serviceTier: "s")), .text("t"),
            .citation(Citation(value: "u")),
            .reasoning(ReasoningDelta(text: "r")), .refusal("no"),
            .toolCall(ToolCallDelta(id: "c", name: "n", arguments: "{}")),
            .logprobs([TokenLogprob(chosen: candidate, alternatives: [candidate])]),
            .usage(
                Usage(
                    inputTokens: 1, cachedInputTokens: 1, cacheWriteTokens: 1, outputTokens: 1, reasoningTokens: 1)),
            .dropped(Drop(subject: "s", reason: "r")), .enforcement(.masked),
            .timings(
                Timings(
                    queue: .zero, load: .zero, prompt: .zero, generation: .zero, firstContent: .zero, total: .zero,
                    attempts: [Timings.Attempt(backend: "b", duration: .zero, failure: .busy, status: 503)])),
            .finish(FinishReason(.stopSequence, raw: "w", stopSequence: "x", detail: "d")),
        ]
        for event in events { try accumulator.apply(event) }
        return try accumulator.reply()
    }

    @Test func membersOfTheReplyMatch() throws {
        let reply = try #require(try Self.wholeReply().json.objectValue)
        let table = Self.commandLine.table("JSON")
        #expect(Set(table.flatMap(\.keys)) == Set(reply.keys))
        for (keys, cells) in table {
            guard let value = keys.count == 1 ? reply[keys[0]] : nil else { continue }
            let described = Set(cells[1].codeSpans.filter { !$0.hasPrefix("-") })
            if let object = value.objectValue ?? value.arrayValue?.first?.objectValue {
                // Members of members stand beside them.
                let inner = object.values.compactMap { $0.arrayValue?.first?.objectValue?.keys }.joined()
                #expect(described == Set(object.keys).union(inner), "\(keys[0])")
            } else if keys[0] == "finish_reason" {
                #expect(described == Set(FinishReason.Canonical.allCases.map(\.rawValue)))
            } else {
                #expect(described.isEmpty, "\(keys[0]) has no members")
            }
        }
    }
}
