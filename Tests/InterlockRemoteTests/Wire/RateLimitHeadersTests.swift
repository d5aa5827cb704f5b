import InterlockCore
import InterlockRemote
import Testing

@Suite("What headers say about rate limits")
struct RateLimitHeadersTests {
    // wire: 85
    @Test("OpenAI's, with durations")
    func openAI() {
        let limits = RateLimitHeaders.openAI(
            headers([
                "x-ratelimit-limit-requests": "500", "x-ratelimit-remaining-requests": "499",
                "x-ratelimit-reset-requests": "120ms", "x-ratelimit-limit-tokens": "30000",
                "x-ratelimit-remaining-tokens": "29000", "x-ratelimit-reset-tokens": "6m0s",
            ]))
        #expect(
            limits
                == RateLimits(
                    requests: .init(limit: 500, remaining: 499, resetsIn: .milliseconds(120)),
                    tokens: .init(limit: 30_000, remaining: 29_000, resetsIn: .seconds(360))))
        #expect(RateLimitHeaders.openAI(headers(["content-type": "text/html"])) == nil)
    }

    // wire: 85
    @Test("Anthropic's, with dates")
    func anthropic() {
        let limits = RateLimitHeaders.anthropic(
            headers([
                "anthropic-ratelimit-requests-limit": "50", "anthropic-ratelimit-requests-remaining": "49",
                "anthropic-ratelimit-requests-reset": "2026-11-21T12:00:01Z",
                "anthropic-ratelimit-input-tokens-remaining": "many",
                "anthropic-ratelimit-output-tokens-limit": "8000",
                "anthropic-ratelimit-output-tokens-reset": "2026-11-21T11:00:00Z",
            ]), now: WallTime(secondsSinceEpoch: 1_795_262_400))
        #expect(
            limits
                == RateLimits(
                    requests: .init(limit: 50, remaining: 49, resetsIn: .seconds(1)),
                    outputTokens: .init(limit: 8_000, resetsIn: .zero)))
    }

    @Test(
        "Durations",
        arguments: [
            ("1h2m3.5s", Duration.milliseconds(3_723_500)), ("20ms", .milliseconds(20)), ("6m0s", .seconds(360)),
            ("7.66s", .milliseconds(7_660)), ("12", .seconds(12)), ("1d", .seconds(86_400)), ("5µs", .microseconds(5)),
            ("", nil), ("s", nil), ("1x", nil), ("1m2", nil), ("-1s", nil), ("1795262400", nil),
        ] as [(String, Duration?)]
    )
    func durations(_ text: String, _ expected: Duration?) throws {
        let read = RateLimitHeaders.duration(text)
        guard let expected else {
            #expect(read == nil)
            return
        }
        // Reckoned in floating point: to the nanosecond.
        #expect(abs(try #require(read).seconds - expected.seconds) < 1e-9)
    }

    // wire: 77
    @Test(
        "RFC 3339 dates with any fraction and offset",
        arguments: [
            ("2026-11-21T12:00:00Z", 0, 0), ("2026-11-21T12:00:00.123456Z", 0, 123_456_000),
            ("2026-11-21T12:00:00.1234567Z", 0, 123_456_700), ("2026-11-21T12:00:00.123456789Z", 0, 123_456_789),
            ("2026-11-21T12:00:00.1234567899Z", 0, 123_456_789), ("2026-11-21T13:30:00.5+01:30", 0, 500_000_000),
            ("2026-11-21T04:00:00-08:00", 0, 0), ("2026-11-21 12:00:01z", 1, 0), ("2026-11-21T11:59:60Z", 0, 0),
        ]
    )
    func dates(_ text: String, _ seconds: Int64, _ nanoseconds: Int32) {
        #expect(
            InternetDate.parse(text)
                == WallTime(secondsSinceEpoch: 1_795_262_400 + seconds, nanoseconds: nanoseconds))
    }

    @Test(
        "What is no date",
        arguments: [
            "", "2026-11-21", "2026-11-21T12:00:00", "2026-11-21T12:00:00.Z", "2026-02-29T12:00:00Z",
            "2026-11-21T25:00:00Z", "2026-13-21T12:00:00Z", "2026-11-21T12:00:00Zx", "2026-11-21T12:00:00+2:00",
            "2026-11-21T12:00:00+24:00", "x026-11-21T12:00:00Z",
        ]
    )
    func noDates(_ text: String) {
        #expect(InternetDate.parse(text) == nil)
    }

    @Test("Days are counted as the calendar has them")
    func calendar() {
        let known: [(String, Int64)] = [
            ("1970-01-01T00:00:00Z", 0), ("2000-02-29T00:00:00Z", 951_782_400), ("1969-12-31T23:59:59Z", -1),
            ("1900-03-01T00:00:00Z", -2_203_891_200), ("0000-01-01T00:00:00Z", -62_167_219_200),
            ("9999-12-31T23:59:59Z", 253_402_300_799), ("2100-02-28T00:00:00Z", 4_107_456_000),
        ]
        for (text, seconds) in known { #expect(InternetDate.parse(text)?.secondsSinceEpoch == seconds) }
        #expect(InternetDate.parse("2100-02-29T00:00:00Z") == nil)
    }
}
