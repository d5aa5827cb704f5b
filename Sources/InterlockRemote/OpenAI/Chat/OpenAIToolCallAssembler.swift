import InterlockCore

/// Puts the fragments of tool calls in order, whatever a server does with indices, ids and names.
///
/// A call is announced when its first arguments come, or when the next one begins: until then its name may grow.
struct OpenAIToolCallAssembler: Sendable {
    private struct Call {
        /// The index that the server gave.
        var index: Int?
        var id: String?
        var name = ""
        var arguments: [UInt8] = []
        var isAnnounced = false
        /// Whether the arguments are a text of the tool's own making.
        var isCustom = false
    }

    let reader: FrameReader
    private var calls: [Call] = []

    init(reader: FrameReader) {
        self.reader = reader
    }

    /// Whether no call came.
    var isEmpty: Bool { calls.isEmpty }

    /// Takes a fragment.
    mutating func read(
        _ fragment: JSONValue, at path: String, into events: inout [GenerationEvent]
    ) throws(InterlockError) {
        guard case .object(let fragment) = fragment else { throw reader.wrongType(fragment, path, "object") }
        let isCustom = fragment["custom"] != nil
        let body =
            try reader.member(
                fragment[isCustom ? "custom" : "function"], at: "\(path)/function") ?? JSONObject()
        let name = try reader.text(body["name"], at: "\(path)/function/name") ?? ""
        let id = try reader.text(fragment["id"], at: "\(path)/id").flatMap { $0.isEmpty ? nil : $0 }
        let position = position(index: fragment["index"]?.intValue, id: id, name: name, into: &events)
        calls[position].isCustom = isCustom || calls[position].isCustom
        let isRepeated = id != nil && calls[position].id == id && calls[position].name == name
        calls[position].id = calls[position].id ?? id
        if !calls[position].isAnnounced, !isRepeated { calls[position].name += name }
        let more = ToolArguments.text(body[isCustom ? "input" : "arguments"])
        guard !more.isEmpty else { return }
        announce(position, into: &events)
        calls[position].arguments += Array(more.utf8)
        events.append(.toolCall(ToolCallDelta(index: position, arguments: more)))
    }

    /// Takes the end of the answer.
    ///
    /// - Throws: ``InterlockError/Code/malformedResponse`` for a call without a name.
    mutating func finish(into events: inout [GenerationEvent]) throws(InterlockError) {
        for position in calls.indices {
            guard !calls[position].name.isEmpty else { throw reader.malformed("tool call \(position) has no name") }
            announce(position, into: &events)
            if calls[position].arguments.isEmpty, !calls[position].isCustom {
                events.append(.toolCall(ToolCallDelta(index: position, arguments: "{}")))
            }
        }
    }

    /// Where a fragment belongs; a new place if it begins a call.
    private mutating func position(
        index: Int?, id: String?, name: String, into events: inout [GenerationEvent]
    ) -> Int {
        if let known = known(index: index, id: id, name: name) { return known }
        // The one before is complete: nothing can be added to its name any more.
        for position in calls.indices where !calls[position].name.isEmpty { announce(position, into: &events) }
        calls.append(Call(index: index, id: id))
        return calls.count - 1
    }

    private func known(index: Int?, id: String?, name: String) -> Int? {
        if let id, let position = calls.lastIndex(where: { $0.id == id }) {
            if index == nil || calls[position].index == index { return position }
        }
        guard let position = index.map({ index in calls.lastIndex { $0.index == index } }) ?? calls.indices.last
        else { return nil }
        // Another id under the same index is another call.
        if let id, let other = calls[position].id, other != id { return nil }
        // So is another name once the arguments are complete, where there are no ids.
        if id == nil, !name.isEmpty, (try? JSONValue(parsing: calls[position].arguments)) != nil { return nil }
        if index == nil, id != nil, calls[position].id == nil, calls[position].isAnnounced { return nil }
        return position
    }

    private mutating func announce(_ position: Int, into events: inout [GenerationEvent]) {
        guard !calls[position].isAnnounced else { return }
        calls[position].isAnnounced = true
        events.append(
            .toolCall(
                ToolCallDelta(
                    index: position, id: calls[position].id ?? "call_\(position)", name: calls[position].name)))
    }
}
