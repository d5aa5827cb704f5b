#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// A point on a clock that never jumps; only differences mean anything.
public struct MonotonicTime: Sendable, Hashable, Comparable {
    /// Nanoseconds since an arbitrary start.
    public var nanoseconds: Int64

    /// Makes a point from nanoseconds since the clock's arbitrary start.
    public init(nanoseconds: Int64) {
        self.nanoseconds = nanoseconds
    }

    /// The earlier point is the smaller one.
    public static func < (left: MonotonicTime, right: MonotonicTime) -> Bool {
        left.nanoseconds < right.nanoseconds
    }

    /// The time from `right` to `left`.
    public static func - (left: MonotonicTime, right: MonotonicTime) -> Duration {
        // Duration is wider than 64 bits of nanoseconds: nothing can overflow.
        .nanoseconds(left.nanoseconds) - .nanoseconds(right.nanoseconds)
    }

    /// The point `duration` later; saturates instead of overflowing.
    public static func + (time: MonotonicTime, duration: Duration) -> MonotonicTime {
        let (sum, overflow) = time.nanoseconds.addingReportingOverflow(duration.wholeNanoseconds)
        return MonotonicTime(nanoseconds: overflow ? (duration < .zero ? .min : .max) : sum)
    }
}

/// A point in civil time.
public struct WallTime: Sendable, Hashable, Comparable {
    /// Seconds since 1970-01-01T00:00:00Z, leap seconds not counted.
    public var secondsSinceEpoch: Int64
    /// Nanoseconds within that second, 0 ..< 1,000,000,000.
    public var nanoseconds: Int32

    /// Makes a point from seconds and nanoseconds since the Unix epoch.
    public init(secondsSinceEpoch: Int64, nanoseconds: Int32 = 0) {
        self.secondsSinceEpoch = secondsSinceEpoch
        self.nanoseconds = nanoseconds
    }

    /// The earlier point is the smaller one.
    public static func < (left: WallTime, right: WallTime) -> Bool {
        (left.secondsSinceEpoch, left.nanoseconds) < (right.secondsSinceEpoch, right.nanoseconds)
    }
}

/// The clocks that a part of Interlock reads, injected so that tests take no real time.
public struct Clocks: Sendable {
    /// Reads the clock for durations and deadlines.
    public var monotonic: @Sendable () -> MonotonicTime
    /// Reads the clock for dates.
    public var wall: @Sendable () -> WallTime
    /// Waits for a duration; throws `CancellationError` when the task is cancelled.
    public var sleep: @Sendable (Duration) async throws -> Void

    /// Makes clocks from their three readings.
    public init(
        monotonic: @escaping @Sendable () -> MonotonicTime,
        wall: @escaping @Sendable () -> WallTime,
        sleep: @escaping @Sendable (Duration) async throws -> Void
    ) {
        self.monotonic = monotonic
        self.wall = wall
        self.sleep = sleep
    }

    /// The machine's own clocks.
    public static let system = Clocks(
        monotonic: {
            let time = read(CLOCK_MONOTONIC)
            return MonotonicTime(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
        },
        wall: {
            let time = read(CLOCK_REALTIME)
            return WallTime(secondsSinceEpoch: Int64(time.tv_sec), nanoseconds: Int32(time.tv_nsec))
        },
        // Clamped, because the standard library's clock stops the process when the wake-up time does not fit it.
        sleep: { try await Task.sleep(for: min($0, .seconds(100 * 365 * 86_400))) }
    )

    private static func read(_ clock: clockid_t) -> timespec {
        var time = timespec()
        clock_gettime(clock, &time)
        return time
    }
}

extension Duration {
    /// The duration in nanoseconds, rounded towards zero and clamped to what an `Int64` holds (292 years).
    package var wholeNanoseconds: Int64 {
        Int64(clamping: attoseconds / 1_000_000_000)
    }

    /// The duration in whole seconds, rounded up and clamped to what an `Int` holds.
    package var secondsRoundedUp: Int {
        let (seconds, rest) = attoseconds.quotientAndRemainder(dividingBy: 1_000_000_000_000_000_000)
        return Int(clamping: seconds + (rest > 0 ? 1 : 0))
    }

    /// The duration in seconds.
    package var seconds: Double {
        Double(attoseconds) / 1e18
    }
}
