import InterlockCore

/// One decoded frame of an answer, whose members are read with errors that name their path.
struct WireFrame {
    /// The frame's members.
    let object: JSONObject
    /// Where in the frame they stand, such as `delta.`; empty at the top.
    private let path: String

    private init(_ object: JSONObject, path: String) {
        self.object = object
        self.path = path
    }

    /// Takes a parsed object.
    init(_ object: JSONObject) {
        self.init(object, path: "")
    }

    /// Parses the bytes of a frame.
    ///
    /// Half a surrogate pair becomes U+FFFD: some servers cut their text at a code unit.
    init(parsing data: [UInt8]) throws(InterlockError) {
        let value: JSONValue
        do throws(JSONValue.ParseError) {
            value = try JSONValue(parsing: data, options: .init(loneSurrogates: .replace))
        } catch {
            throw InterlockError(
                .malformedResponse, "the provider sent a frame that is not JSON: \(error)",
                hint: "Send the request again; if it happens again, check that the address is that of the right API.")
        }
        try self.init(value)
    }

    /// Takes a value that has to be an object.
    init(_ value: JSONValue) throws(InterlockError) {
        guard let object = value.objectValue else {
            throw InterlockError(.malformedResponse, "the provider sent \(value.typeName) instead of an object")
        }
        self.init(object)
    }

    subscript(key: String) -> JSONValue? {
        guard let value = object[key], !value.isNull else { return nil }
        return value
    }

    /// A text that may be missing.
    func string(_ key: String) throws(InterlockError) -> String? {
        guard let value = self[key] else { return nil }
        guard let string = value.stringValue else { throw mismatch(key, value, "a string") }
        return string
    }

    /// A text that may be missing and whose absence or type does not matter.
    func looseString(_ key: String) -> String? { self[key]?.stringValue }

    /// A count; nil where it is missing, negative or no whole number.
    func count(_ key: String) -> Int? {
        self[key]?.intValue.flatMap { $0 >= 0 ? $0 : nil }
    }

    /// An object that may be missing.
    func frame(_ key: String) throws(InterlockError) -> WireFrame? {
        guard let value = self[key] else { return nil }
        guard let object = value.objectValue else { throw mismatch(key, value, "an object") }
        return WireFrame(object, path: "\(path)\(key).")
    }

    /// An object whose absence or type does not matter.
    func looseFrame(_ key: String) -> WireFrame? {
        self[key]?.objectValue.map { WireFrame($0, path: "\(path)\(key).") }
    }

    /// The objects of an array; nil where it is missing.
    func frames(_ key: String) throws(InterlockError) -> [WireFrame]? {
        guard let value = self[key] else { return nil }
        guard let array = value.arrayValue else { throw mismatch(key, value, "an array") }
        var frames: [WireFrame] = []
        for (index, element) in array.enumerated() {
            guard let object = element.objectValue else { throw mismatch("\(key)[\(index)]", element, "an object") }
            frames.append(WireFrame(object, path: "\(path)\(key)[\(index)]."))
        }
        return frames
    }

    /// What is there, or the error that it is missing.
    func required<Value>(_ value: Value?, _ key: String) throws(InterlockError) -> Value {
        guard let value else {
            throw InterlockError(.malformedResponse, "\(path)\(key) is missing in the provider's answer")
        }
        return value
    }

    private func mismatch(_ key: String, _ value: JSONValue, _ expected: String) -> InterlockError {
        InterlockError(
            .malformedResponse, "\(path)\(key) in the provider's answer is \(value.typeName) instead of \(expected)")
    }
}
