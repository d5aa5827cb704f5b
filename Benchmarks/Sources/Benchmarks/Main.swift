import CBench

/// The benchmarks: `make bench`, or `benchmarks NAME …` for some of them.
///
/// Every figure is the best and the median of several rounds, and what is compared takes turns within one run: machines
/// are noisy, ratios are less so.
@main
enum Main {
    private static let all: [(name: String, run: @Sendable () async throws -> Void)] = [
        ("layers", LayerBenchmark.run),
        ("http", HTTPBenchmark.run),
        ("startup", StartupBenchmark.run),
        ("local", LocalBenchmark.run),
    ]

    static func main() async throws {
        let wanted = CommandLine.arguments.dropFirst()
        // Processes that the HTTP benchmark starts.
        if wanted.first == "--serve" {
            _ = bench_serve()
            return
        }
        if wanted.first == "--streams", let port = wanted.last { return try await ManyStreams.run(port) }
        for name in wanted where !all.contains(where: { $0.name == name }) {
            print("there is no benchmark \(name); there are \(all.map(\.name).joined(separator: ", "))")
        }
        for (name, run) in all where wanted.isEmpty || wanted.contains(name) {
            print("== \(name)")
            try await run()
        }
    }
}
