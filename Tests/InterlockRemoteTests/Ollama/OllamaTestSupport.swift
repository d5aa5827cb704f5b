import InterlockCore
import InterlockRemote

/// What the tests of Ollama's API share.
enum OllamaTest {
    static let dialect = OllamaDialect()

    static func context(_ model: String = "qwen3", streams: Bool = true) -> WireContext {
        WireContext(backend: "ollama", model: model, streams: streams)
    }

    static func encode(_ request: GenerationRequest, _ model: String = "qwen3") throws -> WireRequest {
        try dialect.encode(request, context(model))
    }

    static func events(_ lines: String...) throws -> [GenerationEvent] {
        try dialect.events(lines.map { (name: nil, data: $0) }, context())
    }
}
