import InterlockCore

/// Reads the messages of a chat request.
enum ChatMessages {
    static func read(_ list: [JSONValue], _ leftovers: inout Leftovers) throws(InterlockError) -> Transcript {
        var transcript = Transcript()
        var toolNames: [String: String] = [:]
        for (index, value) in list.enumerated() {
            var reader = try BodyReader(value, path: "messages[\(index)]")
            let message = try message(&reader, toolNames, &leftovers)
            try reader.finish(&leftovers)
            for call in message.toolCalls { toolNames[call.id] = call.name }
            transcript.append(message)
        }
        return transcript
    }

    private static func message(
        _ reader: inout BodyReader, _ toolNames: [String: String], _ leftovers: inout Leftovers
    ) throws(InterlockError) -> Message {
        let name = try reader.requiredString("role")
        guard let role = Transcript.Role(rawValue: name) else {
            let names = Transcript.Role.allCases.map(\.rawValue).joined(separator: ", ")
            throw reader.invalid("role", "is \(name); it must be one of \(names)")
        }
        var mark = try CacheMark(reading: &reader)
        var parts = try content(&reader, &mark, &leftovers)
        switch role {
        case .assistant: parts = try assistantParts(&reader, parts, &leftovers)
        case .tool:
            let id = try reader.requiredString("tool_call_id")
            let tool = try reader.string("name") ?? toolNames[id]
            parts = [.toolResult(ToolResult(callID: id, name: tool, content: parts))]
            return Message(role: role, parts: parts, cacheMark: mark)
        case .system, .developer, .user:
            guard !parts.isEmpty else { throw reader.missing("content") }
        }
        return Message(role: role, parts: parts, name: try reader.string("name"), cacheMark: mark)
    }

    /// The text, or the parts.
    private static func content(
        _ reader: inout BodyReader, _ mark: inout CacheMark?, _ leftovers: inout Leftovers
    ) throws(InterlockError) -> [Part] {
        guard let value = reader.value("content") else { return [] }
        if let text = value.stringValue { return [.text(text)] }
        guard let list = value.arrayValue else {
            throw reader.mismatch("content", value, "a string or a list of parts")
        }
        var parts: [Part] = []
        for (index, item) in list.enumerated() {
            var part = try BodyReader(item, path: reader.path("content[\(index)]"))
            mark = try CacheMark(reading: &part) ?? mark
            parts.append(try self.part(&part, &leftovers))
            try part.finish(&leftovers)
        }
        return parts
    }

    private static func part(_ part: inout BodyReader, _ leftovers: inout Leftovers) throws(InterlockError) -> Part {
        let type = try part.requiredString("type")
        switch type {
        case "text": return .text(try part.requiredString("text"))
        case "refusal": return .refusal(try part.requiredString("refusal"))
        case "image_url": return .image(try image(&part, &leftovers))
        case "file": return .file(try file(&part, &leftovers))
        default:
            throw .parameter(
                part.path("type"), "is \(type); text, image_url, file and refusal are supported", code: .unsupported,
                word: "unsupported_value")
        }
    }

    private static func image(_ part: inout BodyReader, _ leftovers: inout Leftovers) throws(InterlockError) -> Media {
        guard var image = try part.reader("image_url") else { throw part.missing("image_url") }
        let url = try image.requiredString("url")
        let detail = try image.string("detail")
        try image.finish(&leftovers)
        guard url.hasPrefix("data:") else { return Media(.url(url), detail: detail) }
        guard let data = DataURL(url) else {
            throw image.invalid("url", "is a data URL that is not Base64")
        }
        return Media(.data(data.bytes), mediaType: data.mediaType, detail: detail)
    }

    private static func file(_ part: inout BodyReader, _ leftovers: inout Leftovers) throws(InterlockError) -> Media {
        guard var file = try part.reader("file") else { throw part.missing("file") }
        let name = try file.string("filename")
        let id = try file.string("file_id")
        let text = try file.string("file_data")
        try file.finish(&leftovers)
        switch (id, text) {
        case (let id?, nil): return Media(.providerFile(id), name: name)
        case (nil, let text?):
            if let data = DataURL(text) { return Media(.data(data.bytes), mediaType: data.mediaType, name: name) }
            guard let bytes = Base64.decode(text) else { throw file.invalid("file_data", "is not Base64") }
            return Media(.data(bytes), name: name)
        default: throw .parameter(file.path("file_data"), "or file_id has to be there, and not both")
        }
    }

    /// Everything that a message of the model may have, in the order in which a model says it.
    private static func assistantParts(
        _ reader: inout BodyReader, _ content: [Part], _ leftovers: inout Leftovers
    ) throws(InterlockError) -> [Part] {
        // Sources of an earlier answer, sent back with it, say nothing to the model.
        reader.ignore("annotations")
        var parts: [Part] = []
        let thought = try reader.string("reasoning_content")
        let other = try reader.string("reasoning")
        if let text = thought ?? other, !text.isEmpty { parts.append(.reasoning(Reasoning(text))) }
        parts += content.filter { $0 != .text("") }
        if let refusal = try reader.string("refusal") { parts.append(.refusal(refusal)) }
        for (index, value) in (try reader.list("tool_calls") ?? []).enumerated() {
            var call = try BodyReader(value, path: reader.path("tool_calls[\(index)]"))
            // The place in a stream, which clients that add up streams leave in.
            call.ignore("index")
            let type = try call.string("type") ?? "function"
            guard type == "function", var function = try call.reader("function") else {
                throw .parameter(
                    call.path("type"), "is \(type); only function is supported", code: .unsupported,
                    word: "unsupported_value")
            }
            parts.append(
                .toolCall(
                    ToolCall(
                        id: try call.requiredString("id"), name: try function.requiredString("name"),
                        arguments: try function.string("arguments") ?? "")))
            try function.finish(&leftovers)
            try call.finish(&leftovers)
        }
        return parts.isEmpty ? [.text("")] : parts
    }
}

/// Content inside of a `data:` URL (RFC 2397), which has to be Base64.
struct DataURL {
    var mediaType: String?
    var bytes: [UInt8]

    init?(_ url: String) {
        guard url.hasPrefix("data:"), let comma = url.utf8.firstIndex(of: UInt8(ascii: ",")) else { return nil }
        let words = url[..<comma].dropFirst("data:".count).split(separator: ";", omittingEmptySubsequences: false)
        guard words.last == "base64", let bytes = Base64.decode(String(url[comma...].dropFirst())) else { return nil }
        mediaType = words.first.flatMap { $0.isEmpty || $0 == "base64" ? nil : String($0) }
        self.bytes = bytes
    }
}
