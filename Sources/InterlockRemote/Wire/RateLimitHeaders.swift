package import InterlockCore

/// Reads how much of a provider's rate limits is left from the headers of its response.
package enum RateLimitHeaders {
    /// Reads OpenAI's `x-ratelimit-…` headers, whose resets are durations such as `6m0s`; nil if there is none.
    package static func openAI(_ header: (String) -> String?) -> RateLimits? {
        func limit(_ names: Names) -> RateLimits.Limit? {
            make(
                limit: header(names.limit), remaining: header(names.remaining),
                resetsIn: header(names.reset).flatMap(duration))
        }
        return make(RateLimits(requests: limit(openAIRequests), tokens: limit(openAITokens)))
    }

    /// Reads Anthropic's `anthropic-ratelimit-…` headers, whose resets are RFC 3339 dates; nil if there is none.
    ///
    /// - Parameters:
    ///   - header: Looks a header up; names are compared without regard to letter case.
    ///   - now: The time to reckon the resets from; one that is over counts as zero.
    package static func anthropic(_ header: (String) -> String?, now: WallTime) -> RateLimits? {
        func limit(_ names: Names) -> RateLimits.Limit? {
            let reset = header(names.reset).flatMap(InternetDate.parse)
            return make(
                limit: header(names.limit), remaining: header(names.remaining),
                resetsIn: reset.map { max(.zero, $0.since(now)) })
        }
        return make(
            RateLimits(
                requests: limit(anthropicRequests), tokens: limit(anthropicTokens), inputTokens: limit(anthropicInput),
                outputTokens: limit(anthropicOutput)))
    }

    /// The names of the headers of one limit, put together once and not for every answer.
    private struct Names {
        let limit: String
        let remaining: String
        let reset: String

        static func openAI(_ kind: String) -> Names {
            Names(
                limit: "x-ratelimit-limit-\(kind)", remaining: "x-ratelimit-remaining-\(kind)",
                reset: "x-ratelimit-reset-\(kind)")
        }

        static func anthropic(_ kind: String) -> Names {
            let prefix = "anthropic-ratelimit-\(kind)"
            return Names(limit: "\(prefix)-limit", remaining: "\(prefix)-remaining", reset: "\(prefix)-reset")
        }
    }

    private static let openAIRequests = Names.openAI("requests")
    private static let openAITokens = Names.openAI("tokens")
    private static let anthropicRequests = Names.anthropic("requests")
    private static let anthropicTokens = Names.anthropic("tokens")
    private static let anthropicInput = Names.anthropic("input-tokens")
    private static let anthropicOutput = Names.anthropic("output-tokens")

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
