import InterlockCore

/// Tells thoughts from the answer where a server leaves both in one text: `<think>…</think>` at its very beginning.
///
/// Anywhere else the tags are part of the answer.
struct InlineThoughts: Sendable {
    private enum Place {
        case beginning, thinking, afterThought, answer
    }

    private var place = Place.beginning
    /// What may yet become a tag.
    private var held = ""

    /// Takes more text.
    mutating func read(_ text: String, into events: inout [GenerationEvent]) {
        guard place != .answer else {
            events.append(.text(text))
            return
        }
        held += text
        if place == .beginning { begin(into: &events) }
        if place == .thinking { think(into: &events) }
        if place == .afterThought { skipBlank() }
        if place == .answer { release(into: &events) }
    }

    /// Takes the end: what was held back was no tag.
    mutating func finish(into events: inout [GenerationEvent]) {
        guard !held.isEmpty, place != .afterThought else { return }
        if place == .thinking {
            events.append(.reasoning(ReasoningDelta(text: held)))
        } else {
            events.append(.text(held))
        }
        held = ""
    }

    private mutating func begin(into events: inout [GenerationEvent]) {
        let start = held.drop(while: \.isWhitespace)
        if start.hasPrefix("<think>") {
            held = String(start.dropFirst("<think>".count))
            place = .thinking
        } else if !"<think>".hasPrefix(start) {
            place = .answer
        }
    }

    private mutating func think(into events: inout [GenerationEvent]) {
        let tag = "</think>"
        let parts = held.split(separator: tag, maxSplits: 1, omittingEmptySubsequences: false)
        if parts.count == 2 {
            if !parts[0].isEmpty { events.append(.reasoning(ReasoningDelta(text: String(parts[0])))) }
            held = String(parts[1])
            place = .afterThought
            return
        }
        var kept = min(tag.count - 1, held.count)
        while kept > 0, !tag.hasPrefix(held.suffix(kept)) { kept -= 1 }
        let thought = held.dropLast(kept)
        if !thought.isEmpty { events.append(.reasoning(ReasoningDelta(text: String(thought)))) }
        held = String(held.suffix(kept))
    }

    /// The lines between the thought and the answer belong to neither.
    private mutating func skipBlank() {
        held = String(held.drop(while: \.isWhitespace))
        if !held.isEmpty { place = .answer }
    }

    private mutating func release(into events: inout [GenerationEvent]) {
        if !held.isEmpty { events.append(.text(held)) }
        held = ""
    }
}
