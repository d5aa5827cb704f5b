import InterlockCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Chooses the next token from logits.
///
/// The stages, in the order in which every local runtime applies them:
///
/// 1. `logprobs` are taken from the model's own distribution, before anything changes it.
/// 2. Tokens that the model must never choose are removed, `logit_bias` is added.
/// 3. `repetition_penalty` over prompt and answer; `presence_penalty` and `frequency_penalty` over the answer.
/// 4. `temperature` 0 takes the best token, the lowest number winning a tie. Otherwise:
/// 5. `top_k`, `typical_p`, `top_p`, `min_p`, each over what the one before left, then `temperature`, then the draw.
///
/// What is not set is llama.cpp's default: temperature 0.8, top_k 40, top_p 0.95, min_p 0.05, everything else off.
struct Sampler {
    private struct Candidate {
        var token: Token
        var logit: Float
        var probability: Double
    }

    private let temperature: Double
    private let topK: Int
    private let topP: Double
    private let minP: Double
    private let typicalP: Double
    private let repetitionPenalty: Float
    private let presencePenalty: Float
    private let frequencyPenalty: Float
    private let bias: [(token: Token, value: Float)]
    private let suppressed: [Token]
    private var random: RandomGenerator
    private var answerCounts: [Token: Int32] = [:]
    private var seen: Set<Token> = []
    private var candidates: [Candidate] = []

    /// Makes a sampler for one answer.
    ///
    /// - Parameters:
    ///   - options: The options, already validated.
    ///   - seed: The seed of the draws.
    ///   - suppressed: Tokens that must never be chosen.
    ///   - prompt: The tokens of the prompt, for the repetition penalty.
    init(_ options: GenerationOptions, seed: UInt64, suppressed: [Token] = [], prompt: [Token] = []) {
        temperature = options.temperature ?? 0.8
        topK = options.topK ?? 40
        topP = options.topP ?? 0.95
        minP = options.minP ?? 0.05
        typicalP = options.typicalP ?? 1
        repetitionPenalty = Float(options.repetitionPenalty ?? 1)
        presencePenalty = Float(options.presencePenalty ?? 0)
        frequencyPenalty = Float(options.frequencyPenalty ?? 0)
        bias = options.logitBias.sorted { $0.key < $1.key }.map { (Token(clamping: $0.key), Float($0.value)) }
        self.suppressed = suppressed
        random = RandomGenerator(seed: seed)
        if repetitionPenalty != 1 { seen = Set(prompt) }
    }

    /// Chooses a token and remembers it for the penalties; changes the logits in place.
    ///
    /// - Throws: ``InterlockError/Code/malformedResponse`` if the logits have no largest value.
    mutating func sample(_ logits: UnsafeMutableBufferPointer<Float>) throws -> Token {
        adjust(logits)
        let token = temperature == 0 ? try best(of: logits) : try draw(from: logits)
        if repetitionPenalty != 1 { seen.insert(token) }
        if presencePenalty != 0 || frequencyPenalty != 0 { answerCounts[token, default: 0] += 1 }
        return token
    }

    private func adjust(_ logits: UnsafeMutableBufferPointer<Float>) {
        for token in suppressed { logits[Int(token)] = -.infinity }
        for (token, value) in bias where Int(token) < logits.count { logits[Int(token)] += value }
        for token in seen {
            let logit = logits[Int(token)]
            logits[Int(token)] = logit > 0 ? logit / repetitionPenalty : logit * repetitionPenalty
        }
        for (token, count) in answerCounts {
            logits[Int(token)] -= presencePenalty + Float(count) * frequencyPenalty
        }
    }

    private func best(of logits: UnsafeMutableBufferPointer<Float>) throws -> Token {
        let largest = try Self.largest(of: logits)
        var index = 0
        while logits[index] != largest { index += 1 }
        return Token(index)
    }

    private mutating func draw(from logits: UnsafeMutableBufferPointer<Float>) throws -> Token {
        var largest = try Self.largest(of: logits)
        if topK > 0, topK < logits.count {
            selectTopK(logits)
        } else {
            candidates.removeAll(keepingCapacity: true)
            for index in logits.indices where logits[index] > -.infinity {
                candidates.append(Candidate(token: Token(index), logit: logits[index], probability: 0))
            }
            if topP < 1 || typicalP < 1 || minP > 0 { candidates.sort(by: Self.precedes) }
        }
        if typicalP < 1 {
            keepTypical(largest)
            // The most likely token may be among those that are gone.
            largest = candidates[0].logit
        }
        if topP < 1 { keepTopP(largest) }
        if minP > 0 {
            let least = largest + Float(log(minP))
            candidates.removeAll { $0.logit < least && $0.logit < largest }
        }
        let sum = weigh(largest, temperature: temperature)
        var rest = random.unitInterval() * sum
        for candidate in candidates {
            rest -= candidate.probability
            if rest < 0 { return candidate.token }
        }
        return candidates[candidates.count - 1].token
    }

    /// The most likely first; of two equally likely the one with the lower number.
    private static func precedes(_ left: Candidate, _ right: Candidate) -> Bool {
        left.logit == right.logit ? left.token < right.token : left.logit > right.logit
    }

    /// Keeps the k most likely, sorted: a heap whose root is the least likely of those kept.
    private mutating func selectTopK(_ logits: UnsafeMutableBufferPointer<Float>) {
        candidates.removeAll(keepingCapacity: true)
        for index in 0..<topK {
            // What is not a number is not possible; left as it is, it would put the heap out of order.
            let logit = logits[index].isNaN ? -.infinity : logits[index]
            candidates.append(Candidate(token: Token(index), logit: logit, probability: 0))
        }
        candidates.withUnsafeMutableBufferPointer { heap in
            for root in stride(from: topK / 2 - 1, through: 0, by: -1) { Self.siftDown(heap, root) }
            var threshold = heap[0].logit
            for index in topK..<logits.count where logits[index] > threshold {
                heap[0] = Candidate(token: Token(index), logit: logits[index], probability: 0)
                Self.siftDown(heap, 0)
                threshold = heap[0].logit
            }
        }
        candidates.removeAll { $0.logit == -.infinity }
        candidates.sort(by: Self.precedes)
    }

    private static func siftDown(_ heap: UnsafeMutableBufferPointer<Candidate>, _ start: Int) {
        var parent = start
        while true {
            var child = 2 * parent + 1
            guard child < heap.count else { return }
            if child + 1 < heap.count, precedes(heap[child], heap[child + 1]) { child += 1 }
            guard precedes(heap[parent], heap[child]) else { return }
            heap.swapAt(parent, child)
            parent = child
        }
    }

    /// Sets the candidates' probabilities, not divided by their sum, which is returned.
    private mutating func weigh(_ largest: Float, temperature: Double) -> Double {
        var sum = 0.0
        for index in candidates.indices {
            let weight = exp((Double(candidates[index].logit) - Double(largest)) / temperature)
            candidates[index].probability = weight
            sum += weight
        }
        return sum
    }

    private mutating func keepTopP(_ largest: Float) {
        let limit = weigh(largest, temperature: 1) * topP
        var sum = 0.0
        for index in candidates.indices {
            sum += candidates[index].probability
            if sum >= limit {
                candidates.removeSubrange((index + 1)...)
                return
            }
        }
    }

    private mutating func keepTypical(_ largest: Float) {
        let sum = weigh(largest, temperature: 1)
        var entropy = 0.0
        for index in candidates.indices {
            candidates[index].probability /= sum
            let probability = candidates[index].probability
            if probability > 0 { entropy -= probability * log(probability) }
        }
        let order = candidates.indices.sorted { left, right in
            let distances = (
                abs(-log(candidates[left].probability) - entropy), abs(-log(candidates[right].probability) - entropy)
            )
            return distances.0 == distances.1 ? left < right : distances.0 < distances.1
        }
        var kept: [Candidate] = []
        var total = 0.0
        for index in order {
            kept.append(candidates[index])
            total += candidates[index].probability
            if total >= typicalP { break }
        }
        candidates = kept.sorted(by: Self.precedes)
    }

    /// The largest logit.
    ///
    /// Sixteen at a time: this loop is most of what a greedy token costs with a large vocabulary.
    private static func largest(of logits: UnsafeMutableBufferPointer<Float>) throws -> Float {
        var lanes = SIMD16<Float>(repeating: -.infinity)
        let whole = logits.count & ~15
        var index = 0
        while index < whole {
            let next = UnsafeRawPointer(logits.baseAddress.unsafelyUnwrapped + index)
                .loadUnaligned(as: SIMD16<Float>.self)
            lanes.replace(with: next, where: next .> lanes)
            index += 16
        }
        var largest = lanes.max()
        for index in whole..<logits.count { largest = max(largest, logits[index]) }
        guard largest.isFinite else {
            throw InterlockError(
                .malformedResponse, "the model's output is not a number for any token that may be chosen",
                hint: "The model file may be damaged, or logit_bias leaves nothing to choose from.")
        }
        return largest
    }
}
