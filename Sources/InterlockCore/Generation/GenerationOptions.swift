/// How to generate: every field is optional, and nil leaves the choice to the model or its provider.
///
/// What a backend cannot honour is an error or a reported drop, as ``GenerationRequest/unsupported`` says; never silent.
/// The coding keys are the field's usual names in snake_case (`max_tokens`, `top_p`, …).
public struct GenerationOptions: Sendable, Hashable {
    /// The most tokens the answer may have; at least 1. (`max_tokens`)
    public var maximumResponseTokens: Int?
    /// Divides the logits before sampling: 0 takes the most likely token always, 1 is the model's own distribution.
    public var temperature: Double?
    /// Keeps the smallest set of tokens whose probabilities reach this sum; above 0, at most 1.
    public var topP: Double?
    /// Keeps the k most likely tokens; 0 keeps all.
    public var topK: Int?
    /// Keeps tokens at least this fraction as likely as the most likely one; 0 … 1.
    public var minP: Double?
    /// Keeps the tokens closest to the expected surprise until their probabilities reach this sum (locally typical
    /// sampling, arXiv:2202.00666); above 0, at most 1.
    public var typicalP: Double?
    /// Divides positive logits of tokens that occurred, multiplies negative ones (CTRL, arXiv:1909.05858); 1 is off.
    public var repetitionPenalty: Double?
    /// Subtracted once from the logit of every token that occurred; -2 … 2.
    public var presencePenalty: Double?
    /// Subtracted from the logit of a token as often as it occurred; -2 … 2.
    public var frequencyPenalty: Double?
    /// The same seed with the same request gives the same text, where the backend can promise that.
    public var seed: UInt64?
    /// Texts at which the answer ends; they are not part of it.
    ///
    /// None may be empty.
    public var stopSequences: [String]
    /// Added to the logits of tokens, by token id.
    public var logitBias: [Int: Double]
    /// Reports the log-probability of every token with this many alternatives; 0 reports the chosen token alone.
    public var logprobs: Int?
    /// How much the model is to think before it answers, for models that take it in words.
    public var reasoningEffort: ReasoningEffort?
    /// The most tokens the model may spend on thinking, for models that take it in tokens; 0 is none.
    public var reasoningBudget: Int?
    /// Labels that the provider keeps with the request; OpenAI takes 16 pairs of 64 and 512 characters.
    public var metadata: [String: String]
    /// The provider's class of service, in its own words (`auto`, `flex`, `priority`, …).
    public var serviceTier: String?
    /// A stable name for the end user, by which a provider can tell abuse; should not be a person's real name.
    public var user: String?
    /// Settings that only one backend knows, by the backend's registered name; other backends ignore them.
    public var extras: [String: JSONObject]

    /// Makes options; everything may be left out.
    public init(
        maximumResponseTokens: Int? = nil,
        temperature: Double? = nil,
        topP: Double? = nil,
        topK: Int? = nil,
        minP: Double? = nil,
        typicalP: Double? = nil,
        repetitionPenalty: Double? = nil,
        presencePenalty: Double? = nil,
        frequencyPenalty: Double? = nil,
        seed: UInt64? = nil,
        stopSequences: [String] = [],
        logitBias: [Int: Double] = [:],
        logprobs: Int? = nil,
        reasoningEffort: ReasoningEffort? = nil,
        reasoningBudget: Int? = nil,
        metadata: [String: String] = [:],
        serviceTier: String? = nil,
        user: String? = nil,
        extras: [String: JSONObject] = [:]
    ) {
        self.maximumResponseTokens = maximumResponseTokens
        self.temperature = temperature
        self.topP = topP
        self.topK = topK
        self.minP = minP
        self.typicalP = typicalP
        self.repetitionPenalty = repetitionPenalty
        self.presencePenalty = presencePenalty
        self.frequencyPenalty = frequencyPenalty
        self.seed = seed
        self.stopSequences = stopSequences
        self.logitBias = logitBias
        self.logprobs = logprobs
        self.reasoningEffort = reasoningEffort
        self.reasoningBudget = reasoningBudget
        self.metadata = metadata
        self.serviceTier = serviceTier
        self.user = user
        self.extras = extras
    }

    /// Makes options of the two that most callers set, in the order in which Apple's FoundationModels takes them.
    public init(temperature: Double?, maximumResponseTokens: Int?) {
        self.init(maximumResponseTokens: maximumResponseTokens, temperature: temperature)
    }
}

/// How much a model is to think before it answers; a provider maps it to what its models know.
public enum ReasoningEffort: String, Sendable, Hashable, Codable, CaseIterable, Comparable {
    /// Not at all.
    case none
    /// As little as possible.
    case minimal
    /// Little.
    case low
    /// As usual.
    case medium
    /// Much.
    case high
    /// Very much.
    case xhigh
    /// As much as the model can.
    case max

    /// The lesser effort is the smaller one.
    public static func < (left: ReasoningEffort, right: ReasoningEffort) -> Bool { left.rank < right.rank }

    private var rank: Int {
        switch self {
        case .none: 0
        case .minimal: 1
        case .low: 2
        case .medium: 3
        case .high: 4
        case .xhigh: 5
        case .max: 6
        }
    }
}

extension GenerationOptions {
    /// The name of one option, for saying which of them a backend honours.
    public enum Name: String, Sendable, Hashable, CaseIterable, Codable {
        /// ``GenerationOptions/maximumResponseTokens``
        case maximumResponseTokens = "max_tokens"
        /// ``GenerationOptions/temperature``
        case temperature
        /// ``GenerationOptions/topP``
        case topP = "top_p"
        /// ``GenerationOptions/topK``
        case topK = "top_k"
        /// ``GenerationOptions/minP``
        case minP = "min_p"
        /// ``GenerationOptions/typicalP``
        case typicalP = "typical_p"
        /// ``GenerationOptions/repetitionPenalty``
        case repetitionPenalty = "repetition_penalty"
        /// ``GenerationOptions/presencePenalty``
        case presencePenalty = "presence_penalty"
        /// ``GenerationOptions/frequencyPenalty``
        case frequencyPenalty = "frequency_penalty"
        /// ``GenerationOptions/seed``
        case seed
        /// ``GenerationOptions/stopSequences``
        case stopSequences = "stop"
        /// ``GenerationOptions/logitBias``
        case logitBias = "logit_bias"
        /// ``GenerationOptions/logprobs``
        case logprobs
        /// ``GenerationOptions/reasoningEffort``
        case reasoningEffort = "reasoning_effort"
        /// ``GenerationOptions/reasoningBudget``
        case reasoningBudget = "reasoning_budget"
        /// ``GenerationOptions/metadata``
        case metadata
        /// ``GenerationOptions/serviceTier``
        case serviceTier = "service_tier"
        /// ``GenerationOptions/user``
        case user
    }

    /// The options that steer how tokens are drawn, which every backend with logits at hand can honour.
    public static let samplingNames: Set<Name> = [
        .maximumResponseTokens, .temperature, .topP, .topK, .minP, .typicalP, .repetitionPenalty, .presencePenalty,
        .frequencyPenalty, .seed, .stopSequences, .logitBias, .logprobs,
    ]

    /// The options that are set, in the order of ``Name``.
    public var namesInUse: [Name] {
        Name.allCases.filter { isSet($0) }
    }

    private func isSet(_ name: Name) -> Bool {
        switch name {
        case .maximumResponseTokens: maximumResponseTokens != nil
        case .temperature: temperature != nil
        case .topP: topP != nil
        case .topK: topK != nil
        case .minP: minP != nil
        case .typicalP: typicalP != nil
        case .repetitionPenalty: repetitionPenalty != nil
        case .presencePenalty: presencePenalty != nil
        case .frequencyPenalty: frequencyPenalty != nil
        case .seed: seed != nil
        case .stopSequences: !stopSequences.isEmpty
        case .logitBias: !logitBias.isEmpty
        case .logprobs: logprobs != nil
        case .reasoningEffort: reasoningEffort != nil
        case .reasoningBudget: reasoningBudget != nil
        case .metadata: !metadata.isEmpty
        case .serviceTier: serviceTier != nil
        case .user: user != nil
        }
    }

    /// Takes over what is set in others and not here.
    public mutating func fill(from defaults: GenerationOptions) {
        maximumResponseTokens = maximumResponseTokens ?? defaults.maximumResponseTokens
        temperature = temperature ?? defaults.temperature
        topP = topP ?? defaults.topP
        topK = topK ?? defaults.topK
        minP = minP ?? defaults.minP
        typicalP = typicalP ?? defaults.typicalP
        repetitionPenalty = repetitionPenalty ?? defaults.repetitionPenalty
        presencePenalty = presencePenalty ?? defaults.presencePenalty
        frequencyPenalty = frequencyPenalty ?? defaults.frequencyPenalty
        seed = seed ?? defaults.seed
        if stopSequences.isEmpty { stopSequences = defaults.stopSequences }
        if logitBias.isEmpty { logitBias = defaults.logitBias }
        logprobs = logprobs ?? defaults.logprobs
        reasoningEffort = reasoningEffort ?? defaults.reasoningEffort
        reasoningBudget = reasoningBudget ?? defaults.reasoningBudget
        if metadata.isEmpty { metadata = defaults.metadata }
        serviceTier = serviceTier ?? defaults.serviceTier
        user = user ?? defaults.user
        for (backend, settings) in defaults.extras {
            var merged = settings
            if let own = extras[backend] { merged.merge(own) }
            extras[backend] = merged
        }
    }

    /// Unsets one option.
    public mutating func remove(_ name: Name) {
        switch name {
        case .maximumResponseTokens: maximumResponseTokens = nil
        case .temperature: temperature = nil
        case .topP: topP = nil
        case .topK: topK = nil
        case .minP: minP = nil
        case .typicalP: typicalP = nil
        case .repetitionPenalty: repetitionPenalty = nil
        case .presencePenalty: presencePenalty = nil
        case .frequencyPenalty: frequencyPenalty = nil
        case .seed: seed = nil
        case .stopSequences: stopSequences = []
        case .logitBias: logitBias = [:]
        case .logprobs: logprobs = nil
        case .reasoningEffort: reasoningEffort = nil
        case .reasoningBudget: reasoningBudget = nil
        case .metadata: metadata = [:]
        case .serviceTier: serviceTier = nil
        case .user: user = nil
        }
    }

    /// Checks that every value is in the range that its documentation gives.
    ///
    /// - Throws: ``InterlockError/Code/invalidRequest`` naming the option, its value and the range.
    public func validate() throws(InterlockError) {
        try check(.maximumResponseTokens, maximumResponseTokens.map(Double.init), "at least 1") { $0 >= 1 }
        try check(.temperature, temperature, "0 or more") { $0 >= 0 }
        try check(.topP, topP, "above 0 and at most 1") { $0 > 0 && $0 <= 1 }
        try check(.topK, topK.map(Double.init), "0 or more") { $0 >= 0 }
        try check(.minP, minP, "between 0 and 1") { $0 >= 0 && $0 <= 1 }
        try check(.typicalP, typicalP, "above 0 and at most 1") { $0 > 0 && $0 <= 1 }
        try check(.repetitionPenalty, repetitionPenalty, "above 0") { $0 > 0 }
        try check(.presencePenalty, presencePenalty, "between -2 and 2") { abs($0) <= 2 }
        try check(.frequencyPenalty, frequencyPenalty, "between -2 and 2") { abs($0) <= 2 }
        try check(.logprobs, logprobs.map(Double.init), "0 or more") { $0 >= 0 }
        try check(.reasoningBudget, reasoningBudget.map(Double.init), "0 or more") { $0 >= 0 }
        for (token, bias) in logitBias.sorted(by: { $0.key < $1.key }) {
            guard token >= 0 else {
                throw InterlockError(.invalidRequest, "logit_bias names token \(token); token ids are 0 or more")
            }
            guard bias.isFinite else {
                throw InterlockError(
                    .invalidRequest, "logit_bias of token \(token) is \(bias); it must be a finite number")
            }
        }
        if stopSequences.contains(where: \.isEmpty) {
            throw InterlockError(
                .invalidRequest, "stop contains an empty text", hint: "Every text contains the empty one; leave it out."
            )
        }
    }

    private func check(
        _ name: Name, _ value: Double?, _ range: String, _ isValid: (Double) -> Bool
    ) throws(InterlockError) {
        guard let value else { return }
        guard value.isFinite else {
            throw InterlockError(.invalidRequest, "\(name.rawValue) is \(value); it must be a finite number")
        }
        guard isValid(value) else {
            let whole = Int(exactly: value).map(String.init) ?? String(value)
            throw InterlockError(.invalidRequest, "\(name.rawValue) is \(whole); it must be \(range)")
        }
    }
}
