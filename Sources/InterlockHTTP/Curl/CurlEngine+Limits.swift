import InterlockCore

extension CurlEngine {
    /// Sees to it that a timer looks at the transfer no later than its next limit ends.
    func arm(_ transfer: Transfer) {
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
