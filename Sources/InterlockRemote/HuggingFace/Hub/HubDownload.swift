import InterlockCore
import InterlockHTTP

/// One file on its way into the cache; what is there of it already is not fetched again.
struct HubDownload {
    let connection: RemoteConnection
    let path: String
    let name: String
    let file: HubFile
    let blob: String

    private var partial: String { blob + ".incomplete" }

    /// Downloads, checks and puts the file in its place.
    func run(_ progress: (Double) -> Void) async throws {
        var output = try HubOutput(partial)
        defer { output.close() }
        // More than there can be is of something else.
        if let size = file.size, output.count > size { try output.restart() }
        var attempts = 0
        while file.size != output.count || output.count == 0 {
            attempts += 1
            let before = output.count
            do {
                try await transfer(&output, progress)
                break
            } catch let error as InterlockError where error.isRetryable && error.provider == nil {
                // As long as every try brings something, a bad line is no reason to give up.
                if output.count > before { attempts = 0 }
                guard attempts < 5 else { throw error.attributed(to: "huggingface") }
                connection.logger.notice("\(error.message); going on at byte \(output.count)")
                try await connection.clocks.sleep(.seconds(1))
            }
        }
        try check(&output)
        try HubFiles.rename(partial, to: blob)
    }

    private func transfer(_ output: inout HubOutput, _ progress: (Double) -> Void) async throws {
        var headers: [(name: String, value: String)] = [("accept-encoding", "identity"), ("accept", "*/*")]
        if output.count > 0 { headers.append(("range", "bytes=\(output.count)-")) }
        var request = try await connection.request("GET", path, body: nil, headers: headers, budget: nil)
        request.receiveBufferSize = 256 << 10
        try await connection.client.withResponse(to: request) { head, body in
            switch head.status {
            case 206:
                let start = head.headers.first("content-range")?.split(whereSeparator: { " -/".contains($0) })
                    .dropFirst()
                guard start?.first.flatMap({ Int64($0) }) == output.count else {
                    throw InterlockError(.malformedResponse, "the hub sent another part of \(name) than was asked for")
                }
            case 200: try output.restart()
            case 416: return try output.restart()
            default:
                var bytes: [UInt8] = []
                while bytes.count < 1 << 16, let more = try await body.next() { bytes += more }
                throw connection.failure(head, bytes)
            }
            while let bytes = try await body.next() {
                try output.append(bytes)
                if let size = file.size, size > 0 { progress(min(1, Double(output.count) / Double(size))) }
            }
        }
    }

    private func check(_ output: inout HubOutput) throws {
        if let size = file.size, output.count != size {
            let count = output.count
            HubFiles.remove(partial)
            throw InterlockError(
                .truncatedStream, "\(name) has \(count) bytes; the hub says \(size)", hint: "Download it again.",
                backend: "huggingface")
        }
        guard let wanted = file.sha256 else { return }
        let hash = try HubFiles.sha256(partial)
        guard hash == wanted else {
            HubFiles.remove(partial)
            throw InterlockError(
                .malformedResponse, "\(name) was damaged on its way: its SHA-256 is \(hash), not \(wanted)",
                hint: "Download it again; the damaged file was removed.", backend: "huggingface")
        }
    }
}
