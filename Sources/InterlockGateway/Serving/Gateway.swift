package import InterlockCore
package import InterlockHTTP

/// Backends behind HTTP: the interfaces that existing programs already speak.
package final class Gateway: HTTPHandler {
    private let configuration: GatewayConfiguration
    private let access: AccessRules
    private let routes: ModelRoutes
    private let openAI: OpenAISurface

    /// Makes a gateway.
    ///
    /// - Throws: ``InterlockError`` if it would be open to everyone, or has nothing to offer.
    package init(
        _ routes: [ModelRoute], configuration: GatewayConfiguration = GatewayConfiguration()
    ) throws(InterlockError) {
        self.configuration = configuration
        self.routes = try ModelRoutes(routes)
        access = try AccessRules(keys: configuration.keys, host: configuration.host)
        openAI = OpenAISurface(routes: self.routes, created: configuration.clocks.wall().secondsSinceEpoch)
    }

    /// Answers one request.
    package func handle(_ request: HTTPServerRequest, _ responder: Responder) async {
        let exchange = GatewayExchange(
            request: request, responder: responder, id: configuration.newID(), configuration: configuration)
        do {
            try await answer(exchange)
        } catch {
            // Nobody is left to tell, or a part of an answer was sent that cannot be taken back.
            guard !responder.isGone, !responder.hasBegun else { return responder.fail() }
            let form = OpenAIError(any: error)
            try? exchange.send(form.body, status: form.status, extra: form.headers)
        }
    }

    /// What the server says by itself, in the form of the other errors.
    package func refusal(_ error: InterlockError, status: Int) -> (headers: HTTPHeaders, body: [UInt8]) {
        let headers: HTTPHeaders = ["content-type": "application/json", "x-request-id": configuration.newID()]
        return (headers, OpenAIError(error, status: status).body.jsonBytes())
    }

    private func answer(_ exchange: GatewayExchange) async throws {
        try access.checkOrigin(exchange.request.headers)
        let path = exchange.request.path
        if ["/", "/health", "/v1/health"].contains(path) {
            try check(exchange, ["GET", "HEAD"])
            let isTrusted = (try? access.checkKey(exchange.request.headers)) != nil
            return try await health(exchange, showsDetails: isTrusted)
        }
        guard let endpoint = Endpoint(path: path) else {
            throw StatusError.unknownPath(path)
        }
        // Who has no key is told so before anything else is.
        try access.checkKey(exchange.request.headers)
        try check(exchange, endpoint.methods)
        switch endpoint {
        case .chat: try await openAI.chat(exchange)
        case .completions: try await openAI.completion(exchange)
        case .embeddings: try await openAI.embeddings(exchange)
        case .models: try openAI.models(exchange)
        case .model(let name): try openAI.model(exchange, named: name)
        }
    }

    private func check(_ exchange: GatewayExchange, _ methods: [String]) throws {
        let request = exchange.request
        guard methods.contains(request.method) else {
            throw StatusError.methodNotAllowed(request.method, request.path, allowed: methods)
        }
    }

    private func health(_ exchange: GatewayExchange, showsDetails: Bool) async throws {
        let health = try await GatewayHealth.check(routes, timeout: configuration.healthTimeout)
        try exchange.send(health.body(showsDetails: showsDetails), status: health.status)
    }
}
