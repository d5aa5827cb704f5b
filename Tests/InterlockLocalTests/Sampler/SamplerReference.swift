import InterlockCore

@testable import InterlockLocal

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#endif

/// The sampler's stages as their papers and llama.cpp have them: sorted lists, nothing clever.
enum SamplerReference {
    /// The probability of every token that may be drawn.
    static func distribution(_ logits: [Float], _ options: GenerationOptions) -> [Token: Double] {
        var kept = logits.indices.filter { logits[$0] > -.infinity }
        kept.sort { (-logits[$0], $0) < (-logits[$1], $1) }
        let topK = options.topK ?? 40
        if topK > 0 { kept = Array(kept.prefix(topK)) }
        kept = typical(kept, logits, options.typicalP ?? 1)
        let topP = options.topP ?? 0.95
        if topP < 1 { kept = prefix(kept, softmax(kept, logits), reaching: topP) }
        let minP = options.minP ?? 0.05
        let probabilities = softmax(kept, logits)
        kept = zip(kept, probabilities).filter { $1 >= minP * (probabilities.max() ?? 0) }.map(\.0)
        let weights = softmax(kept, logits, temperature: options.temperature ?? 0.8)
        return Dictionary(uniqueKeysWithValues: zip(kept.map { Token($0) }, weights))
    }

    private static func typical(_ kept: [Int], _ logits: [Float], _ limit: Double) -> [Int] {
        guard limit < 1 else { return kept }
        let probabilities = softmax(kept, logits)
        let entropy = probabilities.reduce(0) { $0 - ($1 > 0 ? $1 * log($1) : 0) }
        let order = kept.indices.sorted { left, right in
            (abs(-log(probabilities[left]) - entropy), left) < (abs(-log(probabilities[right]) - entropy), right)
        }
        let chosen = prefix(order, order.map { probabilities[$0] }, reaching: limit)
        return chosen.sorted().map { kept[$0] }
    }

    private static func prefix(_ kept: [Int], _ probabilities: [Double], reaching limit: Double) -> [Int] {
        var sum = 0.0
        for (index, probability) in probabilities.enumerated() {
            sum += probability
            if sum >= limit { return Array(kept[...index]) }
        }
        return kept
    }

    private static func softmax(_ kept: [Int], _ logits: [Float], temperature: Double = 1) -> [Double] {
        let largest = Double(kept.map { logits[$0] }.max() ?? 0)
        let weights = kept.map { exp((Double(logits[$0]) - largest) / temperature) }
        let sum = weights.reduce(0, +)
        return weights.map { $0 / sum }
    }

    /// Pearson's chi-squared as a number of standard deviations (Wilson and Hilferty), rare tokens taken together.
    static func deviation(_ counts: [Token: Int], _ expected: [Token: Double]) -> Double {
        let total = Double(counts.values.reduce(0, +))
        var bins: [(observed: Double, expected: Double)] = [(0, 0)]
        for (token, probability) in expected.sorted(by: { $0.key < $1.key }) {
            let bin = (observed: Double(counts[token] ?? 0), expected: probability * total)
            if bin.expected >= 10 {
                bins.append(bin)
            } else {
                bins[0].observed += bin.observed
                bins[0].expected += bin.expected
            }
        }
        bins.removeAll { $0.expected < 5 }
        guard bins.count > 1 else { return 0 }
        let statistic = bins.reduce(0) { $0 + ($1.observed - $1.expected) * ($1.observed - $1.expected) / $1.expected }
        let freedom = Double(bins.count - 1)
        let scale = 2 / (9 * freedom)
        return (cbrt(statistic / freedom) - (1 - scale)) / scale.squareRoot()
    }
}
