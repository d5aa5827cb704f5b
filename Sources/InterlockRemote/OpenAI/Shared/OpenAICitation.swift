import InterlockCore

/// Reads a source that the provider names.
enum OpenAICitation {
    /// The source; Chat Completions nests an address in a member of its own.
    static func read(_ annotation: JSONValue) -> Citation {
        let inner = annotation["url_citation"] ?? annotation
        return Citation(
            url: inner["url"]?.stringValue,
            title: inner["title"]?.stringValue ?? inner["filename"]?.stringValue,
            value: annotation)
    }
}
