import InterlockCore

/// One connection, whose requests it answers until either side has had enough, blocking its thread.
struct Connection {
    let core: ServerCore
    let descriptor: Int32
    let number: Int

    func serve() {
        var reader = RequestReader(descriptor: descriptor)
        var isReused = false
        while core.note(number, isIdle: true), reader.waitForInput(), core.note(number, isIdle: false) {
            let limit = core.state.withLock { $0.configuration.maximumBody }
            switch reader.readRequest(connection: number, maximumBody: limit) {
            case .request(let request):
                guard answer(request, isReused: isReused) else { return }
            case .refused(let status):
                refuse(status)
                return
            case .ended:
                return
            }
            isReused = true
        }
        LoopbackSocket.end(descriptor)
    }

    /// Answers a request; whether the connection can be used for another.
    private func answer(_ request: FaultServer.Request, isReused: Bool) -> Bool {
        let (request, faults) = core.begin(request)
        let (configuration, handler, script) = core.state.withLock { ($0.configuration, $0.handler, $0.script) }
        var hugeText: Int?
        for case .hugeBody(let size) in faults { hugeText = size }
        let dialect = Dialect(of: request)
        let conversation = Conversation(request: request, configuration: configuration) { prompt in
            hugeText.map { .huge($0) } ?? script?(prompt) ?? FaultServer.Saying(answering: prompt)
        }
        var response = handler?(request) ?? conversation.answer(in: dialect)
        let context = FaultContext(
            request: request, dialect: dialect, flavour: configuration.flavour, isReused: isReused)
        for fault in faults { fault.apply(to: &response, context) }
        var writer = ResponseWriter(core: core, descriptor: descriptor, request: request)
        let ending = writer.write(response)
        core.end(request.number, ending)
        if ending == .complete, writer.staysOpen { return true }
        if ending == .reset {
            LoopbackSocket.resetOnClose(descriptor)
        } else {
            LoopbackSocket.end(descriptor)
        }
        return false
    }

    /// Says no to what is not a request that can be read, and closes.
    private func refuse(_ status: Int) {
        let text =
            "HTTP/1.1 \(status) \(ResponseWriter.reason(status))\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
        _ = LoopbackSocket.send(descriptor, Array(text.utf8)[...])
        LoopbackSocket.end(descriptor)
    }
}
