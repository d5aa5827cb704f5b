#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Threads of our own, for work that blocks: Swift's pool has one thread a core and must never wait.
package enum DedicatedThread {
    private final class Body {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    /// The stack of such a thread in bytes; llama.cpp needs more than the 512 KiB that macOS gives.
    private static let stackSize = 8 << 20

    /// Starts a thread that runs `body` and ends with it.
    ///
    /// - Parameters:
    ///   - signals: The signals that are blocked in it, all others being delivered to it; nil inherits the caller's mask.
    ///   - body: What it does.
    /// - Returns: Whether the system gave a thread.
    package static func start(blocking signals: [Int32]? = nil, _ body: @escaping @Sendable () -> Void) -> Bool {
        guard let signals else { return create(body) }
        var mask = sigset_t()
        var previous = sigset_t()
        sigemptyset(&mask)
        for signal in signals { sigaddset(&mask, signal) }
        // The new thread inherits this thread's mask, so there is no moment at which it has another one.
        pthread_sigmask(SIG_SETMASK, &mask, &previous)
        defer { pthread_sigmask(SIG_SETMASK, &previous, nil) }
        return create(body)
    }

    private static func create(_ body: @escaping @Sendable () -> Void) -> Bool {
        let pointer = Unmanaged.passRetained(Body(body)).toOpaque()
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        defer { pthread_attr_destroy(&attributes) }
        pthread_attr_setstacksize(&attributes, stackSize)
        pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        #if canImport(Darwin)
        var thread: pthread_t?
        #else
        var thread = pthread_t()
        #endif
        let code = pthread_create(&thread, &attributes, { DedicatedThread.enter($0) }, pointer)
        if code != 0 { Unmanaged<Body>.fromOpaque(pointer).release() }
        return code == 0
    }

    #if canImport(Darwin)
    private static func enter(_ pointer: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? {
        Unmanaged<Body>.fromOpaque(pointer).takeRetainedValue().run()
        return nil
    }
    #else
    private static func enter(_ pointer: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
        guard let pointer else { return nil }
        Unmanaged<Body>.fromOpaque(pointer).takeRetainedValue().run()
        return nil
    }
    #endif
}
