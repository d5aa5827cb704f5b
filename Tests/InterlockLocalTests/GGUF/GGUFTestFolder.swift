import Testing

@testable import InterlockLocal

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#endif

/// A folder of its own for one test, removed with everything in it when the test ends.
final class GGUFTestFolder {
    let path: String

    init() throws {
        var template = Array("\(Self.temporaryFolder)/interlock-gguf-XXXXXX".utf8CString)
        let made = mkdtemp(&template) != nil
        try #require(made)
        self.path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit {
        Self.removeAll(in: path)
        rmdir(path)
    }

    /// Writes a file and returns its path.
    func write(_ bytes: [UInt8], as name: String = "model.gguf") throws -> String {
        let file = "\(path)/\(name)"
        let stream = try #require(fopen(file, "wb"))
        let written = bytes.withUnsafeBytes { fwrite($0.baseAddress, 1, $0.count, stream) }
        fclose(stream)
        try #require(written == bytes.count)
        return file
    }

    /// A name in the folder, with the folder.
    func file(_ name: String) -> String { "\(path)/\(name)" }

    /// The text with this folder's path shown as `FOLDER`, so that whole messages can be compared.
    func neutral(_ text: String) -> String {
        var rest = text[...]
        var result = ""
        while let range = rest.firstRange(of: path) {
            result += rest[..<range.lowerBound] + "FOLDER"
            rest = rest[range.upperBound...]
        }
        return result + rest
    }

    /// The error of reading a header, which must fail.
    func headerError(_ path: String, limits: GGUFLimits = GGUFLimits()) throws -> GGUFError {
        try #require(throws: GGUFError.self) { try GGUFHeader.read(path: path, limits: limits) }
    }

    private static var temporaryFolder: String {
        guard let value = getenv("TMPDIR") else { return "/tmp" }
        let text = String(cString: value)
        return text.hasSuffix("/") ? String(text.dropLast()) : text
    }

    private static func removeAll(in folder: String) {
        for name in GGUFSource.names(inFolder: folder) where name != "." && name != ".." {
            let file = "\(folder)/\(name)"
            if unlink(file) != 0 {
                removeAll(in: file)
                rmdir(file)
            }
        }
    }
}
