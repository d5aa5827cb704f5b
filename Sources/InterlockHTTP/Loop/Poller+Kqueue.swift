#if canImport(Darwin)
import Darwin

/// The system's readiness queue: kqueue, with a user event that wakes it.
///
/// Everything but ``wake()`` belongs to one thread.
final class Poller: @unchecked Sendable {
    private static let capacity = 256
    private let queue: Int32
    private let events: UnsafeMutablePointer<kevent>
    /// The number of the event that wakes; user events have numbers of their own, apart from the descriptors'.
    private static let waker: UInt = 0

    init() {
        queue = kqueue()
        precondition(queue >= 0, "kqueue failed with errno \(errno)")
        _ = fcntl(queue, F_SETFD, FD_CLOEXEC)
        events = .allocate(capacity: Self.capacity)
        var change = kevent(
            ident: Self.waker, filter: Int16(EVFILT_USER), flags: UInt16(EV_ADD | EV_CLEAR), fflags: 0, data: 0,
            udata: nil
        )
        let code = kevent(queue, &change, 1, nil, 0, nil)
        precondition(code == 0, "kevent failed with errno \(errno)")
    }

    deinit {
        close(queue)
        events.deallocate()
    }

    /// What a descriptor's read filter is to tell.
    private enum Reading { case nothing, end, everything }

    /// Sets one filter of a descriptor on or off.
    private func set(
        _ descriptor: Int32, _ filter: Int32, on: Bool, generation: UInt32, lowWater: Int? = nil
    ) -> Bool {
        // The generation travels in the pointer that the kernel hands back unread; plus one, as nil is no generation.
        var change = kevent(
            ident: UInt(UInt32(bitPattern: descriptor)), filter: Int16(filter),
            flags: UInt16(on ? EV_ADD : EV_DELETE), fflags: lowWater == nil ? 0 : UInt32(NOTE_LOWAT),
            data: lowWater ?? 0, udata: UnsafeMutableRawPointer(bitPattern: UInt(generation) + 1)
        )
        return kevent(queue, &change, 1, nil, 0, nil) == 0
    }

    /// The peer's end is told by the read filter: kqueue has none of its own for it.
    private func reading(_ interest: PollInterest) -> Reading {
        interest.contains(.readable) ? .everything : interest.contains(.peerClosed) ? .end : .nothing
    }

    /// Begins to watch a descriptor; `generation` comes back with its events.
    func add(_ descriptor: Int32, _ interest: PollInterest, generation: UInt32) -> Bool {
        modify(descriptor, from: [], to: interest, generation: generation)
    }

    /// Watches a descriptor for something else.
    func modify(_ descriptor: Int32, from old: PollInterest, to new: PollInterest, generation: UInt32) -> Bool {
        var done = true
        let reading = reading(new)
        if reading != self.reading(old) {
            // Whoever waits for the end only is not told of bytes; the end is told whatever the mark.
            done = set(
                descriptor, EVFILT_READ, on: reading != .nothing, generation: generation,
                lowWater: reading == .end ? .max : reading == .everything ? 1 : nil)
        }
        if old.contains(.writable) != new.contains(.writable) {
            done = set(descriptor, EVFILT_WRITE, on: new.contains(.writable), generation: generation) && done
        }
        return done
    }

    /// Stops watching a descriptor; one that is closed already is gone by itself.
    func remove(_ descriptor: Int32, _ interest: PollInterest) {
        _ = modify(descriptor, from: interest, to: [], generation: 0)
    }

    /// Waits until something is ready, ``wake()`` was called or the time is over.
    ///
    /// - Parameters:
    ///   - timeout: Nanoseconds, or nil for no end.
    ///   - found: Gets each descriptor that is ready, its generation, and what was found.
    func wait(timeout: Int64?, _ found: (Int32, UInt32, PollInterest) -> Void) {
        let count: Int32
        if let timeout {
            var time = timespec(tv_sec: Int(timeout / 1_000_000_000), tv_nsec: Int(timeout % 1_000_000_000))
            count = kevent(queue, nil, 0, events, Int32(Self.capacity), &time)
        } else {
            count = kevent(queue, nil, 0, events, Int32(Self.capacity), nil)
        }
        guard count > 0 else { return }
        for index in 0..<Int(count) {
            let event = events[index]
            guard Int32(event.filter) != EVFILT_USER, let data = event.udata else { continue }
            found(
                Int32(bitPattern: UInt32(truncatingIfNeeded: event.ident)),
                UInt32(truncatingIfNeeded: UInt(bitPattern: data) - 1),
                Self.interest(event)
            )
        }
    }

    private static func interest(_ event: kevent) -> PollInterest {
        var found: PollInterest = Int32(event.filter) == EVFILT_WRITE ? .writable : .readable
        if Int32(event.flags) & EV_EOF != 0 {
            found.insert(.peerClosed)
            if event.fflags != 0 { found.insert(.error) }
        }
        if Int32(event.flags) & EV_ERROR != 0 { found.insert(.error) }
        return found
    }

    /// Ends a wait, or the next one; from any thread.
    func wake() {
        var change = kevent(
            ident: Self.waker, filter: Int16(EVFILT_USER), flags: 0, fflags: UInt32(NOTE_TRIGGER), data: 0, udata: nil
        )
        _ = kevent(queue, &change, 1, nil, 0, nil)
    }
}
#endif
