/// The metadata of a GGUF file: keys with values, in the file's order.
public struct GGUFMetadata: Hashable, Sendable, RandomAccessCollection {
    /// One key with its value.
    public struct Entry: Hashable, Sendable {
        /// The key, such as `general.architecture`.
        public let key: String
        /// The value.
        public let value: GGUFValue
    }

    private var entries: [Entry] = []
    private var indexByKey: [String: Int] = [:]

    init() {}

    mutating func append(key: String, value: GGUFValue) {
        // A key that differs only by Unicode normalisation is a key of its own in the file; the first one answers lookups.
        if indexByKey[key] == nil { indexByKey[key] = entries.count }
        entries.append(Entry(key: key, value: value))
    }

    /// The position of the first entry: 0.
    public var startIndex: Int { 0 }

    /// The number of entries.
    public var endIndex: Int { entries.count }

    /// The entry at a position.
    public subscript(position: Int) -> Entry { entries[position] }

    /// The value of a key, or nil.
    public subscript(key: String) -> GGUFValue? {
        indexByKey[key].map { entries[$0].value }
    }

    /// The value of a key that holds a string, or nil.
    public func string(_ key: String) -> String? { self[key]?.string }

    /// The value of a key that holds an integer of any width that `Int` can represent, or nil.
    public func int(_ key: String) -> Int? { self[key]?.int }

    /// The value of a key that holds a floating-point number, or nil.
    public func float(_ key: String) -> Double? { self[key]?.float }

    /// The value of a key that holds a boolean, or nil.
    public func bool(_ key: String) -> Bool? { self[key]?.bool }

    /// The value of a key that holds an array, or nil.
    public func array(_ key: String) -> GGUFArray? { self[key]?.array }

    /// The length of the array that a key holds, or nil.
    public func count(_ key: String) -> Int? { self[key]?.array?.count }
}
