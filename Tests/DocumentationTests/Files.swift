import TestSupport

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// The files of this checkout.
enum Files {
    /// The package's folder.
    static let root = Paths.packageRoot

    /// The text of a file; empty if it cannot be read, which every test of it then finds out.
    static func text(_ path: String) -> String {
        guard let file = fopen(absolute(path), "r") else { return "" }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while case let count = fread(&chunk, 1, chunk.count, file), count > 0 { bytes += chunk[..<count] }
        return String(decoding: bytes, as: UTF8.self)
    }

    static func exists(_ path: String) -> Bool { access(absolute(path), F_OK) == 0 }

    /// The files that some patterns of the shell match, relative to the root, sorted.
    static func matching(_ patterns: String...) -> [String] {
        patterns.flatMap { pattern in
            var result = glob_t()
            defer { globfree(&result) }
            guard glob(absolute(pattern), 0, nil, &result) == 0 else { return [String]() }
            return (0..<Int(result.gl_pathc)).compactMap { index in
                result.gl_pathv[index].map { String(String(cString: $0).dropFirst(root.utf8.count + 1)) }
            }
        }
    }

    /// The Swift files of some folders, at any depth up to four.
    static func swift(under folders: String...) -> [String] {
        folders.flatMap { folder in
            matching("\(folder)/*.swift", "\(folder)/*/*.swift", "\(folder)/*/*/*.swift", "\(folder)/*/*/*/*.swift")
        }
    }

    private static func absolute(_ path: String) -> String { path.hasPrefix("/") ? path : "\(root)/\(path)" }
}

extension String {
    /// The lines, without their line breaks.
    var allLines: [Substring] { split(separator: "\n", omittingEmptySubsequences: false) }
}

extension [Substring] {
    /// The lines as one text, without the indentation that they have in common and blank lines around them.
    var dedented: String {
        let indents = filter { !$0.allSatisfy(\.isWhitespace) }.map { $0.prefix { $0 == " " }.count }
        let lines = map { line in String(line.dropFirst(Swift.min(indents.min() ?? 0, line.count))) }
        return lines.joined(separator: "\n").trimmed
    }
}

extension StringProtocol {
    /// The text without white space around it.
    var trimmed: String {
        let end = lastIndex { !$0.isWhitespace }.map { index(after: $0) } ?? startIndex
        return String(self[..<end].drop(while: \.isWhitespace))
    }
}
