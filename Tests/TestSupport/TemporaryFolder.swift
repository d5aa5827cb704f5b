#if canImport(Darwin)
public import Darwin
#elseif canImport(Glibc)
public import Glibc
#elseif canImport(Musl)
public import Musl
#endif

/// A folder that is gone with the value.
public final class TemporaryFolder: Sendable {
    private let root: String

    /// Makes the folder.
    public init() throws {
        let base = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var template = Array("\(base)/interlock-test-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw TestFailure("no temporary folder: error \(errno)") }
        root = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit {
        remove(root)
    }

    /// The path of a name in it; of the folder itself for an empty name.
    public func path(_ name: String) -> String {
        name.isEmpty ? root : "\(root)/\(name)"
    }

    /// Writes a file.
    public func write(_ bytes: [UInt8], to name: String) throws {
        let descriptor = open(path(name), O_WRONLY | O_CREAT | O_TRUNC, 0o644)
        guard descriptor >= 0 else { throw TestFailure("cannot write \(name)") }
        defer { close(descriptor) }
        guard bytes.withUnsafeBytes({ pwrite(descriptor, $0.baseAddress, $0.count, 0) }) == bytes.count else {
            throw TestFailure("cannot write \(name)")
        }
    }

    /// Copies the beginning of a file.
    ///
    /// - Returns: How many bytes were copied.
    @discardableResult
    public func copy(_ source: String, atMost limit: Int, to name: String) throws -> Int {
        let descriptor = open(source, O_RDONLY)
        guard descriptor >= 0 else { throw TestFailure("cannot read \(source)") }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: limit)
        let count = bytes.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress, $0.count, 0) }
        guard count >= 0 else { throw TestFailure("cannot read \(source)") }
        try write(Array(bytes[..<count]), to: name)
        return count
    }

    /// The permission bits.
    public func mode(_ name: String) throws -> mode_t {
        var status = stat()
        guard stat(path(name), &status) == 0 else { throw TestFailure("no \(name)") }
        return status.st_mode & 0o777
    }

    private func remove(_ path: String) {
        // A link to a folder is removed, never what it points to.
        var status = stat()
        let isFolder = lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
        if isFolder, let directory = opendir(path) {
            while let entry = readdir(directory) {
                let name = withUnsafePointer(to: &entry.pointee.d_name) {
                    $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
                }
                if name != ".", name != ".." { remove("\(path)/\(name)") }
            }
            closedir(directory)
            rmdir(path)
        } else {
            unlink(path)
        }
    }
}
