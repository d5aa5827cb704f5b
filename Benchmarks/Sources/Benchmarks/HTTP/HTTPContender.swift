import CBench
import Interlock
import InterlockCore
import InterlockHTTP

/// One way to send a load's requests.
struct HTTPContender {
    /// What the figures are printed as.
    let name: String
    /// By how much its loads are smaller, so that all take turns of similar length.
    var divisor = 1
    /// Sends the requests; seconds of processor time that this took.
    let run: (HTTPLoad, _ port: String) async throws -> Double

    /// Our backend, from the request to the folded reply.
    static func backend(_ name: String, prefersLoop: Bool) -> HTTPContender {
        HTTPContender(name: name) { load, port in
            let backend = try BackendRegistry.builtIn.make(
                "openai_compatible", model: "benchmark",
                parameters: ["base_url": .string(load.address(port)), "api_key": "sk-benchmark", "proxy": ""])
            return try await measure(load, prefersLoop: prefersLoop) {
                let reply = try await backend.reply(to: GenerationRequest([.user(HTTPLoad.text)]))
                if load.chunks == 0 { return reply.content.isEmpty ? 0 : 1 }
                return reply.content.utf8.count / " token".utf8.count
            }
        }
    }

    /// Our HTTP client and its decoder of events, without any JSON.
    static func client(_ name: String, prefersLoop: Bool) -> HTTPContender {
        HTTPContender(name: name) { load, port in
            let client = HTTPClient.shared
            let request = HTTPRequest(
                method: "POST", url: load.address(port) + "/chat/completions",
                headers: [
                    "accept": "application/json, text/event-stream", "content-type": "application/json",
                    "authorization": "Bearer sk-benchmark",
                ], body: Array(body(load).utf8))
            return try await measure(load, prefersLoop: prefersLoop) {
                if load.chunks == 0 { return try await client.collect(request).body.isEmpty ? 0 : 1 }
                return try await client.withResponse(to: request) { _, body in
                    var decoder = SSEDecoder()
                    var events = 0
                    while let bytes = try await body.next() { try decoder.feed(bytes) { _ in events += 1 } }
                    // The one with the finish reason and the one that says [DONE].
                    return events - 2
                }
            }
        }
    }

    /// libcurl as its manual shows it.
    static func curl(_ name: String) -> HTTPContender {
        HTTPContender(name: name) { load, port in
            let body = body(load)
            let start = bench_cpu_seconds()
            let received = bench_curl(load.address(port) + "/chat/completions", body, load.count, load.width)
            let time = bench_cpu_seconds() - start
            precondition(
                received.transfers == load.count && received.bytes > load.units * 290, "libcurl lost something")
            return time
        }
    }

    /// One of Python's clients, in a process that stays.
    static func python(_ name: String, _ client: String, _ process: Child) -> HTTPContender {
        HTTPContender(name: name, divisor: 8) { load, port in
            process.ask("\(client) \(load.address(port)) \(load.chunks) \(load.count) \(load.width)")
            let words = (process.line() ?? "").split(separator: " ")
            guard words.count == 2, let time = Double(words[0]), Int(words[1]) == load.units else {
                fatalError("\(name) did not do what it was asked for: \(words)")
            }
            return time
        }
    }

    private static func body(_ load: HTTPLoad) -> String {
        let text = HTTPLoad.text
        return #"{"model":"benchmark","messages":[{"role":"user","content":"\#(text)"}],"stream":\#(load.chunks > 0)}"#
    }

    private static func measure(
        _ load: HTTPLoad, prefersLoop: Bool, _ body: @escaping @Sendable () async throws -> Int
    ) async throws -> Double {
        let start = bench_cpu_seconds()
        let seen = try await withTaskExecutorPreference(prefersLoop ? EventLoop.shared : nil) {
            try await load.run(body)
        }
        let time = bench_cpu_seconds() - start
        precondition(seen == load.units, "of \(load.units) there were \(seen)")
        return time
    }
}
