package import InterlockCore

/// Dates in JSON (RFC 3339), as Anthropic's rate limits and Ollama's answers have them.
package enum InternetDate {
    /// Reads `2026-11-21T10:20:30.123456789+02:00`; nil if it is no such date.
    ///
    /// The fraction may have any number of digits; those beyond the ninth are cut off.
    package static func parse(_ text: String) -> WallTime? {
        var scanner = ByteScanner(text)
        guard let year = scanner.digits(4), scanner.take("-"), let month = scanner.digits(2), scanner.take("-"),
            let day = scanner.digits(2), scanner.take("T") || scanner.take(" "),
            let hour = scanner.digits(2), scanner.take(":"), let minute = scanner.digits(2), scanner.take(":"),
            let second = scanner.digits(2)
        else { return nil }
        var nanosecond = 0
        if scanner.take(".") {
            let digits = scanner.digits()
            guard !digits.isEmpty, let value = Int((digits + "000000000").prefix(9)) else { return nil }
            nanosecond = value
        }
        guard let offset = offset(&scanner), scanner.isAtEnd else { return nil }
        return CivilTime(
            year: year, month: month, day: day, hour: hour, minute: minute, second: second, nanosecond: nanosecond,
            offset: offset)?.wallTime
    }

    private static func offset(_ scanner: inout ByteScanner) -> Int? {
        if scanner.take("Z") { return 0 }
        let isBehind = scanner.take("-")
        guard isBehind || scanner.take("+"), let hours = scanner.digits(2), scanner.take(":"),
            let minutes = scanner.digits(2), hours < 24, minutes < 60
        else { return nil }
        let seconds = hours * 3_600 + minutes * 60
        return isBehind ? -seconds : seconds
    }
}
