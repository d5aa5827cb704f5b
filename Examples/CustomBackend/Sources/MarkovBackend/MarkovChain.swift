/// What follows what in a text: for every few words in a row, the words that came next, as often as they came.
struct MarkovChain: Sendable {
    /// How many words decide about the next.
    let order: Int
    /// How many words the text had.
    let length: Int
    private let words: [String]
    private let ids: [String: Int]
    private let followers: [[Int]: [Int]]
    private let openings: [[Int]]

    /// Reads a text.
    ///
    /// - Parameters:
    ///   - order: How many words decide about the next.
    ///   - text: The text, which needs at least one word more than that.
    ///   - progress: Told now and then which part is done.
    /// - Returns: Nil if the text is too short.
    init?(order: Int, text: String, progress: (Double) -> Void) {
        let all = text.split(whereSeparator: \.isWhitespace).map(String.init)
        guard all.count > order else { return nil }
        var words: [String] = []
        var ids: [String: Int] = [:]
        let sequence = all.map { word in
            if let id = ids[word] { return id }
            ids[word] = words.count
            words.append(word)
            return words.count - 1
        }
        var followers: [[Int]: [Int]] = [:]
        var openings: [[Int]] = []
        for index in 0..<(sequence.count - order) {
            let context = Array(sequence[index..<(index + order)])
            followers[context, default: []].append(sequence[index + order])
            if index == 0 || Self.endsSentence(all[index - 1]) { openings.append(context) }
            if index % 1000 == 0 { progress(Double(index) / Double(sequence.count)) }
        }
        progress(1)
        (self.order, length) = (order, all.count)
        (self.words, self.ids, self.followers, self.openings) = (words, ids, followers, openings)
    }

    /// How many different runs of words the chain knows a continuation of.
    var contextCount: Int { followers.count }

    /// Begins to write: on from the end of a prompt if the text has such a place, else with the opening of a sentence.
    func walk(after prompt: String) -> Walk {
        let last = prompt.split(whereSeparator: \.isWhitespace).suffix(order).compactMap { ids[String($0)] }
        return Walk(chain: self, context: followers[last] == nil ? [] : last)
    }

    /// A text that is being written, word by word.
    struct Walk {
        fileprivate let chain: MarkovChain
        fileprivate var context: [Int]
        private var opening: ArraySlice<Int> = []
        private var isOver = false

        fileprivate init(chain: MarkovChain, context: [Int]) {
            self.chain = chain
            self.context = context
        }

        /// The next word, or nil after the end of the sentence.
        mutating func next(using random: inout some RandomNumberGenerator) -> String? {
            if isOver { return nil }
            if context.isEmpty {
                context = chain.openings.randomElement(using: &random) ?? []
                opening = context[...]
            }
            let id: Int
            if let first = opening.popFirst() {
                id = first
            } else if let next = chain.followers[context]?.randomElement(using: &random) {
                id = next
                context = Array((context + [next]).suffix(chain.order))
            } else {
                return nil
            }
            isOver = opening.isEmpty && MarkovChain.endsSentence(chain.words[id])
            return chain.words[id]
        }
    }

    private static func endsSentence(_ word: String) -> Bool {
        ".!?".contains(word.last ?? " ")
    }
}

/// The generator of Steele, Lea and Flood (SplitMix64): the same seed gives the same words.
struct SplitMix64: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}
