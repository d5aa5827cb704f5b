package import InterlockCore
package import InterlockHTTP

/// HTTP clients by how they are set up, so that backends to one place share their connections.
package enum ClientStore {
    private struct Key: Hashable {
        var proxy: [String: String]
        var explicitProxy: String?
        var caFile: String?
        var verifiesTLS: Bool
        var http2: Bool
    }

    private static let clients = Locked<[Key: HTTPClient]>([:])

    /// The variables that name proxies, in both of their spellings.
    private static let proxyVariables = ["REQUEST_METHOD", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"].flatMap
    {
        [$0, $0.lowercased()]
    }

    /// The client for a backend, by the parameters `proxy`, `ca_file`, `verify_tls` and `http2`.
    ///
    /// What it traces holds no secret of `settings`, not even where a server repeats one.
    ///
    /// - Throws: ``InterlockError/Code/invalidConfiguration``.
    package static func client(
        _ reader: inout ParameterReader, _ configuration: BackendConfiguration, hiding settings: RemoteSettings
    ) throws(InterlockError) -> HTTPClient {
        let key = Key(
            proxy: configuration.environment.filter { proxyVariables.contains($0.key) },
            explicitProxy: try reader.string("proxy"),
            // What other programs that link libcurl or OpenSSL look at, too.
            caFile: try reader.string("ca_file")
                ?? configuration.environment["SSL_CERT_FILE"].flatMap {
                    $0.isEmpty ? nil : $0
                },
            verifiesTLS: try reader.boolean("verify_tls") ?? true,
            http2: try reader.boolean("http2") ?? true)
        if !key.verifiesTLS {
            configuration.logger.warning("certificates are not checked (verify_tls is false): anyone can listen")
        }
        guard let trace = configuration.httpTrace else {
            return clients.withLock { clients in
                if let client = clients[key] { return client }
                let client = HTTPClient(self.configuration(key))
                clients[key] = client
                return client
            }
        }
        var traced = self.configuration(key)
        traced.trace = { trace(settings.hidden(in: $0.text)) }
        return HTTPClient(traced)
    }

    private static func configuration(_ key: Key) -> HTTPClient.Configuration {
        var configuration = HTTPClient.Configuration()
        configuration.proxy = key.explicitProxy.map { $0.isEmpty ? .none : .url($0) } ?? .environment(key.proxy)
        configuration.caFile = key.caFile
        configuration.verifiesTLS = key.verifiesTLS
        configuration.http2 = key.http2
        configuration.userAgent = "interlock/\(interlockVersion)"
        return configuration
    }
}

extension HTTPTraceEvent {
    /// The event as text for people, each line with the exchange's number before it.
    fileprivate var text: String {
        switch kind {
        case .request(let method, let url, let headers, let body):
            lines(["> \(method) \(url)"] + Self.lines(headers, "> ") + Self.lines(body ?? [], "> "))
        case .responseHead(let head):
            lines(["< HTTP/\(head.version) \(head.status)"] + Self.lines(head.headers, "< "))
        case .responseBody(let bytes): lines(Self.lines(bytes, "< "))
        case .end(let trailers): lines(Self.lines(trailers, "< ") + ["< end"])
        case .failure(let problem): lines(["! \(problem)"])
        }
    }

    private func lines(_ lines: [String]) -> String {
        lines.map { "[http \(exchange)] \($0)" }.joined(separator: "\n")
    }

    private static func lines(_ headers: HTTPHeaders, _ mark: String) -> [String] {
        headers.map { "\(mark)\($0.name): \($0.value)" }
    }

    private static func lines(_ bytes: [UInt8], _ mark: String) -> [String] {
        guard !bytes.isEmpty else { return [] }
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: true)
            .map { "\(mark)\($0)" }
    }
}
