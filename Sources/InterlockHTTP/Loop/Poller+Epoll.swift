#if os(Linux) || os(Android)
import CLoop

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The system's readiness queue: epoll, with an eventfd that wakes it.
///
/// Everything but ``wake()`` belongs to one thread.
final class Poller: @unchecked Sendable {
    // The kernel's values. Glibc and Musl import the names with different types.
    private static let readBit: UInt32 = 0x1
    private static let writeBit: UInt32 = 0x4
    private static let errorBit: UInt32 = 0x8
    private static let hangUpBit: UInt32 = 0x10
    private static let peerClosedBit: UInt32 = 0x2000

    private static let capacity = 256
    private let queue: Int32
    private let waker: Int32
    private let events: UnsafeMutablePointer<epoll_event>

    init() {
        queue = epoll_create1(Int32(O_CLOEXEC))
        precondition(queue >= 0, "epoll_create1 failed with errno \(errno)")
        // EFD_NONBLOCK and EFD_CLOEXEC are defined as these two.
        waker = eventfd(0, Int32(O_NONBLOCK | O_CLOEXEC))
        precondition(waker >= 0, "eventfd failed with errno \(errno)")
        events = .allocate(capacity: Self.capacity)
        let added = control(EPOLL_CTL_ADD, waker, Self.readBit, token: UInt64(UInt32(bitPattern: waker)))
        precondition(added, "epoll_ctl failed with errno \(errno)")
    }

    deinit {
        close(queue)
        close(waker)
        events.deallocate()
    }

    private func control(_ operation: Int32, _ descriptor: Int32, _ bits: UInt32, token: UInt64) -> Bool {
        var event = epoll_event()
        event.events = bits
        event.data.u64 = token
        return epoll_ctl(queue, operation, descriptor, &event) == 0
    }

    private func bits(_ interest: PollInterest) -> UInt32 {
        (interest.contains(.readable) ? Self.readBit : 0) | (interest.contains(.writable) ? Self.writeBit : 0)
            | (interest.contains(.peerClosed) ? Self.peerClosedBit : 0)
    }

    /// Begins to watch a descriptor; `generation` comes back with its events.
    func add(_ descriptor: Int32, _ interest: PollInterest, generation: UInt32) -> Bool {
        control(EPOLL_CTL_ADD, descriptor, bits(interest), token: Self.token(descriptor, generation))
    }

    /// Watches a descriptor for something else.
    func modify(_ descriptor: Int32, from _: PollInterest, to interest: PollInterest, generation: UInt32) -> Bool {
        control(EPOLL_CTL_MOD, descriptor, bits(interest), token: Self.token(descriptor, generation))
    }

    /// Stops watching a descriptor; one that is closed already is gone by itself.
    func remove(_ descriptor: Int32, _: PollInterest) {
        _ = control(EPOLL_CTL_DEL, descriptor, 0, token: 0)
    }

    private static func token(_ descriptor: Int32, _ generation: UInt32) -> UInt64 {
        UInt64(generation) << 32 | UInt64(UInt32(bitPattern: descriptor))
    }

    /// Waits until something is ready, ``wake()`` was called or the time is over.
    ///
    /// - Parameters:
    ///   - timeout: Nanoseconds, or nil for no end.
    ///   - found: Gets each descriptor that is ready, its generation, and what was found.
    func wait(timeout: Int64?, _ found: (Int32, UInt32, PollInterest) -> Void) {
        // Rounded up: a timer must not be looked for before it is due.
        let milliseconds = timeout.map { Int32(clamping: ($0 + 999_999) / 1_000_000) } ?? -1
        let count = epoll_wait(queue, events, Int32(Self.capacity), milliseconds)
        guard count > 0 else { return }
        for index in 0..<Int(count) {
            let token = events[index].data.u64
            let descriptor = Int32(bitPattern: UInt32(truncatingIfNeeded: token))
            if descriptor == waker {
                var value: UInt64 = 0
                _ = read(waker, &value, 8)
            } else {
                found(descriptor, UInt32(truncatingIfNeeded: token >> 32), Self.interest(events[index].events))
            }
        }
    }

    private static func interest(_ bits: UInt32) -> PollInterest {
        var found: PollInterest = []
        if bits & readBit != 0 { found.insert(.readable) }
        if bits & writeBit != 0 { found.insert(.writable) }
        if bits & peerClosedBit != 0 { found.insert(.peerClosed) }
        // Both directions are closed: reading finds the end at once.
        if bits & hangUpBit != 0 { found.formUnion([.readable, .peerClosed]) }
        if bits & errorBit != 0 { found.insert(.error) }
        return found
    }

    /// Ends a wait, or the next one; from any thread.
    func wake() {
        var one: UInt64 = 1
        _ = write(waker, &one, 8)
    }
}
#endif
