extension StringProtocol {
    /// The text in kebab case; runs of capitals stay one word: `baseURLPath` is `base-url-path`.
    var kebabCased: String {
        let characters = Array(self)
        var result = ""
        for (index, character) in characters.enumerated() {
            guard character.isUppercase else {
                result.append(character)
                continue
            }
            let afterLower = index > 0 && !characters[index - 1].isUppercase
            let beforeLower = index + 1 < characters.count && characters[index + 1].isLowercase
            if index > 0, afterLower || beforeLower, result.last != "-" { result.append("-") }
            result.append(character.lowercased())
        }
        return result
    }

    /// How many characters must be inserted, removed or replaced to get the other text (Levenshtein's distance).
    func editDistance(to other: String) -> Int {
        let left = Array(self)
        let right = Array(other)
        var row = Array(0...right.count)
        for (i, character) in left.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, candidate) in right.enumerated() {
                let replaced = diagonal + (character == candidate ? 0 : 1)
                diagonal = row[j + 1]
                row[j + 1] = Swift.min(replaced, diagonal + 1, row[j] + 1)
            }
        }
        return row[right.count]
    }

    /// The candidate nearest to this text, nil when none is near enough to be a slip of the fingers.
    func nearest(among candidates: some Sequence<String>) -> String? {
        let limit = count < 2 ? 0 : Swift.min(3, count / 2)
        var best: (distance: Int, text: String)?
        for candidate in candidates {
            let distance = editDistance(to: candidate)
            if distance <= limit, best.map({ distance < $0.distance }) ?? true { best = (distance, candidate) }
        }
        return best?.text
    }
}
