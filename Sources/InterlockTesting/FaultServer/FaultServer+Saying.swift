public import InterlockCore

extension FaultServer {
    /// What a request asks of the model, whatever the dialect.
    public struct Prompt: Sendable {
        /// A tool that the model may call.
        public struct Tool: Sendable {
            /// Its name.
            public var name: String
            /// The JSON Schema of its arguments.
            public var schema: JSONValue
        }

        /// The model asked for.
        public var model = ""
        /// The text of the last message of the user.
        public var text = ""
        /// What a tool returned, where that is the last message.
        public var toolResult: String?
        /// The tools offered; none where the request forbids their use.
        public var tools: [Tool] = []
        /// Whether the request insists on a call.
        public var requiresCall = false
        /// Whether the request asks for thinking.
        public var wantsThinking = false
        /// The most words to say; a word counts as one token.
        public var maximumWords: Int?
        /// Texts that end the answer.
        public var stops: [String] = []
        /// The schema that the answer has to fit.
        public var schema: JSONValue?
        /// How many words the messages have, which count as input tokens.
        public var words = 0
    }

    /// What the model says, whatever the dialect.
    public struct Saying: Sendable {
        /// Why it ends.
        public enum Ending: Sendable, Hashable {
            /// All was said.
            case end
            /// The words allowed were used up.
            case length
            /// A stop text came up.
            case stop(String)
            /// It calls tools.
            case tools
            /// The content filter stepped in.
            case filtered
        }

        /// A call of a tool.
        public struct Call: Sendable {
            /// The tool's name.
            public var name: String
            /// Its arguments: JSON, unless the test wants otherwise.
            public var arguments: String

            /// Makes a call.
            public init(name: String, arguments: String) {
                self.name = name
                self.arguments = arguments
            }
        }

        /// The thinking, in the pieces in which it is streamed.
        public var thinking: [String]
        /// The text, in the pieces in which it is streamed.
        public var pieces: [String]
        /// The calls.
        public var calls: [Call]
        /// Why it ends.
        public var ending: Ending

        /// Makes something to say.
        public init(_ pieces: [String] = [], thinking: [String] = [], calls: [Call] = [], ending: Ending? = nil) {
            self.thinking = thinking
            self.pieces = pieces
            self.calls = calls
            self.ending = ending ?? (calls.isEmpty ? .end : .tools)
        }

        /// What it says unless a test decides: an echo, a call where one is asked for, thinking where that is.
        ///
        /// The text is `You said: ` and the user's. Where tools are offered and the user's text contains `call`, or the
        /// request insists, the first tool is called (each of them for `call all`) with arguments that fit its
        /// schema. A schema for the answer gets the smallest value that fits the plain ones.
        public init(answering prompt: Prompt) {
            self.init()
            if prompt.wantsThinking { thinking = ["The ", "user ", "said ", "something."] }
            let asksForCall = prompt.text.contains("call") && prompt.toolResult == nil
            if let first = prompt.tools.first, asksForCall || prompt.requiresCall {
                let called = prompt.text.contains("call all") ? prompt.tools : [first]
                calls = called.map { Call(name: $0.name, arguments: SmallestValue.of($0.schema).jsonText()) }
                ending = .tools
                return
            }
            let text: String
            if let schema = prompt.schema {
                text = SmallestValue.of(schema).jsonText()
            } else if let result = prompt.toolResult {
                text = "The tool said: \(result)"
            } else {
                text = "You said: \(prompt.text)"
            }
            say(text, within: prompt)
        }

        /// A text of so many bytes, in pieces of at most 16 KiB.
        static func huge(_ size: Int) -> Saying {
            let piece = String(repeating: "0123456789abcde ", count: 1024)
            var pieces = [String](repeating: piece, count: max(0, size) / piece.utf8.count)
            let rest = max(0, size) % piece.utf8.count
            if rest > 0 { pieces.append(String(piece.prefix(rest))) }
            return Saying(pieces)
        }

        /// How many tokens count as output.
        var outputTokens: Int { thinking.count + pieces.count + calls.count * 4 }

        /// All of the text.
        var text: String { pieces.joined() }

        private mutating func say(_ text: String, within prompt: Prompt) {
            var text = text
            if let (stop, range) = prompt.stops.lazy.compactMap({ stop in text.firstRange(of: stop).map { (stop, $0) } }
            )
            .min(by: { $0.1.lowerBound < $1.1.lowerBound }) {
                text = String(text[..<range.lowerBound])
                ending = .stop(stop)
            }
            // Each piece is a word and the blank after it, as tokens have it the other way round.
            for character in text {
                if pieces.isEmpty || pieces[pieces.count - 1].last == " " { pieces.append("") }
                pieces[pieces.count - 1].append(character)
            }
            if let limit = prompt.maximumWords, pieces.count > limit {
                pieces.removeSubrange(max(0, limit)...)
                ending = .length
            }
        }
    }
}

/// The smallest JSON value that fits a JSON Schema, for the plain keywords of it.
enum SmallestValue {
    static func of(_ schema: JSONValue, depth: Int = 0) -> JSONValue {
        guard depth < 32 else { return .null }
        if let constant = schema["const"] { return constant }
        if let first = schema["enum"]?[0] { return first }
        if let first = schema["anyOf"]?[0] ?? schema["oneOf"]?[0] { return of(first, depth: depth + 1) }
        switch schema["type"]?.stringValue ?? schema["type"]?[0]?.stringValue {
        case "string": return .string(String(repeating: "x", count: max(1, schema["minLength"]?.intValue ?? 1)))
        case "integer", "number": return schema["minimum"] ?? 1
        case "boolean": return true
        case "null": return .null
        case "array":
            let item = of(schema["items"] ?? .null, depth: depth + 1)
            return .array([JSONValue](repeating: item, count: schema["minItems"]?.intValue ?? 0))
        default:
            var object = JSONObject()
            for key in schema["required"]?.arrayValue ?? [] {
                guard let key = key.stringValue else { continue }
                object[key] = of(schema["properties"]?[key] ?? .null, depth: depth + 1)
            }
            return .object(object)
        }
    }
}
