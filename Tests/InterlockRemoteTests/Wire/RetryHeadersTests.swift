import InterlockCore
import InterlockRemote
import Testing

@Suite("What headers say about trying again")
struct RetryHeadersTests {
    /// Sat, 21 Nov 2026 12:00:00 GMT.
    private let now = WallTime(secondsSinceEpoch: 1_795_262_400)

    // wire: 81
    @Test(
        "Retry-After in every form",
        arguments: [
            ("5", Duration.seconds(5)), ("0", .zero), (" 7 ", .seconds(7)), ("1.5", .milliseconds(1500)),
            ("121", .seconds(121)), ("1e2", .seconds(100)), (".5", .milliseconds(500)),
            ("Sat, 21 Nov 2026 12:00:30 GMT", .seconds(30)),
            ("Saturday, 21-Nov-26 12:00:30 GMT", .seconds(30)),
            ("Sat Nov 21 12:00:30 2026", .seconds(30)),
            ("Tue Dec  1 12:00:00 2026", .seconds(10 * 86_400)),
            ("sat, 21 nov 2026 12:00:00 gmt", .zero),
            ("1000000000000", RetryHeaders.longest), ("1e300", RetryHeaders.longest),
            ("Sat, 21 Nov 2099 12:00:30 GMT", RetryHeaders.longest),
        ]
    )
    func readable(_ text: String, _ expected: Duration) {
        #expect(RetryHeaders(header: headers(["retry-after": text]), now: now).retryAfter == expected)
    }

    // wire: 81
    @Test(
        "What is no wait is not believed",
        arguments: [
            "", "soon", "-1", "inf", "nan", "1e309", "5 s", "1,5", "0x10", "+5", "5, 5", ".",
            "Sat, 21 Nov 2026 11:59:59 GMT", "Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT",
            "Sun Nov  6 08:49:37 1994", "Sat, 31 Nov 2026 12:00:30 GMT", "Sat, 21 Nov 2026 24:00:00 GMT",
            "Sat, 21 Nov 2026 12:00:30", "Sat, 21 Nov 2026 12:00:30 CET", "Xxx, 21 Nov 2026 12:00:30 GMT",
            "Sat, 21 Nox 2026 12:00:30 GMT", "Sat, 21 Nov 2026 12:00:30 GMT x", "\u{FF15}",
        ]
    )
    func unreadable(_ text: String) {
        #expect(RetryHeaders(header: headers(["retry-after": text]), now: now).retryAfter == nil)
    }

    // wire: 82
    @Test("Milliseconds go before seconds, unless they are unreadable")
    func precedence() {
        func wait(_ milliseconds: String) -> Duration? {
            RetryHeaders(header: headers(["Retry-After-Ms": milliseconds, "Retry-After": "9"]), now: now).retryAfter
        }
        #expect(wait("250") == .milliseconds(250))
        #expect(wait("0.5") == .microseconds(500))
        #expect(wait("-3") == .seconds(9))
        #expect(wait("later") == .seconds(9))
    }

    @Test("x-should-retry", arguments: [("true", true), ("false", false), ("TRUE", true), ("maybe", nil), ("", nil)])
    func shouldRetry(_ text: String, _ expected: Bool?) {
        let read = RetryHeaders(header: headers(["x-should-retry": text]), now: now)
        #expect(read.shouldRetry == expected)
        #expect(read.retryAfter == nil)
    }

    @Test("A year of two digits is the latest that is not more than 50 years ahead")
    func shortYears() throws {
        let ahead = try #require(HTTPDate.parse("Friday, 20-Nov-76 12:00:00 GMT", now: now))
        #expect(ahead.secondsSinceEpoch == 3_373_099_200)
        let behind = try #require(HTTPDate.parse("Monday, 06-Dec-77 12:00:00 GMT", now: now))
        #expect(behind.secondsSinceEpoch == 250_257_600)
    }

    // wire: 87
    @Test(
        "The request's id by each provider's header",
        arguments: [
            (["request-id": "a", "x-request-id": "b"], "a"), (["X-Request-Id": "b"], "b"),
            (["apim-request-id": "c"], "c"), (["x-ms-request-id": "d"], "d"), (["request-id": ""], nil),
            ([:], nil),
        ] as [([String: String], String?)]
    )
    func requestIDs(_ fields: [String: String], _ expected: String?) {
        #expect(requestID(headers(fields)) == expected)
    }
}
