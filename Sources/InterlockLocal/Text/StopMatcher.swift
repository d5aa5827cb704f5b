/// Finds stop sequences in a stream of bytes and holds back whatever may become one.
///
/// The one that ends first is found; of several that end at the same byte the longest.
struct StopMatcher {
    private let stops: [(text: String, bytes: [UInt8])]
    private var held: [UInt8] = []

    /// The stop sequence that was found.
    private(set) var match: String?

    /// Makes a matcher; with no stop sequences everything passes at once.
    init(_ stops: [String]) {
        self.stops = stops.map { ($0, Array($0.utf8)) }.sorted { $0.1.count > $1.1.count }
    }

    /// Takes more bytes and returns those that are certainly not part of a stop sequence.
    ///
    /// After a match it returns what came before it; nothing more must be appended then.
    mutating func append(_ bytes: some Collection<UInt8>) -> [UInt8] {
        guard !stops.isEmpty else { return Array(bytes) }
        for byte in bytes {
            held.append(byte)
            for stop in stops where held.ends(with: stop.bytes) {
                match = stop.text
                held.removeLast(stop.bytes.count)
                return finish()
            }
        }
        let free = held.count - longestPartialMatch()
        defer { held.removeFirst(free) }
        return Array(held[..<free])
    }

    /// Returns what was held back, when no more bytes come.
    mutating func finish() -> [UInt8] {
        defer { held = [] }
        return held
    }

    /// The length of the longest end of the held bytes that is the beginning of a stop sequence.
    private func longestPartialMatch() -> Int {
        var longest = 0
        for stop in stops {
            var length = min(stop.bytes.count - 1, held.count)
            while length > longest, !held.ends(with: stop.bytes[..<length]) { length -= 1 }
            longest = max(longest, length)
        }
        return longest
    }
}

extension [UInt8] {
    fileprivate func ends(with suffix: some BidirectionalCollection<UInt8>) -> Bool {
        guard suffix.count <= count else { return false }
        return reversed().starts(with: suffix.reversed())
    }
}
