#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Just enough of a file system for looking at what was built.
enum Folder {
    /// The bytes of a file, or nil if it cannot be read.
    static func bytes(of path: String) -> [UInt8]? {
        guard let file = fopen(path, "rb") else { return nil }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = fread(&chunk, 1, chunk.count, file)
            guard count > 0 else { return ferror(file) == 0 ? bytes : nil }
            bytes += chunk[..<count]
        }
    }

    /// All files below a folder whose names end so, sorted; links are followed.
    static func files(below path: String, ending suffix: String) -> [String] {
        guard let folder = opendir(path) else { return path.hasSuffix(suffix) ? [path] : [] }
        defer { closedir(folder) }
        var found: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard !name.hasPrefix(".") else { continue }
            found += files(below: "\(path)/\(name)", ending: suffix)
        }
        return found.sorted()
    }

    /// The folder of a path, that many levels up.
    static func parent(of path: String, levels: Int = 1) -> String {
        path.split(separator: "/", omittingEmptySubsequences: false).dropLast(levels).joined(separator: "/")
    }

    /// Where the running program lies, where the system tells.
    static var ofThisProgram: String? {
        var buffer = [CChar](repeating: 0, count: 4_096)
        let count = readlink("/proc/self/exe", &buffer, buffer.count)
        guard count > 0, count < buffer.count else { return nil }
        return parent(of: String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self))
    }

    /// The root of the package that this file belongs to.
    static var ofPackage: String { parent(of: #filePath, levels: 4) }
}
