package import InterlockCore

/// Writes generation options as members of a request body.
package enum OpenAIOptionFields {
    /// What the API and a server allow of some options.
    package struct Limits: Sendable, Hashable {
        /// The most stop sequences; nil is any number.
        package var stops: Int?
        /// The most alternatives of a token; nil is any number.
        package var alternatives: Int?
        /// The most labels in `metadata`, with their lengths in characters; nil is any number.
        package var labels: Labels?

        /// Limits of `metadata`.
        package struct Labels: Sendable, Hashable {
            /// The most pairs.
            package var count: Int
            /// The longest key.
            package var key: Int
            /// The longest value.
            package var value: Int
        }

        /// No limits.
        package static let none = Limits()
        /// The limits of OpenAI.
        package static let openAI = Limits(
            stops: 4, alternatives: 20, labels: Labels(count: 16, key: 64, value: 512))

        /// Makes limits.
        package init(stops: Int? = nil, alternatives: Int? = nil, labels: Labels? = nil) {
            self.stops = stops
            self.alternatives = alternatives
            self.labels = labels
        }
    }

    /// Writes what is set and has a field, and leaves out or refuses the rest.
    ///
    /// Log-probabilities and the effort have forms of their own and are the caller's.
    package static func write(
        _ options: GenerationOptions, fields: [GenerationOptions.Name: String], limits: Limits, api: String,
        into body: inout JSONObject, notes: inout RequestNotes
    ) throws(InterlockError) {
        for name in options.namesInUse {
            guard let field = fields[name] else {
                try notes.omit(name.rawValue, "\(api) has no such option")
                continue
            }
            if name == .stopSequences, let most = limits.stops, options.stopSequences.count > most {
                let count = options.stopSequences.count
                try notes.omit("stop", "\(api) takes \(most) texts, and there are \(count)")
                body[field] = .array(options.stopSequences.prefix(most).map(JSONValue.string))
                continue
            }
            body[field] = try value(of: name, options)
        }
    }

    /// A number, without a fraction where it has none.
    package static func number(_ value: Double) -> JSONValue {
        if let whole = Int64(exactly: value) { return .number(JSONNumber(whole)) }
        return JSONNumber(text: value.description).map(JSONValue.number) ?? .null
    }

    private static func value(
        of name: GenerationOptions.Name, _ options: GenerationOptions
    ) throws(InterlockError) -> JSONValue? {
        switch name {
        case .maximumResponseTokens: options.maximumResponseTokens.map { JSONValue($0) }
        case .temperature: options.temperature.map(number)
        case .topP: options.topP.map(number)
        case .topK: options.topK.map { JSONValue($0) }
        case .minP: options.minP.map(number)
        case .typicalP: options.typicalP.map(number)
        case .repetitionPenalty: options.repetitionPenalty.map(number)
        case .presencePenalty: options.presencePenalty.map(number)
        case .frequencyPenalty: options.frequencyPenalty.map(number)
        case .seed: try seed(options.seed)
        case .stopSequences: .array(options.stopSequences.map(JSONValue.string))
        case .logitBias:
            .object(JSONObject(options.logitBias.sorted { $0.key < $1.key }.map { (String($0.key), number($0.value)) }))
        case .reasoningBudget: options.reasoningBudget.map { JSONValue($0) }
        case .metadata:
            .object(JSONObject(options.metadata.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) }))
        case .serviceTier: options.serviceTier.map(JSONValue.string)
        case .user: options.user.map(JSONValue.string)
        case .reasoningEffort: options.reasoningEffort.map { .string($0.rawValue) }
        case .logprobs: options.logprobs.map { JSONValue($0) }
        }
    }

    private static func seed(_ seed: UInt64?) throws(InterlockError) -> JSONValue? {
        guard let seed else { return nil }
        guard seed <= UInt64(Int64.max) else {
            throw InterlockError(
                .invalidRequest, "seed is \(seed); the API takes at most \(Int64.max)", hint: "Choose a smaller one.")
        }
        return JSONValue(seed)
    }

    /// Checks what has limits.
    ///
    /// - Throws: ``InterlockError/Code/invalidRequest`` naming the option and the limit.
    package static func check(_ options: GenerationOptions, limits: Limits) throws(InterlockError) {
        if let most = limits.alternatives, let logprobs = options.logprobs, logprobs > most {
            throw InterlockError(
                .invalidRequest, "logprobs is \(logprobs); it must be at most \(most)",
                hint: "Ask for fewer alternatives.")
        }
        guard let labels = limits.labels else { return }
        guard options.metadata.count <= labels.count else {
            throw InterlockError(
                .invalidRequest, "metadata has \(options.metadata.count) pairs; it may have \(labels.count)",
                hint: "Leave some out.")
        }
        for (key, value) in options.metadata.sorted(by: { $0.key < $1.key }) {
            guard key.unicodeScalars.count <= labels.key, value.unicodeScalars.count <= labels.value else {
                throw InterlockError(
                    .invalidRequest, "metadata \(key.prefix(labels.key)) is too long",
                    hint: "A key may have \(labels.key) characters and a value \(labels.value).")
            }
        }
    }
}
