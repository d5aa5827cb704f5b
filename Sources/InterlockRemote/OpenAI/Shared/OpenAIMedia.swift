package import InterlockCore

/// Pictures and documents as OpenAI's API takes them.
package enum OpenAIMedia {
    /// The content as a `data:` address.
    ///
    /// - Throws: ``InterlockError/Code/invalidRequest`` if the media type is neither given nor evident.
    package static func dataAddress(
        _ bytes: [UInt8], _ media: Media, at place: String
    ) throws(InterlockError) -> String {
        guard let type = media.mediaType ?? EvidentType.of(bytes) else {
            throw InterlockError(
                .invalidRequest, "\(place) has no media type, and its content does not tell",
                hint: "Give it one, such as image/png.")
        }
        return DataAddress.text(bytes, mediaType: type)
    }

    /// A file name, which the API wants beside the content.
    package static func fileName(_ media: Media, _ bytes: [UInt8]) -> String {
        if let name = media.name { return name }
        let type = media.mediaType ?? EvidentType.of(bytes)
        return type == "application/pdf" ? "document.pdf" : "document"
    }
}
