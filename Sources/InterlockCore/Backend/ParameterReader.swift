/// Reads a backend's parameters one by one, with errors that name the key, and refuses those that nobody asked for.
public struct ParameterReader {
    private let parameters: JSONObject
    private var known: [String] = []

    /// Makes a reader of some parameters.
    public init(_ parameters: JSONObject) {
        self.parameters = parameters
    }

    /// A whole number in a range, or nil if the key is missing or null.
    ///
    /// - Throws: ``InterlockError/Code/invalidConfiguration``.
    public mutating func integer(
        _ key: String, in range: ClosedRange<Int> = Int.min...Int.max
    ) throws(InterlockError) -> Int? {
        guard let value = value(key) else { return nil }
        guard let number = value.intValue else { throw mismatch(key, value, "a whole number") }
        guard range.contains(number) else {
            let text =
                if range.upperBound == .max {
                    "at least \(range.lowerBound)"
                } else if range.lowerBound == .min {
                    "at most \(range.upperBound)"
                } else {
                    "between \(range.lowerBound) and \(range.upperBound)"
                }
            throw InterlockError(.invalidConfiguration, "\(key) is \(number); it must be \(text)")
        }
        return number
    }

    /// A number, or nil if the key is missing or null.
    ///
    /// - Throws: ``InterlockError/Code/invalidConfiguration``.
    public mutating func number(_ key: String) throws(InterlockError) -> Double? {
        guard let value = value(key) else { return nil }
        guard let number = value.doubleValue else { throw mismatch(key, value, "a number") }
        return number
    }

    /// True or false, or nil if the key is missing or null.
    ///
    /// - Throws: ``InterlockError/Code/invalidConfiguration``.
    public mutating func boolean(_ key: String) throws(InterlockError) -> Bool? {
        guard let value = value(key) else { return nil }
        guard let flag = value.boolValue else { throw mismatch(key, value, "true or false") }
        return flag
    }

    /// A text, or nil if the key is missing or null.
    ///
    /// - Throws: ``InterlockError/Code/invalidConfiguration``.
    public mutating func string(_ key: String) throws(InterlockError) -> String? {
        guard let value = value(key) else { return nil }
        guard let text = value.stringValue else { throw mismatch(key, value, "a text") }
        return text
    }

    /// A text that must never be shown, or nil if the key is missing, null or empty.
    ///
    /// - Throws: ``InterlockError/Code/invalidConfiguration``, without the value.
    public mutating func secret(_ key: String) throws(InterlockError) -> Secret? {
        guard let value = value(key) else { return nil }
        guard let text = value.stringValue else {
            throw InterlockError(.invalidConfiguration, "\(key) is a \(value.typeName); it must be a text")
        }
        let secret = Secret(text)
        return secret.isSet ? secret : nil
    }

    /// A number of seconds above zero, or nil if the key is missing or null.
    ///
    /// - Throws: ``InterlockError/Code/invalidConfiguration``.
    public mutating func seconds(_ key: String) throws(InterlockError) -> Duration? {
        guard let number = try number(key) else { return nil }
        guard number > 0, number.isFinite else {
            throw InterlockError(
                .invalidConfiguration, "\(key) is \(number); it must be a number of seconds above 0")
        }
        return .seconds(number)
    }

    /// One of a few texts, or nil if the key is missing or null.
    ///
    /// - Throws: ``InterlockError/Code/invalidConfiguration`` naming the texts there are.
    public mutating func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ key: String, of type: Choice.Type = Choice.self
    ) throws(InterlockError) -> Choice? {
        guard let text = try string(key) else { return nil }
        guard let choice = Choice(rawValue: text) else {
            let names = Choice.allCases.map(\.rawValue).joined(separator: ", ")
            throw InterlockError(.invalidConfiguration, "\(key) is \"\(text)\"; it must be one of \(names)")
        }
        return choice
    }

    /// An object, or nil if the key is missing or null.
    ///
    /// - Throws: ``InterlockError/Code/invalidConfiguration``.
    public mutating func object(_ key: String) throws(InterlockError) -> JSONObject? {
        guard let value = value(key) else { return nil }
        guard let object = value.objectValue else { throw mismatch(key, value, "an object") }
        return object
    }

    /// An object of texts, or nil if the key is missing or null.
    ///
    /// - Throws: ``InterlockError/Code/invalidConfiguration``; the values, which may be keys, are not shown.
    public mutating func strings(_ key: String) throws(InterlockError) -> [(name: String, value: String)]? {
        guard let object = try object(key) else { return nil }
        var pairs: [(name: String, value: String)] = []
        for (name, value) in object {
            guard let text = value.stringValue else {
                throw InterlockError(
                    .invalidConfiguration, "\(key).\(name) is a \(value.typeName); it must be a text")
            }
            pairs.append((name, text))
        }
        return pairs
    }

    /// Whatever the key holds, or nil if it is missing or null.
    public mutating func value(_ key: String) -> JSONValue? {
        known.append(key)
        guard let value = parameters[key], value != .null else { return nil }
        return value
    }

    /// Checks that every parameter was asked for.
    ///
    /// - Throws: ``InterlockError/Code/invalidConfiguration`` naming the first that was not, with what it may be meant
    ///   to be.
    public func finish() throws(InterlockError) {
        guard let unknown = parameters.keys.first(where: { !known.contains($0) }) else { return }
        let list = known.sorted().joined(separator: ", ")
        let guess = EditDistance.closest(to: unknown, among: known).map { "Did you mean \($0)? " } ?? ""
        throw InterlockError(
            .invalidConfiguration, "there is no parameter \(unknown)",
            hint: known.isEmpty ? "This backend has no parameters." : "\(guess)The parameters are: \(list).")
    }

    private func mismatch(_ key: String, _ value: JSONValue, _ wanted: String) -> InterlockError {
        // What stands where a key belongs may be a key, whatever its type.
        let isSecret = ["key", "token", "secret", "password"].contains { key.lowercased().contains($0) }
        let shown = isSecret ? "a \(value.typeName)" : value.description
        return InterlockError(.invalidConfiguration, "\(key) is \(shown); it must be \(wanted)")
    }
}
