import InterlockCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// The cache's folders and files.
enum HubFiles {
    static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    /// Makes the folders that a file needs.
    static func makeFolder(of path: String) throws(InterlockError) {
        var folder = ""
        for name in path.split(separator: "/", omittingEmptySubsequences: false).dropLast() {
            folder += folder.isEmpty && !path.hasPrefix("/") ? String(name) : "/\(name)"
            guard !name.isEmpty else {
                if folder == "/" { folder = "" }
                continue
            }
            if mkdir(folder, 0o755) != 0, errno != EEXIST, errno != EISDIR {
                throw failure("the folder \(folder) cannot be made")
            }
        }
    }

    /// Writes a small file, so that others see the old or the new one.
    static func write(_ bytes: [UInt8], to path: String) throws(InterlockError) {
        try makeFolder(of: path)
        let temporary = "\(path).\(getpid())-\(UInt32.random(in: 0...(.max))).tmp"
        var output = try HubOutput(temporary)
        defer { output.close() }
        try output.restart()
        try output.append(bytes)
        try rename(temporary, to: path)
    }

    /// The first line of a small file, if there is one.
    static func read(_ path: String) -> String? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = readSome(descriptor, &buffer)
        guard count > 0 else { return nil }
        let line = buffer[..<count].prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }
        return String(validating: line, as: UTF8.self)
    }

    private static func readSome(_ descriptor: Int32, _ buffer: inout [UInt8]) -> Int {
        let size = buffer.count
        while true {
            let count = buffer.withUnsafeMutableBytes { bytes in
                #if canImport(Glibc)
                Glibc.read(descriptor, bytes.baseAddress, size)
                #elseif canImport(Musl)
                Musl.read(descriptor, bytes.baseAddress, size)
                #else
                Darwin.read(descriptor, bytes.baseAddress, size)
                #endif
            }
            if count < 0, errno == EINTR { continue }
            return count
        }
    }

    /// Removes a file, if it is there.
    static func remove(_ path: String) { unlink(path) }

    /// The paths of the files in a folder and those below it; a link that points to nothing is none.
    static func list(_ folder: String) -> [String] {
        names(folder).flatMap { name -> [String] in
            let path = folder + "/" + name
            var status = stat()
            guard stat(path, &status) == 0 else { return [] }
            guard status.st_mode & S_IFMT == S_IFDIR else { return [name] }
            return list(path).map { name + "/" + $0 }
        }
    }

    private static func names(_ folder: String) -> [String] {
        guard let directory = opendir(folder) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    static func rename(_ path: String, to other: String) throws(InterlockError) {
        #if canImport(Glibc)
        let code = Glibc.rename(path, other)
        #elseif canImport(Musl)
        let code = Musl.rename(path, other)
        #else
        let code = Darwin.rename(path, other)
        #endif
        guard code == 0 else { throw failure("\(path) cannot be renamed") }
    }

    /// Makes a name of a snapshot point to its content, by a path that holds wherever the cache is moved.
    static func link(_ path: String, to blob: String, in folder: String) throws(InterlockError) {
        try makeFolder(of: path)
        let depth = path.dropFirst(folder.count + 1).split(separator: "/").count - 1
        let target = String(repeating: "../", count: depth) + blob.dropFirst(folder.count + 1)
        let temporary = "\(path).\(getpid())-\(UInt32.random(in: 0...(.max))).link"
        unlink(temporary)
        guard symlink(target, temporary) == 0 else { throw failure("\(path) cannot be made") }
        try rename(temporary, to: path)
    }

    /// The SHA-256 of a file.
    static func sha256(_ path: String) throws(InterlockError) -> String {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure("\(path) cannot be read") }
        defer { close(descriptor) }
        var hash = SHA256()
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        while true {
            let count = readSome(descriptor, &buffer)
            guard count >= 0 else { throw failure("\(path) cannot be read") }
            if count == 0 { return hash.finish() }
            buffer.withUnsafeBytes { hash.update(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
        }
    }

    static func failure(_ what: String) -> InterlockError {
        let reason = strerror(errno).map { String(cString: $0) } ?? "error \(errno)"
        return InterlockError(
            .invalidConfiguration, "\(what): \(reason)",
            hint: "Look at the space and the rights there, or set HF_HOME to another folder.")
    }
}

/// A file that grows.
struct HubOutput {
    private let path: String
    private let descriptor: Int32
    /// How many bytes it has.
    private(set) var count: Int64

    /// Opens a file to go on at its end, and makes it if it is not there.
    init(_ path: String) throws(InterlockError) {
        try HubFiles.makeFolder(of: path)
        self.path = path
        descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw HubFiles.failure("\(path) cannot be written") }
        count = Int64(lseek(descriptor, 0, SEEK_END))
    }

    mutating func append(_ bytes: [UInt8]) throws(InterlockError) {
        var start = 0
        while start < bytes.count {
            let written = bytes.withUnsafeBytes {
                write(descriptor, $0.baseAddress?.advanced(by: start), $0.count - start)
            }
            if written < 0, errno == EINTR { continue }
            guard written > 0 else { throw HubFiles.failure("\(path) cannot be written") }
            start += written
            count += Int64(written)
        }
    }

    /// Throws away what is there.
    mutating func restart() throws(InterlockError) {
        guard ftruncate(descriptor, 0) == 0, lseek(descriptor, 0, SEEK_SET) == 0 else {
            throw HubFiles.failure("\(path) cannot be written")
        }
        count = 0
    }

    func close() {
        #if canImport(Glibc)
        _ = Glibc.close(descriptor)
        #elseif canImport(Musl)
        _ = Musl.close(descriptor)
        #else
        _ = Darwin.close(descriptor)
        #endif
    }
}

/// Keeps others from downloading the same file, with the lock that the hub's own libraries take.
struct HubLock {
    private let descriptor: Int32

    /// Waits until nobody else has it.
    init(_ path: String, _ clocks: Clocks) async throws {
        try HubFiles.makeFolder(of: path)
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw HubFiles.failure("\(path) cannot be written") }
        do {
            while flock(descriptor, LOCK_EX | LOCK_NB) != 0 { try await clocks.sleep(.milliseconds(200)) }
        } catch {
            release()
            throw error
        }
    }

    func release() { HubLock.close(descriptor) }

    private static func close(_ descriptor: Int32) {
        #if canImport(Glibc)
        _ = Glibc.close(descriptor)
        #elseif canImport(Musl)
        _ = Musl.close(descriptor)
        #else
        _ = Darwin.close(descriptor)
        #endif
    }
}

/// The token that `hf auth login` stores.
enum HubToken {
    /// The stored token, if there is one: `HF_TOKEN_PATH`, else `HF_HOME/token`, else `~/.cache/huggingface/token`.
    static func stored(environment: [String: String]) -> Secret? {
        func variable(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        let home = variable("XDG_CACHE_HOME") ?? variable("HOME").map { $0 + "/.cache" }
        let path =
            variable("HF_TOKEN_PATH") ?? variable("HF_HOME").map { $0 + "/token" }
            ?? home.map { $0 + "/huggingface/token" }
        let secret = path.flatMap(HubFiles.read).map { Secret($0) }
        return secret?.isSet == true ? secret : nil
    }
}
