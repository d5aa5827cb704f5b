import Testing

/// What the pages show is what compiles: the examples are packages that `make test` builds and runs.
@Suite struct SnippetTests {
    /// A marked region of an example.
    struct Region: Sendable {
        var name: String
        var file: String
        var text: String
    }

    static let regions: [Region] = Files.matching("Examples/*/Package.swift").reduce(into: regions(inSources)) {
        $0 += regions([$1])
    }
    private static let inSources = Files.swift(under: "Examples/*/Sources")

    private static func regions(_ files: [String]) -> [Region] {
        files.flatMap { file in
            var found: [Region] = []
            var open: (name: String, lines: [Substring])?
            for line in Files.text(file).allLines {
                let text = line.trimmed
                if text.hasPrefix("// snippet: ") {
                    #expect(open == nil, "\(file): a snippet begins inside of \(open?.name ?? "")")
                    open = (String(text.dropFirst("// snippet: ".count)), [])
                } else if text == "// end snippet" {
                    if let open { found.append(Region(name: open.name, file: file, text: open.lines.dedented)) }
                    open = nil
                } else {
                    open?.lines.append(line)
                }
            }
            #expect(open == nil, "\(file): the snippet \(open?.name ?? "") has no end")
            return found
        }
    }

    static let blocks = Page.all.flatMap(\.blocks).filter { $0.language == "swift" }

    @Test func thereAreSnippets() {
        #expect(Self.blocks.count > 20)
        #expect(Set(Self.regions.map(\.name)).count == Self.regions.count, "two snippets have one name")
    }

    @Test(arguments: blocks) func isCompiled(_ block: Page.Block) {
        let text = block.text.allLines.dedented
        #expect(
            Self.regions.contains { $0.text == text },
            "\(block) is not, line by line, a region '// snippet: …' of a file under Examples")
    }

    @Test(arguments: regions.map(\.name)) func isShown(_ name: String) {
        let region = Self.regions.first { $0.name == name }
        let texts = Self.blocks.map(\.text.allLines.dedented)
        #expect(texts.contains(region?.text ?? ""), "no page shows the snippet \(name) of \(region?.file ?? "")")
    }
}
