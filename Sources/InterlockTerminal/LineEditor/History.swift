/// The entries that the up key recalls, oldest first.
///
/// Holds at most `limit` entries. An entry without a visible character is not kept, nor one equal to the newest.
public struct History: Equatable, Sendable {
    /// The entries, oldest first.
    ///
    /// One entry may have several lines.
    public private(set) var entries: [String] = []
    /// How many entries are kept; adding one more drops the oldest.
    public let limit: Int

    /// A history of at most `limit` entries with the last of `entries`.
    public init(limit: Int, entries: [String] = []) {
        self.limit = max(limit, 0)
        for entry in entries { add(entry) }
    }

    /// Adds an entry; false when it was not kept.
    @discardableResult
    public mutating func add(_ entry: String) -> Bool {
        guard limit > 0, entry != entries.last, !entry.allSatisfy(\.isWhitespace) else { return false }
        entries.append(entry)
        if entries.count > limit { entries.removeFirst(entries.count - limit) }
        return true
    }
}
