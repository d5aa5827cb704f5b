/// How the names of Swift properties and the keys of JSON objects correspond.
///
/// The keys of dictionaries are data and stay as they are under every strategy, as do those of a ``JSONObject``.
public enum JSONKeyStrategy: Sendable, Hashable {
    /// Names are keys.
    case asWritten
    /// `maxTokens` is `max_tokens`, `imageURLPath` is `image_url_path`.
    ///
    /// The decoder converts the property's name, not the document's key, so that both directions agree on every name.
    case snakeCase

    /// The JSON key for a name.
    func key(for name: String) -> String {
        switch self {
        case .asWritten: return name
        case .snakeCase: return JSONKeyStrategy.snakeCase(name)
        }
    }

    /// The name that a JSON key most likely stands for.
    func name(for key: String) -> String {
        switch self {
        case .asWritten: return key
        case .snakeCase: return JSONKeyStrategy.camelCase(key)
        }
    }

    /// Puts an underscore where a word begins: before a capital that follows another kind of letter or comes before a
    /// small one.
    private static func snakeCase(_ name: String) -> String {
        let bytes = Array(name.utf8)
        var result: [UInt8] = []
        for (index, byte) in bytes.enumerated() {
            guard isCapital(byte) else {
                result.append(byte)
                continue
            }
            if index > 0, bytes[index - 1] != UInt8(ascii: "_") {
                let endsAcronym = index + 1 < bytes.count && isSmall(bytes[index + 1])
                if !isCapital(bytes[index - 1]) || endsAcronym { result.append(UInt8(ascii: "_")) }
            }
            result.append(byte | 0x20)
        }
        return String(decoding: result, as: UTF8.self)
    }

    /// Drops the underscores inside of a key and capitalises what follows them.
    private static func camelCase(_ key: String) -> String {
        let bytes = Array(key.utf8)
        let underscore = UInt8(ascii: "_")
        guard let first = bytes.firstIndex(where: { $0 != underscore }),
            let last = bytes.lastIndex(where: { $0 != underscore })
        else { return key }
        var result = Array(bytes[..<first])
        var capitalises = false
        for byte in bytes[first...last] {
            if byte == underscore {
                capitalises = true
            } else {
                result.append(capitalises && isSmall(byte) ? byte & ~0x20 : byte)
                capitalises = false
            }
        }
        result.append(contentsOf: bytes[(last + 1)...])
        return String(decoding: result, as: UTF8.self)
    }

    private static func isCapital(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
    }

    private static func isSmall(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
    }
}
