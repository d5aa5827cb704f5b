extension JSONValue {
    /// What is wrong with a text that should be JSON, and where.
    public struct ParseError: Error, Hashable, Sendable, CustomStringConvertible {
        /// The kind of mistake.
        public let code: Code
        /// What was expected and what was found, without the position.
        public let message: String
        /// Where the mistake begins, in bytes from the start of the document.
        public let offset: Int
        /// The line of the mistake, counted from 1; a line ends with `\n`, `\r` or `\r\n`.
        public let line: Int
        /// The column of the mistake, counted from 1 in Unicode scalars, as editors show it.
        public let column: Int

        /// Position and message, as in `line 3, column 7: expected ',' or '}' in object, found '"'`.
        public var description: String {
            "line \(line), column \(column): \(message)"
        }

        /// A kind of mistake; the set may grow.
        public struct Code: Hashable, Sendable, CustomStringConvertible {
            private enum Kind: String {
                case byteOrderMark = "byte_order_mark"
                case controlCharacter = "control_character"
                case duplicateKey = "duplicate_key"
                case invalidEscape = "invalid_escape"
                case invalidNumber = "invalid_number"
                case invalidUTF8 = "invalid_utf8"
                case loneSurrogate = "lone_surrogate"
                case tooDeep = "too_deep"
                case tooLarge = "too_large"
                case trailingContent = "trailing_content"
                case unexpectedCharacter = "unexpected_character"
                case unexpectedEnd = "unexpected_end"
            }

            private let kind: Kind

            /// One of a small fixed set of words, fit to label a metric.
            public var description: String { kind.rawValue }

            /// The document begins with a byte order mark.
            public static let byteOrderMark = Code(kind: .byteOrderMark)
            /// A string holds a control character that has to be escaped.
            public static let controlCharacter = Code(kind: .controlCharacter)
            /// An object repeats a key, and the options refuse that.
            public static let duplicateKey = Code(kind: .duplicateKey)
            /// A backslash is followed by something that is no escape.
            public static let invalidEscape = Code(kind: .invalidEscape)
            /// A number is not written as JSON has it.
            public static let invalidNumber = Code(kind: .invalidNumber)
            /// A string is not well-formed UTF-8.
            public static let invalidUTF8 = Code(kind: .invalidUTF8)
            /// An escape is half of a surrogate pair, and the options refuse that.
            public static let loneSurrogate = Code(kind: .loneSurrogate)
            /// Arrays and objects nest deeper than allowed.
            public static let tooDeep = Code(kind: .tooDeep)
            /// The document has more bytes than allowed.
            public static let tooLarge = Code(kind: .tooLarge)
            /// Something follows the value.
            public static let trailingContent = Code(kind: .trailingContent)
            /// A character stands where another was expected.
            public static let unexpectedCharacter = Code(kind: .unexpectedCharacter)
            /// The document ends too early: what there is so far may well be the beginning of valid JSON.
            public static let unexpectedEnd = Code(kind: .unexpectedEnd)
        }
    }
}

extension JSONValue.ParseError {
    /// Makes an error and finds out line and column.
    init(_ code: Code, _ message: String, at offset: Int, in bytes: UnsafeBufferPointer<UInt8>) {
        let (line, column) = JSONPosition.lineAndColumn(of: offset, in: bytes)
        self.init(code: code, message: message, offset: offset, line: line, column: column)
    }
}

/// Positions and characters of a document, for messages.
enum JSONPosition {
    /// Line and column of an offset, both from 1.
    static func lineAndColumn(of offset: Int, in bytes: UnsafeBufferPointer<UInt8>) -> (line: Int, column: Int) {
        var line = 1
        var column = 1
        for index in 0..<min(offset, bytes.count) {
            switch bytes[index] {
            case 0x0A:
                line += 1
                column = 1
            case 0x0D:
                // The line feed of CR LF counts the line.
                if index + 1 < bytes.count, bytes[index + 1] == 0x0A { continue }
                line += 1
                column = 1
            case 0x80...0xBF:
                break
            default:
                column += 1
            }
        }
        return (line, column)
    }

    /// What stands at an offset, in words: `'x'`, `U+0007`, `byte 0xFF` or `end of input`.
    static func describe(_ offset: Int, in bytes: UnsafeBufferPointer<UInt8>) -> String {
        guard offset < bytes.count else { return "end of input" }
        var decoder = UTF8()
        var rest = bytes[offset..<min(offset + 4, bytes.count)].makeIterator()
        guard case .scalarValue(let scalar) = decoder.decode(&rest) else {
            return "byte 0x" + hexadecimal(UInt32(bytes[offset]), digits: 2)
        }
        let isPrintable: Bool
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned, .nonspacingMark,
            .enclosingMark, .spacingMark:
            isPrintable = false
        case .spaceSeparator:
            isPrintable = scalar == " "
        default:
            isPrintable = true
        }
        return isPrintable ? "'\(scalar)'" : "U+" + hexadecimal(scalar.value, digits: 4)
    }

    /// A number in upper-case hexadecimal with at least that many digits.
    static func hexadecimal(_ value: UInt32, digits: Int) -> String {
        let text = String(value, radix: 16, uppercase: true)
        return String(repeating: "0", count: max(0, digits - text.utf8.count)) + text
    }
}
