package import InterlockCore
package import InterlockHTTP

/// A provider's API over HTTP: addresses, credentials, limits and errors, but nothing of what the messages mean.
package struct RemoteConnection: Sendable {
    /// The backend's registered name.
    package let backend: String
    /// Where the API begins, how long things may take, what every request carries.
    package let settings: RemoteSettings
    /// Sends the requests.
    package let client: HTTPClient
    /// The clocks of deadlines and timings.
    package let clocks: Clocks
    /// Where log messages go.
    package let logger: Logger
    /// The model (or deployment) that is asked, for messages.
    package let model: String?
    /// Turns a path of the API into what is asked for below the base address.
    package let route: @Sendable (String) -> String
    /// Understands the provider's errors.
    package let error: @Sendable (WireErrorResponse) -> InterlockError

    /// The most bytes of a response that is taken as a whole.
    private static let wholeLimit = 256 << 20

    /// Makes a connection.
    package init(
        backend: String, settings: RemoteSettings, client: HTTPClient, configuration: BackendConfiguration,
        model: String? = nil, route: @escaping @Sendable (String) -> String = { $0 },
        error: @escaping @Sendable (WireErrorResponse) -> InterlockError
    ) {
        self.backend = backend
        self.settings = settings
        self.client = client
        clocks = configuration.clocks
        logger = configuration.logger.labelled(backend)
        self.model = model ?? configuration.model
        self.route = route
        self.error = error
    }

    /// One exchange of which the answer is taken as a whole and is JSON.
    ///
    /// - Parameters:
    ///   - method: The method, in capitals.
    ///   - path: Below the base address; an address with a scheme stands for itself.
    ///   - body: What is sent, if anything.
    ///   - headers: Headers that only this request needs.
    ///   - budget: Attempts and time; nil takes no attempt.
    ///   - takesAttempt: Whether it is an attempt of its own, and not a part of one that was taken.
    ///   - limit: How long it may take besides; nil is what the settings say.
    /// - Throws: ``InterlockError``, attributed to the backend.
    package func json(
        _ method: String, _ path: String, body: JSONObject? = nil,
        headers: [(name: String, value: String)] = [], budget: RequestBudget? = nil, takesAttempt: Bool = true,
        limit: Duration? = nil
    ) async throws -> JSONAnswer {
        if takesAttempt { try budget?.takeAttempt(for: backend) }
        return try await authorized(budget) {
            var request = try await request(method, path, body: body, headers: headers, budget: budget)
            if let limit { request.limits.total = min(request.limits.total ?? limit, limit) }
            let response = try await client.collect(request, limit: Self.wholeLimit)
            guard (200..<300).contains(response.head.status) else {
                throw failure(response.head, response.body)
            }
            do {
                // Some answers are empty, such as those to a deletion.
                let value = response.body.isEmpty ? JSONValue.null : try JSONValue(parsing: response.body)
                return JSONAnswer(value: value, headers: response.head.headers, bytes: response.body)
            } catch {
                throw notJSON(response.head, response.body, "\(error)")
            }
        }
    }

    /// An answer that was taken as a whole.
    package struct JSONAnswer: Sendable {
        /// What it says.
        package let value: JSONValue
        /// Its headers.
        package let headers: HTTPHeaders
        /// Its bytes.
        package let bytes: [UInt8]
    }

    /// Makes a request with all that the settings say.
    func request(
        _ method: String, _ path: String, body: JSONObject?, headers more: [(name: String, value: String)],
        budget: RequestBudget?
    ) async throws -> HTTPRequest {
        let isBelow = path.utf8.first == UInt8(ascii: "/") || !path.contains("://")
        let address = isBelow ? settings.base.text + route(path) : path
        var headers = HTTPHeaders()
        headers.set("accept", "application/json, text/event-stream, application/x-ndjson")
        if body != nil { headers.set("content-type", "application/json") }
        var credentials: Set<String> = [settings.credential.headerName]
        if let credential = try await settings.credential.header() {
            headers.set(credential.name, credential.value)
            credentials.insert(credential.name)
        }
        for (name, value) in settings.headers + more { headers.set(name, value) }
        // What a user adds may be a key under any name, and is nobody else's business.
        for header in settings.headers { credentials.insert(header.name) }
        var limits = settings.limits
        if let left = budget?.remainingTime { limits.total = min(limits.total ?? left, left) }
        return HTTPRequest(
            method: method, url: address, headers: headers, body: body.map { JSONValue.object($0).jsonBytes() },
            limits: limits, credentialHeaders: credentials)
    }

    /// Carries an exchange out; where a token that a command handed out is refused, once more with a new one.
    func authorized<Result>(_ budget: RequestBudget?, _ body: () async throws -> Result) async throws -> Result {
        do {
            do {
                return try await body()
            } catch let error as InterlockError where error.code == .unauthorized && settings.credential.isRefreshable {
                logger.debug("the token was refused; asking for a new one")
                settings.credential.invalidate()
                return try await body()
            }
        } catch let error as InterlockError {
            throw attributed(error, budget)
        }
    }

    /// Names the backend, and tells the request's deadline from the settings' limits.
    private func attributed(_ error: InterlockError, _ budget: RequestBudget?) -> InterlockError {
        if error.code == .timeout, budget?.isExpired == true {
            return InterlockError(
                .deadlineExceeded, "the request's deadline passed",
                hint: "Allow more time, ask for fewer tokens, or use a faster model.", backend: backend)
        }
        return presentable(error)
    }

    /// What a response with an error status means.
    func failure(_ head: HTTPResponseHead, _ body: [UInt8]) -> InterlockError {
        let headers = head.headers
        var meaning = error(
            WireErrorResponse(
                status: head.status, header: { headers.first($0) }, body: body, model: model, now: clocks.wall()))
        // A redirect that was not followed, an informational status: the dialect knows 4xx and 5xx.
        if meaning.provider == nil { meaning.provider = InterlockError.ProviderDetail(status: head.status) }
        return presentable(meaning)
    }

    /// What a response means that is no JSON though its status says all is well.
    func notJSON(_ head: HTTPResponseHead, _ body: [UInt8], _ problem: String) -> InterlockError {
        let type = head.headers.first("content-type") ?? "no content type"
        let isPage = type.lowercased().contains("html")
        var error = InterlockError(
            .malformedResponse,
            isPage
                ? "the server answered with a web page, not with JSON" : "the answer is not JSON (\(type)): \(problem)",
            hint: isPage
                ? "Is \(settings.base) the address of the API? It may lack a path such as /v1." : nil)
        error.provider = InterlockError.ProviderDetail(
            status: head.status, requestID: requestID { head.headers.first($0) })
        if isPage { error.retryAdvice = false }
        return error
    }
}

extension RequestBudget {
    /// Takes one attempt on behalf of a backend.
    func takeAttempt(for backend: String) throws(InterlockError) {
        do {
            try takeAttempt()
        } catch {
            throw error.attributed(to: backend)
        }
    }
}
