/// What happens while a backend carries out a request, in the order in which it happens.
///
/// Whatever is larger than a text is stored indirectly, so that passing an event on costs little.
///
/// A run ends with exactly one ``finish(_:)``; a run that ends without it was cut off and is an error. More kinds may be
/// added; code outside this package that switches over events should have a `default`.
public enum GenerationEvent: Sendable, Hashable {
    /// Who answers, as far as it is known. May come more than once; later values complete earlier ones.
    indirect case head(ReplyHead)
    /// More of the answer. Never an empty text, never half a character.
    case text(String)
    /// More of what the model thinks.
    indirect case reasoning(ReasoningDelta)
    /// More of the model's explanation of why it will not answer.
    case refusal(String)
    /// More of a tool call.
    indirect case toolCall(ToolCallDelta)
    /// Log-probabilities of tokens of the text that came since the last such event.
    case logprobs([TokenLogprob])
    /// Tokens used so far. May come more than once; later values complete and replace earlier ones.
    indirect case usage(Usage)
    /// Something the request asked for is not honoured, and the caller chose to go on without it.
    indirect case dropped(Drop)
    /// Times measured by the backend. May come more than once; later values complete earlier ones.
    indirect case timings(Timings)
    /// What came so far is void except for this many UTF-8 bytes of text; what follows continues there.
    case restart(keeping: Int)
    /// The level at which the constraint is held.
    case enforcement(EnforcementLevel)
    /// The answer is complete. Always the last event.
    indirect case finish(FinishReason)
}

/// Who answers.
public struct ReplyHead: Sendable, Hashable {
    /// The registered name of the backend.
    public var backend: String?
    /// The model that really answers, in the provider's words.
    public var servedModel: String?
    /// The provider's id of this response.
    public var id: String?

    /// Makes a head.
    public init(backend: String? = nil, servedModel: String? = nil, id: String? = nil) {
        self.backend = backend
        self.servedModel = servedModel
        self.id = id
    }

    mutating func complete(with other: ReplyHead) {
        backend = other.backend ?? backend
        servedModel = other.servedModel ?? servedModel
        id = other.id ?? id
    }
}

/// More of what a model thinks.
public struct ReasoningDelta: Sendable, Hashable {
    /// Which thought, where there are several; counted from 0.
    public var index: Int
    /// More text.
    public var text: String
    /// The signature, whole.
    public var signature: String?
    /// The encrypted thought, whole.
    public var redacted: String?
    /// The provider's id of this item.
    public var id: String?

    /// Makes a delta.
    public init(
        index: Int = 0, text: String = "", signature: String? = nil, redacted: String? = nil, id: String? = nil
    ) {
        self.index = index
        self.text = text
        self.signature = signature
        self.redacted = redacted
        self.id = id
    }
}

/// More of a tool call.
public struct ToolCallDelta: Sendable, Hashable {
    /// Which call, where there are several; counted from 0.
    public var index: Int
    /// The id, with the first delta of a call.
    public var id: String?
    /// The tool's name, with the first delta of a call.
    public var name: String?
    /// More of the arguments' text.
    public var arguments: String

    /// Makes a delta.
    public init(index: Int = 0, id: String? = nil, name: String? = nil, arguments: String = "") {
        self.index = index
        self.id = id
        self.name = name
        self.arguments = arguments
    }
}

/// How likely a token was.
public struct TokenLogprob: Sendable, Hashable {
    /// One token with its natural log-probability.
    public struct Candidate: Sendable, Hashable {
        /// The token's id, where the backend tells it.
        public var token: Int?
        /// The token's bytes, which need not be whole characters.
        public var bytes: [UInt8]
        /// The natural logarithm of its probability under the model's own distribution.
        public var logprob: Double

        /// Makes a candidate.
        public init(token: Int?, bytes: [UInt8], logprob: Double) {
            self.token = token
            self.bytes = bytes
            self.logprob = logprob
        }
    }

    /// The token that was chosen.
    public var chosen: Candidate
    /// The most likely tokens, best first.
    public var alternatives: [Candidate]

    /// Makes an entry.
    public init(chosen: Candidate, alternatives: [Candidate] = []) {
        self.chosen = chosen
        self.alternatives = alternatives
    }
}

/// Something that a request asked for and that is not honoured.
public struct Drop: Sendable, Hashable {
    /// What was dropped, by its usual name (`top_k`, `tools`, …).
    public var subject: String
    /// Why.
    public var reason: String

    /// Makes a drop.
    public init(subject: String, reason: String) {
        self.subject = subject
        self.reason = reason
    }
}
