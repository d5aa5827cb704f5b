import Interlock
import InterlockCore
import InterlockTesting
import Testing

/// No key in any error, log, trace or status, whatever a server does with it.
@Suite("remote backends: secrecy")
struct SecrecyTests {
    /// Keeps whatever is logged.
    private struct Recorder: LogHandler {
        let lines = Locked<[String]>([])

        func log(level: Logger.Level, label: String, message: String, metadata: [String: String]) {
            lines.withLock { $0.append("\(level) \(label) \(message) \(metadata)") }
        }
    }

    /// What a server does with the key that it was sent.
    private enum Abuse: String, CaseIterable, Sendable {
        case unauthorised, denied, badRequest, serverError, plainText, page, header, requestID, malformedBody
        case malformedStream, streamError, location, circle, hugeBody, health, trailingGarbage

        func response(_ key: String, _ peer: Peer, here: String) -> FaultServer.Response? {
            let message = JSONValue.string("Incorrect API key provided: \(key). Ask \(key) about it.")
            let error: JSONValue =
                switch peer.speaks {
                case .lines: ["error": message]
                case .messages:
                    [
                        "type": "error", "error": ["type": "authentication_error", "message": message],
                        "request_id": .string(key),
                    ]
                default:
                    [
                        "error": [
                            "message": message, "type": .string(key), "param": .string(key), "code": .string(key),
                        ]
                    ]
                }
            let type = peer.speaks == .lines ? "application/x-ndjson" : "text/event-stream"
            switch self {
            case .unauthorised: return .json(error, status: 401)
            case .denied: return .json(error, status: 403)
            case .badRequest: return .json(error, status: 400)
            case .serverError: return .json(error, status: 500)
            case .plainText: return .text("what is \(key)?", status: 422)
            case .page: return .text("<html>\(key)</html>", type: "text/html; key=\(key)")
            case .header:
                return .json(
                    error, status: 429, headers: [("retry-after", key), ("x-echo", key), ("x-error-code", key)])
            case .requestID: return .json(error, status: 404, headers: [("x-request-id", key), ("request-id", key)])
            case .malformedBody: return .text("\(key)\": }", type: "application/json; \(key)")
            case .malformedStream: return .stream([.text("data: {\"\(key)\": \(key)\n\n\(key)\n")], type: type)
            case .streamError:
                return .stream([.text((peer.speaks == .lines ? "" : "data: ") + "\(error.jsonText())\n\n")], type: type)
            case .location:
                return FaultServer.Response(
                    status: 302, headers: [("location", "http://127.0.0.1:1/\(key)?x=\(key)")], framing: .length,
                    steps: [])
            case .circle:
                return FaultServer.Response(
                    status: 307, headers: [("location", "\(here)?echo=\(key)")], framing: .length, steps: [])
            case .hugeBody: return .text(String(repeating: "\(key) ", count: 20_000), status: 500)
            case .health: return .json(["data": [["id": .string(key)]], "models": [["model": .string(key)]]])
            case .trailingGarbage: return .json(.array([.string(key)]))
            }
        }
    }

    /// Does everything that can fail, and returns all that could be seen of it.
    private static func seen(
        _ peer: Peer, _ configuration: BackendConfiguration, dumps: Bool = true
    ) async throws -> String {
        let recorder = Recorder()
        let trace = Locked<[String]>([])
        var configuration = configuration
        configuration.logger = Logger(label: "test", logLevel: .trace, handler: recorder)
        configuration.httpTrace = { text in trace.withLock { $0.append(text) } }
        configuration.clocks.sleep = { _ in }
        let backend = try BackendRegistry.builtIn.make(peer.backend, configuration)
        var texts: [String] = []
        func note(_ body: () async throws -> Void) async {
            do {
                try await body()
            } catch {
                texts.append("\(error) \(String(reflecting: error))")
            }
        }
        await note { _ = try await backend.generate("Hello") }
        await note { _ = try await backend.embed(EmbeddingRequest(["one"])) }
        await note { _ = try await backend.models().count }
        await note { try await backend.pull("m") { _ in } }
        await note { _ = try await backend.countTokens(GenerationRequest([.user("Hello")])) }
        let report = try await backend.checkHealth(timeout: .seconds(20))
        texts.append("\(report.problem.map { "\($0) \(String(reflecting: $0))" } ?? "")")
        texts.append("\(await backend.status())")
        texts.append("\(backend) \(String(reflecting: backend))")
        if dumps {
            var dumped = ""
            dump(backend, to: &dumped)
            texts.append(dumped)
        }
        #expect(!trace.withLock { $0 }.isEmpty)
        return (texts + trace.withLock { $0 } + recorder.lines.withLock { $0 }).joined(separator: "\n")
    }

    /// The lines that show the key; whole, all that was seen is too much to read.
    private static func leaks(_ seen: String) -> [Substring] {
        seen.split(separator: "\n").filter { $0.contains(Peer.key.reveal()) }
    }

    @Test("whatever the server says, the key is not repeated", arguments: Peer.all)
    func abuses(_ peer: Peer) async throws {  // covers: G12
        for abuse in Abuse.allCases {
            let server = try peer.server { $0.requiredKey = nil }
            let here = server.url + peer.conversationPath
            server.respond { request in
                abuse.response(request.key?.reveal() ?? "missing", peer, here: here)
            }
            // A dump takes long, and shows the same after most of them.
            let seen = try await Self.seen(
                peer, peer.configuration(server, ["max_retries": 1]),
                dumps: abuse == .unauthorised || abuse == .location)
            #expect(server.requests.first?.key?.reveal() == Peer.key.reveal())
            #expect(Self.leaks(seen) == [], "\(abuse)")
            #expect(seen.contains("SET"))
        }
    }

    @Test("nor by what goes wrong on the way", arguments: Peer.all)
    func failures(_ peer: Peer) async throws {
        let closed = try ClosedPort()
        for fault in [FaultServer.Fault.garbage, .resetBeforeHead, .slowFirstByte(.seconds(60)), .cut(after: 100)] {
            let server = try peer.server()
            server.inject(fault)
            let seen = try await Self.seen(
                peer, peer.configuration(server, ["timeout": 0.2, "first_byte_timeout": 0.2]))
            #expect(Self.leaks(seen) == [], "\(fault)")
        }
        let unreachable = peer.configuration(address: "http://127.0.0.1:\(closed.number)\(peer.path)")
        #expect(Self.leaks(try await Self.seen(peer, unreachable)) == [])
    }

    @Test("nor the password of a proxy")
    func proxy() async throws {
        let server = try Peer.openAI.server()
        let closed = try ClosedPort()
        for parameter in [true, false] {
            let proxy = "http://somebody:ordinary-password@127.0.0.1:\(closed.number)"
            var configuration = Peer.openAI.configuration(server, parameter ? ["proxy": .string(proxy)] : [:])
            if !parameter { configuration.environment["http_proxy"] = proxy }
            let seen = try await Self.seen(.openAI, configuration)
            #expect(seen.contains("through the proxy http://127.0.0.1:\(closed.number): connection refused"))
            #expect(!seen.contains("ordinary-password"))
            #expect(!seen.contains("somebody"))
        }
    }

    @Test("nor a header of the user's that is named like a key, nor a token that a command printed")
    func otherSecrets() async throws {
        let server = try Peer.compatible.server { $0.requiredKey = nil }
        server.respond { request in
            let pass = request.header("x-gateway-pass") ?? "?"
            let token = request.key?.reveal() ?? "?"
            return .json(["error": ["message": .string("\(pass) and \(token) are wrong")]], status: 401)
        }
        let configuration = Peer.compatible.configuration(
            server, key: nil,
            ["headers": ["x-gateway-pass": "open-sesame"], "api_key_command": ["printf", "printed.ordinary"]])
        let seen = try await Self.seen(.compatible, configuration)
        #expect(seen.contains("[redacted] and [redacted] are wrong"))
        #expect(!seen.contains("open-sesame"))
        #expect(!seen.contains("printed.ordinary"))
    }
}
