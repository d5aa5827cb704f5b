package import InterlockCore

/// Reads how much of a provider's rate limits is left from the headers of its response.
package enum RateLimitHeaders {
    /// Reads OpenAI's `x-ratelimit-…` headers, whose resets are durations such as `6m0s`; nil if there is none.
    package static func openAI(_ header: (String) -> String?) -> RateLimits? {
        func limit(_ kind: String) -> RateLimits.Limit? {
            make(
                limit: header("x-ratelimit-limit-\(kind)"), remaining: header("x-ratelimit-remaining-\(kind)"),
                resetsIn: header("x-ratelimit-reset-\(kind)").flatMap(duration))
        }
        return make(RateLimits(requests: limit("requests"), tokens: limit("tokens")))
    }

    /// Reads Anthropic's `anthropic-ratelimit-…` headers, whose resets are RFC 3339 dates; nil if there is none.
    ///
    /// - Parameters:
    ///   - header: Looks a header up; names are compared without regard to letter case.
    ///   - now: The time to reckon the resets from; one that is over counts as zero.
    package static func anthropic(_ header: (String) -> String?, now: WallTime) -> RateLimits? {
        func limit(_ kind: String) -> RateLimits.Limit? {
            let prefix = "anthropic-ratelimit-\(kind)"
            let reset = header("\(prefix)-reset").flatMap(InternetDate.parse)
            return make(
                limit: header("\(prefix)-limit"), remaining: header("\(prefix)-remaining"),
                resetsIn: reset.map { max(.zero, $0.since(now)) })
        }
        return make(
            RateLimits(
                requests: limit("requests"), tokens: limit("tokens"), inputTokens: limit("input-tokens"),
                outputTokens: limit("output-tokens")))
    }

    /// Reads a duration such as `1h2m3.5s` or `20ms`, or a plain number of seconds; nil if it is none.
    package static func duration(_ text: String) -> Duration? {
        var scanner = ByteScanner(text)
        guard let first = scanner.decimal() else { return nil }
        if scanner.isAtEnd { return make(seconds: first) }
        var total = 0.0
        var next: Double? = first
        while let value = next {
            guard let unit = units.first(where: { scanner.take($0.name) }) else { return nil }
            total += value * unit.seconds
            next = scanner.decimal()
        }
        return scanner.isAtEnd ? make(seconds: total) : nil
    }

    /// The longer names first: `ms` begins like `m`.
    private static let units: [(name: String, seconds: Double)] = [
        ("ms", 1e-3), ("us", 1e-6), ("µs", 1e-6), ("ns", 1e-9), ("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1),
    ]

    private static func make(seconds: Double) -> Duration? {
        // Beyond that it is a date in disguise or nonsense.
        seconds < 1e9 ? .seconds(seconds) : nil
    }

    private static func make(limit: String?, remaining: String?, resetsIn: Duration?) -> RateLimits.Limit? {
        let limit = RateLimits.Limit(
            limit: limit.flatMap { Int($0) }, remaining: remaining.flatMap { Int($0) }, resetsIn: resetsIn)
        return limit == RateLimits.Limit() ? nil : limit
    }

    private static func make(_ limits: RateLimits) -> RateLimits? {
        limits == RateLimits() ? nil : limits
    }
}
