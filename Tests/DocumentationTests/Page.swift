/// A page of the documentation, in Markdown.
struct Page: Sendable, CustomStringConvertible {
    /// A fenced block.
    struct Block: Sendable, CustomStringConvertible {
        var page: String
        var line: Int
        /// The words behind the fence: the language first.
        var words: [String]
        var text: String
        /// The block that follows, with nothing but blank lines between.
        var next: Int?

        var language: String { words.first ?? "" }
        var description: String { "\(page):\(line)" }
    }

    /// A row of a table, but not its head: the texts of its cells.
    struct Row: Sendable {
        var section: String
        var cells: [String]
    }

    let path: String
    private(set) var blocks: [Block] = []
    private(set) var rows: [Row] = []
    /// Everything outside of blocks.
    private(set) var prose = ""
    /// What a link may name behind `#`.
    private(set) var anchors: Set<String> = []
    /// The prose under each heading, by the heading's text.
    private(set) var sections: [String: String] = [:]

    var description: String { path }

    /// The pages of the repository.
    static let all = Files.matching(
        "README.md", "docs/*.md", "docs/migrating/*.md", "Examples/*/README.md", "Models/*/README.md"
    )
    .map(Page.init)

    static func named(_ path: String) -> Page { Page(path) }

    init(_ path: String) {
        self.path = path
        var fence: Substring?
        var lines: [Substring] = []
        var heading = ""
        var onlyBlanksSinceBlock = false
        for (index, line) in Files.text(path).allLines.enumerated() {
            if let open = fence {
                guard line.prefix(while: { $0 == "`" }).count >= open.count, line.allSatisfy({ $0 == "`" }) else {
                    lines.append(line)
                    continue
                }
                blocks[blocks.count - 1].text = lines.map(String.init).joined(separator: "\n")
                (fence, lines, onlyBlanksSinceBlock) = (nil, [], true)
            } else if line.hasPrefix("```") {
                if onlyBlanksSinceBlock, !blocks.isEmpty { blocks[blocks.count - 1].next = blocks.count }
                fence = line.prefix { $0 == "`" }
                let words = line.drop { $0 == "`" }.split(separator: " ").map(String.init)
                blocks.append(Block(page: path, line: index + 1, words: words, text: ""))
            } else {
                if !line.allSatisfy(\.isWhitespace) { onlyBlanksSinceBlock = false }
                if line.hasPrefix("#") {
                    heading = line.drop { $0 == "#" }.trimmed
                    anchors.insert(Self.anchor(heading))
                }
                prose += line + "\n"
                sections[heading, default: ""] += line + "\n"
                if let cells = Self.cells(line) {
                    if cells.allSatisfy({ !$0.isEmpty && $0.allSatisfy { $0 == "-" } }) {
                        _ = rows.popLast()  // the head
                    } else {
                        rows.append(Row(section: heading, cells: cells))
                    }
                }
            }
        }
    }

    /// The rows of the tables under a heading, with the code in their first cell.
    func table(_ section: String) -> [(keys: [String], cells: [String])] {
        rows.filter { $0.section == section }.map { ($0.cells[0].codeSpans, $0.cells) }.filter { !$0.0.isEmpty }
    }

    /// The anchor that GitHub makes of a heading.
    private static func anchor(_ heading: String) -> String {
        let kept = heading.lowercased().filter { $0.isLetter || $0.isNumber || " -_".contains($0) }
        return kept.split(separator: " ", omittingEmptySubsequences: false).joined(separator: "-")
    }

    private static func cells(_ line: Substring) -> [String]? {
        guard line.hasPrefix("|") else { return nil }
        let bar: Character = "\u{E000}"
        let text = line.trimmed.replacing(/\\\|/, with: String(bar)).dropFirst().dropLast()
        return text.split(separator: "|", omittingEmptySubsequences: false).map { cell in
            String(cell.trimmed.map { $0 == bar ? "|" : $0 })
        }
    }
}

extension String {
    /// What stands between single backticks.
    var codeSpans: [String] {
        matches(of: /`([^`]+)`/).map { String($0.output.1) }
    }
}
