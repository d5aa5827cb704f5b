/// The address of a value inside a JSON document (RFC 6901), such as `/messages/0/content`.
public struct JSONPointer: Sendable, Hashable {
    /// The unescaped keys and indices from the root to the value; empty for the whole document.
    public var tokens: [String]

    /// Makes a pointer from unescaped keys and indices.
    public init(tokens: [String] = []) {
        self.tokens = tokens
    }

    /// Parses a pointer: empty, or tokens that each begin with `/`, with `~0` for `~` and `~1` for `/`.
    ///
    /// - Throws: ``ParseError`` when the text is something else.
    public init(_ text: some StringProtocol) throws(ParseError) {
        tokens = []
        guard !text.isEmpty else { return }
        // By scalars: a '/' before a combining mark is a separator all the same.
        let scalars = text.unicodeScalars
        guard scalars.first == "/" else {
            throw ParseError(text: String(text), problem: "it must be empty or begin with '/'")
        }
        for part in scalars.dropFirst().split(separator: "/", omittingEmptySubsequences: false) {
            var token = String.UnicodeScalarView()
            var isEscape = false
            for scalar in part {
                switch (isEscape, scalar) {
                case (false, "~"): isEscape = true
                case (false, _): token.append(scalar)
                case (true, "0"), (true, "1"):
                    token.append(scalar == "0" ? "~" : "/")
                    isEscape = false
                default:
                    throw ParseError(text: String(text), problem: "'~' must be followed by 0 or 1")
                }
            }
            guard !isEscape else {
                throw ParseError(text: String(text), problem: "'~' must be followed by 0 or 1")
            }
            tokens.append(String(token))
        }
    }

    /// A text that is no JSON pointer.
    public struct ParseError: Error, Hashable, Sendable, CustomStringConvertible {
        /// The text.
        public let text: String
        /// What is wrong with it.
        public let problem: String

        /// The text and what is wrong with it.
        public var description: String {
            "\(JSONValue.string(text)) is not a JSON pointer (RFC 6901): \(problem)"
        }
    }

    /// The index that a token means in an array: digits without a leading zero; nil for anything else.
    ///
    /// `-`, which means the place after the last element, never names an existing value.
    fileprivate static func index(_ token: String) -> Int? {
        guard token.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
            !token.isEmpty, token.utf8.count == 1 || token.utf8.first != UInt8(ascii: "0")
        else { return nil }
        return Int(token)
    }
}

extension JSONPointer: CustomStringConvertible {
    /// The pointer as text.
    public var description: String {
        var text = ""
        for token in tokens {
            text += "/"
            for scalar in token.unicodeScalars {
                switch scalar {
                case "~": text += "~0"
                case "/": text += "~1"
                default: text.unicodeScalars.append(scalar)
                }
            }
        }
        return text
    }
}

extension JSONValue {
    /// The value that a pointer addresses; nil when there is none.
    public func value(at pointer: JSONPointer) -> JSONValue? {
        var value = self
        for token in pointer.tokens {
            switch value {
            case .object(let object):
                guard let member = object[token] else { return nil }
                value = member
            case .array(let array):
                guard let index = JSONPointer.index(token), array.indices.contains(index) else { return nil }
                value = array[index]
            default:
                return nil
            }
        }
        return value
    }

    /// The value that a pointer written as text addresses; nil when there is none.
    ///
    /// - Throws: ``JSONPointer/ParseError`` when the text is no pointer.
    public func value(at pointer: some StringProtocol) throws(JSONPointer.ParseError) -> JSONValue? {
        value(at: try JSONPointer(pointer))
    }
}
