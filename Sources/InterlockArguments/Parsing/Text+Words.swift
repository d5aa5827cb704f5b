extension String {
    /// The parts before and after the first "=".
    var splitAtEquals: (name: String, value: String?) {
        guard let index = firstIndex(of: "=") else { return (self, nil) }
        return (String(self[..<index]), String(self[self.index(after: index)...]))
    }

    /// Whether this is a dash before a number: `-1`, `-.5`, `-2e-3`.
    var looksLikeNegativeNumber: Bool {
        let bytes = utf8.dropFirst()
        guard let first = bytes.first else { return false }
        let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
        let second = bytes.dropFirst().first
        guard digits.contains(first) || (first == UInt8(ascii: ".") && second.map(digits.contains) == true) else {
            return false
        }
        return Double(self) != nil
    }
}

extension [String] {
    /// The end of a message about an invalid value: which ones are valid.
    var validValues: String {
        guard !isEmpty else { return "" }
        guard count < 6 else {
            return ". Please provide one of the following:\n" + map { "  - \($0)" }.joined(separator: "\n")
        }
        let quoted = map { "'\($0)'" }
        let list =
            count <= 2
            ? quoted.joined(separator: " and ")
            : quoted.dropLast().joined(separator: ", ") + " or " + (quoted.last ?? "")
        return ". Please provide one of \(list)."
    }
}
