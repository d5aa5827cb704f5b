/// What a provider said, made fit to be shown.
enum ProviderMessage {
    /// The most characters that are shown.
    private static let longest = 500
    /// The most bytes that are looked at: more than can be shown, so that a key at the cut is seen whole.
    private static let mostRead = 16_384

    /// The text in one line, without keys and cut to a length that can be read; nil if nothing is left.
    static func presentable(_ text: String) -> String? {
        let line = KeyRedaction.withoutKeys(String(text.prefix(mostRead))).split(whereSeparator: \.isWhitespace).joined(
            separator: " ")
        guard !line.isEmpty else { return nil }
        let unended = line.hasSuffix(".") && !line.hasSuffix("..") ? String(line.dropLast()) : line
        return unended.count > longest ? unended.prefix(longest - 1) + "…" : unended
    }

    /// What a body that is not JSON says; nil for markup, which says nothing.
    static func presentable(plain body: [UInt8]) -> String? {
        let text = String(decoding: body.prefix(mostRead), as: UTF8.self)
        guard let first = text.first(where: { !$0.isWhitespace }), first != "<" else { return nil }
        return presentable(text)
    }
}
