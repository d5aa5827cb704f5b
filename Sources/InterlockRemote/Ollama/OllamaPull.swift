package import InterlockCore

/// How far the download of a model is.
package struct PullProgress: Sendable, Hashable {
    /// What the server is doing, in its own words.
    package var status: String
    /// The file that it is about, where it is about one.
    package var digest: String?
    /// The bytes of all files so far; never more than ``total``.
    package var completed: Int64
    /// The bytes of all files that are known of so far.
    package var total: Int64
    /// Whether the model is there.
    package var isDone: Bool

    /// Makes a report.
    package init(status: String, digest: String? = nil, completed: Int64, total: Int64, isDone: Bool = false) {
        self.status = status
        self.digest = digest
        self.completed = completed
        self.total = total
        self.isDone = isDone
    }

    /// The part that is done, 0 … 1; nil as long as no size is known.
    package var fraction: Double? {
        if isDone { return 1 }
        return total > 0 ? Double(completed) / Double(total) : nil
    }
}

/// Adds up the lines that `/api/pull` answers with.
package struct OllamaPull: Sendable {
    private var files: [String: (completed: Int64, total: Int64)] = [:]
    private var isDone = false
    private let model: String

    /// Makes an account of the download of a model.
    package init(model: String) {
        self.model = model
    }

    /// Takes the next line; nil for an empty one and for any after the end.
    ///
    /// A file that is named again is not counted twice, and no file counts for more than its size.
    ///
    /// - Throws: ``InterlockError`` if the line is malformed or tells of a failure.
    package mutating func decode(_ line: [UInt8]) throws(InterlockError) -> PullProgress? {
        guard !isDone, line.contains(where: { !" \t\r\n".utf8.contains($0) }) else { return nil }
        let frame = try WireFrame(parsing: line)
        if frame["error"] != nil { throw OllamaFailure(frame: frame, model: model).error }
        let status = try frame.required(try frame.string("status"), "status")
        let digest = frame.looseString("digest")
        if let digest, let total = frame.count("total") {
            let completed = frame.count("completed") ?? 0
            let before = files[digest]?.completed ?? 0
            files[digest] = (Swift.min(Swift.max(before, Int64(completed)), Int64(total)), Int64(total))
        }
        isDone = status == "success"
        return PullProgress(
            status: status, digest: digest, completed: sum(\.completed), total: sum(\.total), isDone: isDone)
    }

    /// Takes the end of the stream.
    ///
    /// - Throws: ``InterlockError/Code/truncatedStream`` if the server did not say that the model is there.
    package func end() throws(InterlockError) {
        guard isDone else {
            throw InterlockError(
                .truncatedStream, "the server stopped before \(model) was downloaded",
                hint: "Ask again; what is there already is kept.")
        }
    }

    private func sum(_ member: (((completed: Int64, total: Int64)) -> Int64)) -> Int64 {
        files.values.reduce(0) { sum, file in
            let (next, overflow) = sum.addingReportingOverflow(member(file))
            return overflow ? .max : next
        }
    }
}
