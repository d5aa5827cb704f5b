import InterlockCore
import InterlockHTTP

/// OpenAI's interface: chat completions, text completions, embeddings and the list of models.
struct OpenAISurface: Sendable {
    let routes: ModelRoutes
    /// When the gateway was made, which stands for when its models were.
    let created: Int64

    // MARK: Answers

    func chat(_ exchange: GatewayExchange) async throws {
        let body = try ChatRequest(try exchange.json(), policy: try exchange.policy)
        let route = try routes.route(for: body.model)
        let head = AnswerHead(id: "chatcmpl-\(exchange.id)", created: exchange.created, model: route.id)
        let wantsLogprobs = body.request.options.logprobs != nil
        var request = body.request
        request.budget = exchange.budget
        // "May" asks for nothing where there is no such choice; "may not" does.
        if request.parallelToolCalls == true, !route.backend.capabilities.parallelToolCalls {
            request.parallelToolCalls = nil
        }
        guard body.isStream else {
            let reply = try await route.backend.reply(to: request)
            let answer = ChatReply.body(reply, head, wantsLogprobs: wantsLogprobs)
            return try exchange.send(answer, drops: body.drops + reply.dropped)
        }
        let stream = ChatStream(head, includesUsage: body.includesUsage, wantsLogprobs: wantsLogprobs)
        try await self.stream(exchange, route, request, stream, body.drops)
    }

    func completion(_ exchange: GatewayExchange) async throws {
        let body = try CompletionRequest(try exchange.json(), policy: try exchange.policy)
        let route = try routes.route(for: body.model)
        let head = AnswerHead(id: "cmpl-\(exchange.id)", created: exchange.created, model: route.id)
        let wantsLogprobs = body.request.options.logprobs != nil
        var request = body.request
        request.budget = exchange.budget
        guard body.isStream else {
            let reply = try await route.backend.reply(to: request)
            let answer = CompletionReply.body(reply, head, wantsLogprobs: wantsLogprobs)
            return try exchange.send(answer, drops: body.drops + reply.dropped)
        }
        let stream = CompletionStream(head, includesUsage: body.includesUsage, wantsLogprobs: wantsLogprobs)
        try await self.stream(exchange, route, request, stream, body.drops)
    }

    private func stream(
        _ exchange: GatewayExchange, _ route: ModelRoute, _ request: GenerationRequest,
        _ stream: some AnswerStream & Sendable, _ drops: [Drop]
    ) async throws {
        let writer = StreamWriter(exchange, drops: drops)
        do {
            try await writer.run(route.backend, request, as: stream)
            exchange.responder.end()
        } catch {
            // Before the head, the error is a response of its own. After it, it is the last event; no [DONE] follows.
            guard writer.hasBegun, !exchange.responder.isGone else { throw error }
            try await writer.write(ServerSentEvent.data(OpenAIError(any: error).body))
            exchange.responder.end()
        }
    }

    func embeddings(_ exchange: GatewayExchange) async throws {
        let body = try EmbeddingBody(try exchange.json(), policy: try exchange.policy)
        let route = try routes.route(for: body.model)
        var request = body.request
        request.budget = exchange.budget
        let reply = try await route.backend.embed(request)
        try exchange.send(body.response(reply, model: route.id), drops: body.drops)
    }

    // MARK: Models

    func models(_ exchange: GatewayExchange) throws {
        try exchange.send(["object": "list", "data": .array(routes.list.map(model))])
    }

    func model(_ exchange: GatewayExchange, named name: String) throws {
        guard let route = routes.list.first(where: { $0.id == name }) else {
            // Only for the error, which lists the names.
            _ = try routes.route(for: name)
            throw InterlockError(.modelNotFound, "there is no model named \(name)")
        }
        try exchange.send(model(route))
    }

    private func model(_ route: ModelRoute) -> JSONValue {
        [
            "id": .string(route.id), "object": "model", "created": JSONValue(created),
            "owned_by": .string(route.backend.identity.name),
        ]
    }
}
