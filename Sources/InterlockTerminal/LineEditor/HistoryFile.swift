#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// What is wrong with a history file.
///
/// Never a reason not to chat.
public struct HistoryError: Error, Equatable, Sendable, CustomStringConvertible {
    /// What went wrong.
    public enum Problem: Equatable, Sendable {
        /// It could not be read.
        case unreadable(InputError.Problem)
        /// It could not be written, with this `errno` code.
        case unwritable(code: Int32)
        /// So many lines were left out because they are not UTF-8.
        case invalidLines(Int)
    }

    /// What went wrong.
    public let problem: Problem
    /// The history file.
    public let path: String

    /// One line for a person.
    public var description: String {
        let name = "\"\(Text.singleLine(path))\""
        switch problem {
        case .unreadable(let reason):
            return "no history: \(InputError(reason, in: .file(path)).description)"
        case .unwritable(let code):
            return "the history is not kept: cannot write \(name): \(Descriptors.message(for: code))"
        case .invalidLines(let count):
            let lines = count == 1 ? "1 line" : "\(count) lines"
            return "\(lines) of the history \(name) left out: invalid UTF-8"
        }
    }
}

/// A history in a file: one entry to a line, a line break in an entry as `\n`, a backslash as `\\`.
///
/// The file belongs to its user alone (mode 0600). An entry is added by one write at the end, so two sessions may share
/// a file; a file that has grown to twice the limit is replaced by one with the newest entries.
public struct HistoryFile: Sendable {
    private static let sizeLimit = 16 << 20

    /// Where it is.
    public let path: String

    /// The history file at `path`; nothing is touched yet.
    public init(path: String) {
        self.path = path
    }

    /// The newest `limit` entries; none when there is no file.
    ///
    /// With them a problem that did not keep them from being read.
    /// - Throws: ``HistoryError`` when the file cannot be read.
    public func load(limit: Int) throws(HistoryError) -> (history: History, problem: HistoryError?) {
        let bytes: [UInt8]
        do throws(InputError) {
            bytes = try StandardInput.readFile(path, limit: Self.sizeLimit)
        } catch {
            if error.problem == .notFound { return (History(limit: limit), nil) }
            throw HistoryError(problem: .unreadable(error.problem), path: path)
        }
        var history = History(limit: limit)
        var invalid = 0
        var lines = 0
        for line in bytes.split(separator: UInt8(ascii: "\n")) {
            lines += 1
            if let text = String(validating: line, as: UTF8.self) {
                history.add(Self.decode(text))
            } else {
                invalid += 1
            }
        }
        if lines > 2 * limit { try replace(with: history) }
        return (history, invalid == 0 ? nil : HistoryError(problem: .invalidLines(invalid), path: path))
    }

    /// Adds an entry at the end of the file, and makes the file and its folder if they are missing.
    /// - Throws: ``HistoryError`` when it cannot be written.
    public func append(_ entry: String) throws(HistoryError) {
        makeFolder()
        try write(Self.encode(entry) + "\n", to: path, flags: O_APPEND)
    }

    private func replace(with history: History) throws(HistoryError) {
        // In the same folder, so that the rename is one step; of the file itself where the path is a link to it.
        let target = Self.resolved(path)
        let temporary = "\(target).\(getpid()).new"
        unlink(temporary)
        let text = history.entries.map { Self.encode($0) + "\n" }.joined()
        do throws(HistoryError) {
            try write(text, to: temporary, flags: O_EXCL)
        } catch {
            unlink(temporary)
            throw HistoryError(problem: error.problem, path: path)
        }
        guard rename(temporary, target) == 0 else {
            let code = errno
            unlink(temporary)
            throw HistoryError(problem: .unwritable(code: code), path: path)
        }
    }

    private func write(_ text: String, to file: String, flags: Int32) throws(HistoryError) {
        let descriptor = open(file, O_WRONLY | O_CREAT | O_CLOEXEC | flags, 0o600)
        guard descriptor >= 0 else { throw HistoryError(problem: .unwritable(code: errno), path: path) }
        defer { close(descriptor) }
        // Also for a file that somebody made with other rights: what people ask a model is nobody else's business.
        fchmod(descriptor, 0o600)
        let failure = Array(text.utf8).withUnsafeBytes { FileOutput.writeAll($0, to: descriptor) }
        switch failure {
        case nil: return
        case .readerWentAway: throw HistoryError(problem: .unwritable(code: EPIPE), path: path)
        case .failed(_, let code): throw HistoryError(problem: .unwritable(code: code), path: path)
        }
    }

    private func makeFolder() {
        // Each missing part in turn; what cannot be made shows when the file is opened.
        let parts = path.split(separator: "/", omittingEmptySubsequences: true).dropLast()
        var folder = path.hasPrefix("/") ? "" : "."
        for part in parts {
            folder += "/\(part)"
            mkdir(folder, 0o700)
        }
    }

    private static func resolved(_ path: String) -> String {
        guard let real = realpath(path, nil) else { return path }
        defer { free(real) }
        return String(cString: real)
    }

    static func encode(_ entry: String) -> String {
        var result = ""
        for scalar in entry.unicodeScalars {
            switch scalar {
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    static func decode(_ line: String) -> String {
        var result = String.UnicodeScalarView()
        var isEscaped = false
        for scalar in line.unicodeScalars {
            switch (isEscaped, scalar) {
            case (false, "\\"):
                isEscaped = true
                continue
            case (true, "n"): result.append("\n")
            case (true, "r"): result.append("\r")
            case (true, "\\"), (false, _): result.append(scalar)
            // Not of our making: keep it as it stands.
            case (true, _): result.append(contentsOf: ["\\", scalar])
            }
            isEscaped = false
        }
        if isEscaped { result.append("\\") }
        return String(result)
    }
}
