package import InterlockCore

/// Ollama's other requests and answers: vectors, and which models there are.
package enum OllamaServices {
    /// Puts texts to be embedded into the form of `/api/embed`.
    ///
    /// - Throws: ``InterlockError`` if there is nothing to embed or an extra setting may not be set.
    package static func encodeEmbedding(
        _ request: EmbeddingRequest, _ context: WireContext, _ dialect: OllamaDialect
    ) throws(InterlockError) -> WireRequest {
        try request.validate()
        var body: JSONObject = ["model": .string(context.model)]
        body["input"] = .array(request.inputs.map(JSONValue.string))
        if let dimensions = request.dimensions { body["dimensions"] = JSONValue(dimensions) }
        // Else the server embeds the beginning of what is too long and says nothing.
        if !dialect.truncates { body["truncate"] = false }
        if let length = dialect.contextLength { body["options"] = ["num_ctx": JSONValue(length)] }
        if let keepAlive = dialect.keepAlive { body["keep_alive"] = keepAlive.value }
        try ExtraFields(fixed: ["model", "input"], merged: ["options"])
            .merge(request.extras[context.backend], of: context.backend, into: &body)
        return WireRequest(path: "/api/embed", body: body)
    }

    /// Reads the answer of `/api/embed`.
    ///
    /// - Parameter count: How many texts were sent.
    /// - Throws: ``InterlockError/Code/malformedResponse`` if there is not one vector of finite numbers for each text,
    ///   all of one length.
    package static func decodeEmbedding(_ body: JSONValue, count: Int) throws(InterlockError) -> EmbeddingReply {
        let frame = try WireFrame(body)
        if frame["error"] != nil { throw OllamaFailure(frame: frame, model: frame.looseString("model") ?? "").error }
        let rows = try frame.required(frame["embeddings"]?.arrayValue, "embeddings")
        guard rows.count == count else {
            throw frame.malformed("/embeddings has \(rows.count) vectors for \(count) texts")
        }
        var vectors: [[Float]] = []
        vectors.reserveCapacity(rows.count)
        for (index, row) in rows.enumerated() {
            let vector = row.arrayValue?.map { $0.numberValue?.float }
            guard let vector, !vector.isEmpty, !vector.contains(nil) else {
                throw frame.malformed("/embeddings/\(index) is no vector of finite numbers")
            }
            guard vector.count == vectors.first?.count ?? vector.count else {
                throw frame.malformed("/embeddings/\(index) has \(vector.count) numbers, those before have others")
            }
            vectors.append(vector.compactMap(\.self))
        }
        return EmbeddingReply(
            vectors: vectors, servedModel: frame.looseString("model"),
            usage: Usage(inputTokens: frame.count("prompt_eval_count")))
    }

    /// Reads the models of `/api/tags`, or those in memory of `/api/ps`.
    ///
    /// - Parameter areLoaded: True for `/api/ps`; nil for `/api/tags`, which does not know.
    /// - Throws: ``InterlockError/Code/malformedResponse`` if it is no such list.
    package static func decodeModels(_ body: JSONValue, areLoaded: Bool? = nil) throws(InterlockError) -> [ModelInfo] {
        // A server without models may say null.
        var models: [ModelInfo] = []
        for entry in try WireFrame(body).frames("models") ?? [] {
            let id = entry.looseString("model") ?? entry.looseString("name")
            let details = entry.looseFrame("details")
            models.append(
                ModelInfo(
                    id: try entry.required(id, "model"),
                    created: entry.looseString("modified_at").flatMap(InternetDate.parse),
                    contextLength: entry.count("context_length") ?? details?.count("context_length"),
                    sizeBytes: entry.count("size").map(Int64.init),
                    isLoaded: areLoaded,
                    detail: entry.object
                ))
        }
        return models
    }

    /// Reads the description of one model, the answer of `/api/show`.
    ///
    /// - Parameter id: The name that was asked for.
    /// - Throws: ``InterlockError/Code/malformedResponse`` if it is none.
    package static func decodeModel(_ body: JSONValue, id: String) throws(InterlockError) -> ModelInfo {
        let frame = try WireFrame(body)
        let information = frame.looseFrame("model_info")?.object ?? [:]
        // The key begins with the name of the architecture.
        let length = information.first { $0.key.hasSuffix(".context_length") }?.value.intValue
        return ModelInfo(
            id: id, displayName: information["general.basename"]?.stringValue,
            created: frame.looseString("modified_at").flatMap(InternetDate.parse), contextLength: length,
            detail: frame.object)
    }
}
