import InterlockCore
import Testing

@Suite struct GenerationOptionsTests {
    /// Every option, each with a value of its own.
    private static let all = GenerationOptions(
        maximumResponseTokens: 1, temperature: 0.5, topP: 0.25, topK: 3, minP: 0.125, typicalP: 0.75,
        repetitionPenalty: 1.5, presencePenalty: -1, frequencyPenalty: 2, seed: .max, stopSequences: ["a", "é"],
        logitBias: [10: -100, 9: 0.5], logprobs: 4, reasoningEffort: .xhigh, reasoningBudget: 2048,
        metadata: ["team": "a"], serviceTier: "flex", user: "u",
        extras: ["llama_cpp": ["mirostat": 2, "x": [1.0, nil]]])

    @Test(arguments: [
        GenerationOptions(), all,
        GenerationOptions(temperature: 0, topP: 1, topK: 0, minP: 0, typicalP: 1, logprobs: 0),
        GenerationOptions(minP: 1, repetitionPenalty: 0.001, presencePenalty: -2, frequencyPenalty: -2),
        GenerationOptions(
            maximumResponseTokens: .max, temperature: 1e300, topP: .leastNonzeroMagnitude, seed: 0, logitBias: [0: 0]),
    ])
    func acceptsWhatIsInRange(options: GenerationOptions) throws {
        try options.validate()
    }

    private static let refused: [(GenerationOptions, String)] = [
        (GenerationOptions(maximumResponseTokens: 0), "max_tokens is 0; it must be at least 1"),
        (GenerationOptions(maximumResponseTokens: -5), "max_tokens is -5; it must be at least 1"),
        (GenerationOptions(temperature: -0.5), "temperature is -0.5; it must be 0 or more"),
        (GenerationOptions(temperature: -1), "temperature is -1; it must be 0 or more"),
        (GenerationOptions(topP: 0), "top_p is 0; it must be above 0 and at most 1"),
        (GenerationOptions(topP: 1.01), "top_p is 1.01; it must be above 0 and at most 1"),
        (GenerationOptions(topK: -1), "top_k is -1; it must be 0 or more"),
        (GenerationOptions(minP: -0.1), "min_p is -0.1; it must be between 0 and 1"),
        (GenerationOptions(minP: 1.5), "min_p is 1.5; it must be between 0 and 1"),
        (GenerationOptions(typicalP: 0), "typical_p is 0; it must be above 0 and at most 1"),
        (GenerationOptions(typicalP: 2), "typical_p is 2; it must be above 0 and at most 1"),
        (GenerationOptions(repetitionPenalty: 0), "repetition_penalty is 0; it must be above 0"),
        (GenerationOptions(repetitionPenalty: -1), "repetition_penalty is -1; it must be above 0"),
        (GenerationOptions(presencePenalty: 2.5), "presence_penalty is 2.5; it must be between -2 and 2"),
        (GenerationOptions(presencePenalty: -3), "presence_penalty is -3; it must be between -2 and 2"),
        (GenerationOptions(frequencyPenalty: 2.1), "frequency_penalty is 2.1; it must be between -2 and 2"),
        (GenerationOptions(frequencyPenalty: -2.1), "frequency_penalty is -2.1; it must be between -2 and 2"),
        (GenerationOptions(logprobs: -1), "logprobs is -1; it must be 0 or more"),
        (GenerationOptions(logitBias: [-7: 1]), "logit_bias names token -7; token ids are 0 or more"),
        (
            GenerationOptions(logitBias: [1: 0, 9: .nan, 3: -.infinity]),
            "logit_bias of token 3 is -inf; it must be a finite number"
        ),
        (
            GenerationOptions(stopSequences: ["x", ""]),
            "stop contains an empty text\nhint: Every text contains the empty one; leave it out."
        ),
    ]

    @Test(arguments: refused)
    func refusesWhatIsOutOfRange(options: GenerationOptions, message: String) throws {
        let error = try #require(throws: InterlockError.self) { try options.validate() }
        #expect(error.code == .invalidRequest)
        #expect(error.description == message)
    }

    @Test(arguments: [Double.nan, .infinity, -.infinity])
    func refusesWhatIsNoNumber(value: Double) throws {
        let options: [(GenerationOptions, String)] = [
            (GenerationOptions(temperature: value), "temperature"), (GenerationOptions(topP: value), "top_p"),
            (GenerationOptions(minP: value), "min_p"), (GenerationOptions(typicalP: value), "typical_p"),
            (GenerationOptions(repetitionPenalty: value), "repetition_penalty"),
            (GenerationOptions(presencePenalty: value), "presence_penalty"),
            (GenerationOptions(frequencyPenalty: value), "frequency_penalty"),
            (GenerationOptions(logitBias: [5: value]), "logit_bias of token 5"),
        ]
        for (options, name) in options {
            let error = try #require(throws: InterlockError.self) { try options.validate() }
            #expect(error.description == "\(name) is \(value); it must be a finite number")
        }
    }

    @Test func codingUsesTheFieldsUsualNames() throws {
        let json = """
            {"max_tokens":1,"temperature":0.5,"top_p":0.25,"top_k":3,"min_p":0.125,"typical_p":0.75,\
            "repetition_penalty":1.5,"presence_penalty":-1.0,"frequency_penalty":2.0,"seed":18446744073709551615,\
            "stop":["a","é"],"logit_bias":{"10":-100.0,"9":0.5},"logprobs":4,\
            "reasoning_effort":"xhigh","reasoning_budget":2048,"metadata":{"team":"a"},"service_tier":"flex","user":"u",\
            "extras":{"llama_cpp":{"mirostat":2,"x":[1.0,null]}}}
            """
        #expect(try JSONValueEncoder().encode(Self.all).jsonText() == json)
        #expect(try JSONValueDecoder().decode(GenerationOptions.self, parsing: json) == Self.all)
        #expect(try JSONValueEncoder().encode(GenerationOptions()).jsonText() == "{}")
        #expect(try JSONValueDecoder().decode(GenerationOptions.self, parsing: "{}") == GenerationOptions())
    }

    @Test func codingKeysAndNamesAreTheSame() throws {
        let keys = try JSONValueEncoder().encode(Self.all).objectValue?.keys ?? []
        #expect(Set(keys) == Set(GenerationOptions.Name.allCases.map(\.rawValue) + ["extras"]))
    }

    @Test func aWrongTypeIsNamedWithItsPlace() throws {
        let error = try #require(throws: DecodingError.self) {
            try JSONValueDecoder().decode(GenerationOptions.self, parsing: #"{"top_k":1.5}"#)
        }
        guard case .dataCorrupted(let context) = error else {
            Issue.record("\(error)")
            return
        }
        #expect(context.debugDescription == "at top_k: expected an integer, found the number 1.5")
    }

    @Test func everyNameCanBeSetFoundAndRemoved() {
        #expect(GenerationOptions().namesInUse.isEmpty)
        #expect(Self.all.namesInUse == GenerationOptions.Name.allCases)
        for name in GenerationOptions.Name.allCases {
            var options = Self.all
            options.remove(name)
            #expect(options.namesInUse == GenerationOptions.Name.allCases.filter { $0 != name })
            #expect(options.extras == Self.all.extras)
            // Removing twice changes nothing, and removing all leaves nothing.
            let once = options
            options.remove(name)
            #expect(options == once)
        }
        var rest = Self.all
        for name in GenerationOptions.Name.allCases { rest.remove(name) }
        #expect(rest == GenerationOptions(extras: Self.all.extras))
    }

    @Test func theOrderOfFoundationModelsIsTaken() {
        let options = GenerationOptions(temperature: 0.5, maximumResponseTokens: 10)
        #expect(options == GenerationOptions(maximumResponseTokens: 10, temperature: 0.5))
    }
}
