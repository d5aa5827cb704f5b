/// Finds what a mistyped name was probably meant to be.
package enum EditDistance {
    /// The closest of some names, if it is close enough to be worth suggesting.
    package static func closest(to word: String, among names: some Sequence<String>) -> String? {
        var best: (name: String, distance: Int)?
        for name in names {
            let distance = between(Array(word.utf8), Array(name.utf8))
            guard distance <= max(1, word.utf8.count / 3), distance < best?.distance ?? .max else { continue }
            best = (name, distance)
        }
        return best?.name
    }

    /// The number of insertions, deletions and replacements between two texts (Levenshtein), in bytes.
    private static func between(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var row = Array(0...right.count)
        for (i, a) in left.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, b) in right.enumerated() {
                let replaced = diagonal + (a == b ? 0 : 1)
                diagonal = row[j + 1]
                row[j + 1] = min(replaced, row[j] + 1, diagonal + 1)
            }
        }
        return row[right.count]
    }
}
