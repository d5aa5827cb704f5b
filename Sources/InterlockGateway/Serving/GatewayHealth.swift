import InterlockCore

/// Whether the models behind a gateway can be used right now.
struct GatewayHealth: Sendable {
    /// What each model's backend said, in the order of the routes.
    var reports: [(id: String, report: HealthReport)]

    /// Asks all backends at once.
    static func check(_ routes: ModelRoutes, timeout: Duration) async throws -> GatewayHealth {
        let states = try await withThrowingTaskGroup(of: (Int, HealthReport).self) { group in
            for (place, route) in routes.list.enumerated() {
                group.addTask { (place, try await route.backend.checkHealth(timeout: timeout)) }
            }
            var states: [Int: HealthReport] = [:]
            for try await (place, report) in group { states[place] = report }
            return states
        }
        return GatewayHealth(
            reports: routes.list.enumerated().compactMap { place, route in states[place].map { (route.id, $0) } })
    }

    private var readyCount: Int { reports.filter { $0.report.state == .ready }.count }

    /// 200 if at least one model can be used, 503 if none can.
    var status: Int { readyCount > 0 ? 200 : 503 }

    /// One word: `ok`, `degraded`, `loading` or `unavailable`.
    var word: String {
        if readyCount == reports.count { return "ok" }
        if readyCount > 0 { return "degraded" }
        return reports.contains { $0.report.state == .notLoaded } ? "loading" : "unavailable"
    }

    /// The body of the response.
    ///
    /// - Parameter showsDetails: Whether the client may know what the models are called and what is wrong with them.
    func body(showsDetails: Bool) -> JSONValue {
        var body: JSONObject = ["status": .string(word)]
        guard showsDetails else { return .object(body) }
        body["models"] = .array(
            reports.map { id, report in
                var entry: JSONObject = ["id": .string(id), "state": .string(report.state.rawValue)]
                if let problem = report.problem { entry["problem"] = .string(problem.description) }
                return .object(entry)
            })
        return .object(body)
    }
}
