/// Lines as they come: from a pipe, or from a terminal that does its own editing.
final class PlainLineReader: LineReader {
    private let output: Int32?
    private let isTerminal: Bool
    private let limit: Int
    private let signals: EditorSignals
    private let source: ByteSource
    private var lineNumber = 0

    init(input: Int32, output: Int32?, isTerminal: Bool, limit: Int, signals: EditorSignals) {
        self.output = output
        self.isTerminal = isTerminal
        self.limit = limit
        self.signals = signals
        source = ByteSource(descriptor: input, wake: signals.pipe)
    }

    func readLine(prompt: String, request: EditorCore.Request) -> ReadOutcome {
        show(Prompt(prompt).text)
        lineNumber += 1
        var bytes: [UInt8] = []
        var count = 0
        while true {
            switch source.next() {
            case .byte(UInt8(ascii: "\n")):
                return line(bytes, count)
            case .byte(let byte):
                count += 1
                // What is too long is still read to its end, so that the next line begins where it should.
                if count <= limit { bytes.append(byte) }
            case .end:
                if isTerminal, source.isHungUp { return .closed }
                if count > 0 { return line(bytes, count) }
                if isTerminal { show("\n") }
                return .end
            case .failed(let code):
                return .failed(InputError(.failed(code: code), in: isTerminal ? .terminal : .standardInput))
            case .woken:
                if let outcome = woken(request) { return outcome }
            }
        }
    }

    func remember(_ entry: String) {}

    func finish() {}

    private func woken(_ request: EditorCore.Request) -> ReadOutcome? {
        let flags = signals.take()
        if request.isCancelled { return .cancelled }
        if flags.contains(.ended) { return .ended }
        guard flags.contains(.interrupted) else { return nil }
        // The terminal has thrown away the typed line and echoed ^C; what it held is not known here.
        source.discardPending()
        show("\n")
        return .interrupted(discarded: "")
    }

    private func line(_ bytes: [UInt8], _ count: Int) -> ReadOutcome {
        let source: InputSource = isTerminal ? .terminal : .line(lineNumber)
        guard count <= limit else { return .failed(InputError(.tooLarge(limit: limit), in: source)) }
        var bytes = bytes
        if bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
        do throws(InputError) {
            return .line(try StandardInput.decode(bytes, source: source))
        } catch {
            guard isTerminal, case .invalidUTF8(_, let byte) = error.problem else { return .failed(error) }
            return .failed(InputError(.typedInvalidUTF8(byte: byte), in: .terminal))
        }
    }

    private func show(_ text: String) {
        guard let output, !text.isEmpty else { return }
        // A terminal that takes no prompt will not give a line either; that is where it shows.
        _ = Array(text.utf8).withUnsafeBytes { FileOutput.writeAll($0, to: output) }
    }
}
