// covers: G6
import InterlockCore
import InterlockTesting
import Testing

@testable import InterlockLocal

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#endif

@Suite("Log-probabilities")
struct TokenLogprobTests {
    let vocabulary = ScriptedTokenModel(answering: "").vocabulary

    @Test("they are those of the softmax, and over all tokens their probabilities are one")
    func softmax() {
        var random = TestRandom(10)
        for _ in 0..<20 {
            let logits = SamplerTests.logits(vocabulary.count, &random)
            let token = Token(random.below(vocabulary.count))
            let logprob = TokenLogprob(
                chosen: token, logits: logits, alternatives: vocabulary.count, vocabulary: vocabulary)
            let sum = logits.reduce(0) { $0 + exp(Double($1)) }
            #expect(abs(logprob.chosen.logprob - log(exp(Double(logits[Int(token)])) / sum)) < 1e-6)
            #expect(logprob.chosen.token == Int(token))
            #expect(logprob.chosen.bytes == Array(vocabulary.bytes(of: token)))
            #expect(abs(logprob.alternatives.reduce(0) { $0 + exp($1.logprob) } - 1) < 1e-9)
        }
    }

    @Test("the alternatives are the most likely ones, best first, ties by number", arguments: [0, 1, 5, 20])
    func alternatives(count: Int) {
        var random = TestRandom(11)
        let logits = (0..<vocabulary.count).map { _ in Float(random.below(30)) }
        let logprob = TokenLogprob(chosen: 3, logits: logits, alternatives: count, vocabulary: vocabulary)
        let expected = logits.indices.sorted { (-logits[$0], $0) < (-logits[$1], $1) }.prefix(count)
        #expect(logprob.alternatives.map(\.token) == expected.map { $0 })
    }

    @Test("what is impossible or not a number is no alternative, and every value is finite")
    func impossible() {
        var logits = [Float](repeating: -.infinity, count: vocabulary.count)
        (logits[0], logits[1], logits[5]) = (.nan, 2, 1)
        let logprob = TokenLogprob(chosen: 5, logits: logits, alternatives: 10, vocabulary: vocabulary)
        #expect(logprob.alternatives.map(\.token) == [1, 5])
        #expect(abs(logprob.chosen.logprob + log(1 + exp(1.0))) < 1e-9)
    }

    @Test("large logits do not overflow")
    func large() {
        var logits = [Float](repeating: 1000, count: vocabulary.count)
        logits[9] = -1000
        let logprob = TokenLogprob(chosen: 8, logits: logits, alternatives: 0, vocabulary: vocabulary)
        #expect(abs(logprob.chosen.logprob + log(Double(vocabulary.count - 1))) < 1e-9)
        #expect(logprob.alternatives.isEmpty)
    }
}
