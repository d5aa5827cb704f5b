package import InterlockCore

/// Reads the models that a server of this family offers.
///
/// One reader for all: OpenAI and Ollama (`data`), Hugging Face (`providers`), vLLM (`max_model_len`), llama-server
/// (`meta`), LM Studio's own interface v0 (`state`) and v1 (`models` with `loaded_instances`).
package enum OpenAIModels {
    /// The models, in the order in which they came.
    ///
    /// - Throws: ``InterlockError/Code/malformedResponse`` if the body is no such list.
    package static func decode(_ body: JSONValue, flavour: OpenAIFlavour) throws(InterlockError) -> [ModelInfo] {
        let reader = FrameReader(sender: flavour.name)
        if let error = OpenAIErrorMapper(flavour: flavour).error(inAnswer: body) { throw error }
        guard let list = body["data"]?.arrayValue ?? body["models"]?.arrayValue ?? body.arrayValue else {
            throw reader.malformed("there is no list of models under /data or /models")
        }
        var models: [ModelInfo] = []
        for (position, entry) in list.enumerated() {
            guard case .object(let object) = entry, let id = id(of: object) else {
                throw reader.malformed("model \(position) of the list has no id")
            }
            models.append(model(id, object))
        }
        return models
    }

    private static func id(of model: JSONObject) -> String? {
        for key in ["id", "key", "model", "name"] {
            if let id = model[key]?.stringValue, !id.isEmpty { return id }
        }
        return nil
    }

    private static func model(_ id: String, _ object: JSONObject) -> ModelInfo {
        ModelInfo(
            id: id,
            displayName: object["display_name"]?.stringValue,
            owner: object["owned_by"]?.stringValue ?? object["publisher"]?.stringValue,
            created: object["created"]?.doubleValue.flatMap(time),
            contextLength: contextLength(object),
            maximumOutputTokens: object["max_output_tokens"]?.intValue,
            sizeBytes: (object["size_bytes"] ?? object["meta"]?["size"])?.numberValue?.int64,
            isLoaded: isLoaded(object),
            detail: object)
    }

    private static func time(_ seconds: Double) -> WallTime? {
        // Zero stands for "unknown" with servers that have to say something.
        guard seconds > 0, seconds < 1e11 else { return nil }
        return WallTime(secondsSinceEpoch: Int64(seconds))
    }

    /// The context that requests really have: that of a loaded model before that of its file.
    private static func contextLength(_ object: JSONObject) -> Int? {
        let loaded = object["loaded_instances"]?.arrayValue?.first?["config"]?["context_length"]
        let said =
            loaded ?? object["loaded_context_length"] ?? object["max_model_len"] ?? object["context_length"]
            ?? object["meta"]?["n_ctx"] ?? object["max_context_length"] ?? object["meta"]?["n_ctx_train"]
        if let length = said?.intValue { return length }
        let live = (object["providers"]?.arrayValue ?? []).filter { $0["status"]?.stringValue != "error" }
        return live.compactMap { $0["context_length"]?.intValue }.max()
    }

    private static func isLoaded(_ object: JSONObject) -> Bool? {
        if let instances = object["loaded_instances"]?.arrayValue { return !instances.isEmpty }
        if let state = object["state"]?.stringValue ?? object["status"]?["value"]?.stringValue {
            return state == "loaded"
        }
        return nil
    }
}
