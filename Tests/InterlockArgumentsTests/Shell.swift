#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Runs programs that may or may not be installed.
enum Shell {
    static func has(_ program: String) -> Bool {
        system("command -v \(program) >/dev/null 2>&1") == 0
    }

    /// Runs a line of `sh` and gives what it prints on both streams.
    static func run(_ line: String) -> (status: Int32, text: String) {
        guard let pipe = popen("{ \(line)\n} 2>&1", "r") else { return (-1, "") }
        var bytes: [UInt8] = []
        while case let byte = fgetc(pipe), byte != EOF { bytes.append(UInt8(truncatingIfNeeded: byte)) }
        let status = pclose(pipe)
        return (status >> 8 & 0xff, String(decoding: bytes, as: UTF8.self))
    }

    static func quoted(_ text: String) -> String {
        "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
    }
}

/// A folder that is gone when the test is over.
final class TemporaryFolder: Sendable {
    let path: String

    init() {
        path = Shell.run("mktemp -d").text.split(separator: "\n").first.map(String.init) ?? ""
    }

    deinit {
        _ = Shell.run("rm -rf \(Shell.quoted(path))")
    }

    /// Writes a file and gives its path.
    func write(_ text: String, to name: String) -> String {
        let file = "\(path)/\(name)"
        guard let handle = fopen(file, "w") else { return file }
        fputs(text, handle)
        fclose(handle)
        return file
    }
}
