import CCurl
import InterlockCore

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
            shown.headers = HTTPRedaction.headers(head.headers, transfer.request.credentialHeaders)
            shown.url = HTTPRedaction.url(head.url)
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
