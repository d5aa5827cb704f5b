import CCurl
import InterlockCore

/// A curl multi handle whose sockets and timer are a loop's.
///
/// Everything but ``start(_:)``, ``abort(_:)``, ``unpause(_:)`` and ``close()`` belongs to the loop's thread. curl must not
/// be called from inside its callbacks: they only note what happened, and ``settle()`` acts on it afterwards.
final class CurlEngine: @unchecked Sendable {
    /// The error of what is asked of a client that was shut down.
    static let closed = InterlockError(
        .notLoaded, "the HTTP client was shut down", hint: "Make a new client, or shut this one down later."
    )

    /// How many handles are kept for later transfers.
    private static let spareHandles = 256
    /// curl's own functions once, before any other.
    private static let isReady = curl_global_init(Int(CURL_GLOBAL_ALL)) == CURLE_OK

    /// The loop all of this runs on.
    let loop: EventLoop
    /// What the client was made with.
    let configuration: HTTPClient.Configuration
    private var multi: UnsafeMutableRawPointer?
    private var isOpened = false
    private var spares: [EasyHandle] = []
    private var active: [ObjectIdentifier: Transfer] = [:]
    /// How many calls into curl are under way.
    private var depth = 0
    private var touched: [Transfer] = []
    private var doomed: [Transfer] = []
    private var curlDeadline: MonotonicTime?
    private var curlTimer: LoopTimer?
    private var isKicked = false

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
        guard Self.isReady, let multi = curl_multi_init() else { return }
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
                method: transfer.request.method, url: Redaction.url(transfer.url.text),
                headers: Redaction.headers(transfer.request.headers, transfer.request.credentialHeaders),
                body: transfer.request.body
            )
        }
        arm(transfer)
        inside { _ = curl_multi_add_handle(multi, easy.handle) }
    }

    /// Takes a transfer out, whether it is over or not; an unfinished one loses its connection.
    private func remove(_ transfer: Transfer) {
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

    private func act(_ socket: curl_socket_t, _ bits: Int32) {
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

    private func touch(_ transfer: Transfer) {
        guard !transfer.isTouched else { return }
        transfer.isTouched = true
        touched.append(transfer)
    }

    private func trace(_ transfer: Transfer, _ kind: () -> HTTPTraceEvent.Kind) {
        guard let trace = configuration.trace else { return }
        trace(
            HTTPTraceEvent(
                exchange: transfer.exchange, time: configuration.clocks.monotonic(), kind: kind()))
    }
}

// MARK: What curl calls

extension CurlEngine {
    /// curl wants a socket to be watched, or not any more.
    func wants(_ what: Int32, of socket: curl_socket_t) {
        if what == CURL_POLL_REMOVE { return loop.unwatch(socket) }
        var interest: PollInterest = []
        if what & CURL_POLL_IN != 0 { interest.insert(.readable) }
        if what & CURL_POLL_OUT != 0 { interest.insert(.writable) }
        if loop.isWatched(socket) { return loop.change(socket, interest) }
        loop.watch(socket, interest) { [self] found in
            var bits: Int32 = 0
            if !found.isDisjoint(with: [.readable, .peerClosed]) { bits |= CURL_CSELECT_IN }
            if found.contains(.writable) { bits |= CURL_CSELECT_OUT }
            if found.contains(.error) { bits |= CURL_CSELECT_ERR }
            act(socket, bits)
        }
    }

    /// curl wants to be called after a time; at once for 0, not at all for -1.
    func wantsTimer(after milliseconds: Int) {
        guard milliseconds >= 0 else { return curlDeadline = nil }
        if milliseconds == 0 {
            curlDeadline = nil
            guard !isKicked else { return }
            isKicked = true
            // Not from in here: curl must not be called from its own callback.
            loop.submit { [self] in
                isKicked = false
                act(CURL_SOCKET_TIMEOUT, 0)
            }
            return
        }
        let delay = Duration.milliseconds(milliseconds)
        let deadline = EventLoop.now + delay
        curlDeadline = deadline
        // A timer that comes too early looks again; one is not made for every little change.
        if let timer = curlTimer, timer.deadline <= deadline { return }
        curlTimer?.cancel()
        curlTimer = loop.schedule(after: delay) { [self] in timerFired() }
    }

    private func timerFired() {
        curlTimer = nil
        guard let deadline = curlDeadline else { return }
        let now = EventLoop.now
        if deadline <= now {
            curlDeadline = nil
            act(CURL_SOCKET_TIMEOUT, 0)
        } else {
            curlTimer = loop.schedule(after: deadline - now) { [self] in timerFired() }
        }
    }

    /// A piece of the body.
    func received(body: UnsafeRawBufferPointer, for transfer: Transfer) -> Int {
        switch transfer.receive(body: body) {
        case .taken(let isAwaited):
            if transfer.deadlines.watchesBytes { transfer.deadlines.stream(at: EventLoop.now) }
            if isAwaited { touch(transfer) }
            trace(transfer) { .responseBody(Array(body)) }
            return body.count
        case .full:
            transfer.deadlines.suspend()
            touch(transfer)
            return Int(CURL_WRITEFUNC_PAUSE)
        case .unwanted:
            return 0
        }
    }

    /// A line of a head, or of the fields after the body.
    func received(line: UnsafeRawBufferPointer, for transfer: Transfer) {
        guard let head = transfer.receive(line: line) else { return }
        transfer.deadlines.stream(at: EventLoop.now)
        touch(transfer)
        trace(transfer) {
            var shown = head
            shown.headers = Redaction.headers(head.headers, transfer.request.credentialHeaders)
            shown.url = Redaction.url(head.url)
            return .responseHead(shown)
        }
    }

    /// A connection is being made for the transfer.
    func connects(_ transfer: Transfer) {
        // Either it waited for its turn, or the connection it had been given was dead and curl tries another.
        if !transfer.hasBegunConnecting || !transfer.deadlines.isConnecting {
            transfer.deadlines.connect(at: EventLoop.now)
            touch(transfer)
        }
        transfer.hasBegunConnecting = true
    }

    /// The transfer has its connection.
    func isConnected(_ transfer: Transfer) {
        transfer.deadlines.wait(at: EventLoop.now)
        touch(transfer)
    }
}

// MARK: Time limits

extension CurlEngine {
    /// Sees to it that a timer looks at the transfer no later than its next limit ends.
    private func arm(_ transfer: Transfer) {
        guard let next = transfer.deadlines.next else { return }
        if let timer = transfer.timer, timer.deadline <= next.end { return }
        transfer.timer?.cancel()
        transfer.timer = loop.schedule(after: next.end - EventLoop.now) { [self] in limitMayHaveEnded(of: transfer) }
    }

    private func limitMayHaveEnded(of transfer: Transfer) {
        transfer.timer = nil
        guard transfer.easy != nil, let next = transfer.deadlines.next else { return }
        let now = EventLoop.now
        guard next.end <= now else { return arm(transfer) }
        if next.phase == .connect, waitsForTurn(transfer) {
            transfer.deadlines.connect(at: now)
            return arm(transfer)
        }
        let error = HTTPFailure.timeout(next, url: transfer.url)
        trace(transfer) { .failure(error.message) }
        remove(transfer)
        transfer.fail(error)
    }

    /// Whether the transfer has no connection because there are as many as there may be.
    private func waitsForTurn(_ transfer: Transfer) -> Bool {
        guard !transfer.hasBegunConnecting else { return false }
        let connected = active.values.filter { !$0.deadlines.isConnecting }
        let same = connected.filter { $0.url.hasSameOrigin(as: transfer.url) }
        func isReached(_ limit: Int, _ count: Int) -> Bool { limit > 0 && count >= limit }
        return isReached(configuration.maximumConnections, connected.count)
            || isReached(configuration.maximumConnectionsPerHost, same.count)
    }
}
