import TestSupport
import Testing

@testable import InterlockLocal

/// A folder of its own for one test, removed with everything in it when the test ends.
final class GGUFTestFolder {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    /// The folder's own path.
    var path: String { folder.path("") }

    /// Writes a file and returns its path.
    func write(_ bytes: [UInt8], as name: String = "model.gguf") throws -> String {
        try folder.write(bytes, to: name)
        return folder.path(name)
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
}
