package import InterlockCore

/// Anthropic's other answers: how long an input is, and which models there are.
package enum AnthropicServices {
    /// The tokens of an input, from the answer of `/v1/messages/count_tokens`.
    ///
    /// - Throws: ``InterlockError/Code/malformedResponse`` if it says none.
    package static func decodeTokenCount(_ body: JSONValue) throws(InterlockError) -> Int {
        let frame = try WireFrame(body)
        return try frame.required(frame.count("input_tokens"), "input_tokens")
    }

    /// One page of the list of models.
    package struct ModelPage: Sendable, Hashable {
        /// The models.
        package var models: [ModelInfo]
        /// The id that the next page begins after; nil on the last page.
        package var next: String?
    }

    /// The path of a page of the list of models.
    ///
    /// - Parameter after: ``ModelPage/next`` of the page before; nil for the first page.
    package static func modelsPath(after: String? = nil) -> String {
        let path = "/v1/models?limit=1000"
        return after.map { "\(path)&after_id=\($0.queryValue)" } ?? path
    }

    /// Reads a page of the list of models.
    ///
    /// - Throws: ``InterlockError/Code/malformedResponse`` if it is none.
    package static func decodeModels(_ body: JSONValue) throws(InterlockError) -> ModelPage {
        let frame = try WireFrame(body)
        var models: [ModelInfo] = []
        for model in try frame.required(try frame.frames("data"), "data") { models.append(try decodeModel(model)) }
        // A page that claims to have a successor and names nothing to go on from would be asked for for ever.
        let hasMore = frame["has_more"]?.boolValue == true
        let last = frame.looseString("last_id") ?? models.last?.id
        return ModelPage(models: models, next: hasMore && !models.isEmpty ? last : nil)
    }

    private static func decodeModel(_ frame: WireFrame) throws(InterlockError) -> ModelInfo {
        ModelInfo(
            id: try frame.required(try frame.string("id"), "id"),
            displayName: frame.looseString("display_name"),
            owner: "anthropic",
            created: frame.looseString("created_at").flatMap(InternetDate.parse),
            contextLength: frame.count("max_input_tokens"),
            maximumOutputTokens: frame.count("max_tokens"),
            detail: frame.object
        )
    }
}
