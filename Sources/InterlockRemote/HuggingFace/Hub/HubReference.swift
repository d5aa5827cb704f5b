package import InterlockCore

/// What is wanted of the Hugging Face hub: a repository, a revision of it, and a file or what is to be guessed.
package struct HubReference: Sendable, Hashable {
    /// The repository, such as `org/name`.
    package let repository: String
    /// The branch, tag or commit.
    package let revision: String
    /// The file, or nil to choose one.
    package let file: String?

    /// Reads `hf:org/name`, `hf:org/name@revision` and `hf:org/name:file.gguf`.
    ///
    /// - Throws: ``InterlockError/Code/invalidInput`` saying how it is written.
    package init(_ text: String) throws(InterlockError) {
        var rest = text[...]
        for prefix in ["hf:", "hf.co/", "huggingface.co/"] where rest.hasPrefix(prefix) {
            rest = rest.dropFirst(prefix.count)
            break
        }
        var file: Substring?
        if let colon = rest.firstIndex(of: ":") {
            file = rest[rest.index(after: colon)...]
            rest = rest[..<colon]
        }
        var revision: Substring = "main"
        if let at = rest.firstIndex(of: "@") {
            revision = rest[rest.index(after: at)...]
            rest = rest[..<at]
        }
        let names = rest.split(separator: "/", omittingEmptySubsequences: false)
        guard names.count == 2, names.allSatisfy(Self.isName), Self.isPath(revision), file.map(Self.isPath) ?? true
        else {
            throw InterlockError(
                .invalidInput, "\(text.debugDescription) names no model of the Hugging Face hub",
                hint: "Write it as hf:organisation/name or hf:organisation/name:file.gguf.")
        }
        repository = String(rest)
        self.revision = String(revision)
        self.file = file.map(String.init)
    }

    /// Whether a text means a model of the hub.
    package static func isReference(_ text: String) -> Bool { text.hasPrefix("hf:") }

    /// Letters, digits, `-`, `_` and `.`, but nothing that walks up a folder (the hub's own rule for names).
    private static func isName(_ text: Substring) -> Bool {
        !text.isEmpty && text != "." && !text.contains("..") && !text.contains("--")
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
                    true
                default: false
                }
            }
    }

    /// A path inside of the repository that stays there.
    static func isPath(_ text: Substring) -> Bool {
        !text.isEmpty && !text.utf8.contains { $0 < 0x20 || $0 == 0x7F || $0 == UInt8(ascii: "\\") }
            && text.split(separator: "/", omittingEmptySubsequences: false).allSatisfy {
                !$0.isEmpty && $0 != "." && $0 != ".."
            }
    }
}
