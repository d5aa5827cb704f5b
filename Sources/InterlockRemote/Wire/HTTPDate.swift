package import InterlockCore

/// Dates as HTTP headers have them (RFC 9110 §5.6.7).
package enum HTTPDate {
    private static let months = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ]
    private static let days: Set<String> = [
        "mon", "tue", "wed", "thu", "fri", "sat", "sun", "monday", "tuesday", "wednesday", "thursday", "friday",
        "saturday", "sunday",
    ]

    /// Reads a date in any of the three forms; nil if it is none.
    ///
    /// The name of the day need not be the right one. A year of two digits that would lie more than 50 years ahead is
    /// the last one in the past with those digits.
    package static func parse(_ text: String, now: WallTime) -> WallTime? {
        var scanner = ByteScanner(text)
        scanner.skipSpaces()
        guard days.contains(scanner.letters().lowercased()) else { return nil }
        let date = scanner.take(",") ? commaForm(&scanner, now) : asctimeForm(&scanner)
        scanner.skipSpaces()
        return scanner.isAtEnd ? date : nil
    }

    /// The rest of `Sun, 06 Nov 1994 08:49:37 GMT` or `Sunday, 06-Nov-94 08:49:37 GMT`.
    private static func commaForm(_ scanner: inout ByteScanner, _ now: WallTime) -> WallTime? {
        scanner.skipSpaces()
        guard let day = scanner.digits(2) else { return nil }
        let isOld = scanner.take("-")
        guard isOld || scanner.take(" "), let month = month(&scanner), scanner.take(isOld ? "-" : " ") else {
            return nil
        }
        guard let year = isOld ? scanner.digits(2) : scanner.digits(4), scanner.take(" "),
            let time = timeOfDay(&scanner), scanner.take(" "), scanner.take("GMT")
        else { return nil }
        func date(_ year: Int) -> WallTime? {
            CivilTime(
                year: year, month: month, day: day, hour: time.hour, minute: time.minute, second: time.second)?.wallTime
        }
        guard isOld else { return date(year) }
        for century in [2100, 2000, 1900] {
            if let date = date(century + year), date.since(now) <= .seconds(50 * 31_556_952) { return date }
        }
        return nil
    }

    /// The rest of `Sun Nov  6 08:49:37 1994`.
    private static func asctimeForm(_ scanner: inout ByteScanner) -> WallTime? {
        guard scanner.take(" "), let month = month(&scanner), scanner.take(" ") else { return nil }
        guard let day = scanner.take(" ") ? scanner.digits(1) : scanner.digits(2), scanner.take(" "),
            let time = timeOfDay(&scanner), scanner.take(" "), let year = scanner.digits(4)
        else { return nil }
        return CivilTime(
            year: year, month: month, day: day, hour: time.hour, minute: time.minute, second: time.second)?.wallTime
    }

    private static func month(_ scanner: inout ByteScanner) -> Int? {
        months.firstIndex(of: scanner.letters().lowercased()).map { $0 + 1 }
    }

    private static func timeOfDay(_ scanner: inout ByteScanner) -> (hour: Int, minute: Int, second: Int)? {
        guard let hour = scanner.digits(2), scanner.take(":"), let minute = scanner.digits(2), scanner.take(":"),
            let second = scanner.digits(2)
        else { return nil }
        return (hour, minute, second)
    }
}
