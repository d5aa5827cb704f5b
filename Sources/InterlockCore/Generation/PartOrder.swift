/// Remembers in which order the pieces of an answer began.
struct PartOrder: Sendable {
    private enum Slot: Hashable {
        case reasoning(Int)
        case toolCall(Int)
    }

    private enum Place {
        case slot(Slot)
        case text(String)
        case refusal(String)
        case item(ProviderItem)
    }

    private var places: [Place] = []
    private var seen: Set<Slot> = []

    /// Begins with a text that is there already.
    init(text: String = "") {
        if !text.isEmpty { places.append(.text(text)) }
    }

    /// Takes note of the next event.
    mutating func note(_ event: GenerationEvent) {
        switch event {
        case .text(let more):
            // Taken out while it grows, so that a long text is not copied with each piece.
            if case .text(var text)? = places.last {
                places.removeLast()
                text += more
                places.append(.text(text))
            } else {
                places.append(.text(more))
            }
        case .refusal(let more):
            if case .refusal(let text)? = places.last {
                places[places.count - 1] = .refusal(text + more)
            } else {
                places.append(.refusal(more))
            }
        case .reasoning(let delta): begin(.reasoning(delta.index))
        case .toolCall(let delta): begin(.toolCall(delta.index))
        case .providerItem(let item): places.append(.item(item))
        default: break
        }
    }

    private mutating func begin(_ slot: Slot) {
        if seen.insert(slot).inserted { places.append(.slot(slot)) }
    }

    /// The pieces, in order.
    func parts(reasoning: [Int: Reasoning], toolCalls: [Int: ToolCall]) -> [Part] {
        places.compactMap { place in
            switch place {
            case .text(let text): .text(text)
            case .refusal(let text): .refusal(text)
            case .item(let item): .providerItem(item)
            case .slot(.reasoning(let index)): reasoning[index].map(Part.reasoning)
            case .slot(.toolCall(let index)): toolCalls[index].map(Part.toolCall)
            }
        }
    }
}
