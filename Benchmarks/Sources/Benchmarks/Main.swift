/// The benchmarks: `make bench`, or `benchmarks NAME …` for some of them.
///
/// Every figure is the best and the median of several rounds, and what is compared takes turns within one run: machines
/// are noisy, ratios are less so.
@main
enum Main {
    private static let all: [(name: String, run: @Sendable () async throws -> Void)] = [
        ("layers", LayerBenchmark.run),
        ("startup", StartupBenchmark.run),
        ("local", LocalBenchmark.run),
    ]

    static func main() async throws {
        let wanted = CommandLine.arguments.dropFirst()
        for name in wanted where !all.contains(where: { $0.name == name }) {
            print("there is no benchmark \(name); there are \(all.map(\.name).joined(separator: ", "))")
        }
        for (name, run) in all where wanted.isEmpty || wanted.contains(name) {
            print("== \(name)")
            try await run()
        }
    }
}
