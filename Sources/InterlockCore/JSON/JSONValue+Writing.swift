extension JSONValue {
    /// How a value is written.
    public struct WriteOptions: Sendable, Hashable {
        /// Whether to break lines and indent by two spaces; otherwise no whitespace is written.
        public var isPretty: Bool
        /// Whether to write the keys of each object in the order of their UTF-8 bytes instead of their own.
        public var sortsKeys: Bool
        /// Whether to write every character outside of ASCII as `\uXXXX`.
        public var escapesNonASCII: Bool

        /// No whitespace, keys in their own order.
        public static let compact = WriteOptions()
        /// Lines and indentation, keys in their own order.
        public static let pretty = WriteOptions(isPretty: true)
        /// No whitespace, sorted keys: equal documents with equally spelled numbers give equal bytes.
        public static let canonical = WriteOptions(sortsKeys: true)

        /// Options as given.
        public init(isPretty: Bool = false, sortsKeys: Bool = false, escapesNonASCII: Bool = false) {
            self.isPretty = isPretty
            self.sortsKeys = sortsKeys
            self.escapesNonASCII = escapesNonASCII
        }
    }

    /// Appends the value's JSON text to a buffer.
    ///
    /// Strings escape only what RFC 8259 §7 requires: quotes, backslashes and control characters, the latter in their
    /// short form where there is one. Numbers are written as their text. Text without insignificant whitespace and
    /// needless escapes is reproduced byte for byte by parsing and writing it.
    public func write(into buffer: inout [UInt8], options: WriteOptions = .compact) {
        var writer = JSONWriter(options: options)
        writer.write(self, depth: 0)
        writer.output.withBytes { buffer.append(contentsOf: $0) }
    }

    /// The value's JSON text as UTF-8 bytes; see ``write(into:options:)``.
    public func jsonBytes(_ options: WriteOptions = .compact) -> [UInt8] {
        var bytes: [UInt8] = []
        write(into: &bytes, options: options)
        return bytes
    }

    /// The value's JSON text; see ``write(into:options:)``.
    public func jsonText(_ options: WriteOptions = .compact) -> String {
        var writer = JSONWriter(options: options)
        writer.write(self, depth: 0)
        return writer.output.withBytes { String(decoding: $0, as: UTF8.self) }
    }
}

extension JSONValue: CustomStringConvertible {
    /// The value's JSON text without whitespace.
    public var description: String { jsonText() }
}

extension JSONObject: CustomStringConvertible {
    /// The object's JSON text without whitespace.
    public var description: String { JSONValue.object(self).jsonText() }
}
