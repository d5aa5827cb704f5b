import CCurl
import InterlockCore

/// A curl multi handle whose sockets and timer are a loop's.
///
/// Everything but ``start(_:)``, ``abort(_:)``, ``unpause(_:)`` and ``close()`` belongs to the loop's thread. curl
/// must not be called from inside its callbacks: they only note what happened, and ``settle()`` acts on it afterwards.
final class CurlEngine: @unchecked Sendable {
    /// The error of what is asked of a client that was shut down.
    static let closed = InterlockError(
        .notLoaded, "the HTTP client was shut down", hint: "Make a new client, or shut this one down later."
    )

    /// How many handles are kept for later transfers.
    private static let spareHandles = 256

    /// The loop all of this runs on.
    let loop: EventLoop
    /// What the client was made with.
    let configuration: HTTPClient.Configuration
    private var multi: UnsafeMutableRawPointer?
    private var isOpened = false
    private var spares: [EasyHandle] = []
    /// The transfers that run.
    private(set) var active: [ObjectIdentifier: Transfer] = [:]
    /// How many calls into curl are under way.
    private var depth = 0
    private var touched: [Transfer] = []
    private var doomed: [Transfer] = []
    /// When curl wants to be called.
    var curlDeadline: MonotonicTime?
    /// The timer for that, or for earlier.
    var curlTimer: LoopTimer?
    /// Whether it will be called soon.
    var isKicked = false

    init(_ configuration: HTTPClient.Configuration, loop: EventLoop) {
        self.configuration = configuration
        self.loop = loop
    }

    // MARK: From any thread

    /// Starts a transfer; false where the loop has stopped.
    func start(_ transfer: Transfer) -> Bool { run { $0.begin(transfer) } }

    /// Closes the connection of a transfer that nobody wants any more.
    func abort(_ transfer: Transfer) { _ = run { $0.remove(transfer) } }

    /// Lets a paused transfer go on.
    func unpause(_ transfer: Transfer) { _ = run { $0.goOn(transfer) } }

    /// Ends all transfers and closes all connections.
    func close(_ done: @escaping @Sendable () -> Void = {}) {
        let isAccepted = loop.submit {
            self.shutDown()
            done()
        }
        if !isAccepted { done() }
    }

    private func run(_ work: @escaping @Sendable (CurlEngine) -> Void) -> Bool {
        if loop.isCurrent, depth == 0 {
            work(self)
            return true
        }
        return loop.submit { work(self) }
    }

    // MARK: Transfers

    /// Makes the multi handle at the first use.
    private func open() {
        guard !isOpened else { return }
        isOpened = true
        guard CurlLibrary.isReady, let multi = curl_multi_init() else { return }
        self.multi = multi
        CurlCallbacks.install(on: multi, engine: self)
        func set(_ option: CURLMoption, _ value: Int) { _ = interlock_curl_multi_set_long(multi, option, value) }
        set(CURLMOPT_MAXCONNECTS, configuration.maximumConnections)
        set(CURLMOPT_MAX_TOTAL_CONNECTIONS, configuration.maximumConnections)
        set(CURLMOPT_MAX_HOST_CONNECTIONS, configuration.maximumConnectionsPerHost)
        loop.stopHandlers[ObjectIdentifier(self)] = { [self] in shutDown() }
    }

    private func begin(_ transfer: Transfer) {
        guard !transfer.isOver else { return }
        open()
        guard let multi, let easy = spares.popLast() ?? EasyHandle(configuration, engine: self) else {
            return transfer.fail(Self.closed)
        }
        do {
            try easy.prepare(transfer)
        } catch {
            easy.release()
            return transfer.fail(error)
        }
        transfer.easy = easy
        active[ObjectIdentifier(transfer)] = transfer
        trace(transfer) {
            .request(
                method: transfer.request.method, url: HTTPRedaction.url(transfer.url.text),
                headers: HTTPRedaction.headers(transfer.request.headers, transfer.request.credentialHeaders),
                body: transfer.request.body
            )
        }
        arm(transfer)
        inside { _ = curl_multi_add_handle(multi, easy.handle) }
    }

    /// Takes a transfer out, whether it is over or not; an unfinished one loses its connection.
    func remove(_ transfer: Transfer) {
        guard let easy = transfer.easy, let multi else { return }
        guard depth == 0 else { return doomed.append(transfer) }
        transfer.easy = nil
        transfer.timer?.cancel()
        transfer.timer = nil
        active[ObjectIdentifier(transfer)] = nil
        depth += 1
        curl_multi_remove_handle(multi, easy.handle)
        depth -= 1
        easy.release()
        if spares.count < Self.spareHandles { spares.append(easy) }
        if transfer.isOver { trace(transfer) { .failure("given up") } }
    }

    private func goOn(_ transfer: Transfer) {
        guard let easy = transfer.easy, transfer.resume() else { return }
        transfer.deadlines.stream(at: EventLoop.now)
        arm(transfer)
        // May call the write function right away with what curl held back.
        inside { _ = curl_easy_pause(easy.handle, CURLPAUSE_CONT) }
    }

    private func shutDown() {
        isOpened = true
        loop.stopHandlers[ObjectIdentifier(self)] = nil
        for transfer in Array(active.values) {
            transfer.fail(Self.closed)
            remove(transfer)
        }
        spares = []
        curlTimer?.cancel()
        curlTimer = nil
        guard let multi else { return }
        self.multi = nil
        depth += 1
        curl_multi_cleanup(multi)
        depth -= 1
    }

    // MARK: curl

    /// Calls into curl, and acts on what it noted.
    private func inside(_ body: () -> Void) {
        depth += 1
        body()
        depth -= 1
        if depth == 0 { settle() }
    }

    /// Tells curl that a socket is ready, or that its time has come.
    func act(_ socket: curl_socket_t, _ bits: Int32) {
        guard let multi else { return }
        inside {
            var running: Int32 = 0
            curl_multi_socket_action(multi, socket, bits, &running)
        }
    }

    private func settle() {
        guard let multi else { return }
        var left: Int32 = 0
        while let message = curl_multi_info_read(multi, &left) {
            guard message.pointee.msg == CURLMSG_DONE, let handle = message.pointee.easy_handle,
                let pointer = interlock_curl_get_private(handle)
            else { continue }
            let easy = Unmanaged<EasyHandle>.fromOpaque(pointer).takeUnretainedValue()
            if let transfer = easy.transfer { complete(transfer, easy, interlock_curl_message_result(message)) }
        }
        while let transfer = touched.popLast() {
            transfer.isTouched = false
            guard transfer.easy != nil else { continue }
            arm(transfer)
            transfer.deliver()
        }
        while let transfer = doomed.popLast() { remove(transfer) }
    }

    private func complete(_ transfer: Transfer, _ easy: EasyHandle, _ code: CURLcode) {
        if code == CURLE_OK {
            trace(transfer) { .end(trailers: transfer.currentTrailers) }
            remove(transfer)
            transfer.finish()
        } else if !transfer.isSecondTry, transfer.isUnanswered, easy.lostKeptConnection(code) {
            retry(transfer, easy)
        } else {
            let error =
                transfer.ownFailure
                ?? HTTPFailure.error(
                    easy.report(code), url: transfer.url, proxy: transfer.proxy, hasHead: transfer.hasHead)
            trace(transfer) { .failure(error.message) }
            remove(transfer)
            transfer.fail(error)
        }
    }

    /// Sends the request once more on a new connection.
    ///
    /// curl does this by itself, but not once a part of a large body has gone out.
    private func retry(_ transfer: Transfer, _ easy: EasyHandle) {
        guard let multi else { return }
        transfer.isSecondTry = true
        transfer.bodyOffset = 0
        depth += 1
        curl_multi_remove_handle(multi, easy.handle)
        depth -= 1
        do {
            try easy.prepare(transfer)
        } catch {
            remove(transfer)
            return transfer.fail(error)
        }
        depth += 1
        curl_multi_add_handle(multi, easy.handle)
        depth -= 1
    }

    /// Notes that somebody may go on, or a time limit has changed.
    func touch(_ transfer: Transfer) {
        guard !transfer.isTouched else { return }
        transfer.isTouched = true
        touched.append(transfer)
    }

    /// Tells the trace, if there is one.
    func trace(_ transfer: Transfer, _ kind: () -> HTTPTraceEvent.Kind) {
        guard let trace = configuration.trace else { return }
        trace(
            HTTPTraceEvent(
                exchange: transfer.exchange, time: configuration.clocks.monotonic(), kind: kind()))
    }
}
