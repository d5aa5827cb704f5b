import CBench

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// What a request and an event of a stream cost the client's processor, ours beside other people's.
enum HTTPBenchmark {
    private static let requests = "µs a request (target: under 40)"
    private static let events = "µs a chunk (target: under 15)"

    static func run() async throws {
        guard let server = Child([CommandLine.arguments[0], "--serve"]), let port = server.line() else {
            return print("skipped: the server does not start")
        }
        var contenders = [
            HTTPContender.curl("libcurl alone"),
            .client("our HTTP client", prefersLoop: false),
            .client("our HTTP client, on its loop", prefersLoop: true),
            .backend("openai_compatible", prefersLoop: false),
            .backend("openai_compatible, on its loop", prefersLoop: true),
        ]
        if let python = python() {
            contenders.append(.python("Python httpx", "httpx", python))
            contenders.append(.python("Python openai", "openai", python))
        } else {
            print("without Python's clients: `make peers PEERS=clients` installs them")
        }
        let loads: [(String, String, HTTPLoad)] = [
            ("requests, one at a time", requests, HTTPLoad(chunks: 0, count: 1_600, width: 1)),
            ("requests, 32 at once", requests, HTTPLoad(chunks: 0, count: 3_200, width: 32)),
            ("streams of 250 chunks, one at a time", events, HTTPLoad(chunks: 250, count: 40, width: 1)),
            ("streams of 250 chunks, 32 at once", events, HTTPLoad(chunks: 250, count: 192, width: 32)),
            (
                "the same, 2 ms between the chunks of a stream", events,
                HTTPLoad(chunks: 250, gap: 2_000, count: 32, width: 32)
            ),
        ]
        for (title, unit, load) in loads {
            print("\(title): \(unit), beside libcurl")
            try await compare(contenders, load, port)
        }
        try streams(port)
    }

    private static func compare(_ contenders: [HTTPContender], _ load: HTTPLoad, _ port: String) async throws {
        var rounds = contenders.map { _ in Rounds() }
        for round in 0..<8 {
            for (index, contender) in contenders.enumerated() {
                let load = load.divided(by: contender.divisor)
                let time = try await contender.run(load, port)
                // The first round opens connections.
                if round > 0 { rounds[index].add(time * 1e6 / Double(load.units)) }
            }
        }
        for (contender, figures) in zip(contenders, rounds) {
            let ratio = figures.median / rounds[0].median
            print("  \(contender.name): \(figures.text("µs")); ratio of the medians \(ratio.short)")
        }
    }

    /// Python with the clients that scripts/bench names.
    private static func python() -> Child? {
        let scripts: [String] = ["Benchmarks/clients.py", "clients.py"]
        guard let path = getenv("BENCH_PYTHON"), let script = scripts.first(where: { access($0, R_OK) == 0 }) else {
            return nil
        }
        return Child([String(cString: path), script])
    }

    private static func streams(_ port: String) throws {
        print("2000 streams of 50 chunks at once, in a process of their own")
        guard let client = Child([CommandLine.arguments[0], "--streams", port]), let answer = client.line() else {
            return print("  failed: not all of them came to their end")
        }
        print("  \(answer) (target: under 100 MB, all of them whole)")
    }
}
