#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#endif

/// What tells one state of a file from another.
struct GGUFFileIdentity: Hashable, Sendable {
    let device: UInt64
    let inode: UInt64
    let size: Int
    let modifiedSeconds: Int
    let modifiedNanoseconds: Int
}

/// An open regular file: the only place of this folder that touches the operating system or unsafe memory.
///
/// Reads with `pread`, never `mmap`: a file that shrinks while it is read ends in an error here, not in SIGBUS.
struct GGUFSource: ~Copyable {
    let path: String
    let identity: GGUFFileIdentity
    private let descriptor: CInt

    var size: Int { identity.size }

    init(path: String) throws(GGUFError) {
        guard !path.isEmpty, !path.utf8.contains(0) else {
            throw GGUFError(
                .fileNotFound,
                path: path,
                path.isEmpty ? "the path is empty" : "the path contains a zero byte, which no file name can",
                hint: "Give the path of a .gguf file."
            )
        }
        // O_NONBLOCK, or a named pipe would block here for ever; it changes nothing for regular files.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw Self.openFailure(path: path, number: errno) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            let number = errno
            close(descriptor)
            throw Self.readFailure(path: path, number: number)
        }
        guard status.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            throw Self.notAFile(path: path, mode: status.st_mode)
        }
        #if canImport(Darwin)
        let modified = status.st_mtimespec
        #else
        let modified = status.st_mtim
        #endif
        self.path = path
        self.identity = GGUFFileIdentity(
            device: UInt64(truncatingIfNeeded: status.st_dev),
            inode: UInt64(truncatingIfNeeded: status.st_ino),
            size: Int(status.st_size),
            modifiedSeconds: Int(modified.tv_sec),
            modifiedNanoseconds: Int(modified.tv_nsec)
        )
        self.descriptor = descriptor
    }

    deinit {
        close(descriptor)
    }

    /// Fills the buffer from `offset` on; fewer bytes than the file had when it was opened is an error.
    func read(at offset: Int, into buffer: inout [UInt8]) throws(GGUFError) {
        var filled = 0
        while filled < buffer.count {
            let count = buffer.withUnsafeMutableBytes { bytes in
                pread(descriptor, bytes.baseAddress.map { $0 + filled }, bytes.count - filled, off_t(offset + filled))
            }
            if count < 0 {
                if errno == EINTR { continue }
                throw Self.readFailure(path: path, number: errno)
            }
            guard count > 0 else {
                throw GGUFError(
                    .changedWhileReading,
                    path: path,
                    "the file had \(GGUFText.count(size, "byte")) when it was opened and has fewer now",
                    hint: "Wait until whatever writes this file is done, then try again."
                )
            }
            filled += count
        }
    }

    /// Whether any file has this path; follows symbolic links.
    static func exists(_ path: String) -> Bool {
        access(path, F_OK) == 0
    }

    /// Up to `limit` names in a folder, in no order; empty if it cannot be listed.
    static func names(inFolder path: String, limit: Int = 4096) -> [String] {
        guard let folder = opendir(path) else { return [] }
        defer { closedir(folder) }
        var names: [String] = []
        // Through a pointer, because the entry's memory may be shorter than the type `dirent` says.
        guard let nameOffset = MemoryLayout<dirent>.offset(of: \.d_name) else { return [] }
        while names.count < limit, let entry = readdir(folder) {
            let name = (UnsafeRawPointer(entry) + nameOffset).assumingMemoryBound(to: CChar.self)
            names.append(String(cString: name))
        }
        return names
    }
}

extension [UInt8] {
    /// The little-endian integer at a place; the place must leave room for it.
    @inline(__always)
    func littleEndian<Value: FixedWidthInteger & BitwiseCopyable>(at place: Int, as _: Value.Type) -> Value {
        precondition(place >= 0 && place <= count - MemoryLayout<Value>.size)
        return withUnsafeBytes { Value(littleEndian: $0.loadUnaligned(fromByteOffset: place, as: Value.self)) }
    }
}

// MARK: - What the operating system says

extension GGUFSource {
    private static func openFailure(path: String, number: CInt) -> GGUFError {
        switch number {
        case ENOENT, ENOTDIR:
            notFound(path: path)
        case EACCES, EPERM:
            GGUFError(
                .notReadable,
                path: path,
                "the file, or a folder on the way to it, may not be read by this user",
                hint: "Change its permissions (chmod, chown) or run as a user who may read it."
            )
        case ELOOP:
            GGUFError(
                .notReadable,
                path: path,
                "its symbolic links go round in a circle",
                hint: "Give the path of the file itself."
            )
        case ENXIO:
            GGUFError(.notAFile, path: path, "this is a socket or a device, not a file", hint: givePathHint)
        default:
            readFailure(path: path, number: number)
        }
    }

    private static func readFailure(path: String, number: CInt) -> GGUFError {
        GGUFError(
            .notReadable,
            path: path,
            "the operating system could not read it: \(String(cString: strerror(number))) (error \(number))",
            hint: "Check the disk or network share that holds the file."
        )
    }

    private static let givePathHint = "Give the path of a .gguf file."

    private static func notFound(path: String) -> GGUFError {
        var status = stat()
        if lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFLNK {
            return GGUFError(
                .fileNotFound,
                path: path,
                "this is a symbolic link to a file that does not exist",
                hint: "Download the model again; in a Hugging Face cache, the blob behind this link was deleted."
            )
        }
        if path.hasPrefix("~") {
            return GGUFError(
                .fileNotFound,
                path: path,
                "no such file",
                hint: "'~' is expanded by the shell only: write the home folder out."
            )
        }
        let folder = folder(of: path)
        if stat(folder, &status) != 0 {
            return GGUFError(
                .fileNotFound,
                path: path,
                "no such file: its folder \(GGUFText.quoted(folder, limit: 200)) does not exist either",
                hint: "Check the spelling of the path; a relative one starts at the current folder."
            )
        }
        let models = models(inFolder: folder)
        return GGUFError(
            .fileNotFound,
            path: path,
            "no such file",
            hint: models.isEmpty
                ? "Check the spelling of the path; a relative one starts at the current folder."
                : "Its folder has \(models)."
        )
    }

    private static func notAFile(path: String, mode: mode_t) -> GGUFError {
        switch mode & S_IFMT {
        case S_IFDIR:
            let models = models(inFolder: path)
            let hint =
                if !models.isEmpty {
                    "Give the path of one file in it: it has \(models)."
                } else if exists(path + "/config.json") {
                    "It looks like a Hugging Face model folder: use the Transformers backend for it."
                } else {
                    "Give the path of a .gguf file; this folder has none."
                }
            return GGUFError(.notAFile, path: path, "this is a folder, not a file", hint: hint)
        case S_IFIFO:
            return GGUFError(
                .notAFile,
                path: path,
                "this is a named pipe; a model must be a file that can be read at any place",
                hint: givePathHint
            )
        default:
            return GGUFError(.notAFile, path: path, "this is a device, not a file", hint: givePathHint)
        }
    }

    /// The folder part of a path, `.` without one.
    private static func folder(of path: String) -> String {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
        return slash == path.utf8.startIndex ? "/" : String(path[..<slash])
    }

    /// The first few `.gguf` names in a folder as text, empty if there are none.
    private static func models(inFolder folder: String) -> String {
        let names = names(inFolder: folder).filter { $0.hasSuffix(".gguf") }.sorted()
        let shown = names.prefix(3).map { GGUFText.quoted($0) }.joined(separator: ", ")
        return names.count > 3 ? "\(shown) and \(GGUFText.grouped(names.count - 3)) more" : shown
    }
}
