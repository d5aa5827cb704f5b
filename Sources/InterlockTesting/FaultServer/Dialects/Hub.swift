import InterlockCore

/// The Hugging Face hub, as far as downloading files needs it.
extension Conversation {
    private static let commit = "0123456789abcdef0123456789abcdef01234567"

    func hub() -> FaultServer.Response? {
        guard request.method == "GET" || request.method == "HEAD" else { return nil }
        let parts = request.path.split(separator: "/").map(String.init)
        if parts.first == "cdn" {
            guard let file = configuration.files.first(where: { $0.digest == parts.last }) else {
                return hubMiss("EntryNotFound")
            }
            return contents(of: file, headers: [("etag", "\"\(file.digest)\"")])
        }
        if parts.count >= 4, parts[0] == "api" {
            return repository("\(parts[2])/\(parts[3])", Array(parts.dropFirst(4)))
        }
        // ORGANISATION/NAME/resolve/REVISION/PATH
        guard parts.count > 4 else { return nil }
        let repository = "\(parts[0])/\(parts[1])"
        guard configuration.files.contains(where: { $0.repository == repository }) else {
            return hubMiss("RepoNotFound")
        }
        let path = parts[4...].joined(separator: "/")
        guard let file = configuration.files.first(where: { $0.repository == repository && $0.path == path }) else {
            return hubMiss("EntryNotFound")
        }
        return resolved(file)
    }

    private func hubMiss(_ code: String) -> FaultServer.Response {
        var response = Dialect.hub.failure(404, code, flavour: configuration.flavour)
        response.headers += [("x-error-code", code), ("x-repo-commit", Self.commit)]
        return response
    }

    /// This server by its other name: another origin, to which a client must not send the key.
    private var otherHost: String {
        let parts = (request.header("host") ?? "").split(separator: ":")
        let name = parts.first == "localhost" ? "127.0.0.1" : "localhost"
        return parts.count > 1 ? "\(name):\(parts[1])" : name
    }

    /// A large file lies at another origin, where it needs no key; a small one comes at once.
    private func resolved(_ file: FaultServer.HubFile) -> FaultServer.Response {
        guard file.isLarge else {
            let tag = "\"\(file.digest.prefix(40))\""
            return contents(of: file, headers: [("etag", tag), ("x-repo-commit", Self.commit)])
        }
        return FaultServer.Response(
            status: 302,
            headers: [
                ("location", "http://\(otherHost)/cdn/\(file.digest)"),
                ("x-repo-commit", Self.commit),
                ("x-linked-etag", "\"\(file.digest)\""), ("x-linked-size", String(file.bytes.count)),
            ],
            framing: .length, steps: [])
    }

    /// The bytes, or the part of them that the request asks for.
    private func contents(
        of file: FaultServer.HubFile, headers: [(name: String, value: String)]
    ) -> FaultServer.Response {
        let size = file.bytes.count
        var headers = headers + [("accept-ranges", "bytes"), ("content-type", "application/octet-stream")]
        let tag = headers.first { $0.name == "etag" }?.value
        // A part of another version is of no use: then all of it is sent.
        let isSame = request.header("if-range").map { $0 == tag } ?? true
        guard isSame, let range = request.header("range"), range.hasPrefix("bytes=") else {
            return body(file.bytes[...], status: 200, headers)
        }
        let ends = range.dropFirst("bytes=".count).split(separator: "-", omittingEmptySubsequences: false)
        var first = Int(ends.first ?? "")
        var last = ends.count > 1 ? Int(ends[1]) : nil
        if first == nil, let count = last { (first, last) = (max(0, size - count), size - 1) }
        let upper = min(last ?? size - 1, size - 1)
        guard let first, ends.count == 2, first <= upper else {
            headers.append(("content-range", "bytes */\(size)"))
            return FaultServer.Response(status: 416, headers: headers, framing: .length, steps: [])
        }
        headers.append(("content-range", "bytes \(first)-\(upper)/\(size)"))
        return body(file.bytes[first...upper], status: 206, headers)
    }

    private func body(
        _ bytes: ArraySlice<UInt8>, status: Int, _ headers: [(name: String, value: String)]
    ) -> FaultServer.Response {
        // In pieces, so that faults find places between them.
        let steps = stride(from: bytes.startIndex, to: bytes.endIndex, by: 65536).map { start in
            FaultServer.Step.bytes(Array(bytes[start..<min(start + 65536, bytes.endIndex)]))
        }
        return FaultServer.Response(status: status, headers: headers, framing: .length, steps: steps)
    }

    /// What the hub knows of a repository, or the list of its files.
    private func repository(_ name: String, _ rest: [String]) -> FaultServer.Response? {
        let files = configuration.files.filter { $0.repository == name }
        guard !files.isEmpty else { return hubMiss("RepoNotFound") }
        switch rest.first {
        case nil, "revision":
            return .json([
                "id": .string(name), "modelId": .string(name), "sha": .string(Self.commit), "private": false,
                "gated": false, "disabled": false, "downloads": 0, "likes": 0, "tags": ["gguf"],
                "siblings": .array(files.map { ["rfilename": .string($0.path)] }),
            ])
        case "tree":
            return .json(
                .array(
                    files.map { file in
                        var entry: JSONObject = [
                            "type": "file", "path": .string(file.path), "size": JSONValue(file.bytes.count),
                            "oid": .string(String(file.digest.prefix(40))),
                        ]
                        if file.isLarge {
                            entry["lfs"] = [
                                "oid": .string(file.digest), "size": JSONValue(file.bytes.count), "pointerSize": 132,
                            ]
                        }
                        return .object(entry)
                    }))
        default: return nil
        }
    }
}
