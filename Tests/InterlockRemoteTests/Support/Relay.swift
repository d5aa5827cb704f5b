import InterlockCore
import InterlockHTTP
import InterlockTesting
import Testing

/// Lets one server answer what another is asked, so that tests can change the answer.
enum Relay {
    /// The answer of a server, as a whole.
    ///
    /// - Parameter streaming: Whether the server is asked for a stream, as the client did, or for a whole.
    static func answer(
        of server: FaultServer, to request: FaultServer.Request, streaming: Bool = true
    ) -> FaultServer.Response {
        let answer = Locked<HTTPWholeResponse?>(nil)
        let done = Monitor(false)
        // The handler is a blocking function on a thread of its own.
        Task {
            let response = try? await HTTPClient.shared.collect(forwarded(request, to: server, streaming: streaming))
            answer.withLock { $0 = response }
            done.withLock { $0 = true }
        }
        done.wait { isDone in isDone ? () : nil }
        guard let response = answer.withLock({ $0 }) else { return .text("the relay failed", status: 500) }
        let framing = Set(["content-length", "transfer-encoding", "connection"])
        let headers = response.head.headers.filter { !framing.contains($0.name.lowercased()) }
        return FaultServer.Response(
            status: response.head.status, headers: headers.map { ($0.name, $0.value) },
            steps: [.bytes(response.body)])
    }

    private static func forwarded(
        _ request: FaultServer.Request, to server: FaultServer, streaming: Bool
    ) -> HTTPRequest {
        var headers = HTTPHeaders()
        for field in request.headers
        where !["host", "content-length", "accept-encoding"].contains(field.name.lowercased()) {
            let isBearer = field.name.lowercased() == "authorization"
            let key = field.key.map { isBearer ? "Bearer \($0.reveal())" : $0.reveal() }
            headers.append(field.name, key ?? field.value)
        }
        var body = request.json
        if !streaming, var object = body?.objectValue {
            object["stream"] = false
            object.removeValue(forKey: "stream_options")
            body = .object(object)
        }
        let query = request.query.isEmpty ? "" : "?\(request.query)"
        return HTTPRequest(
            method: request.method, url: server.url + request.path + query, headers: headers, body: body?.jsonBytes())
    }
}
