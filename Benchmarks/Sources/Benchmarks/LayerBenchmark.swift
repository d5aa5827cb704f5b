import Interlock

/// What a layer that passes everything on costs: the floor under retry, fallback, metering and the rest.
enum LayerBenchmark {
    /// Hands out the same chunk again and again.
    private struct Source: Backend {
        let identity = BackendIdentity(name: "source")
        let capabilities = Capabilities()
        let chunks: Int

        func run(_ request: GenerationRequest, emit: (GenerationEvent) async throws -> Void) async throws {
            for _ in 0..<chunks { try await emit(.text("chunk")) }
            try await emit(.finish(FinishReason(.endTurn)))
        }
    }

    /// Looks at every event, as a layer must, and passes it on.
    private struct PassThrough: Backend {
        let inner: any Backend

        var identity: BackendIdentity { inner.identity }
        var capabilities: Capabilities { inner.capabilities }

        func run(_ request: GenerationRequest, emit: (GenerationEvent) async throws -> Void) async throws {
            try await inner.run(request) { event in
                if case .restart = event { return }
                try await emit(event)
            }
        }
    }

    static func run() async throws {
        let chunks = 1_000_000
        let calls = 200_000
        let depths = [0, 1, 10]
        var perChunk = depths.map { _ in Rounds() }
        var perCall = depths.map { _ in Rounds() }
        for _ in 0..<7 {
            for (index, depth) in depths.enumerated() {
                perChunk[index].add(try await measure(depth, chunks: chunks, calls: 1) / Double(chunks))
                perCall[index].add(try await measure(depth, chunks: 0, calls: calls) / Double(calls))
            }
        }
        for (index, depth) in depths.enumerated() {
            print("\(depth) layers: \(perChunk[index].text("ns a chunk")); \(perCall[index].text("ns a call"))")
        }
        let added = perChunk[2].best - perChunk[0].best
        print("ten layers add \(added.short) ns a chunk (target: under 1000), \((added / 10).short) ns each")
    }

    private static func measure(_ depth: Int, chunks: Int, calls: Int) async throws -> Double {
        var backend: any Backend = Source(chunks: chunks)
        for _ in 0..<depth { backend = PassThrough(inner: backend) }
        let request = GenerationRequest([.user("go")])
        var bytes = 0
        let time = try await nanoseconds {
            for _ in 0..<calls {
                try await backend.run(request) { event in
                    if case .text(let text) = event { bytes += text.utf8.count }
                }
            }
        }
        precondition(bytes == chunks * calls * 5, "chunks were lost")
        return time
    }
}
