package import InterlockCore

/// Pictures and documents as OpenAI's API takes them.
package enum OpenAIMedia {
    /// The content as a `data:` address.
    ///
    /// - Throws: ``InterlockError/Code/invalidRequest`` if the media type is neither given nor evident.
    package static func dataAddress(
        _ bytes: [UInt8], _ media: Media, at place: String
    ) throws(InterlockError) -> String {
        guard let type = media.mediaType ?? evidentType(bytes) else {
            throw InterlockError(
                .invalidRequest, "\(place) has no media type, and its content does not tell",
                hint: "Give it one, such as image/png.")
        }
        return "data:\(type);base64,\(Base64.encode(bytes))"
    }

    /// A file name, which the API wants beside the content.
    package static func fileName(_ media: Media, _ bytes: [UInt8]) -> String {
        if let name = media.name { return name }
        let type = media.mediaType ?? evidentType(bytes)
        return type == "application/pdf" ? "document.pdf" : "document"
    }

    /// The media type that the first bytes give away.
    static func evidentType(_ bytes: [UInt8]) -> String? {
        let signatures: [([UInt8], String)] = [
            ([0x89, 0x50, 0x4E, 0x47], "image/png"), ([0xFF, 0xD8, 0xFF], "image/jpeg"),
            (Array("GIF8".utf8), "image/gif"), (Array("%PDF".utf8), "application/pdf"),
        ]
        if let (_, type) = signatures.first(where: { bytes.starts(with: $0.0) }) { return type }
        if bytes.starts(with: Array("RIFF".utf8)), bytes.dropFirst(8).starts(with: Array("WEBP".utf8)) {
            return "image/webp"
        }
        return nil
    }
}
