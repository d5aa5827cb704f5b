package import InterlockCore

/// What a body of `POST /v1/embeddings` asks for.
package struct EmbeddingBody: Sendable {
    /// The name of the model; empty where none is given.
    package var model: String
    /// The request for the backend.
    package var request: EmbeddingRequest
    /// Whether the vectors are wanted as Base64 of little-endian 32-bit numbers, as OpenAI's clients ask by default.
    package var isBase64: Bool
    /// What was left out.
    package var drops: [Drop]

    /// The most texts of one request, as OpenAI has it.
    static let maximumInputs = 2048

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
        request = EmbeddingRequest(try Self.inputs(&reader), dimensions: try reader.integer("dimensions"))
        let format = try reader.string("encoding_format") ?? "float"
        guard format == "float" || format == "base64" else {
            throw reader.invalid("encoding_format", "is \(format); it must be float or base64")
        }
        isBase64 = format == "base64"
        try reader.finish(&leftovers)
        drops = leftovers.drops
        try request.validate()
    }

    private static func inputs(_ reader: inout BodyReader) throws(InterlockError) -> [String] {
        guard let value = reader.value("input") else { throw reader.missing("input") }
        if let text = value.stringValue { return [text] }
        guard let list = value.arrayValue else {
            throw reader.mismatch("input", value, "a string or a list of strings")
        }
        guard list.count <= maximumInputs else {
            throw reader.invalid(
                "input", "has \(list.count) texts; at most \(maximumInputs) are taken", hint: "Send several requests.")
        }
        var texts: [String] = []
        for (index, item) in list.enumerated() {
            if let text = item.stringValue {
                texts.append(text)
            } else if item.numberValue != nil || item.arrayValue != nil {
                throw .parameter(
                    "input", "is made of token ids, which are not supported", hint: "Send the text.",
                    code: .unsupported, word: "unsupported_value")
            } else {
                throw reader.mismatch("input[\(index)]", item, "a string")
            }
        }
        return texts
    }

    /// The body of the response.
    package func response(_ reply: EmbeddingReply, model: String) -> JSONValue {
        let data = reply.vectors.enumerated().map { index, vector -> JSONValue in
            [
                "object": "embedding", "index": JSONValue(index),
                "embedding": isBase64 ? .string(Self.base64(vector)) : .array(vector.map(Self.number)),
            ]
        }
        // The interface has no way to say that the count is not known.
        let tokens = JSONValue(reply.usage.inputTokens ?? 0)
        return [
            "object": "list", "data": .array(data), "model": .string(model),
            "usage": ["prompt_tokens": tokens, "total_tokens": tokens],
        ]
    }

    private static func number(_ value: Float) -> JSONValue {
        (try? JSONNumber(value)).map(JSONValue.number) ?? .null
    }

    private static func base64(_ vector: [Float]) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(vector.count * 4)
        for value in vector {
            withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
        }
        return Base64.encode(bytes)
    }
}
