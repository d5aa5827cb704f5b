import Testing

/// Links, make targets and paths that the pages mention are there.
@Suite struct ReferenceTests {
    @Test(arguments: Page.all) func linksResolve(_ page: Page) {
        let folder = page.path.split(separator: "/").dropLast().map(String.init)
        for match in page.prose.matches(of: /\[[^\]]*\]\(([^)\s]+)\)/) {
            let target = String(match.output.1)
            if target.hasPrefix("https://") { continue }
            #expect(!target.hasPrefix("http:"), "\(page): \(target) is not encrypted")
            let parts = target.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            let path = parts[0].isEmpty ? page.path : Self.resolve(parts[0], from: folder)
            guard Files.exists(path) else {
                Issue.record("\(page): the link \(target) leads nowhere")
                continue
            }
            if parts.count > 1 {
                #expect(Page.named(path).anchors.contains(parts[1]), "\(page): no heading for the link \(target)")
            }
        }
    }

    private static func resolve(_ path: String, from folder: [String]) -> String {
        var components = folder
        for component in path.split(separator: "/") where component != "." {
            if component == ".." { _ = components.popLast() } else { components.append(String(component)) }
        }
        return components.joined(separator: "/")
    }

    /// Every page can be reached from the README.
    @Test func everyPageIsLinked() {
        let readme = Page.named("README.md").prose
        for path in Files.matching("docs/*.md", "docs/migrating/*.md") {
            let isLinked = readme.contains("](\(path))")
            #expect(isLinked, "the README does not lead to \(path)")
        }
    }

    private static let targets: Set<String> = Set(
        Files.text("Makefile").matches(of: /(?m)^([a-z][a-z-]*):/).map { String($0.output.1) })

    /// What the pages write as code, word by word.
    private static func code(_ page: Page) -> [String] {
        page.prose.codeSpans + page.blocks.filter { $0.language == "sh" }.map(\.text)
    }

    @Test(arguments: Page.all) func makeTargetsExist(_ page: Page) {
        for text in Self.code(page) {
            for match in text.matches(of: /\bmake ([a-z][a-z-]*)/) {
                #expect(Self.targets.contains(String(match.output.1)), "\(page): there is no \(match.output.0)")
            }
        }
    }

    @Test func makeTargetsAreDocumented() {
        let table = Page.named("docs/contributing.md").sections["Set-up"] ?? ""
        #expect(Self.targets.count > 10)
        for target in Self.targets {
            #expect(table.contains("make \(target)"), "docs/contributing.md leaves out make \(target)")
        }
    }

    private static let folders = ["Sources/", "Tests/", "Examples/", "Models/", "docs/", "scripts/", ".ci/"]

    @Test(arguments: Page.all) func pathsExist(_ page: Page) {
        let folder = page.path.split(separator: "/").dropLast().map(String.init)
        for span in page.prose.codeSpans where Self.folders.contains(where: { span.hasPrefix($0) }) {
            let path = String(span.prefix { !$0.isWhitespace })
            #expect(Files.exists(path) || Files.exists(Self.resolve(path, from: folder)), "\(page): no \(path)")
        }
    }

    /// Whoever reads the pages elsewhere has other folders.
    @Test(arguments: Page.all) func namesNoFolderOfOneMachine(_ page: Page) {
        let text = Files.text(page.path)
        for folder in ["/home/", "/Users/"] {
            #expect(!text.contains(folder), "\(page) names \(folder)")
        }
    }
}
