package import InterlockCore

/// What a body of `POST /v1/completions` asks for: a text to continue as it stands.
package struct CompletionRequest: Sendable {
    /// The name of the model; empty where none is given.
    package var model: String
    /// The request for the backend.
    package var request: GenerationRequest
    /// Whether the answer is wanted piece by piece.
    package var isStream: Bool
    /// Whether the stream ends with the tokens used.
    package var includesUsage: Bool
    /// What was left out.
    package var drops: [Drop]

    /// Translates a body.
    ///
    /// - Throws: ``InterlockError`` whose provider detail names the parameter.
    package init(_ body: JSONValue, policy: GenerationRequest.UnsupportedPolicy) throws(InterlockError) {
        guard let object = body.objectValue else {
            throw InterlockError(.invalidRequest, "the body is \(body.article); it must be an object")
        }
        var reader = BodyReader(object)
        var leftovers = Leftovers(policy: policy)
        model = try reader.string("model") ?? ""
        let prompt = try Self.prompt(&reader)
        var options = try OptionReader.read(&reader, &leftovers)
        options.logprobs = try reader.integer("logprobs")
        try options.validate()
        request = GenerationRequest(.text(prompt), options: options, unsupported: policy)
        request.constraint = try ConstraintReader.read(&reader, &leftovers)
        isStream = try reader.boolean("stream") ?? false
        includesUsage = try StreamOptions.includesUsage(&reader, &leftovers)
        if try reader.boolean("echo") == true {
            try leftovers.add("echo", "is true, and the prompt is not repeated here")
        }
        if let best = try reader.integer("best_of"), best != 1 {
            try leftovers.add("best_of", "is \(best); only 1 is supported")
        }
        if let suffix = try reader.string("suffix"), !suffix.isEmpty { try leftovers.add("suffix") }
        try reader.finish(&leftovers)
        drops = leftovers.drops
    }

    private static func prompt(_ reader: inout BodyReader) throws(InterlockError) -> String {
        guard let value = reader.value("prompt") else { throw reader.missing("prompt") }
        if let text = value.stringValue { return text }
        guard let list = value.arrayValue else {
            throw reader.mismatch("prompt", value, "a string")
        }
        if list.count == 1, let text = list[0].stringValue { return text }
        if list.contains(where: { $0.stringValue == nil }) {
            throw .parameter(
                "prompt", "is made of token ids, which are not supported", hint: "Send the text.", code: .unsupported,
                word: "unsupported_value")
        }
        throw .parameter(
            "prompt", "has \(list.count) texts; only 1 is supported", hint: "Send a request for each.",
            code: .unsupported, word: "unsupported_value")
    }
}
