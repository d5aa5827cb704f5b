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

    /// The address of some content.
    static func text(_ bytes: [UInt8], mediaType: String) -> String {
        "data:\(mediaType);base64,\(Base64.encode(bytes))"
    }
}
