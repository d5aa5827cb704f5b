import Interlock

/// Figures of several rounds.
struct Rounds {
    private var values: [Double] = []

    /// The least of them.
    var best: Double { values.min() ?? 0 }

    /// The one in the middle.
    var median: Double { values.isEmpty ? 0 : values.sorted()[values.count / 2] }

    /// Adds a round's figure.
    mutating func add(_ value: Double) { values.append(value) }

    /// Best and median with a unit.
    func text(_ unit: String) -> String { "best \(best.short) \(unit), median \(median.short) \(unit)" }
}

/// Measures how long something takes in nanoseconds.
func nanoseconds(_ body: () async throws -> Void) async rethrows -> Double {
    let start = Clocks.system.monotonic()
    try await body()
    let end = Clocks.system.monotonic()
    return Double(end.nanoseconds - start.nanoseconds)
}

extension Double {
    /// Three digits or so.
    var short: String {
        let factor: Double = abs(self) >= 100 ? 1 : abs(self) >= 10 ? 10 : 1000
        let rounded = (self * factor).rounded() / factor
        return rounded == rounded.rounded() ? "\(Int(rounded))" : "\(rounded)"
    }
}
