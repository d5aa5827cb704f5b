package import InterlockCore
import InterlockHTTP

/// Downloads models from the Hugging Face hub into the cache that its own libraries use.
///
/// Heeds `HF_ENDPOINT`, `HF_TOKEN` (else the file that `hf auth login` writes), `HF_HOME`, `HF_HUB_CACHE` and
/// `HF_HUB_OFFLINE`.
package struct HuggingFaceHub: Sendable {
    private let cache: HubCache
    private let connection: RemoteConnection
    private let isOffline: Bool

    /// Makes it from the environment of a configuration.
    ///
    /// - Throws: ``InterlockError/Code/invalidConfiguration``.
    package init(_ configuration: BackendConfiguration) throws(InterlockError) {
        cache = try HubCache(environment: configuration.environment)
        var configuration = configuration
        let environment = configuration.environment
        isOffline = ["HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"].contains { name in
            ["1", "true", "yes", "on"].contains(environment[name]?.lowercased() ?? "")
        }
        if environment["HF_TOKEN"] ?? "" == "", let token = HubToken.stored(environment: environment) {
            configuration.parameters["api_key"] = .string(token.reveal())
        }
        var reader = ParameterReader(configuration.parameters)
        var settings = try RemoteSettings(
            &reader, configuration,
            RemoteSettings.Provider(
                name: "huggingface", baseVariables: ["HF_ENDPOINT"], defaultBase: "https://huggingface.co",
                keyVariables: ["HF_TOKEN", "HUGGING_FACE_HUB_TOKEN"], needsKey: false))
        // A download takes as long as it takes; one that stands still ends.
        settings.limits.total = nil
        settings.limits.idle = .seconds(60)
        connection = RemoteConnection(
            backend: "huggingface", settings: settings,
            client: try ClientStore.client(&reader, configuration, hiding: settings),
            configuration: configuration, error: Self.error)
        try reader.finish()
    }

    /// Downloads what a reference means, unless it is there already.
    ///
    /// - Returns: The path of the file, of a split model that of its first part.
    /// - Throws: ``InterlockError``, or `CancellationError`; what was downloaded until then is kept and continued.
    package func pull(
        _ reference: HubReference, progress: @escaping @Sendable (LoadProgress) -> Void
    ) async throws -> String {
        if isOffline {
            return try connection.attributing { () throws(InterlockError) in try cached(reference) }
        }
        let answer: RemoteConnection.JSONAnswer
        do {
            answer = try await connection.json(
                "GET", "/api/models/\(reference.repository)/revision/\(reference.revision.pathSegment)")
        } catch let error as InterlockError where error.provider == nil {
            // Nobody answered: what is there already will do, as it does for the hub's own libraries.
            guard let path = try? cached(reference) else { throw error }
            connection.logger.warning("\(error.message); taking what the cache has")
            return path
        }
        let (listing, files) = try connection.attributing { () throws(InterlockError) in
            let listing = try HubListing(answer.value)
            return (listing, try listing.files(for: reference))
        }
        for (index, file) in files.enumerated() {
            try await fetch(file, reference, listing.commit) { fraction in
                let done = (Double(index) + fraction) / Double(files.count)
                progress(LoadProgress(fraction: done, label: "Downloading \(file)"))
            }
        }
        try HubFiles.write(
            Array(listing.commit.utf8), to: cache.reference(reference.repository, reference.revision))
        return cache.snapshot(reference.repository, listing.commit, files.first ?? "")
    }

    /// What the cache has, for whoever must not ask the hub.
    private func cached(_ reference: HubReference) throws(InterlockError) -> String {
        let noted = HubFiles.read(cache.reference(reference.repository, reference.revision))
        let commit = HubListing.isCommit(reference.revision) ? reference.revision : noted
        if let commit, HubListing.isCommit(commit) {
            let folder = cache.folder(reference.repository) + "/snapshots/" + commit
            let listing: JSONValue = [
                "sha": .string(commit),
                "siblings": .array(HubFiles.list(folder).map { ["rfilename": .string($0)] }),
            ]
            let files = try HubListing(listing).files(for: reference)
            return cache.snapshot(reference.repository, commit, files.first ?? "")
        }
        throw InterlockError(
            .modelNotFound, "\(reference.repository) is not in the cache, and HF_HUB_OFFLINE forbids to ask the hub",
            hint: "Unset HF_HUB_OFFLINE, or put the model into \(cache.root).")
    }

    private func fetch(
        _ file: String, _ reference: HubReference, _ commit: String, progress: (Double) -> Void
    ) async throws {
        let path =
            "/\(reference.repository)/resolve/\(commit)/"
            + file.split(separator: "/").map { String($0).pathSegment }.joined(separator: "/")
        let headers = try await head(path)
        let description = try connection.attributing { () throws(InterlockError) in
            try HubFile(headers, file: file)
        }
        let blob = cache.blob(reference.repository, description.etag)
        if !HubFiles.exists(blob) {
            let lock = try await HubLock(cache.lock(reference.repository, description.etag), connection.clocks)
            defer { lock.release() }
            // Someone else may have finished it while this one waited.
            if !HubFiles.exists(blob) {
                try await HubDownload(connection: connection, path: path, name: file, file: description, blob: blob)
                    .run(progress)
            }
        }
        progress(1)
        try HubFiles.link(
            cache.snapshot(reference.repository, commit, file), to: blob, in: cache.folder(reference.repository))
    }

    /// The headers that describe a file: those of the hub itself, not of the store that it sends downloads to.
    private func head(_ path: String) async throws -> HTTPHeaders {
        var path = path
        for _ in 0..<5 {
            var request = try await connection.request(
                "HEAD", path, body: nil, headers: [("accept-encoding", "identity")], budget: nil)
            request.followsRedirects = false
            let response = try await connection.client.collect(request, limit: 1 << 20)
            let headers = response.head.headers
            switch response.head.status {
            case 200..<300: return headers
            case 300..<400:
                // A renamed repository points to itself; the store is somewhere else.
                guard headers.first("x-linked-etag") == nil, let next = headers.first("location"), next.hasPrefix("/")
                else { return headers }
                path = next
            default: throw connection.failure(response.head, response.body).attributed(to: "huggingface")
            }
        }
        throw InterlockError(.malformedResponse, "the hub sends from one place to the next", backend: "huggingface")
    }

    /// What an error of the hub means.
    private static func error(_ response: WireErrorResponse) -> InterlockError {
        let said = KeyRedaction.withoutKeys(
            response.header("x-error-message")
                ?? (try? JSONValue(parsing: response.body))?["error"]?.stringValue ?? "status \(response.status)")
        var error: InterlockError
        switch (response.status, response.header("x-error-code")) {
        case (_, "GatedRepo"), (403, _):
            error = InterlockError(
                .permissionDenied, "the hub does not give this model to everybody: \(said)",
                hint: "Accept its terms on its page, and set HF_TOKEN to a token of yours.")
        case (401, _):
            error = InterlockError(
                .unauthorized, "the hub refuses: \(said)",
                hint: "The model may not exist or be private; in the latter case set HF_TOKEN to a token of yours.")
        case (404, _):
            error = InterlockError(
                .modelNotFound, "the hub has no such model, revision or file: \(said)",
                hint: "Look the name up at huggingface.co/models.")
        case (429, _): error = InterlockError(.rateLimited, "the hub asks to wait: \(said)")
        case (500..., _): error = InterlockError(.providerFailed, "the hub failed: \(said)", hint: "Try again later.")
        default: error = InterlockError(.invalidRequest, "the hub refuses: \(said)")
        }
        let retry = RetryHeaders(header: response.header, now: response.now)
        error.retryAfter = retry.retryAfter
        error.provider = InterlockError.ProviderDetail(
            status: response.status, code: response.header("x-error-code"), requestID: requestID(response.header))
        return error
    }
}
