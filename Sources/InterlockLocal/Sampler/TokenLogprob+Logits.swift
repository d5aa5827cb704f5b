import InterlockCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

extension TokenLogprob {
    /// The natural log-probabilities of a chosen token and of the most likely ones under the model's own distribution.
    ///
    /// Tokens that are not possible, or whose logit is not a number, are no alternatives.
    ///
    /// - Parameters:
    ///   - token: The token that was chosen.
    ///   - logits: The logits before anything changed them.
    ///   - count: How many alternatives to list.
    ///   - vocabulary: Where the bytes of the tokens are.
    init(chosen token: Token, logits: [Float], alternatives count: Int, vocabulary: Vocabulary) {
        let largest = logits.reduce(-.infinity) { max($0, $1) }
        var sum = 0.0
        for logit in logits where logit > -.infinity { sum += exp(Double(logit - largest)) }
        let normaliser = Double(largest) + log(sum)
        func candidate(_ token: Token) -> Candidate {
            Candidate(
                token: Int(token), bytes: Array(vocabulary.bytes(of: token)),
                logprob: Double(logits[Int(token)]) - normaliser)
        }
        var best: [Token] = []
        for index in logits.indices where count > 0 && logits[index] > -.infinity {
            if best.count == count, logits[index] <= logits[Int(best[count - 1])] { continue }
            if best.count == count { best.removeLast() }
            let place = best.firstIndex { logits[Int($0)] < logits[index] } ?? best.count
            best.insert(Token(index), at: place)
        }
        self.init(chosen: candidate(token), alternatives: best.map(candidate))
    }
}
