/// The members of a JSON object, in the order written, with lookup by key.
///
/// Every key occurs once. A document that repeats a key cannot be reproduced from this value: what happens to it is
/// chosen when parsing (``JSONValue/ParseOptions/DuplicateKeys``). Keys are compared by their UTF-8 bytes.
///
/// Lookup searches up to 16 members one after the other and uses a hash index beyond that. Removal is linear.
/// Equality disregards the order of keys, as JSON does.
public struct JSONObject: Sendable {
    /// One member as it is stored.
    struct Member: Sendable {
        let key: String
        var value: JSONValue

        /// A hash that can be added to those of other members in any order.
        var standaloneHash: Int {
            var hasher = Hasher()
            hasher.combine(ByteString(key))
            hasher.combine(value)
            return hasher.finalize()
        }
    }

    /// Up to this many members a linear search beats hashing.
    static let linearLimit = 16

    private(set) var members: [Member]
    /// Positions by key, kept only beyond ``linearLimit``.
    private var positions: [ByteString: Int]?

    /// Makes an object without members.
    public init() {
        members = []
    }

    /// Makes an object from keys and values; of equal keys the last value counts, in the place of the first.
    public init(_ elements: some Sequence<(String, JSONValue)>) {
        self.init()
        reserveCapacity(elements.underestimatedCount)
        for (key, value) in elements { updateValue(value, forKey: key) }
    }

    /// Takes members whose keys are known to differ.
    init(distinct members: [Member], positions: [ByteString: Int]?) {
        self.members = members
        self.positions = positions
    }

    /// The keys, in order.
    public var keys: [String] {
        members.map(\.key)
    }

    /// The values, in the order of their keys.
    public var values: [JSONValue] {
        members.map(\.value)
    }

    /// Makes room for that many members.
    public mutating func reserveCapacity(_ count: Int) {
        members.reserveCapacity(count)
    }

    /// Whether there is a member with that key.
    public func contains(key: String) -> Bool {
        position(of: key) != nil
    }

    /// The value of a key; nil means that there is no such member.
    ///
    /// Assigning to a new key appends a member, to a known one replaces its value in place; assigning nil removes
    /// the member (assign `.null` to write `null`).
    public subscript(key: String) -> JSONValue? {
        get {
            position(of: key).map { members[$0].value }
        }
        _modify {
            let position = position(of: key)
            var value: JSONValue?
            if let position {
                // Moved out, so that the caller holds the only reference and changes it in place.
                value = take(&members[position].value)
            }
            defer {
                switch (position, value) {
                case (let position?, let value?): members[position].value = value
                case (let position?, nil): remove(at: position)
                case (nil, let value?): append(key, value)
                case (nil, nil): break
                }
            }
            yield &value
        }
    }

    /// The value of a key, or a default that is stored when the value is changed in place.
    public subscript(key: String, default defaultValue: @autoclosure () -> JSONValue) -> JSONValue {
        get {
            self[key] ?? defaultValue()
        }
        _modify {
            let position: Int
            if let known = self.position(of: key) {
                position = known
            } else {
                position = members.count
                append(key, defaultValue())
            }
            yield &members[position].value
        }
    }

    /// Sets the value of a key and returns the one it replaced, if any.
    @discardableResult
    public mutating func updateValue(_ value: JSONValue, forKey key: String) -> JSONValue? {
        guard let position = position(of: key) else {
            append(key, value)
            return nil
        }
        let old = members[position].value
        members[position].value = value
        return old
    }

    /// Removes a member and returns its value, or nil when there is none with that key.
    @discardableResult
    public mutating func removeValue(forKey key: String) -> JSONValue? {
        guard let position = position(of: key) else { return nil }
        let old = members[position].value
        remove(at: position)
        return old
    }

    /// Takes over all members of another object; its values win, known keys keep their place.
    public mutating func merge(_ other: JSONObject) {
        for member in other.members { updateValue(member.value, forKey: member.key) }
    }

    private func position(of key: String) -> Int? {
        if let positions { return positions[ByteString(key)] }
        return members.firstIndex { $0.key.hasSameBytes(as: key) }
    }

    private mutating func append(_ key: String, _ value: JSONValue) {
        members.append(Member(key: key, value: value))
        if positions != nil {
            positions?[ByteString(key)] = members.count - 1
        } else if members.count > Self.linearLimit {
            indexMembers()
        }
    }

    private mutating func remove(at position: Int) {
        members.remove(at: position)
        positions = nil
        if members.count > Self.linearLimit { indexMembers() }
    }

    private mutating func indexMembers() {
        var positions: [ByteString: Int] = [:]
        positions.reserveCapacity(members.count)
        for (position, member) in members.enumerated() { positions[ByteString(member.key)] = position }
        self.positions = positions
    }
}

/// Moves a value out of its place, which holds `null` until it is given another.
private func take(_ place: inout JSONValue) -> JSONValue {
    let taken = place
    place = .null
    return taken
}

extension JSONObject: RandomAccessCollection {
    /// The position of the first member.
    public var startIndex: Int { members.startIndex }

    /// The position past the last member.
    public var endIndex: Int { members.endIndex }

    /// The member at a position in the order written; the position must be in range.
    public subscript(position: Int) -> (key: String, value: JSONValue) {
        let member = members[position]
        return (member.key, member.value)
    }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
    /// Makes an object with its keys in the order written; of equal keys the last value counts.
    public init(dictionaryLiteral elements: (String, JSONValue)...) {
        self.init(elements)
    }
}

extension JSONObject: Hashable {
    /// Whether both objects have the same keys with equal values, in any order.
    public static func == (left: JSONObject, right: JSONObject) -> Bool {
        guard left.members.count == right.members.count else { return false }
        // Without iterators or closures, so that a level of nesting takes little stack.
        var position = 0
        while position < left.members.count {
            // Most compared objects have the same order, which saves the search.
            let other = right.position(of: left.members[position].key, likely: position)
            guard other >= 0, left.members[position].value == right.members[other].value else { return false }
            position += 1
        }
        return true
    }

    /// Where a key is, with a first guess; -1 when it is nowhere.
    private func position(of key: String, likely: Int) -> Int {
        members[likely].key.hasSameBytes(as: key) ? likely : position(of: key) ?? -1
    }

    /// Feeds the members to a hasher without regard to their order.
    public func hash(into hasher: inout Hasher) {
        var sum = 0
        var position = 0
        while position < members.count {
            sum &+= members[position].standaloneHash
            position += 1
        }
        hasher.combine(members.count)
        hasher.combine(sum)
    }
}
