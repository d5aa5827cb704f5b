package import InterlockCore

/// A date and a time of day, with the arithmetic that turns them into a point in time.
package struct CivilTime: Sendable, Hashable {
    private let year: Int
    private let month: Int
    private let day: Int
    private let secondOfDay: Int
    private let nanosecond: Int
    private let offset: Int

    /// Makes a date and time of the Gregorian calendar; nil if there is no such day or time of day.
    ///
    /// - Parameters:
    ///   - year: 0 … 9999.
    ///   - second: 0 … 60; 60 is a leap second.
    ///   - offset: Seconds that the clock is ahead of UTC.
    package init?(
        year: Int, month: Int, day: Int, hour: Int, minute: Int, second: Int, nanosecond: Int = 0, offset: Int = 0
    ) {
        guard (0...9999).contains(year), (1...12).contains(month),
            (1...CivilTime.days(inMonth: month, of: year)).contains(day), (0...23).contains(hour),
            (0...59).contains(minute), (0...60).contains(second), (0..<1_000_000_000).contains(nanosecond),
            (-86_399...86_399).contains(offset)
        else { return nil }
        self.year = year
        self.month = month
        self.day = day
        secondOfDay = hour * 3_600 + minute * 60 + second
        self.nanosecond = nanosecond
        self.offset = offset
    }

    /// The point in time.
    package var wallTime: WallTime {
        // Counted in eras of 400 years that begin in March, so that the leap day is the last of its year.
        let shifted = month <= 2 ? year - 1 : year
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        let days = era * 146_097 + dayOfEra - 719_468
        return WallTime(
            secondsSinceEpoch: Int64(days * 86_400 + secondOfDay - offset), nanoseconds: Int32(nanosecond))
    }

    private static func days(inMonth month: Int, of year: Int) -> Int {
        switch month {
        case 2: (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
}

extension WallTime {
    /// The time from `earlier` to here; negative if that is later.
    package func since(_ earlier: WallTime) -> Duration {
        // Duration is wider than 64 bits: nothing can overflow.
        .seconds(secondsSinceEpoch) - .seconds(earlier.secondsSinceEpoch)
            + .nanoseconds(Int64(nanoseconds) - Int64(earlier.nanoseconds))
    }
}
