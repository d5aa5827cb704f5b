package import InterlockCore

/// What a response's headers say about sending the request again.
package struct RetryHeaders: Sendable, Hashable {
    /// How long to wait, at most ``longest``; nil if nothing usable was said.
    package var retryAfter: Duration?
    /// Whether it can help at all; nil if nothing was said.
    package var shouldRetry: Bool?

    /// The longest wait that is believed.
    package static let longest = Duration.seconds(366 * 86_400)

    /// Reads `retry-after-ms`, `retry-after` (seconds or a date; RFC 9110 §10.2.3) and `x-should-retry`.
    ///
    /// The finer one counts where both are there. A negative number, infinity, a date that is over and anything
    /// unreadable count as not said.
    ///
    /// - Parameters:
    ///   - header: Looks a header up; names are compared without regard to letter case.
    ///   - now: The time to reckon dates from.
    package init(header: (String) -> String?, now: WallTime) {
        switch header("x-should-retry")?.lowercased() {
        case "true": shouldRetry = true
        case "false": shouldRetry = false
        default: shouldRetry = nil
        }
        retryAfter = header("retry-after-ms").flatMap { RetryHeaders.duration($0, unit: 1e-3) }
        guard retryAfter == nil, let text = header("retry-after") else { return }
        retryAfter = RetryHeaders.duration(text, unit: 1) ?? RetryHeaders.wait(until: text, now)
    }

    private static func duration(_ text: String, unit: Double) -> Duration? {
        var scanner = ByteScanner(text)
        scanner.skipSpaces()
        guard let value = scanner.decimal() else { return nil }
        scanner.skipSpaces()
        guard scanner.isAtEnd, value.isFinite else { return nil }
        let seconds = value * unit
        return seconds < longest.seconds ? .seconds(seconds) : longest
    }

    private static func wait(until text: String, _ now: WallTime) -> Duration? {
        guard let date = HTTPDate.parse(text, now: now) else { return nil }
        let wait = date.since(now)
        return wait >= .zero ? min(wait, longest) : nil
    }
}
