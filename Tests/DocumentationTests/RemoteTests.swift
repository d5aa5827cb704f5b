import Interlock
import Testing

/// docs/remote-backends.md says what the remote backends are and take.
@Suite struct RemoteTests {
    private static let page = Page.named("docs/remote-backends.md")
    /// A key for all of them, so that what is wrong is what is asked for.
    private static let environment = [
        "ANTHROPIC_API_KEY": "k", "OPENAI_API_KEY": "k", "HF_TOKEN": "k", "AZURE_OPENAI_API_KEY": "k",
        "AZURE_OPENAI_ENDPOINT": "http://127.0.0.1", "LLM_API_BASE": "http://127.0.0.1",
    ]

    private static var entries: [BackendRegistry.Entry] {
        BackendRegistry.builtIn.entries.filter { $0.name != "llama_cpp" }
    }

    @Test func namesAndAliasesAreDocumented() {
        let rows = Self.page.rows.filter { $0.section == "Remote backends" }
        let names = rows.flatMap { $0.cells[0].codeSpans }
        #expect(names.sorted() == Self.entries.map(\.name).sorted())
        for row in rows where row.cells[0].codeSpans.count == 1 {
            let entry = Self.entries.first { $0.name == row.cells[0].codeSpans[0] }
            #expect(entry?.aliases == row.cells[1].codeSpans, "\(row.cells[0])")
        }
    }

    @Test(arguments: entries.map(\.name))
    func parametersAreDocumented(_ name: String) throws {
        let configuration = BackendConfiguration(
            model: "m", parameters: ["no such parameter": true], environment: Self.environment)
        let error = try #require(throws: InterlockError.self) {
            _ = try BackendRegistry.builtIn.make(name, configuration)
        }
        let hint = try #require(error.hint)
        let list = try #require(hint.firstMatch(of: /The parameters are: (.*)\.$/)).output.1
        let documented = Set(
            Self.page.rows.filter { $0.section == "Parameters" }.flatMap { row in
                row.cells.prefix(2).flatMap(\.codeSpans)
            })
        let known = Set(list.split(separator: ", ").map(String.init))
        #expect(known.subtracting(documented) == [], "not documented")
    }

    @Test func variablesAreRead() {
        let sources = Files.swift(under: "Sources/InterlockRemote").map(Files.text).joined()
        for row in Self.page.rows where ["Keys", "Downloads from the Hugging Face hub"].contains(row.section) {
            for name in row.cells.flatMap(\.codeSpans) where name.wholeMatch(of: /[A-Z]+_[A-Z_]+/) != nil {
                #expect(sources.contains("\"\(name)\""), "nothing reads \(name)")
            }
        }
    }
}
