/// A whole answer: the fold over the events of a run.
public struct Reply: Sendable, Hashable {
    /// The answer's text.
    public var content: String
    /// What the model thought, in order.
    public var reasoning: [Reasoning]
    /// The tools that the model wants called, in order.
    public var toolCalls: [ToolCall]
    /// Why the model will not answer, where it said so.
    public var refusal: String?
    /// Why the answer ended.
    public var finishReason: FinishReason
    /// The tokens used.
    public var usage: Usage
    /// The registered name of the backend that answered.
    public var backend: String?
    /// The model that really answered, in the provider's words.
    public var servedModel: String?
    /// The provider's id of the response.
    public var id: String?
    /// Where the time went.
    public var timings: Timings
    /// What was asked for and not honoured.
    public var dropped: [Drop]
    /// The level at which the constraint was held; nil where there was none.
    public var enforcement: EnforcementLevel?
    /// How likely the tokens were, where that was asked for.
    public var logprobs: [TokenLogprob]
    /// The sources that the provider named, in order.
    public var citations: [Citation] = []
    /// Pieces that only one provider understands, in order.
    public var providerItems: [ProviderItem] = []
    /// The id by which the provider's support finds the request.
    public var requestID: String?
    /// How much of the provider's rate limits is left.
    public var rateLimits: RateLimits?
    /// The class of service that the request really got, in the provider's words.
    public var serviceTier: String?

    /// The pieces of the answer in the order in which they came, which some providers want to see again in just that
    /// order; empty where a reply was not made from events.
    var parts: [Part] = []

    /// The answer as a message, to be appended to the transcript that it answers.
    public var message: Message {
        if !parts.isEmpty { return Message(role: .assistant, parts: parts) }
        var parts = reasoning.map(Part.reasoning)
        parts += providerItems.map(Part.providerItem)
        if !content.isEmpty { parts.append(.text(content)) }
        if let refusal { parts.append(.refusal(refusal)) }
        parts += toolCalls.map(Part.toolCall)
        return Message(role: .assistant, parts: parts)
    }
}

/// Folds the events of a run into a ``Reply``.
public struct ReplyAccumulator: Sendable {
    /// The text so far.
    public private(set) var content = ""
    /// The reason, once the answer is complete.
    public private(set) var finishReason: FinishReason?
    private var head = ReplyHead()
    private var reasoning: [Int: Reasoning] = [:]
    private var toolCalls: [Int: ToolCall] = [:]
    private var refusal: String?
    private var usage = Usage()
    private var timings = Timings()
    private var dropped: [Drop] = []
    private var enforcement: EnforcementLevel?
    private var logprobs: [TokenLogprob] = []
    private var citations: [Citation] = []
    private var providerItems: [ProviderItem] = []
    private var order = PartOrder()

    /// Makes an accumulator that has seen nothing yet.
    public init() {}

    /// Takes the next event.
    ///
    /// - Throws: ``InterlockError/Code/malformedResponse`` if anything follows the finish, or if a restart keeps more
    ///   than there is or cuts a character.
    public mutating func apply(_ event: GenerationEvent) throws(InterlockError) {
        guard finishReason == nil else {
            throw InterlockError(.malformedResponse, "an event followed the end of the answer", backend: head.backend)
        }
        order.note(event)
        switch event {
        case .text(let text): content += text
        case .head(let more): head.complete(with: more)
        case .reasoning(let delta): apply(delta)
        case .toolCall(let delta): apply(delta)
        case .refusal(let text): refusal = (refusal ?? "") + text
        case .logprobs(let more): logprobs += more
        case .citation(let citation): citations.append(citation)
        case .providerItem(let item): providerItems.append(item)
        case .usage(let more): usage.complete(with: more)
        case .dropped(let drop): dropped.append(drop)
        case .timings(let more): timings.complete(with: more)
        case .restart(let kept): try restart(keeping: kept)
        case .enforcement(let level): enforcement = level
        case .finish(let reason): finishReason = reason
        }
    }

    /// The whole answer.
    ///
    /// - Throws: ``InterlockError/Code/truncatedStream`` if no finish came.
    public func reply() throws(InterlockError) -> Reply {
        guard let finishReason else {
            throw InterlockError(
                .truncatedStream, "the answer was cut off: it ended without saying why",
                hint: "Send the request again.", backend: head.backend)
        }
        return Reply(
            content: content,
            reasoning: reasoning.sorted { $0.key < $1.key }.map(\.value),
            toolCalls: toolCalls.sorted { $0.key < $1.key }.map(\.value),
            refusal: refusal,
            finishReason: finishReason,
            usage: usage,
            backend: head.backend,
            servedModel: head.servedModel,
            id: head.id,
            timings: timings,
            dropped: dropped,
            enforcement: enforcement,
            logprobs: logprobs,
            citations: citations,
            providerItems: providerItems,
            requestID: head.requestID,
            rateLimits: head.rateLimits,
            serviceTier: head.serviceTier,
            parts: order.parts(reasoning: reasoning, toolCalls: toolCalls)
        )
    }

    private mutating func apply(_ delta: ReasoningDelta) {
        var item = reasoning[delta.index] ?? Reasoning("")
        item.text += delta.text
        item.signature = delta.signature ?? item.signature
        item.redacted = delta.redacted ?? item.redacted
        item.id = delta.id ?? item.id
        reasoning[delta.index] = item
    }

    private mutating func apply(_ delta: ToolCallDelta) {
        var call = toolCalls[delta.index] ?? ToolCall(id: "", name: "", arguments: "")
        if let id = delta.id { call.id = id }
        if let name = delta.name { call.name = name }
        call.arguments += delta.arguments
        toolCalls[delta.index] = call
    }

    private mutating func restart(keeping bytes: Int) throws(InterlockError) {
        let utf8 = content.utf8
        guard bytes >= 0, bytes <= utf8.count else {
            throw InterlockError(
                .malformedResponse, "a restart keeps \(bytes) bytes of a text of \(utf8.count)", backend: head.backend)
        }
        guard let end = utf8.index(utf8.startIndex, offsetBy: bytes).samePosition(in: content.unicodeScalars) else {
            throw InterlockError(
                .malformedResponse, "a restart keeps \(bytes) bytes, which end inside a character",
                backend: head.backend)
        }
        content = String(content.unicodeScalars[..<end])
        order = PartOrder(text: content)
        reasoning = [:]
        toolCalls = [:]
        refusal = nil
        logprobs = []
        citations = []
        providerItems = []
    }
}
