import Interlock
import InterlockTesting
import Testing

@Suite struct DefaultingTests {
    // covers: G1, G3, L4
    @Test("what a request leaves open is filled in, and what it says stays")
    func fills() async throws {
        let base = ScriptedBackend([.text("a"), .text("b")])
        let layer = Defaulting(
            base,
            options: GenerationOptions(
                maximumResponseTokens: 9, temperature: 0.5, stopSequences: ["x"], metadata: ["a": "b"],
                extras: ["scripted": ["one": 1, "two": 2]]))
        _ = try await layer.generate("Hi")
        _ = try await layer.generate(
            "Hi",
            options: GenerationOptions(
                temperature: 0, seed: 1, stopSequences: ["y"], extras: ["scripted": ["two": 3], "other": [:]]))
        #expect(
            base.requests[0].options
                == GenerationOptions(
                    maximumResponseTokens: 9, temperature: 0.5, stopSequences: ["x"], metadata: ["a": "b"],
                    extras: ["scripted": ["one": 1, "two": 2]]))
        #expect(
            base.requests[1].options
                == GenerationOptions(
                    maximumResponseTokens: 9, temperature: 0, seed: 1, stopSequences: ["y"], metadata: ["a": "b"],
                    extras: ["scripted": ["one": 1, "two": 3], "other": [:]]))
    }

    @Test("every option has a default of its own")
    func everyOption() {
        let all = GenerationOptions(
            maximumResponseTokens: 1, temperature: 0.5, topP: 0.25, topK: 3, minP: 0.125, typicalP: 0.75,
            repetitionPenalty: 1.5, presencePenalty: -1, frequencyPenalty: 2, seed: 4, stopSequences: ["a"],
            logitBias: [10: -100], logprobs: 4, reasoningEffort: .low, reasoningBudget: 1, metadata: ["a": "b"],
            serviceTier: "flex", user: "u")
        var empty = GenerationOptions()
        empty.fill(from: all)
        #expect(empty == all)
        for name in GenerationOptions.Name.allCases {
            var one = all
            one.remove(name)
            one.fill(from: all)
            #expect(one == all, "\(name)")
        }
    }

    @Test("defaults are parameters of every remote backend, and wrong ones are errors that name them")
    func parameters() async throws {
        let server = try FaultServer()
        func make(_ parameters: JSONObject) throws -> any Backend {
            var all: JSONObject = ["base_url": .string(server.url), "api_key": "k"]
            all.merge(parameters)
            return try BackendRegistry.builtIn.make(
                "openai", BackendConfiguration(model: "gpt-4o", parameters: all))
        }
        let model = try make(["max_tokens": 7, "temperature": 0.25, "stop": ["x"]])
        _ = try await model.generate("Hi")
        let body = try #require(server.requests.first?.json)
        #expect(body["max_completion_tokens"] == 7)
        #expect(body["temperature"] == 0.25)
        #expect(body["stop"] == ["x"])
        for (parameters, message) in [
            (["temperature": -1], "openai: temperature is -1; it must be 0 or more"),
            (["max_retries": 200], "openai: max_retries is 200; it must be between 0 and 100"),
        ] as [(JSONObject, String)] {
            let error = try #require(throws: InterlockError.self) { _ = try make(parameters) }
            #expect(error.code == .invalidConfiguration)
            #expect(error.description == message)
        }
        let error = try #require(throws: InterlockError.self) { _ = try make(["top_k": "many"]) }
        #expect(error.message.hasPrefix("top_k: "))
    }
}
