import InterlockCore
import InterlockRemote
import Testing

/// What a real server answered once, kept as a file: lines of the request (`> `) and of the head (`< `), then the body.
struct RecordedAnswer {
    /// The status.
    let status: Int
    /// The body.
    let body: String

    /// Reads a recording.
    init(_ name: String) throws {
        let path = "Recorded/\(name).txt"
        let text = try #require(TestFile.text(path), "there is no \(path)")
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let head = lines.filter { $0.hasPrefix("< ") }
        status = try #require(head.first.flatMap { Int($0.dropFirst(2)) })
        body = lines.drop { !$0.isEmpty }.dropFirst().joined(separator: "\n")
    }

    /// The body as JSON.
    var json: JSONValue {
        get throws { try JSONValue(parsing: body) }
    }

    /// The events of a stream; each has at most one line of data.
    var frames: [(name: String?, data: String)] {
        var frames: [(name: String?, data: String)] = []
        var name: String?
        for line in body.split(separator: "\n") {
            if line.hasPrefix("event: ") { name = String(line.dropFirst(7)) }
            guard line.hasPrefix("data: ") else { continue }
            frames.append((name, String(line.dropFirst(6))))
            name = nil
        }
        return frames
    }
}
