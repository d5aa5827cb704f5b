extension JSONValue {
    /// What the parser accepts beyond and below the letter of RFC 8259.
    public struct ParseOptions: Sendable, Hashable {
        /// What to do when an object repeats a key, which RFC 8259 §4 leaves open.
        public enum DuplicateKeys: Sendable, Hashable {
            /// Refuse the document; right for configuration, where a repeated key is a mistake.
            case reject
            /// Keep the last value in the place of the first, as most parsers do.
            case keepLast
            /// Keep the first value.
            case keepFirst
        }

        /// What to do with an escape such as `\ud800` that is half of a surrogate pair and hence no character.
        public enum LoneSurrogates: Sendable, Hashable {
            /// Refuse the document.
            case reject
            /// Put U+FFFD in the place of each.
            case replace
        }

        /// How deep arrays and objects may nest: 1 admits `[]`, 0 only scalars; 256 by default.
        ///
        /// Values above ``deepest`` count as that.
        public var maximumDepth: Int
        /// The most bytes a document may have; nil for no limit.
        public var maximumBytes: Int?
        /// What to do with repeated keys.
        public var duplicateKeys: DuplicateKeys
        /// What to do with half a surrogate pair.
        public var loneSurrogates: LoneSurrogates

        /// The greatest depth that can be allowed: 512.
        ///
        /// Parsing needs no stack, but comparing, hashing, writing and freeing a value do: up to 330 bytes a level,
        /// 1,250 without optimisation. Optimised code can take this depth, any code the default of 256, on the 512 KB
        /// of stack that a secondary thread has on macOS.
        public static let deepest = 512

        /// Options as given; the defaults are those of RFC 8259 with the usual reading of what it leaves open.
        public init(
            maximumDepth: Int = 256,
            maximumBytes: Int? = nil,
            duplicateKeys: DuplicateKeys = .keepLast,
            loneSurrogates: LoneSurrogates = .reject
        ) {
            self.maximumDepth = maximumDepth
            self.maximumBytes = maximumBytes
            self.duplicateKeys = duplicateKeys
            self.loneSurrogates = loneSurrogates
        }
    }

    /// Parses one JSON document (RFC 8259) of UTF-8 bytes.
    ///
    /// Anything but whitespace after the value is refused, as are ill-formed UTF-8 and a byte order mark.
    ///
    /// - Throws: ``ParseError`` with line and column of the first mistake.
    public init(parsing bytes: UnsafeRawBufferPointer, options: ParseOptions = ParseOptions()) throws(ParseError) {
        self = try bytes.withMemoryRebound(to: UInt8.self) { JSONValue.parse($0, options: options) }.get()
    }

    /// Parses one JSON document of UTF-8 bytes, such as a `[UInt8]` or a slice of one.
    ///
    /// - Throws: ``ParseError`` with line and column of the first mistake.
    public init(
        parsing bytes: some Collection<UInt8>,
        options: ParseOptions = ParseOptions()
    ) throws(ParseError) {
        // A closure that only rethrows cannot throw a typed error: the result carries it out.
        let result: Result<JSONValue, ParseError>? = bytes.withContiguousStorageIfAvailable { contiguous in
            JSONValue.parse(contiguous, options: options)
        }
        self = try (result ?? Array(bytes).withUnsafeBufferPointer { JSONValue.parse($0, options: options) }).get()
    }

    /// Parses one JSON document of UTF-8 bytes.
    ///
    /// - Throws: ``ParseError`` with line and column of the first mistake.
    public init(parsing bytes: Span<UInt8>, options: ParseOptions = ParseOptions()) throws(ParseError) {
        self = try bytes.withUnsafeBufferPointer { JSONValue.parse($0, options: options) }.get()
    }

    /// Parses one JSON document of UTF-8 bytes.
    ///
    /// - Throws: ``ParseError`` with line and column of the first mistake.
    public init(parsing bytes: RawSpan, options: ParseOptions = ParseOptions()) throws(ParseError) {
        self = try bytes.withUnsafeBytes { raw in
            raw.withMemoryRebound(to: UInt8.self) { JSONValue.parse($0, options: options) }
        }.get()
    }

    /// Parses one JSON document.
    ///
    /// - Throws: ``ParseError`` with line and column of the first mistake.
    public init(parsing text: some StringProtocol, options: ParseOptions = ParseOptions()) throws(ParseError) {
        try self.init(parsing: text.utf8, options: options)
    }

    private static func parse(
        _ bytes: UnsafeBufferPointer<UInt8>,
        options: ParseOptions
    ) -> Result<JSONValue, ParseError> {
        do throws(ParseError) {
            var parser = JSONParser(bytes, options: options)
            return .success(try parser.parseDocument())
        } catch {
            return .failure(error)
        }
    }
}
