import InterlockCore
import InterlockHTTP

/// What the hub says about a file before it is downloaded.
struct HubFile: Sendable, Hashable {
    /// The name of its content: SHA-256 for large files, git's hash for small ones.
    var etag: String
    /// Its size in bytes, where told.
    var size: Int64?

    /// The hash to check, where the name of the content is one of all its bytes.
    var sha256: String? { etag.utf8.count == 64 ? etag : nil }

    /// Reads the headers of the answer to a `HEAD`.
    ///
    /// - Throws: ``InterlockError/Code/malformedResponse`` if they do not name the content.
    init(_ headers: HTTPHeaders, file: String) throws(InterlockError) {
        var tag = (headers.first("x-linked-etag") ?? headers.first("etag") ?? "")[...]
        if tag.hasPrefix("W/") { tag = tag.dropFirst(2) }
        let name = tag.filter { $0 != "\"" }.lowercased()
        let isHash =
            [40, 64].contains(name.utf8.count)
            && name.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
        guard isHash else {
            throw InterlockError(.malformedResponse, "the hub does not say what the content of \(file) is")
        }
        etag = name
        size = (headers.first("x-linked-size") ?? headers.first("content-length")).flatMap { Int64($0) }
    }
}
