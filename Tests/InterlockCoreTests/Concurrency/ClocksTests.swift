import InterlockCore
import Testing

@Suite struct ClocksTests {
    @Test func pointsAreOrderedAndDiffer() {
        let early = MonotonicTime(nanoseconds: 5)
        let late = MonotonicTime(nanoseconds: 2_000_000_005)
        #expect(early < late)
        #expect(!(late < early))
        #expect(late - early == .seconds(2))
        #expect(early - late == .seconds(-2))
        #expect(early + .seconds(2) == late)
        #expect(late + .seconds(-2) == early)
    }

    @Test func additionSaturatesAtBothEnds() {
        let last = MonotonicTime(nanoseconds: .max)
        let first = MonotonicTime(nanoseconds: .min)
        #expect(MonotonicTime(nanoseconds: .max - 1) + .nanoseconds(1) == last)
        #expect(last + .nanoseconds(1) == last)
        #expect(MonotonicTime(nanoseconds: 1) + .seconds(Int64.max) == last)
        #expect(first + .nanoseconds(-1) == first)
        #expect(MonotonicTime(nanoseconds: -1) + .seconds(Int64.min) == first)
        // Towards the middle nothing saturates.
        #expect(last + .nanoseconds(-1) == MonotonicTime(nanoseconds: .max - 1))
        #expect(first + .nanoseconds(1) == MonotonicTime(nanoseconds: .min + 1))
    }

    @Test func differencesAreExactHoweverFarApart() {
        let last = MonotonicTime(nanoseconds: .max)
        let first = MonotonicTime(nanoseconds: .min)
        #expect(last - first == .nanoseconds(Int64.max) - .nanoseconds(Int64.min))
        #expect(last - first > .zero)
        #expect(first - last < .zero)
        #expect(last - last == .zero)
    }

    @Test func wallTimesAreOrderedBySecondsThenNanoseconds() {
        let time = WallTime(secondsSinceEpoch: 10, nanoseconds: 5)
        #expect(time < WallTime(secondsSinceEpoch: 10, nanoseconds: 6))
        #expect(time < WallTime(secondsSinceEpoch: 11))
        #expect(WallTime(secondsSinceEpoch: 9, nanoseconds: 999_999_999) < time)
        #expect(WallTime(secondsSinceEpoch: -1) < WallTime(secondsSinceEpoch: 0))
        #expect(!(time < time))
    }

    @Test func theSystemsMonotonicClockNeverGoesBack() {
        var last = Clocks.system.monotonic()
        for _ in 0..<1_000 {
            let now = Clocks.system.monotonic()
            #expect(now >= last)
            last = now
        }
    }

    @Test func theSystemsWallClockShowsADateOfOurTime() {
        let now = Clocks.system.wall()
        // 2024 to 2200.
        #expect((1_704_067_200...7_258_118_400).contains(now.secondsSinceEpoch))
        #expect((0..<1_000_000_000).contains(now.nanoseconds))
    }

    @Test func theSystemsSleepIsAtLeastAsLongAsAsked() async throws {
        let before = Clocks.system.monotonic()
        try await Clocks.system.sleep(.milliseconds(5))
        #expect(Clocks.system.monotonic() - before >= .milliseconds(5))
        // At once.
        try await Clocks.system.sleep(.zero)
        try await Clocks.system.sleep(.seconds(-1))
    }

    @Test(
        "a sleep that nobody could see the end of is no crash, and is cancelled like any other",
        arguments: [Duration.seconds(Int64.max), .seconds(Int64.max) + .seconds(Int64.max), .seconds(3_600)])
    func longSleepsAreCancelled(duration: Duration) async {
        let task = Task { try await Clocks.system.sleep(duration) }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
    }
}

@Suite struct DurationTests {
    private static let nanoseconds: [(Duration, Int64)] = [
        (.zero, 0),
        (.nanoseconds(1), 1),
        (.nanoseconds(-1), -1),
        (.milliseconds(1_500), 1_500_000_000),
        (.milliseconds(-1_500), -1_500_000_000),
        (.nanoseconds(Int64.max), .max),
        (.nanoseconds(Int64.min), .min),
        (Duration(secondsComponent: 0, attosecondsComponent: 1_999_999_999), 1),
        (Duration(secondsComponent: 0, attosecondsComponent: -1_999_999_999), -1),
        (.nanoseconds(Int64.max) + .nanoseconds(1), .max),
        (.nanoseconds(Int64.min) - .nanoseconds(1), .min),
        (.seconds(Int64.max), .max),
        (.seconds(Int64.min), .min),
        (.seconds(Int64.max) + .seconds(Int64.max), .max),
        (.seconds(Int64.min) + .seconds(Int64.min), .min),
    ]

    @Test(arguments: nanoseconds)
    func wholeNanosecondsRoundTowardsZeroAndClamp(duration: Duration, nanoseconds: Int64) {
        #expect(duration.wholeNanoseconds == nanoseconds)
    }

    private static let fractions: [(Duration, Double)] = [
        (.zero, 0.0), (.milliseconds(100), 0.1), (.milliseconds(-1_250), -1.25), (.seconds(86_400), 86_400),
        (.nanoseconds(1), 1e-9), (.microseconds(333), 0.000333),
    ]

    @Test(arguments: fractions)
    func secondsAreTheNearestDouble(duration: Duration, seconds: Double) {
        #expect(duration.seconds == seconds)
    }

    private static let wholeSeconds: [(Duration, Int)] = [
        (.zero, 0), (.nanoseconds(1), 1), (.seconds(1), 1), (.milliseconds(1_001), 2), (.milliseconds(-1_500), -1),
        (.seconds(Int64.max), Int.max), (.seconds(Int64.max) + .seconds(Int64.max), Int.max),
        (.seconds(Int64.min) + .seconds(Int64.min), Int.min),
    ]

    @Test(arguments: wholeSeconds)
    func wholeSecondsRoundUpAndClamp(duration: Duration, seconds: Int) {
        #expect(duration.secondsRoundedUp == seconds)
    }
}
