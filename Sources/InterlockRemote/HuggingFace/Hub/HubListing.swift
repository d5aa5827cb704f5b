import InterlockCore

/// The files of a repository at one commit.
struct HubListing: Sendable, Hashable {
    /// The commit.
    var commit: String
    /// The paths.
    var files: [String]

    /// Reads the hub's description of a repository.
    ///
    /// - Throws: ``InterlockError/Code/malformedResponse``.
    init(_ body: JSONValue) throws(InterlockError) {
        guard let commit = body["sha"]?.stringValue, HubListing.isCommit(commit),
            let siblings = body["siblings"]?.arrayValue
        else {
            throw InterlockError(.malformedResponse, "the hub's description of the model has no commit or no files")
        }
        self.commit = commit
        // What is no path inside of the repository would be written elsewhere.
        files = siblings.compactMap { $0["rfilename"]?.stringValue }.filter { HubReference.isPath($0[...]) }
    }

    /// The files that a reference means: one, or all parts of a model that is split over several.
    ///
    /// - Throws: ``InterlockError/Code/modelNotFound`` naming what there is.
    func files(for reference: HubReference) throws(InterlockError) -> [String] {
        if let file = reference.file {
            if files.contains(file) { return try parts(of: file, reference) }
            // A quantisation alone, as Ollama and llama.cpp let people write it.
            let matching = models.filter { $0.lowercased().contains(file.lowercased()) }
            if matching.count == 1 { return try parts(of: matching[0], reference) }
            let guess = EditDistance.closest(to: file, among: files).map { "Did you mean \($0)? " } ?? ""
            throw InterlockError(
                .modelNotFound, "\(reference.repository) has no file \(file)", hint: guess + shown(models))
        }
        let candidates = models
        if candidates.count == 1 { return try parts(of: candidates[0], reference) }
        // What most people take: a quarter of the size for hardly any loss.
        let usual = candidates.filter { $0.lowercased().contains("q4_k_m") }
        if usual.count == 1 { return try parts(of: usual[0], reference) }
        throw InterlockError(
            .modelNotFound,
            candidates.isEmpty
                ? "\(reference.repository) has no GGUF file"
                : "\(reference.repository) has \(candidates.count) GGUF files, and none was named",
            hint: candidates.isEmpty
                ? "Look for a repository whose name ends in GGUF."
                : "Name one: hf:\(reference.repository):FILE. " + shown(candidates))
    }

    /// The GGUF files, of split ones the first part, without those that are not language models by themselves.
    private var models: [String] {
        files.filter { file in
            let name = file.lowercased()
            guard name.hasSuffix(".gguf"), !name.contains("mmproj") else { return false }
            return HubListing.split(file).map { $0.number == 1 } ?? true
        }
    }

    private func parts(of file: String, _ reference: HubReference) throws(InterlockError) -> [String] {
        guard let split = HubListing.split(file) else { return [file] }
        let parts = files.filter { other in
            HubListing.split(other).map { $0.stem == split.stem && $0.count == split.count } ?? false
        }
        guard parts.count == split.count else {
            throw InterlockError(
                .modelPartMissing, "\(reference.repository) has \(parts.count) of the \(split.count) parts of \(file)",
                hint: "Choose another file, or wait until all parts are there.")
        }
        return parts.sorted()
    }

    private func shown(_ names: [String]) -> String {
        guard !names.isEmpty else { return "It has no GGUF files." }
        return "It has: \(names.prefix(20).joined(separator: ", "))\(names.count > 20 ? ", …" : "")."
    }

    /// Takes `model-00001-of-00003.gguf` apart.
    private static func split(_ file: String) -> (stem: String, number: Int, count: Int)? {
        guard file.lowercased().hasSuffix(".gguf") else { return nil }
        let words = file.dropLast(5).split(separator: "-", omittingEmptySubsequences: false)
        guard words.count >= 4, words[words.count - 2] == "of", words[words.count - 1].utf8.count == 5,
            words[words.count - 3].utf8.count == 5, let count = Int(words[words.count - 1]),
            let number = Int(words[words.count - 3])
        else { return nil }
        return (words.dropLast(3).joined(separator: "-"), number, count)
    }

    static func isCommit(_ text: String) -> Bool {
        text.utf8.count == 40
            && text.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) || (65...70).contains($0) }
    }
}
