import Synchronization

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A pipe that ends another thread's `poll`.
final class WakePipe: Sendable {
    /// The end to poll; readable after `wake`.
    let readEnd: Int32
    private let writeEnd: Int32
    private let flag = Atomic<Bool>(false)

    init?() {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { return nil }
        readEnd = ends[0]
        writeEnd = ends[1]
        for end in ends {
            Descriptors.closeOnExec(end)
            Descriptors.setNonBlocking(end)
        }
    }

    deinit {
        close(readEnd)
        close(writeEnd)
    }

    /// Whether `wake` was called since the last `drain`: cheaper than asking the pipe.
    var isWoken: Bool { flag.load(ordering: .acquiring) }

    /// Makes the read end readable.
    ///
    /// A full pipe is as good: the reader wakes anyway.
    func wake() {
        var byte: UInt8 = 1
        while write(writeEnd, &byte, 1) == -1, errno == EINTR {}
        flag.store(true, ordering: .releasing)
    }

    /// Takes back every `wake` so far.
    func drain() {
        // First the flag: a wake between the two lines leaves both set or an empty pipe with the flag set, never a
        // full pipe that nobody knows of.
        flag.store(false, ordering: .releasing)
        var bytes = [UInt8](repeating: 0, count: 64)
        while true {
            let count = read(readEnd, &bytes, bytes.count)
            if count == -1, errno == EINTR { continue }
            if count < bytes.count { return }
        }
    }
}
