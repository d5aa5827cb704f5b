package import InterlockCore
package import InterlockHTTP

/// A request on its way through the gateway: what came, where the answer goes, and what every answer says.
package struct GatewayExchange: Sendable {
    /// What came.
    package let request: HTTPServerRequest
    /// Where the answer goes.
    package let responder: Responder
    /// Tells this request from others, in the `x-request-id` of its answer.
    package let id: String
    /// How the gateway behaves.
    package let configuration: GatewayConfiguration

    /// What to do about parameters that nobody can honour.
    ///
    /// - Throws: ``InterlockError/Code/invalidRequest`` if the request's header says something else than it may.
    package var policy: GenerationRequest.UnsupportedPolicy {
        get throws(InterlockError) {
            guard let text = request.headers.first("x-interlock-unsupported") else { return configuration.unsupported }
            guard let policy = GenerationRequest.UnsupportedPolicy(rawValue: text) else {
                throw InterlockError(
                    .invalidRequest, "the header X-Interlock-Unsupported is \(text); it must be error or drop")
            }
            return policy
        }
    }

    /// The request's body as JSON.
    ///
    /// - Throws: ``InterlockError/Code/invalidInput`` saying where it is not.
    package func json() throws(InterlockError) -> JSONValue {
        if let coding = request.headers.first("content-encoding"), coding != "identity" {
            throw InterlockError(
                .invalidInput, "the body has the Content-Encoding \(coding), which is not read here",
                hint: "Send it as it is.")
        }
        guard !request.body.isEmpty else {
            throw InterlockError(.invalidInput, "the request has no body", hint: "Send a JSON object.")
        }
        do throws(JSONValue.ParseError) {
            return try JSONValue(parsing: request.body, options: .init(loneSurrogates: .replace))
        } catch {
            throw InterlockError(.invalidInput, "the body is not JSON: \(error)")
        }
    }

    /// The header fields of an answer.
    package func headers(_ contentType: String, drops: [Drop] = []) -> HTTPHeaders {
        var headers: HTTPHeaders = ["content-type": contentType, "x-request-id": id]
        if !drops.isEmpty { headers.append("x-interlock-dropped", Self.list(drops)) }
        return headers
    }

    /// Sends an answer of one JSON value.
    package func send(_ body: JSONValue, status: Int = 200, drops: [Drop] = [], extra: HTTPHeaders = [:]) throws {
        var headers = headers("application/json", drops: drops)
        for field in extra { headers.append(field.name, field.value) }
        try responder.send(status: status, headers: headers, body: body.jsonBytes())
    }

    /// The budget of a request.
    package var budget: RequestBudget {
        RequestBudget(timeout: configuration.requestTimeout, clocks: configuration.clocks)
    }

    /// When the answer begins, in seconds of the Unix epoch.
    package var created: Int64 { configuration.clocks.wall().secondsSinceEpoch }

    /// What was left out, fit for a header field: names, and no more of them than fit.
    private static func list(_ drops: [Drop]) -> String {
        var names: [String] = []
        for drop in drops {
            let name = String(drop.subject.unicodeScalars.filter { $0.isASCII && $0.value > 0x20 && $0 != "," })
            if !name.isEmpty, !names.contains(name) { names.append(name) }
        }
        return names.prefix(40).joined(separator: ", ")
    }
}
