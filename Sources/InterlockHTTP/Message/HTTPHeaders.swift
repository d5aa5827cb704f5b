/// The header fields of a message, in their order, with names that occur more than once kept.
package struct HTTPHeaders: Sendable, Hashable {
    /// A name and its value.
    package struct Field: Sendable, Hashable {
        /// The name as it was written.
        package var name: String
        /// The value without white space around it.
        package var value: String

        /// Makes a field.
        package init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    private var fields: [Field] = []

    /// Makes an empty list.
    package init() {}

    /// Makes a list of these fields.
    package init(_ fields: [Field]) {
        self.fields = fields
    }

    /// The value of the first field of that name, whose case means nothing.
    package func first(_ name: String) -> String? {
        fields.first { Self.isSame($0.name, name) }?.value
    }

    /// The values of all fields of that name.
    package func all(_ name: String) -> [String] {
        fields.filter { Self.isSame($0.name, name) }.map(\.value)
    }

    /// Replaces all fields of that name by one, in the place of the first.
    package mutating func set(_ name: String, _ value: String) {
        guard let place = fields.firstIndex(where: { Self.isSame($0.name, name) }) else {
            return append(name, value)
        }
        fields[place] = Field(name, value)
        fields[(place + 1)...].removeAll { Self.isSame($0.name, name) }
    }

    /// Adds a field after the others.
    package mutating func append(_ name: String, _ value: String) {
        fields.append(Field(name, value))
    }

    /// Takes out all fields of that name.
    package mutating func remove(_ name: String) {
        fields.removeAll { Self.isSame($0.name, name) }
    }

    /// Continues the last field's value on a line of its own, as old servers do.
    mutating func extendLast(_ more: String) {
        guard !fields.isEmpty else { return }
        fields[fields.count - 1].value += " " + more
    }

    /// Whether two names are the same but for the case of ASCII letters.
    static func isSame(_ one: String, _ other: String) -> Bool {
        let (one, other) = (one.utf8, other.utf8)
        guard one.count == other.count else { return false }
        return zip(one, other).allSatisfy { lowercase($0) == lowercase($1) }
    }

    private static func lowercase(_ byte: UInt8) -> UInt8 {
        byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z") ? byte | 0x20 : byte
    }
}

extension HTTPHeaders: RandomAccessCollection {
    /// The place of the first field.
    package var startIndex: Int { 0 }
    /// The place after the last field.
    package var endIndex: Int { fields.count }

    /// The field at a place.
    package subscript(position: Int) -> Field { fields[position] }
}

extension HTTPHeaders: ExpressibleByDictionaryLiteral {
    /// Makes a list from `[name: value, …]`, in that order.
    package init(dictionaryLiteral elements: (String, String)...) {
        fields = elements.map { Field($0, $1) }
    }
}
