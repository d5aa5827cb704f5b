import InterlockCore
import InterlockRemote
import Testing

/// Requests and what the tests of OpenAI's dialects ask about them.
enum OpenAIRequests {
    /// A tool as most callers define one.
    static let weather = ToolDefinition(
        name: "weather", description: "The weather of a place.",
        parameters: [
            "type": "object", "properties": ["place": ["type": "string"]], "required": ["place"],
            "additionalProperties": false,
        ])

    /// A conversation in which everything occurs that Chat Completions can say.
    static let conversation = Transcript([
        .developer("Be brief."),
        Message(
            role: .user,
            parts: [
                .text("What is this?"),
                .image(Media(.url("https://example.org/a.png"), detail: "low")),
                .image(Media(.data([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A]))),
                .file(Media(.data(Array("%PDF-1.7".utf8)), name: "a.pdf")),
                .file(Media(.providerFile("file-1"))),
            ], name: "ada"),
        Message(
            role: .assistant,
            parts: [
                .text("Let me see."),
                .toolCall(ToolCall(id: "call_a", name: "weather", arguments: #"{"place":"Ulm"}"#)),
                .toolCall(ToolCall(id: "call_b", name: "weather", arguments: "{not json")),
            ]),
        .tool(callID: "call_a", name: "weather", "Rain"),
        .tool(callID: "call_b", name: "weather", "no such place", isError: true),
        Message(role: .assistant, parts: [.refusal("I will not say.")]),
        .user("Why?"),
    ])

    /// A small request.
    static func small(_ options: GenerationOptions = GenerationOptions()) -> GenerationRequest {
        GenerationRequest([.system("Be brief."), .user("Hi")], options: options)
    }
}

extension WireDialect {
    /// The request for a model, from a backend `b`.
    func encode(_ request: GenerationRequest, model: String, streams: Bool = true) throws -> WireRequest {
        try encode(request, WireContext(backend: "b", model: model, streams: streams))
    }

    /// A member of the request's body as text; `-` where there is none.
    func member(_ key: String, of request: GenerationRequest, model: String = "m") throws -> String {
        try encode(request, model: model).body[key]?.jsonText() ?? "-"
    }
}
