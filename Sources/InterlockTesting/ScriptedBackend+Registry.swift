public import InterlockCore

extension ScriptedBackend {
    /// The registry's entry: a backend that has to be asked for explicitly, since it invents its answers.
    ///
    /// Its parameters: `reply` (a text, or a list of texts that are the answers one after the other; by default it repeats
    /// what it is asked), `chunk_length` (characters a piece, 4 by default) and `delay_ms` (wait before each piece).
    public static var registryEntry: BackendRegistry.Entry {
        BackendRegistry.Entry(
            name: "scripted",
            aliases: ["mock"],
            summary: "invented answers, for tests only",
            isForTesting: true
        ) { configuration in
            var reader = ParameterReader(configuration.parameters)
            let replies = try replies(reader.value("reply"))
            let length = try reader.integer("chunk_length", in: 1...(1 << 20)) ?? 4
            let delay = try reader.integer("delay_ms", in: 0...60_000) ?? 0
            try reader.finish()
            return ScriptedBackend(model: configuration.model, clocks: configuration.clocks) { request, number in
                let text =
                    if replies.isEmpty { "You said: \(lastWords(of: request.input))" } else {
                        replies[number % replies.count]
                    }
                return .text(pieces: pieces(of: text, length: length), delay: .milliseconds(delay))
            }
        }
    }

    private static func replies(_ value: JSONValue?) throws(InterlockError) -> [String] {
        guard let value else { return [] }
        if let text = value.stringValue { return [text] }
        let texts = value.arrayValue?.compactMap(\.stringValue) ?? []
        guard !texts.isEmpty, texts.count == value.arrayValue?.count else {
            throw InterlockError(.invalidConfiguration, "reply must be a text or a list of texts")
        }
        return texts
    }

    private static func lastWords(of input: GenerationRequest.Input) -> String {
        switch input {
        case .text(let text): text
        case .transcript(let transcript): transcript.last?.text ?? ""
        }
    }

    private static func pieces(of text: String, length: Int) -> [String] {
        var pieces: [String] = []
        var rest = text[...]
        while !rest.isEmpty {
            pieces.append(String(rest.prefix(length)))
            rest = rest.dropFirst(length)
        }
        return pieces
    }
}
