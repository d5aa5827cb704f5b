import InterlockCore
import InterlockRemote
import Testing

@Suite("Anthropic's models and counts")
struct AnthropicServicesTests {
    @Test("The length of an input")
    func tokenCount() throws {
        #expect(try AnthropicServices.decodeTokenCount(["input_tokens": 2_095]) == 2_095)
        expectMalformed("/input_tokens is missing") {
            _ = try AnthropicServices.decodeTokenCount(["input_tokens": "many"])
        }
    }

    @Test("A page of models, and where the next begins")
    func models() throws {
        let body = try JSONValue(
            parsing: """
                {"data":[{"type":"model","id":"claude-opus-5","display_name":"Claude Opus 5",\
                "created_at":"2026-03-01T00:00:00Z","max_input_tokens":1000000,"max_tokens":128000}],\
                "has_more":true,"first_id":"claude-opus-5","last_id":"claude-opus-5"}
                """)
        let page = try AnthropicServices.decodeModels(body)
        #expect(page.next == "claude-opus-5")
        let model = try #require(page.models.first)
        #expect(model.id == "claude-opus-5")
        #expect(model.displayName == "Claude Opus 5")
        #expect(model.owner == "anthropic")
        #expect(model.created == WallTime(secondsSinceEpoch: 1_772_323_200))
        #expect(model.contextLength == 1_000_000)
        #expect(model.maximumOutputTokens == 128_000)
        #expect(model.detail["type"] == "model")
        #expect(AnthropicServices.modelsPath() == "/v1/models?limit=1000")
        #expect(AnthropicServices.modelsPath(after: "a/b:c ü") == "/v1/models?limit=1000&after_id=a%2Fb%3Ac%20%C3%BC")
    }

    @Test("The last page, and pages that would never end")
    func lastPages() throws {
        #expect(try AnthropicServices.decodeModels(["data": [], "has_more": false, "last_id": .null]).next == nil)
        #expect(try AnthropicServices.decodeModels(["data": [], "has_more": true, "last_id": "x"]).next == nil)
        #expect(try AnthropicServices.decodeModels(["data": [["id": "y"]], "has_more": true]).next == "y")
        expectMalformed("/data is missing") {
            _ = try AnthropicServices.decodeModels([:])
        }
        expectMalformed("/data/0/id is missing") {
            _ = try AnthropicServices.decodeModels(["data": [["name": "y"]]])
        }
    }

    @Test(
        "Traits go by the longest known beginning of the name",
        arguments: [
            ("claude-opus-5-5", "claude-opus-5-5-20261001"), ("claude-fable-5-1", "claude-mythos-5-1"),
            ("claude-opus-4-5", "us.anthropic.claude-opus-4-5-20251101-v1:0"),
            ("claude-opus-4-1", "claude-opus-4-1@20250805"), ("claude-opus-4-20250514", "Claude-4-Opus-20250514"),
            ("claude-opus-9", "claude-opus-55"), ("gpt-oss", "qwen3:8b"),
        ]
    )
    func traits(_ one: String, _ other: String) {
        #expect(AnthropicTraits.of(one) == AnthropicTraits.of(other))
    }

    @Test("Traits of different generations differ where the API says so")
    func differences() {
        #expect(AnthropicTraits.of("claude-opus-5") != AnthropicTraits.of("claude-opus-5-5"))
        #expect(AnthropicTraits.of("claude-opus-4-5") != AnthropicTraits.of("claude-sonnet-4-5"))
        #expect(AnthropicTraits.of("claude-opus-4-7").takesLaterInstructions == false)
        #expect(AnthropicTraits.of("claude-opus-4-8").takesLaterInstructions)
        #expect(AnthropicTraits.of("claude-haiku-5-5").takesForcedTools)
        #expect(AnthropicTraits.of("unheard-of") == .compatible)
        #expect(AnthropicTraits.of("claude-opus-4-6").version == "2023-06-01")
    }

    @Test("What the list of models says goes before the table")
    func corrected() throws {
        let entry = try JSONValue(
            parsing: """
                {"id":"claude-x","max_tokens":9000,"max_input_tokens":50000,"capabilities":{\
                "structured_outputs":{"supported":false},\
                "thinking":{"supported":true,"types":{"adaptive":{"supported":false},"enabled":{"supported":true},\
                "disabled":{"supported":true},"between_tools":{"supported":true}}},\
                "effort":{"supported":true,"low":{"supported":true},"max":{"supported":false}}}}
                """)
        let traits = AnthropicTraits().corrected(by: try #require(entry.objectValue))
        #expect(
            traits
                == AnthropicTraits(
                    thinking: [.enabled, .disabled], efforts: [.low], takesSchemas: false, contextLength: 50_000,
                    maximumOutputTokens: 9_000))
        #expect(AnthropicTraits().corrected(by: ["id": "x"]) == AnthropicTraits())
    }

    @Test("Configured traits go before the model's name")
    func configured() throws {
        var dialect = AnthropicTest.dialect
        dialect.traits = AnthropicTraits(takesSampling: true, version: "2030-01-01")
        let request = GenerationRequest([.user("Hi")], options: GenerationOptions(temperature: 0.5))
        let encoded = try dialect.encode(request, AnthropicTest.context("claude-opus-5-5"))
        #expect(encoded.body["temperature"] == 0.5)
        #expect(encoded.headers.map(\.value) == ["2030-01-01"])
    }
}
