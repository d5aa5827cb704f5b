import InterlockCore

/// One line on a terminal that tells how far something is and is gone when it is done.
///
/// Shows percent, a bar and a label, drawn at most every 100 ms. Does nothing at all where the output is no terminal
/// or cannot move its cursor. Labels may come from anywhere: control characters are taken out. A progress line never
/// fails: what the terminal refuses is dropped.
///
///     let progress = ProgressLine()
///     try await load { fraction in progress.update(fraction, label: "loading weights") }
///     progress.finish()
public final class ProgressLine: Sendable {
    private struct State {
        var lastDrawn: ContinuousClock.Instant?
        var isVisible = false
        var isFinished = false
    }

    private static let interval: Duration = .milliseconds(100)
    private static let barColumns = 20

    private let output: FileOutput
    private let isEnabled: Bool
    private let isUTF8: Bool
    private let width: @Sendable () -> Int
    private let now: @Sendable () -> ContinuousClock.Instant
    private let state = Locked(State())

    /// A progress line on standard error.
    public convenience init(capabilities: TerminalCapabilities = .current()) {
        self.init(
            output: .standardError,
            isEnabled: capabilities.errorIsTerminal && capabilities.movesCursor,
            isUTF8: capabilities.isUTF8,
            // Asked again for each drawing: people resize windows while they wait.
            width: { TerminalCapabilities.windowWidth(of: 2) ?? capabilities.width },
            now: { ContinuousClock.now }
        )
    }

    /// A progress line with everything it depends on given.
    public init(
        output: FileOutput, isEnabled: Bool, isUTF8: Bool,
        width: @escaping @Sendable () -> Int, now: @escaping @Sendable () -> ContinuousClock.Instant
    ) {
        self.output = output
        self.isEnabled = isEnabled
        self.isUTF8 = isUTF8
        self.width = width
        self.now = now
    }

    /// Shows that `fraction` (0 to 1; outside values and NaN are clamped) is done.
    public func update(_ fraction: Double, label: String) {
        guard isEnabled else { return }
        state.withLock { state in
            let time = now()
            if state.isFinished { return }
            if let last = state.lastDrawn, time - last < Self.interval { return }
            state.lastDrawn = time
            state.isVisible = true
            let line = Self.line(fraction: fraction, label: label, width: width(), isUTF8: isUTF8)
            try? output.write("\r\(line)\u{1B}[K")
        }
    }

    /// Takes the line away for a moment, so that something else can be written; the next update shows it again.
    public func clear() {
        guard isEnabled else { return }
        state.withLock { erase(&$0) }
    }

    /// Takes the line away for good.
    public func finish() {
        guard isEnabled else { return }
        state.withLock { state in
            erase(&state)
            state.isFinished = true
        }
    }

    private func erase(_ state: inout State) {
        guard state.isVisible else { return }
        state.isVisible = false
        state.lastDrawn = nil
        try? output.write("\r\u{1B}[K")
    }

    /// The line's text, short enough to leave the last column free: a full line would wrap on some terminals.
    static func line(fraction: Double, label: String, width: Int, isUTF8: Bool) -> String {
        let done = fraction.isNaN ? 0 : min(max(fraction, 0), 1)
        let percent = "\(Int(done * 100))%"
        let filled = Int(done * Double(barColumns))
        let (full, empty): (Character, Character) = isUTF8 ? ("█", "░") : ("#", "-")
        let bar = String(repeating: full, count: filled) + String(repeating: empty, count: barColumns - filled)
        let padded = String(repeating: " ", count: 4 - percent.count) + percent
        return Text.prefix("\(padded) \(bar) \(Text.singleLine(label))", columns: max(width - 1, 0))
    }
}
