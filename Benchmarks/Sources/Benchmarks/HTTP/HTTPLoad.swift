/// How many requests, for what, and how many of them at once.
struct HTTPLoad {
    /// Events of each answer; 0 for an answer that is no stream.
    var chunks: Int
    /// Microseconds between two events.
    var gap = 0
    /// Requests in all, a multiple of ``width``.
    var count: Int
    /// Requests at once.
    var width: Int

    /// Text of about 1 KB, as long as what `clients.py` sends.
    static let text = String(repeating: "Tell me about the capital of France, its rivers and its bridges. ", count: 13)

    /// What the figures are divided by: requests, or events.
    var units: Int { count * max(chunks, 1) }

    /// The base address that asks the server for such answers.
    func address(_ port: String) -> String { "http://127.0.0.1:\(port)/\(chunks)/\(gap)/v1" }

    /// The same with fewer requests, for what takes much longer.
    func divided(by divisor: Int) -> HTTPLoad {
        var load = self
        load.count = max(width, count / divisor / width * width)
        return load
    }

    /// Does `body` ``count`` times, ``width`` at once, and adds up what it gives.
    func run(_ body: @escaping @Sendable () async throws -> Int) async throws -> Int {
        let share = count / width
        return try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<width {
                group.addTask {
                    var sum = 0
                    for _ in 0..<share { sum += try await body() }
                    return sum
                }
            }
            return try await group.reduce(0, +)
        }
    }
}
