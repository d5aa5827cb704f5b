import InterlockCore
import InterlockRemote
import Testing

@Suite struct OpenAIModelRuleTests {
    private let chat = OpenAIChatDialect(flavour: .openAI)

    private func drops(_ options: GenerationOptions, _ model: String) throws -> [String] {
        var request = OpenAIRequests.small(options)
        request.unsupported = .drop
        return try chat.encode(request, model: model).drops.map { "\($0.subject): \($0.reason)" }
    }

    // wire: 70
    @Test("what a reasoning model refuses is refused here, by name")
    func refusals() throws {
        let leaveOut = "Leave it out, or choose another model. Or ask for what is unsupported to be dropped."
        let cases: [(GenerationOptions, String, String, String)] = [
            (
                GenerationOptions(temperature: 0.5), "gpt-5",
                "temperature cannot be honoured: gpt-5 does not take it", leaveOut
            ),
            (
                GenerationOptions(temperature: 0.5), "gpt-5.5",
                "temperature cannot be honoured: gpt-5.5 takes it only while it does not reason",
                "Set reasoning_effort to none, or leave it out. Or ask for what is unsupported to be dropped."
            ),
            (
                GenerationOptions(stopSequences: ["x"]), "o3",
                "stop cannot be honoured: o3 does not take it", leaveOut
            ),
            (
                GenerationOptions(frequencyPenalty: 1), "openai/gpt-6-sol",
                "frequency_penalty cannot be honoured: openai/gpt-6-sol does not take it", leaveOut
            ),
            (
                GenerationOptions(reasoningEffort: ReasoningEffort.none), "gpt-6-astra",
                "reasoning_effort none cannot be honoured: gpt-6-astra takes low, medium, high, xhigh", leaveOut
            ),
            (
                GenerationOptions(reasoningEffort: .max), "gpt-6-sol",
                "reasoning_effort max cannot be honoured: gpt-6-sol takes it through the Responses API alone",
                leaveOut
            ),
        ]
        for (options, model, message, hint) in cases {
            expectError(.unsupported, message, hint: hint) {
                _ = try chat.encode(OpenAIRequests.small(options), model: model)
            }
        }
    }

    @Test("sampling is taken where the effective effort is none")
    func sampling() throws {
        let sampled = GenerationOptions(temperature: 0.5, topP: 0.5, logprobs: 0)
        var quiet = sampled
        quiet.reasoningEffort = ReasoningEffort.none
        #expect(try drops(sampled, "gpt-5.4-mini") == [])
        #expect(try drops(quiet, "gpt-5.5") == [])
        #expect(try drops(GenerationOptions(temperature: 1), "gpt-5") == [])
        let reason = "gpt-5.6 takes it only while it does not reason"
        #expect(try drops(sampled, "gpt-5.6") == ["temperature: \(reason)", "top_p: \(reason)", "logprobs: \(reason)"])
    }

    @Test("no effort is what a model that does not reason makes anyway")
    func effortOfPlainModels() throws {
        let encoded = try chat.encode(
            OpenAIRequests.small(GenerationOptions(reasoningEffort: ReasoningEffort.none)), model: "gpt-4.1")
        #expect(encoded.body["reasoning_effort"] == nil)
        #expect(encoded.drops == [])
        #expect(
            try drops(GenerationOptions(reasoningEffort: .low), "gpt-4.1")
                == ["reasoning_effort low: gpt-4.1 does not reason"])
    }

    @Test("a model that is offered through Responses alone is refused with that advice")
    func responsesOnly() {
        expectError(
            .unsupported, "gpt-5-pro is not offered through Chat Completions",
            hint: "Use the Responses API for it, or choose another model."
        ) { _ = try chat.encode(OpenAIRequests.small(), model: "gpt-5-pro") }
    }

    @Test("nothing is held against models that nobody knows")
    func unknownModels() throws {
        let options = GenerationOptions(temperature: 2, stopSequences: ["a"], reasoningEffort: .max)
        for flavour in OpenAIFlavour.allCases where flavour != .lmStudio && flavour != .mlx {
            let encoded = try OpenAIChatDialect(flavour: flavour).encode(
                OpenAIRequests.small(options), model: "somebody/new-model")
            #expect(encoded.drops == [])
            #expect(encoded.body["reasoning_effort"] == "max")
        }
        // The name of an open model says nothing about OpenAI's rules.
        let local = OpenAIChatDialect(flavour: .vLLM)
        #expect(try local.encode(OpenAIRequests.small(options), model: "gpt-5").drops == [])
    }

    @Test("the longest prefix of a name counts")
    func catalogue() {
        let catalogue = OpenAIModelCatalogue.current
        #expect(catalogue.traits(of: "gpt-5.4-mini-2026-03-05").contextLength == 272_000)
        #expect(catalogue.traits(of: "ft:gpt-4o:acme::x").reasons == false)
        #expect(catalogue.traits(of: "gpt-5-chat-latest").reasons == false)
        #expect(catalogue.traits(of: "gpt-9").reasons == true)
        #expect(catalogue.traits(of: "openai/gpt-oss-120b") == .unknown)
        #expect(catalogue.traits(of: "gpt-6-luna").takesCacheMarks)
        #expect(!catalogue.traits(of: "gpt-5.5").takesCacheMarks)
    }

    @Test("what is beyond the API's limits is refused or cut, never passed over")
    func limits() throws {
        let stops = GenerationOptions(stopSequences: ["1", "2", "3", "4", "5"])
        expectError(
            .unsupported, "stop cannot be honoured: OpenAI takes 4 texts, and there are 5",
            hint: "Leave it out, choose another backend, or ask for what is unsupported to be dropped."
        ) { _ = try chat.encode(OpenAIRequests.small(stops), model: "gpt-4o") }
        var dropped = OpenAIRequests.small(stops)
        dropped.unsupported = .drop
        #expect(try chat.member("stop", of: dropped, model: "gpt-4o") == #"["1","2","3","4"]"#)
        #expect(
            try OpenAIChatDialect(flavour: .vLLM).member("stop", of: OpenAIRequests.small(stops))
                == #"["1","2","3","4","5"]"#)
        expectError(.invalidRequest, "logprobs is 21; it must be at most 20", hint: "Ask for fewer alternatives.") {
            _ = try chat.encode(OpenAIRequests.small(GenerationOptions(logprobs: 21)), model: "gpt-4o")
        }
        expectError(
            .invalidRequest, "seed is 18446744073709551615; the API takes at most 9223372036854775807",
            hint: "Choose a smaller one."
        ) { _ = try chat.encode(OpenAIRequests.small(GenerationOptions(seed: .max)), model: "gpt-4o") }
        let labels = Dictionary(uniqueKeysWithValues: (0..<17).map { ("k\($0)", "v") })
        expectError(.invalidRequest, "metadata has 17 pairs; it may have 16", hint: "Leave some out.") {
            _ = try chat.encode(OpenAIRequests.small(GenerationOptions(metadata: labels)), model: "gpt-4o")
        }
        let long = GenerationOptions(metadata: ["k": String(repeating: "é", count: 513)])
        expectError(
            .invalidRequest, "metadata k is too long", hint: "A key may have 64 characters and a value 512."
        ) { _ = try chat.encode(OpenAIRequests.small(long), model: "gpt-4o") }
    }

    @Test("content that cannot be said is refused, or dropped and reported")
    func content() throws {
        let picture = Part.image(Media(.providerFile("file-1")))
        let result = ToolResult(callID: "c", content: [.text("see"), .image(Media(.url("https://example.org")))])
        let cases: [(Message, String)] = [
            (Message(role: .user, parts: [picture]), "messages[0] image: Chat Completions takes no ids of pictures"),
            (
                Message(role: .user, parts: [.file(Media(.url("https://example.org/a.pdf")))]),
                "messages[0] file: Chat Completions takes no addresses of documents"
            ),
            (
                Message(role: .tool, parts: [.toolResult(result)]),
                "messages[0] tool result: OpenAI takes results of text alone here"
            ),
            (
                Message(role: .system, parts: [.image(Media(.url("https://example.org")))]),
                "messages[0] content: a system message of OpenAI takes text alone"
            ),
            (
                Message(role: .user, parts: [.providerItem(ProviderItem(dialect: "anthropic", value: [:]))]),
                "messages[0] anthropic item: OpenAI does not understand it"
            ),
        ]
        for (message, drop) in cases {
            var request = GenerationRequest([message, .user("Hi")])
            request.unsupported = .drop
            let drops = try chat.encode(request, model: "gpt-4o").drops
            #expect(drops.map { "\($0.subject): \($0.reason)" } == [drop])
        }
        expectError(
            .invalidRequest, "messages[0] image has no media type, and its content does not tell",
            hint: "Give it one, such as image/png."
        ) {
            let message = Message(role: .user, parts: [.image(Media(.data([1, 2, 3])))])
            _ = try chat.encode(GenerationRequest([message]), model: "gpt-4o")
        }
        expectError(
            .invalidRequest, "messages[0] of role user holds what only the assistant says",
            hint: "Put it into a message of the assistant."
        ) {
            let message = Message(role: .user, parts: [.refusal("No")])
            _ = try chat.encode(GenerationRequest([message]), model: "gpt-4o")
        }
    }
}
