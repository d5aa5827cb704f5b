extension StringProtocol {
    /// The text broken at spaces into lines of at most so many columns, each indented.
    ///
    /// Line breaks in the text stay; a word longer than the line stands alone on its own.
    func wrapped(to columns: Int, indent: Int = 0) -> String {
        let width = Swift.max(1, columns - indent)
        let margin = String(repeating: " ", count: indent)
        var lines: [String] = []
        for paragraph in split(separator: "\n", omittingEmptySubsequences: false) {
            var rest = paragraph[...]
            while let end = rest.index(rest.startIndex, offsetBy: width, limitedBy: rest.endIndex),
                end < rest.endIndex
            {
                let head = rest[..<end].drop { $0 == " " }
                guard let space = head.lastIndex(of: " ") ?? rest[end...].firstIndex(of: " ") else { break }
                lines.append(String(rest[..<space]))
                rest = rest[rest.index(after: space)...]
            }
            lines.append(String(rest))
        }
        return lines.map { $0.isEmpty ? "" : margin + $0 }.joined(separator: "\n")
    }

    /// The text with all lines but the first indented.
    func indentingLaterLines(by count: Int) -> String {
        let margin = String(repeating: " ", count: count)
        let lines = split(separator: "\n", omittingEmptySubsequences: false)
        return lines.enumerated().map { $0 == 0 || $1.isEmpty ? String($1) : margin + $1 }.joined(separator: "\n")
    }
}
