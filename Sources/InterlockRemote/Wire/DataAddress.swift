import InterlockCore

/// A `data:` address (RFC 2397) with Base64 content, as pictures in conversations often have.
enum DataAddress {
    /// Its media type and its content, still in Base64; nil if it is none of that kind.
    static func parse(_ address: String) -> (mediaType: String, base64: String)? {
        guard address.prefix(5).lowercased() == "data:", let comma = address.firstIndex(of: ",") else { return nil }
        let head = address[address.index(address.startIndex, offsetBy: 5)..<comma]
        let fields = head.split(separator: ";", omittingEmptySubsequences: false)
        guard let last = fields.last, last.lowercased() == "base64", let mediaType = fields.first else { return nil }
        return (String(mediaType).lowercased(), String(address[address.index(after: comma)...]))
    }

    /// The type of a picture by its first bytes; nil if it is none of the four that every provider reads.
    static func imageType(of bytes: [UInt8]) -> String? {
        if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47]) { return "image/png" }
        if bytes.starts(with: [0xFF, 0xD8, 0xFF]) { return "image/jpeg" }
        if bytes.starts(with: Array("GIF8".utf8)) { return "image/gif" }
        if bytes.starts(with: Array("RIFF".utf8)), bytes.dropFirst(8).starts(with: Array("WEBP".utf8)) {
            return "image/webp"
        }
        return nil
    }
}
