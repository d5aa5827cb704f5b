#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Threads of our own, for work that blocks: Swift's pool has one thread a core and must never wait.
enum DedicatedThread {
    private final class Body {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    /// The stack of such a thread in bytes; llama.cpp needs more than the 512 KiB that macOS gives.
    private static let stackSize = 8 << 20

    /// Starts a thread that runs `body` and ends with it.
    ///
    /// - Returns: Whether the system gave a thread.
    static func start(_ body: @escaping @Sendable () -> Void) -> Bool {
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
