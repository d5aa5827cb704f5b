import InterlockCore
import InterlockRemote

/// What the tests of Anthropic's API share.
enum AnthropicTest {
    static let dialect = AnthropicDialect { schema, _ throws(InterlockError) in (schema, []) }

    static func context(_ model: String, streams: Bool = true) -> WireContext {
        WireContext(backend: "anthropic", model: model, streams: streams)
    }

    static func encode(
        _ request: GenerationRequest, _ model: String = "claude-opus-5", streams: Bool = true
    ) throws -> WireRequest {
        try dialect.encode(request, context(model, streams: streams))
    }

    /// A stream in which every event has its `event:` line.
    static func events(_ frames: String...) throws -> [GenerationEvent] {
        try dialect.events(frames.map { (name: nil, data: $0) }, context("claude-opus-5"))
    }

    static let start = """
        {"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant",\
        "model":"claude-opus-5-20260101","content":[],"stop_reason":null,"stop_sequence":null,\
        "usage":{"input_tokens":25,"output_tokens":1}}}
        """
    static let stop = #"{"type":"message_stop"}"#

    static func ending(_ reason: String) -> String {
        """
        {"type":"message_delta","delta":{"stop_reason":"\(reason)","stop_sequence":null},"usage":{"output_tokens":9}}
        """
    }

    static let head = GenerationEvent.head(
        ReplyHead(backend: "anthropic", servedModel: "claude-opus-5-20260101", id: "msg_1"))
    static let firstUsage = GenerationEvent.usage(Usage(inputTokens: 25, outputTokens: 1))
    static let lastUsage = GenerationEvent.usage(Usage(inputTokens: 25, outputTokens: 9))

    static let weather = ToolDefinition(
        name: "get_weather", description: "The weather in a city",
        parameters: [
            "type": "object", "properties": ["city": ["type": "string"]], "required": ["city"],
            "additionalProperties": false,
        ])
}
