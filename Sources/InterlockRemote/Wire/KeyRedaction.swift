/// Keeps keys that a provider repeats in its messages from being shown.
package enum KeyRedaction {
    /// What stands where a key stood.
    package static let mark = "[redacted]"

    /// What is shorter is no secret, in bytes.
    private static let shortest = 8

    /// What keys and tokens begin with.
    private static let prefixes = [
        "sk-", "sk_", "hf_", "gsk_", "xai-", "pplx-", "nvapi-", "AIza", "AKIA", "ghp_", "github_pat_", "glpat-",
        "r8_", "tgp_", "fw_", "api_org_", "eyJ",
    ].map { Array($0.utf8) }

    /// The text without anything in it that looks like a key.
    ///
    /// That is: a word with the usual beginning of a key, what follows `Bearer` or `Basic`, what is said to be a key,
    /// a token or a password (`api-key: …`), and 32 or more random letters after such a word. Ordinary words stay.
    package static func withoutKeys(_ text: String) -> String {
        let bytes = Array(text.utf8)
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        var context = Context()
        var index = 0
        while index < bytes.count {
            guard isWordByte(bytes[index]) else {
                context.separator.append(bytes[index])
                result.append(bytes[index])
                index += 1
                continue
            }
            var end = index
            while end < bytes.count, isWordByte(bytes[end]) { end += 1 }
            let word = bytes[index..<end]
            if let start = secretStart(in: word, context) {
                // The parts of a JSON web token are joined by full stops.
                while end + 1 < bytes.count, bytes[end] == UInt8(ascii: "."), isWordByte(bytes[end + 1]) {
                    end += 1
                    while end < bytes.count, isWordByte(bytes[end]) { end += 1 }
                }
                result += bytes[index..<start]
                result += Array(mark.utf8)
            } else {
                result += word
            }
            context.advance(past: word)
            index = end
        }
        return String(decoding: result, as: UTF8.self)
    }

    /// The text with a mark wherever a secret stands in it, if that is long enough to be one.
    package static func replacing(_ secret: String, in text: String) -> String {
        guard secret.utf8.count >= shortest, text.utf8.count >= secret.utf8.count else { return text }
        return text.split(separator: secret, omittingEmptySubsequences: false).joined(separator: mark)
    }

    /// Where in a word a secret begins, or nil if the word may be shown.
    private static func secretStart(in word: ArraySlice<UInt8>, _ context: Context) -> Int? {
        for prefix in prefixes {
            var start = word.startIndex
            while start + prefix.count < word.endIndex {
                let isBoundary = start == word.startIndex || !isAlphanumeric(word[start - 1])
                if isBoundary, word[start...].starts(with: prefix),
                    looksRandom(word[(start + prefix.count)...], length: 4)
                {
                    return start
                }
                start += 1
            }
        }
        if context.introducesSecret, looksRandom(word, length: 20) { return word.startIndex }
        if context.mentionsSecret, word.count >= 32, looksRandom(word, length: 64) { return word.startIndex }
        return nil
    }

    /// Whether this is no word of a language: a digit, an asterisk or a capital after a small letter, or very long.
    private static func looksRandom(_ word: ArraySlice<UInt8>, length: Int) -> Bool {
        if word.count >= length { return true }
        guard word.count >= 4 else { return false }
        var wasSmall = false
        for byte in word {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "*"): return true
            case UInt8(ascii: "A")...UInt8(ascii: "Z"): if wasSmall { return true }
            default: break
            }
            wasSmall = (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
        }
        return false
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }

    private static func isWordByte(_ byte: UInt8) -> Bool {
        isAlphanumeric(byte) || "_-+/~*".utf8.contains(byte)
    }
}

extension KeyRedaction {
    /// What stands before a word.
    private struct Context {
        /// The last words, in small letters, the latest last.
        var words: [String] = []
        /// What is between the latest word and the next.
        var separator: [UInt8] = []

        private static let schemes: Set<String> = ["bearer", "basic"]
        private static let subjects = ["key", "keys", "apikey", "token", "secret", "password", "authorization"]

        mutating func advance(past word: ArraySlice<UInt8>) {
            words.append(String(decoding: word, as: UTF8.self).lowercased())
            if words.count > 6 { words.removeFirst() }
            separator = []
        }

        /// Whether the next word is said to be a secret.
        var introducesSecret: Bool {
            guard let last = words.last else { return false }
            if Context.schemes.contains(last) { return true }
            guard separator.contains(where: { ":='\"`".utf8.contains($0) }) else { return false }
            return isSubject(last) || (last == "provided" && words.dropLast().last.map(isSubject) == true)
        }

        /// Whether secrets were spoken of just before.
        var mentionsSecret: Bool { words.contains(where: isSubject) }

        private func isSubject(_ word: String) -> Bool {
            Context.subjects.contains { subject in
                word == subject || word.hasSuffix("-" + subject) || word.hasSuffix("_" + subject)
            }
        }
    }
}
