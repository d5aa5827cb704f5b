import InterlockCore

extension String {
    /// The text in kebab case; runs of capitals stay one word: `baseURLPath` is `base-url-path`.
    ///
    /// Only ASCII letters change case. Every property of a command passes through here at start-up, hence the bytes.
    var kebabCased: String {
        let capitals = UInt8(ascii: "A")...UInt8(ascii: "Z")
        let smalls = UInt8(ascii: "a")...UInt8(ascii: "z")
        let dash = UInt8(ascii: "-")
        guard utf8.contains(where: capitals.contains) else { return self }
        let bytes = Array(utf8)
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count + 4)
        for (index, byte) in bytes.enumerated() {
            guard capitals.contains(byte) else {
                result.append(byte)
                continue
            }
            let afterLower = index > 0 && !capitals.contains(bytes[index - 1])
            let beforeLower = index + 1 < bytes.count && smalls.contains(bytes[index + 1])
            if index > 0, afterLower || beforeLower, result.last != dash { result.append(dash) }
            result.append(byte | 0x20)
        }
        return String(decoding: result, as: UTF8.self)
    }
}

extension StringProtocol {
    /// The candidate nearest to this text, nil when none is near enough to be a slip of the fingers.
    func nearest(among candidates: some Sequence<String>) -> String? {
        EditDistance.closest(to: String(self), among: candidates, limit: count < 2 ? 0 : Swift.min(3, count / 2))
    }
}
