import InterlockCore
import InterlockGateway
import InterlockHTTP
import InterlockTesting
import TestSupport
import Testing

@Suite("OpenAI surface: OpenAI's own client and specification")
struct OpenAIConformanceTests {
    /// A model that always answers the same.
    private static func model(_ name: String, _ steps: [GenerationEvent], failing: InterlockError? = nil) -> ModelRoute
    {
        var all = steps.map(ScriptedBackend.Step.event)
        if let failing { all.append(.fail(failing)) }
        let answer = ScriptedBackend.Answer(all)
        return ModelRoute(id: name, backend: ScriptedBackend { _, _ in answer })
    }

    private static var routes: [ModelRoute] {
        let usage = GenerationEvent.usage(
            Usage(inputTokens: 3, cachedInputTokens: 1, outputTokens: 2, reasoningTokens: 0))
        let end = GenerationEvent.finish(FinishReason(.endTurn))
        func token(_ text: String) -> TokenLogprob {
            let candidate = TokenLogprob.Candidate(token: 1, bytes: Array(text.utf8), logprob: -0.25)
            return TokenLogprob(
                chosen: candidate,
                alternatives: [candidate, .init(token: 2, bytes: [0xF0, 0x9F], logprob: -.infinity)])
        }
        return [
            model("text", [.text("Hello, "), .text("wörld 😀"), usage, end]),
            model(
                "tools",
                [
                    .toolCall(ToolCallDelta(index: 0, id: "c0", name: "f")),
                    .toolCall(ToolCallDelta(index: 1, id: "c1", name: "f", arguments: "{\"a\"")),
                    .toolCall(ToolCallDelta(index: 0, arguments: "{\"a\":1}")),
                    .toolCall(ToolCallDelta(index: 1, arguments: ":2}")), usage, .finish(FinishReason(.toolUse)),
                ]),
            model("refusal", [.refusal("No"), .refusal("."), usage, .finish(FinishReason(.refusal))]),
            model("logprobs", [.text("a"), .logprobs([token("a")]), .text("b"), .logprobs([token("b")]), usage, end]),
            model("reasoning", [.reasoning(ReasoningDelta(text: "Hm.")), .text("4"), usage, end]),
            model("length", [.text("a"), usage, .finish(FinishReason(.maxTokens))]),
            model("org/name:q4", [.text("a"), usage, end]),
            model("failing", [], failing: InterlockError(.rateLimited, "too fast", retryAfter: .seconds(1))),
            model("breaking", [.text("a")], failing: InterlockError(.providerFailed, "the provider broke")),
            ModelRoute(id: "embed", backend: HalvingBackend()),
        ]
    }

    // covers: S2, G3
    @Test("everything holds")
    func conforms() async throws {
        guard let python = try Peers.python("clients") else { return }
        let configuration = GatewayConfiguration(keys: [Secret("test-key")])
        try await withGateway(Self.routes, configuration: configuration) { client in
            var arguments = [
                "\(Paths.packageRoot)/Tests/Conformance/openai_surface.py", "http://127.0.0.1:\(client.port)/v1",
                "test-key",
            ]
            if let specification = Peers.openAISpecification { arguments.append(specification) }
            let run = try ProcessRun(path: python, arguments)
            #expect(run.exit == .code(0), "\(run.output)\(run.errors)")
            print(run.output, terminator: "")
        }
    }
}

/// A backend whose vectors start with the length of the text and halve.
private struct HalvingBackend: Backend {
    let identity = BackendIdentity(name: "halving")
    let capabilities = Capabilities(embeddings: true)

    func embed(_ request: EmbeddingRequest) async throws -> EmbeddingReply {
        let vectors = request.inputs.map { text -> [Float] in
            let length = Float(text.utf8.count)
            return [length, length / 2, length / 4]
        }
        return EmbeddingReply(vectors: vectors, usage: Usage(inputTokens: 2))
    }

    func run(_ request: GenerationRequest, emit: (GenerationEvent) async throws -> Void) async throws {
        throw InterlockError(.unsupported, "this backend only embeds")
    }
}
