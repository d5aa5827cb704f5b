/// Finds what a mistyped name was probably meant to be.
package enum EditDistance {
    /// The closest of some names, if it is close enough to be worth suggesting.
    ///
    /// - Parameters:
    ///   - word: What was typed.
    ///   - names: What may have been meant; the first of the closest wins.
    ///   - limit: The most mistakes; a third of the word's bytes unless told otherwise, and at least one.
    package static func closest(to word: String, among names: some Sequence<String>, limit: Int? = nil) -> String? {
        let limit = limit ?? max(1, word.utf8.count / 3)
        var best: (name: String, distance: Int)?
        for name in names {
            let distance = between(Array(word.utf8), Array(name.utf8))
            guard distance <= limit, distance < best?.distance ?? .max else { continue }
            best = (name, distance)
        }
        return best?.name
    }

    /// The number of insertions, deletions, replacements and swaps of neighbours between two texts, in bytes (optimal
    /// string alignment).
    private static func between(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var beforeLast: [Int] = []
        var last = Array(0...right.count)
        for (i, a) in left.enumerated() {
            var row = [i + 1]
            for (j, b) in right.enumerated() {
                var least = min(last[j] + (a == b ? 0 : 1), last[j + 1] + 1, row[j] + 1)
                if i > 0, j > 0, a == right[j - 1], left[i - 1] == b { least = min(least, beforeLast[j - 1] + 1) }
                row.append(least)
            }
            (beforeLast, last) = (last, row)
        }
        return last[right.count]
    }
}
