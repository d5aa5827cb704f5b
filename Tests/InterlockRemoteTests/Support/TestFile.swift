#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Files that lie beside the tests.
enum TestFile {
    /// The text of a file, by its path below the folder of these tests; nil if it is not there or no UTF-8.
    static func text(_ path: String) -> String? {
        bytes(path).flatMap { String(validating: $0, as: UTF8.self) }
    }

    /// The content of a file, by its path below the folder of these tests; nil if it is not there.
    static func bytes(_ path: String, file: String = #filePath) -> [UInt8]? {
        let folder = file.split(separator: "/").dropLast(2).joined(separator: "/")
        guard let file = fopen("/\(folder)/\(path)", "rb") else { return nil }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = fread(&buffer, 1, buffer.count, file)
            if count == 0 { break }
            bytes += buffer[..<count]
        }
        return bytes
    }
}
