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
    /// A source that the provider names for the text before it.
    indirect case citation(Citation)
    /// A piece of the answer that only one provider understands; comes whole.
    indirect case providerItem(ProviderItem)
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
    /// The id by which the provider's support finds the request.
    public var requestID: String?
    /// How much of the provider's rate limits is left.
    public var rateLimits: RateLimits?
    /// The class of service that the request really got, in the provider's words.
    public var serviceTier: String?

    /// Makes a head.
    public init(
        backend: String? = nil, servedModel: String? = nil, id: String? = nil, requestID: String? = nil,
        rateLimits: RateLimits? = nil, serviceTier: String? = nil
    ) {
        self.backend = backend
        self.servedModel = servedModel
        self.id = id
        self.requestID = requestID
        self.rateLimits = rateLimits
        self.serviceTier = serviceTier
    }

    mutating func complete(with other: ReplyHead) {
        backend = other.backend ?? backend
        servedModel = other.servedModel ?? servedModel
        id = other.id ?? id
        requestID = other.requestID ?? requestID
        rateLimits = other.rateLimits ?? rateLimits
        serviceTier = other.serviceTier ?? serviceTier
    }
}

/// How much of a provider's rate limits is left, as its last response said.
public struct RateLimits: Sendable, Hashable {
    /// One limit.
    public struct Limit: Sendable, Hashable {
        /// How many there are in a period.
        public var limit: Int?
        /// How many are left.
        public var remaining: Int?
        /// How long until all are there again.
        public var resetsIn: Duration?

        /// Makes a limit; what is left out was not said.
        public init(limit: Int? = nil, remaining: Int? = nil, resetsIn: Duration? = nil) {
            self.limit = limit
            self.remaining = remaining
            self.resetsIn = resetsIn
        }
    }

    /// Requests.
    public var requests: Limit?
    /// Tokens, of input and output together.
    public var tokens: Limit?
    /// Tokens of input.
    public var inputTokens: Limit?
    /// Tokens of output.
    public var outputTokens: Limit?

    /// Makes limits; what is left out was not said.
    public init(
        requests: Limit? = nil, tokens: Limit? = nil, inputTokens: Limit? = nil, outputTokens: Limit? = nil
    ) {
        self.requests = requests
        self.tokens = tokens
        self.inputTokens = inputTokens
        self.outputTokens = outputTokens
    }
}

/// A source that a provider names for what the model wrote.
public struct Citation: Sendable, Hashable {
    /// The address of the source.
    public var url: String?
    /// Its title.
    public var title: String?
    /// The text of the source that is cited.
    public var citedText: String?
    /// The citation in the provider's own form.
    public var value: JSONValue

    /// Makes a citation.
    public init(url: String? = nil, title: String? = nil, citedText: String? = nil, value: JSONValue) {
        self.url = url
        self.title = title
        self.citedText = citedText
        self.value = value
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
