import InterlockCore
import TestSupport

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// What a real server once answered, as `Recorded/record.py` wrote it down.
struct Recording {
    /// The method and path of the request.
    let request: String
    /// The status.
    let status: Int
    /// The header fields, their names in lower case.
    let headers: [(name: String, value: String)]
    /// The body, byte for byte.
    let body: [UInt8]

    /// Whether the body is a stream of events.
    var isStream: Bool {
        headers.contains { $0.name == "content-type" && $0.value.hasPrefix("text/event-stream") }
    }

    private static let folder = "\(Paths.packageRoot)/Tests/InterlockRemoteTests/Recorded"

    /// Reads the recording of that server and name, such as `llama-server/chat`.
    init(_ name: String) throws {
        guard let bytes = TestFile.bytes("Recorded/\(name).txt") else { throw TestFailure("no recording \(name)") }
        guard let blank = bytes.firstRange(of: "\n\n".utf8) else { throw TestFailure("\(name) has no body") }
        let lines = String(decoding: bytes[..<blank.lowerBound], as: UTF8.self).split(separator: "\n")
        let answer = lines.filter { $0.hasPrefix("< ") }.map { $0.dropFirst(2) }
        guard let asked = lines.first, asked.hasPrefix("> "), let status = answer.first.flatMap({ Int($0) }) else {
            throw TestFailure("\(name) is no recording")
        }
        request = String(asked.dropFirst(2))
        self.status = status
        headers = answer.dropFirst().map { line in
            let halves = line.split(separator: ": ", maxSplits: 1, omittingEmptySubsequences: false)
            return (String(halves[0]), halves.count > 1 ? String(halves[1]) : "")
        }
        body = Array(bytes[blank.upperBound...])
    }

    /// The body as text.
    var text: String { String(decoding: body, as: UTF8.self) }

    /// The body as JSON.
    var json: JSONValue {
        get throws { try JSONValue(parsing: body) }
    }

    /// The events of a stream; each has at most one line of data.
    var frames: [(name: String?, data: String)] {
        var frames: [(name: String?, data: String)] = []
        var name: String?
        for line in text.split(separator: "\n") {
            if line.hasPrefix("event: ") { name = String(line.dropFirst(7)) }
            guard line.hasPrefix("data: ") else { continue }
            frames.append((name, String(line.dropFirst(6))))
            name = nil
        }
        return frames
    }

    /// The names of all recordings of a server.
    static func names(of server: String) throws -> [String] {
        guard let directory = opendir("\(folder)/\(server)") else { throw TestFailure("no recordings of \(server)") }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name.hasSuffix(".txt") { names.append("\(server)/\(name.dropLast(4))") }
        }
        return names.sorted()
    }
}
