// covers: G6
import InterlockCore
import Testing

@testable import InterlockLocal

@Suite("Sampler")
struct SamplerTests {
    private func sample(_ sampler: inout Sampler, _ logits: [Float]) throws -> Token {
        var copy = logits
        return try copy.withUnsafeMutableBufferPointer { try sampler.sample($0) }
    }

    private func sample(_ logits: [Float], _ options: GenerationOptions = .init(temperature: 0)) throws -> Token {
        var sampler = Sampler(options, seed: 1)
        return try sample(&sampler, logits)
    }

    static func logits(_ count: Int, _ random: inout TestRandom) -> [Float] {
        (0..<count).map { _ in Float.random(in: -4...4, using: &random) }
    }

    struct Stages: Sendable, CustomTestStringConvertible {
        let name: String
        let options: GenerationOptions
        var testDescription: String { name }
    }

    static let plain = GenerationOptions(temperature: 1, topP: 1, topK: 0, minP: 0, typicalP: 1)

    static func stages(_ name: String, _ change: (inout GenerationOptions) -> Void) -> Stages {
        var options = plain
        change(&options)
        return Stages(name: name, options: options)
    }

    static let allStages = [
        stages("the model's own distribution") { _ in },
        stages("temperature 0.3") { $0.temperature = 0.3 },
        stages("temperature 3") { $0.temperature = 3 },
        stages("top_k 1") { $0.topK = 1 },
        stages("top_k 5") { $0.topK = 5 },
        stages("top_k larger than the vocabulary") { $0.topK = 1000 },
        stages("top_k as large as the vocabulary") { $0.topK = 40 },
        stages("top_p 0.6") { $0.topP = 0.6 },
        stages("top_p 0.0001") { $0.topP = 0.0001 },
        stages("min_p 0.2") { $0.minP = 0.2 },
        stages("min_p 1") { $0.minP = 1 },
        stages("typical_p 0.5") { $0.typicalP = 0.5 },
        stages("typical_p 0.1") { $0.typicalP = 0.1 },
        stages("typical_p and min_p") { ($0.typicalP, $0.minP) = (0.2, 0.3) },
        stages("everything") { $0 = .init(temperature: 0.7, topP: 0.8, topK: 12, minP: 0.1, typicalP: 0.9) },
        Stages(name: "what is the default", options: GenerationOptions()),
    ]

    @Test("every stage draws what the plain reference draws, as often", arguments: allStages)
    func stage(_ stage: Stages) throws {
        var random = TestRandom(5)
        for round in 0..<3 {
            // A peaked, an even and a usual distribution; a few tokens that are impossible.
            var logits = Self.logits(40, &random)
            if round == 0 { logits[7] = 6 }
            if round == 1 { logits = logits.map { $0 / 8 } }
            logits[3] = -.infinity
            let expected = SamplerReference.distribution(logits, stage.options)
            var sampler = Sampler(stage.options, seed: UInt64(round))
            var counts: [Token: Int] = [:]
            for _ in 0..<1500 { counts[try sample(&sampler, logits), default: 0] += 1 }
            #expect(counts.keys.allSatisfy { expected[$0] != nil }, "a token came that was cut off")
            #expect(SamplerReference.deviation(counts, expected) < 4)
            for (token, probability) in expected where probability > 0.01 {
                #expect(counts[token] != nil, "token \(token) never came")
            }
        }
    }

    @Test("the most likely k of a large vocabulary are those of a full sort, ties by number")
    func topKOfMany() throws {
        var random = TestRandom(6)
        // Few different values, so that the border of the k lies within a tie.
        let logits = (0..<3000).map { _ in Float(random.below(50)) / 10 }
        let options = GenerationOptions(temperature: 1000, topP: 1, topK: 70, minP: 0)
        let expected = Set(SamplerReference.distribution(logits, options).keys)
        var sampler = Sampler(options, seed: 3)
        var seen: Set<Token> = []
        for _ in 0..<1500 { seen.insert(try sample(&sampler, logits)) }
        #expect(seen == expected)
    }

    @Test("of tokens that are equally likely top_k keeps those with the lowest numbers")
    func topKTies() throws {
        var random = TestRandom(15)
        for round in 0..<60 {
            // Few tokens have the largest values, so that those at the border are put in and taken out again.
            let logits = (0..<80).map { _ in Float(min(random.below(6), random.below(6))) }
            let options = GenerationOptions(temperature: 1000, topP: 1, topK: 10 + random.below(50), minP: 0)
            let expected = SamplerReference.distribution(logits, options)
            var sampler = Sampler(options, seed: 1)
            for _ in 0..<100 { #expect(expected[try sample(&sampler, logits)] != nil, "round \(round)") }
        }
    }

    @Test("typical sampling may leave out the most likely token, and min_p goes by what is left")
    func typicalWithoutTheBest() throws {
        // One token of probability one half, a thousand that share the rest: the entropy is near those.
        var logits = [Float](repeating: 0, count: 1001)
        logits[500] = 6.9
        let options = GenerationOptions(temperature: 1, topP: 1, topK: 0, minP: 0.5, typicalP: 0.4)
        let expected = SamplerReference.distribution(logits, options)
        #expect(expected[500] == nil && expected.count > 100)
        var sampler = Sampler(options, seed: 4)
        for _ in 0..<300 { #expect(expected[try sample(&sampler, logits)] != nil) }
    }

    @Test("greedy takes the largest logit, the lowest number of several, at every length")
    func greedy() throws {
        var random = TestRandom(7)
        for count in 1...70 {
            for _ in 0..<5 {
                let logits = (0..<count).map { _ in Float(random.below(6)) - 3 }
                let largest = logits.max()
                #expect(Int(try sample(logits)) == logits.firstIndex { $0 == largest })
            }
        }
        #expect(try sample([-.infinity, -1e30, -.infinity]) == 1)
    }

    @Test("the same seed draws the same tokens, another seed others")
    func seeds() throws {
        var random = TestRandom(8)
        let rows = (0..<60).map { _ in Self.logits(50, &random) }
        func tokens(_ seed: UInt64) throws -> [Token] {
            var sampler = Sampler(Self.plain, seed: seed)
            return try rows.map { try sample(&sampler, $0) }
        }
        #expect(try tokens(11) == tokens(11))
        #expect(try tokens(11) != tokens(12))
    }

    @Test("penalties are those of the definitions, over the prompt and over the answer")
    func penalties() throws {
        var random = TestRandom(9)
        var options = GenerationOptions(temperature: 0)
        options.repetitionPenalty = 1.3
        options.presencePenalty = 0.4
        options.frequencyPenalty = 0.25
        let prompt: [Token] = [2, 5, 5, 9]
        var sampler = Sampler(options, seed: 1, prompt: prompt)
        var answer: [Token] = []
        for _ in 0..<300 {
            let logits = Self.logits(20, &random)
            let penalised = logits.indices.map { index in
                var logit = logits[index]
                let count = answer.count { $0 == Token(index) }
                if count > 0 || prompt.contains(Token(index)) { logit = logit > 0 ? logit / 1.3 : logit * 1.3 }
                return count > 0 ? logit - (0.4 + Float(count) * 0.25) : logit
            }
            let largest = penalised.max()
            answer.append(try sample(&sampler, logits))
            #expect(answer.last.map { Int($0) } == penalised.firstIndex { $0 == largest })
        }
        #expect(Set(answer).count > 15)
    }

    @Test("penalties that are off change nothing")
    func noPenalties() throws {
        var options = GenerationOptions(temperature: 0)
        options.repetitionPenalty = 1
        options.presencePenalty = 0
        options.frequencyPenalty = 0
        var sampler = Sampler(options, seed: 1, prompt: [1])
        for _ in 0..<50 { #expect(try sample(&sampler, [0, 1, 0.99]) == 1) }
    }

    @Test("logit_bias is added; tokens that do not exist are left alone")
    func bias() throws {
        #expect(try sample([0, 1, 2], .init(temperature: 0, logitBias: [0: 3])) == 0)
        #expect(try sample([0, 1, 2], .init(temperature: 0, logitBias: [2: -100, 1: -100])) == 0)
        #expect(try sample([0, 1, 2], .init(temperature: 0, logitBias: [3: 100, 5_000_000_000: 100])) == 2)
        var sampler = Sampler(.init(temperature: 1, logitBias: [4: 100]), seed: 1)
        for _ in 0..<50 { #expect(try sample(&sampler, [9, 9, 9, 9, 0]) == 4) }
    }

    @Test("suppressed tokens never come, whatever their bias")
    func suppressed() throws {
        for temperature in [0.0, 1.0] {
            let options = GenerationOptions(temperature: temperature, logitBias: [1: 100])
            var sampler = Sampler(options, seed: 1, suppressed: [1, 2])
            for _ in 0..<100 { #expect(![1, 2].contains(try sample(&sampler, [0, 50, 90, 0.5]))) }
        }
    }

    static let hopeless: [[Float]] = [
        [-.infinity, -.infinity, -.infinity], [.nan, .nan], [1, .infinity, 2], [-.infinity, .nan],
    ]

    @Test("logits that leave no choice are an error, whole", arguments: hopeless, [0.0, 1.0])
    func noChoice(_ logits: [Float], temperature: Double) throws {
        let error = try #require(throws: InterlockError.self) {
            try sample(logits, .init(temperature: temperature))
        }
        #expect(error.code == .malformedResponse)
        #expect(
            error.description == """
                the model's output is not a number for any token that may be chosen
                hint: The model file may be damaged, or logit_bias leaves nothing to choose from.
                """)
    }

    @Test("what is not a number is never chosen and hides nothing", arguments: [0, 1, 2, 3, 4, 30])
    func notANumber(topK: Int) throws {
        var logits = [Float](repeating: .nan, count: 24)
        (logits[17], logits[23]) = (5, 1)
        var sampler = Sampler(.init(temperature: 1, topP: 1, topK: topK, minP: 0), seed: 2)
        var counts: [Token: Int] = [:]
        for _ in 0..<400 { counts[try sample(&sampler, logits), default: 0] += 1 }
        #expect(Set(counts.keys) == (topK == 1 ? [17] : [17, 23]))
        #expect(try sample(logits) == 17)
    }

    @Test("extreme temperatures and extreme logits stay in range")
    func extremes() throws {
        #expect(try sample([1, 3, 2], .init(temperature: .leastNonzeroMagnitude)) == 1)
        let wide: [Float] = [-3e38, 3e38, 0]
        #expect(try sample(wide, .init(temperature: 1)) == 1)
        var sampler = Sampler(.init(temperature: 1e300, topP: 1, topK: 0, minP: 0), seed: 5)
        var seen: Set<Token> = []
        for _ in 0..<200 { seen.insert(try sample(&sampler, wide)) }
        #expect(seen == [0, 1, 2])
    }
}
