import CBench
import Interlock
import InterlockHTTP

/// Many streams at once through our backend: whether all of them are whole, and what they need.
enum ManyStreams {
    /// Runs them against the server at `port`, and prints one line.
    static func run(_ port: String) async throws {
        let load = HTTPLoad(chunks: 50, gap: 1_000, count: 2_000, width: 2_000)
        let files = bench_raise_open_files()
        precondition(files > load.width + 50, "the system allows this process only \(files) open files")
        let backend = try BackendRegistry.builtIn.make(
            "openai_compatible", model: "benchmark",
            parameters: ["base_url": .string(load.address(port)), "proxy": ""])
        let expected = String(repeating: " token", count: load.chunks)
        let whole = try await withTaskExecutorPreference(EventLoop.shared) {
            try await load.run {
                let reply = try await backend.reply(to: GenerationRequest([.user(HTTPLoad.text)]))
                return reply.content == expected && reply.finishReason.canonical == .endTurn ? 1 : 0
            }
        }
        let cpu = bench_cpu_seconds()
        let peak = Double(bench_peak_kibibytes()) * 1024 / 1e6
        print(
            "\(whole) of \(load.count) whole; peak of resident memory \(peak.short) MB; "
                + "\((cpu * 1e6 / Double(load.units)).short) µs of processor time a chunk")
    }
}
