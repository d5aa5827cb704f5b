import InterlockCore

/// One decoded frame of an answer, whose members are read with errors that name their path.
struct WireFrame {
    /// The frame's members.
    let object: JSONObject
    /// Where in the frame they stand, such as `/delta`; empty at the top.
    private let path: String

    /// Servers of many makes speak these dialects: none is named.
    private static let reader = FrameReader(sender: "the provider")

    private init(_ object: JSONObject, path: String) {
        self.object = object
        self.path = path
    }

    /// Takes a parsed object.
    init(_ object: JSONObject) {
        self.init(object, path: "")
    }

    /// Parses the bytes of a frame, as a ``FrameReader`` does.
    init(parsing data: [UInt8]) throws(InterlockError) {
        self.init(try WireFrame.reader.object(data))
    }

    /// Takes a value that has to be an object.
    init(_ value: JSONValue) throws(InterlockError) {
        self.init(try WireFrame.reader.object(value))
    }

    subscript(key: String) -> JSONValue? {
        guard let value = object[key], !value.isNull else { return nil }
        return value
    }

    /// A text that may be missing.
    func string(_ key: String) throws(InterlockError) -> String? {
        try WireFrame.reader.text(object[key], at: "\(path)/\(key)")
    }

    /// A text that may be missing and whose absence or type does not matter.
    func looseString(_ key: String) -> String? { self[key]?.stringValue }

    /// A count; nil where it is missing, negative or no whole number.
    func count(_ key: String) -> Int? {
        self[key]?.intValue.flatMap { $0 >= 0 ? $0 : nil }
    }

    /// An object that may be missing.
    func frame(_ key: String) throws(InterlockError) -> WireFrame? {
        try WireFrame.reader.member(object[key], at: "\(path)/\(key)").map { WireFrame($0, path: "\(path)/\(key)") }
    }

    /// An object whose absence or type does not matter.
    func looseFrame(_ key: String) -> WireFrame? {
        self[key]?.objectValue.map { WireFrame($0, path: "\(path)/\(key)") }
    }

    /// The objects of an array; nil where it is missing.
    func frames(_ key: String) throws(InterlockError) -> [WireFrame]? {
        guard self[key] != nil else { return nil }
        var frames: [WireFrame] = []
        for (index, element) in try WireFrame.reader.list(object[key], at: "\(path)/\(key)").enumerated() {
            let place = "\(path)/\(key)/\(index)"
            guard let object = element.objectValue else { throw WireFrame.reader.wrongType(element, place, "object") }
            frames.append(WireFrame(object, path: place))
        }
        return frames
    }

    /// What is there, or the error that it is missing.
    func required<Value>(_ value: Value?, _ key: String) throws(InterlockError) -> Value {
        guard let value else { throw malformed("\(path)/\(key) is missing") }
        return value
    }

    /// An error about the frame.
    func malformed(_ problem: String) -> InterlockError { WireFrame.reader.malformed(problem) }
}
