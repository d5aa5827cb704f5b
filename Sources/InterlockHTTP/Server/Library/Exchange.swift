#if Server
import CMicroHTTPD
import InterlockCore

/// One request and its answer.
///
/// Belongs to the server's loop.
final class Exchange {
    private enum Stage {
        /// The body comes in.
        case receiving
        /// The body comes in and is thrown away, and this will be the answer.
        case refusing(HTTPRefusal)
        /// The handler works.
        case running
        /// The answer has begun.
        case responding
        /// Nothing is left to do.
        case over
    }

    private unowned let connection: ServerConnection
    private let engine: ServerEngine
    private let method: String
    private let version: String
    private var headers = HTTPHeaders()
    private var body: [UInt8] = []
    private var discarded = 0
    private var stage = Stage.receiving
    private var isSuspended = false
    private var responder: Responder?
    private var task: Task<Void, Never>?

    init(_ connection: ServerConnection, method: String, version: String) {
        self.connection = connection
        engine = connection.engine
        self.method = method
        self.version = version
    }

    // MARK: What comes in

    /// Looks at the head of the request; whether the connection goes on.
    ///
    /// - Parameter start: Where the request line begins.
    func begin(at start: UnsafePointer<CChar>) -> Bool {
        guard !connection.isPeerGone else { return false }
        connection.allow(engine.limits.bodyTimeout)
        do throws(HTTPRefusal) {
            try checkHead(start)
            return true
        } catch {
            return refuse(error)
        }
    }

    private func checkHead(_ start: UnsafePointer<CChar>) throws(HTTPRefusal) {
        headers = try engine.headers(of: connection.handle, at: start)
        let size = interlock_mhd_header_size(connection.handle)
        guard size <= engine.limits.headerBytes else {
            throw HTTPRefusal(
                431, .requestTooLarge, "the request's header fields have more than \(engine.limits.headerBytes) bytes",
                hint: "Send fewer or shorter ones.")
        }
        guard case .length(let length) = try RequestFraming(version: version, headers: headers) else { return }
        let limit = engine.limits.bodyBytes
        guard length > limit else {
            body.reserveCapacity(min(length, 1 << 20))
            return
        }
        let refusal = HTTPRefusal.tooLarge(limit: limit)
        // Whoever asks first, or has very much to say, is told at once.
        if headers.first("expect") != nil || length - limit > HTTPServerLimits.drainedBytes { throw refusal }
        stage = .refusing(refusal)
    }

    /// Takes a piece of the body; whether the connection goes on.
    func take(_ bytes: UnsafeRawBufferPointer) -> Bool {
        if case .receiving = stage, body.count + bytes.count > engine.limits.bodyBytes {
            body = []
            stage = .refusing(.tooLarge(limit: engine.limits.bodyBytes))
        }
        if case .receiving = stage {
            body.append(contentsOf: bytes)
            return true
        }
        discarded += bytes.count
        return discarded <= engine.limits.bodyBytes + HTTPServerLimits.drainedBytes
    }

    /// Goes on, now that the request is there as a whole or the handler has said something; whether the connection does.
    func proceed() -> Bool {
        switch stage {
        case .receiving: return start()
        case .refusing(let refusal): return refuse(refusal)
        case .running: return respond()
        case .responding, .over: return false
        }
    }

    // MARK: The handler

    private func start() -> Bool {
        connection.allow(nil)
        let request: HTTPServerRequest
        do throws(HTTPRefusal) {
            let target = try RequestTarget(connection.target)
            request = HTTPServerRequest(
                method: method, path: target.path, rawPath: target.rawPath, query: target.query, headers: headers,
                body: body, peer: connection.peer)
        } catch {
            return refuse(error)
        }
        body = []
        headers = [:]
        stage = .running
        suspend()
        let reference = ExchangeReference(self)
        let responder = Responder(limit: engine.limits.waitingBytes) { [loop = engine.loop] in
            if loop.isCurrent { reference.wake() } else { loop.submit { reference.wake() } }
        }
        self.responder = responder
        task = engine.start(request, responder)
        return true
    }

    private func respond() -> Bool {
        guard !connection.isPeerGone, let responder else { return false }
        switch responder.action {
        case .wait:
            suspend()
            return true
        case .abort: return false
        case .whole(let status, let headers, let body):
            stage = .responding
            connection.allow(engine.limits.writeTimeout)
            return engine.queue(connection.handle, status, headers, engine.response(body))
        case .stream(let status, let headers):
            stage = .responding
            let context = Unmanaged.passUnretained(self).toOpaque()
            return engine.queue(
                connection.handle, status, headers,
                interlock_mhd_stream({ ServerEngine.read($0, $2, $3) }, context))
        }
    }

    private func refuse(_ refusal: HTTPRefusal) -> Bool {
        stage = .responding
        connection.allow(engine.limits.writeTimeout)
        var (headers, body) = engine.handler.refusal(refusal.error, status: refusal.status)
        headers.set("connection", "close")
        return engine.queue(connection.handle, refusal.status, headers, engine.response(body))
    }

    // MARK: What goes out

    /// Gives the library bytes of the body.
    func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        guard let responder else { return Int(interlock_mhd_end_with_error()) }
        switch responder.take(into: buffer) {
        case .bytes(let count):
            // Until the library asks for more, this has not been read by the client.
            connection.allow(engine.limits.writeTimeout)
            return count
        case .nothingYet:
            connection.allow(nil)
            suspend()
            return 0
        case .end:
            connection.allow(engine.limits.writeTimeout)
            return Int(interlock_mhd_end_of_stream())
        case .broken: return Int(interlock_mhd_end_with_error())
        }
    }

    private func suspend() {
        isSuspended = true
        MHD_suspend_connection(connection.handle)
    }

    /// Lets the library look at this request again.
    func wake() {
        guard isSuspended else { return }
        isSuspended = false
        MHD_resume_connection(connection.handle)
        engine.needsRun()
    }

    /// Ends the handler's work, for nobody will read the answer.
    func clientLeft() {
        task?.cancel()
        responder?.detach()
        wake()
    }

    /// Ends the exchange.
    func complete() {
        stage = .over
        responder?.detach()
        // A handler that has said all it has to say may still tidy up.
        if responder?.hasEnded == false { task?.cancel() }
        task = nil
        engine.exchangeEnded()
    }
}

/// An exchange that may be gone when the handler, on whatever thread, has something to say.
private final class ExchangeReference: @unchecked Sendable {
    private weak var exchange: Exchange?

    init(_ exchange: Exchange) {
        self.exchange = exchange
    }

    /// Only on the loop.
    func wake() { exchange?.wake() }
}
#endif
