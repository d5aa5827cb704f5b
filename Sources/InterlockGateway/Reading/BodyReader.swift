package import InterlockCore

/// Reads the members of a JSON object one by one, with errors that name them, and knows which nobody asked for.
///
/// A member that is `null` counts as missing: clients write what they do not set that way.
package struct BodyReader {
    private let object: JSONObject
    private let path: String
    private var known: Set<String> = []

    /// Makes a reader.
    ///
    /// - Parameter path: Where the object is, such as `messages[0]`; empty for the body itself.
    package init(_ object: JSONObject, path: String = "") {
        self.object = object
        self.path = path
    }

    /// Makes a reader of a value that has to be an object.
    package init(_ value: JSONValue, path: String) throws(InterlockError) {
        guard let object = value.objectValue else {
            throw .parameter(path, "is \(value.article); it must be an object")
        }
        self.init(object, path: path)
    }

    /// The path of a member.
    package func path(_ name: String) -> String {
        path.isEmpty ? name : "\(path).\(name)"
    }

    /// A member, or nil if it is missing or null.
    package mutating func value(_ name: String) -> JSONValue? {
        known.insert(name)
        guard let value = object[name], !value.isNull else { return nil }
        return value
    }

    /// A text.
    package mutating func string(_ name: String) throws(InterlockError) -> String? {
        guard let value = value(name) else { return nil }
        guard let text = value.stringValue else { throw mismatch(name, value, "a string") }
        return text
    }

    /// True or false.
    package mutating func boolean(_ name: String) throws(InterlockError) -> Bool? {
        guard let value = value(name) else { return nil }
        guard let flag = value.boolValue else { throw mismatch(name, value, "a boolean") }
        return flag
    }

    /// A whole number.
    package mutating func integer(_ name: String) throws(InterlockError) -> Int? {
        guard let value = value(name) else { return nil }
        guard let number = value.intValue else { throw mismatch(name, value, "a whole number") }
        return number
    }

    /// A number.
    package mutating func number(_ name: String) throws(InterlockError) -> Double? {
        guard let value = value(name) else { return nil }
        guard let number = value.doubleValue else { throw mismatch(name, value, "a number") }
        return number
    }

    /// A list.
    package mutating func list(_ name: String) throws(InterlockError) -> [JSONValue]? {
        guard let value = value(name) else { return nil }
        guard let list = value.arrayValue else { throw mismatch(name, value, "a list") }
        return list
    }

    /// An object.
    package mutating func reader(_ name: String) throws(InterlockError) -> BodyReader? {
        guard let value = value(name) else { return nil }
        return try BodyReader(value, path: path(name))
    }

    /// A text that has to be there.
    package mutating func requiredString(_ name: String) throws(InterlockError) -> String {
        guard let text = try string(name) else { throw missing(name) }
        return text
    }

    /// Takes note that a member means nothing here, so that it is not reported.
    package mutating func ignore(_ names: String...) {
        known.formUnion(names)
    }

    /// Refuses or leaves out the members that nobody asked for.
    package func finish(_ leftovers: inout Leftovers) throws(InterlockError) {
        for (name, value) in object where !known.contains(name) && !value.isNull {
            try leftovers.add(path(name))
        }
    }

    /// The error for a member that has to be there.
    package func missing(_ name: String) -> InterlockError {
        .parameter(path(name), "is missing", word: "missing_required_parameter")
    }

    /// The error for a member of the wrong type.
    package func mismatch(_ name: String, _ value: JSONValue, _ expected: String) -> InterlockError {
        .parameter(path(name), "is \(value.article); it must be \(expected)", word: "invalid_type")
    }

    /// The error for a member whose value cannot be.
    package func invalid(_ name: String, _ message: String, hint: String? = nil) -> InterlockError {
        .parameter(path(name), message, hint: hint, word: "invalid_value")
    }
}

extension JSONValue {
    /// The kind of value with its article, for messages.
    package var article: String {
        switch self {
        case .null: "null"
        case .bool: "a boolean"
        case .number(let number): number.int == nil ? "a number" : "a whole number"
        case .string: "a string"
        case .array: "a list"
        case .object: "an object"
        }
    }
}
