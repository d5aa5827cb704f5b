/// Text on its way out, which ends before a stop sequence.
///
/// What may turn out to be the beginning of one is held back until it is clear that it is not.
struct StopFilter {
    private let stops: [String]
    private var held = ""

    /// The stop sequence that was found.
    private(set) var match: String?

    init(_ stops: [String]) {
        self.stops = stops
    }

    /// Takes more text and returns what may go out.
    mutating func append(_ text: String) -> String {
        held += text
        let found = stops.compactMap { stop in held.firstRange(of: stop).map { (stop, $0.lowerBound) } }
        if let (stop, place) = found.min(by: { $0.1 < $1.1 }) {
            match = stop
            held = String(held[..<place])
            return finish()
        }
        let doubtful = stops.map { stop in (1..<max(1, stop.count)).last { held.hasSuffix(stop.prefix($0)) } ?? 0 }
        let free = String(held.dropLast(doubtful.max() ?? 0))
        held.removeFirst(free.count)
        return free
    }

    /// Returns what was held back, when no more comes.
    mutating func finish() -> String {
        defer { held = "" }
        return held
    }
}
