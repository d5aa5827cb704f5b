package import InterlockCore

/// What a body of `POST /v1/chat/completions` asks for.
package struct ChatRequest: Sendable {
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
    package init(
        _ body: JSONValue, policy: GenerationRequest.UnsupportedPolicy
    ) throws(InterlockError) {
        guard let object = body.objectValue else {
            throw InterlockError(.invalidRequest, "the body is \(body.article); it must be an object")
        }
        var reader = BodyReader(object)
        var leftovers = Leftovers(policy: policy)
        model = try reader.string("model") ?? ""
        guard let messages = try reader.list("messages") else { throw reader.missing("messages") }
        let transcript = try ChatMessages.read(messages, &leftovers)
        guard !transcript.isEmpty else { throw reader.invalid("messages", "is empty; it must have a message") }
        var options = try OptionReader.read(&reader, &leftovers)
        options.logprobs = try Self.logprobs(&reader)
        request = GenerationRequest(.transcript(transcript), options: options, unsupported: policy)
        request.tools = try ChatTools.definitions(&reader, &leftovers)
        request.toolChoice = try ChatTools.choice(&reader)
        request.parallelToolCalls = try reader.boolean("parallel_tool_calls")
        if request.tools.isEmpty { request.parallelToolCalls = nil }
        request.constraint = try ConstraintReader.read(&reader, &leftovers)
        isStream = try reader.boolean("stream") ?? false
        includesUsage = try StreamOptions.includesUsage(&reader, &leftovers)
        try Self.checkDefaults(&reader, &leftovers)
        try reader.finish(&leftovers)
        drops = leftovers.drops
    }

    private static func logprobs(_ reader: inout BodyReader) throws(InterlockError) -> Int? {
        let isWanted = try reader.boolean("logprobs") ?? false
        guard let count = try reader.integer("top_logprobs") else { return isWanted ? 0 : nil }
        guard isWanted || count == 0 else {
            throw reader.invalid("top_logprobs", "needs logprobs to be true")
        }
        guard (0...20).contains(count) else {
            throw reader.invalid("top_logprobs", "is \(count); it must be between 0 and 20")
        }
        return isWanted ? count : nil
    }

    /// Parameters whose usual value asks for nothing.
    private static func checkDefaults(
        _ reader: inout BodyReader, _ leftovers: inout Leftovers
    ) throws(InterlockError) {
        if let verbosity = try reader.string("verbosity"), verbosity != "medium" { try leftovers.add("verbosity") }
        if let modalities = try reader.list("modalities"), modalities != ["text"] { try leftovers.add("modalities") }
    }
}

/// The part of a body that says what a stream carries.
enum StreamOptions {
    static func includesUsage(
        _ reader: inout BodyReader, _ leftovers: inout Leftovers
    ) throws(InterlockError) -> Bool {
        guard var options = try reader.reader("stream_options") else { return false }
        // Nothing here is padded, and nobody is promised that it is.
        options.ignore("include_obfuscation")
        let includesUsage = try options.boolean("include_usage") ?? false
        try options.finish(&leftovers)
        return includesUsage
    }
}
