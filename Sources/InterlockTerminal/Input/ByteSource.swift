#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Bytes from a descriptor, with a second descriptor that ends the wait.
///
/// Used by one thread.
final class ByteSource {
    enum Chunk {
        case bytes(ArraySlice<UInt8>)
        case end
        case woken
        case failed(code: Int32)
    }

    enum Next {
        case byte(UInt8)
        case end
        case woken
        case failed(code: Int32)
    }

    private let descriptor: Int32
    private let wake: WakePipe?
    private var buffer = [UInt8](repeating: 0, count: 16384)
    private var pending: ArraySlice<UInt8> = []

    init(descriptor: Int32, wake: WakePipe?) {
        self.descriptor = descriptor
        self.wake = wake
    }

    /// The next byte.
    func next() -> Next {
        // A wake-up comes before bytes already here, so that Ctrl-C ends a long paste.
        if let wake, wake.isWoken {
            wake.drain()
            return .woken
        }
        if pending.isEmpty {
            switch nextChunk() {
            case .bytes(let chunk): pending = chunk
            case .end: return .end
            case .woken: return .woken
            case .failed(let code): return .failed(code: code)
            }
        }
        guard let byte = pending.popFirst() else { return .end }
        return .byte(byte)
    }

    /// Whether the end came because the terminal was closed, and not by Ctrl-D.
    var isHungUp: Bool {
        var entry = pollfd(fd: descriptor, events: 0, revents: 0)
        return poll(&entry, 1, 0) > 0 && entry.revents & Int16(POLLHUP | POLLERR) != 0
    }

    /// Forgets bytes read ahead, as the terminal does with its own on Ctrl-C.
    func discardPending() {
        pending = []
    }

    /// Some bytes, at least one.
    func nextChunk() -> Chunk {
        while true {
            if let event = wait() { return event }
            let count = buffer.withUnsafeMutableBytes { bytes in
                #if canImport(Darwin)
                Darwin.read(descriptor, bytes.baseAddress, bytes.count)
                #elseif canImport(Glibc)
                Glibc.read(descriptor, bytes.baseAddress, bytes.count)
                #elseif canImport(Musl)
                Musl.read(descriptor, bytes.baseAddress, bytes.count)
                #endif
            }
            if count > 0 { return .bytes(buffer[..<count]) }
            if count == 0 { return .end }
            let code = errno
            switch code {
            case EINTR, EAGAIN: continue
            // A terminal that was closed.
            case EIO where Descriptors.isCharacterDevice(descriptor): return .end
            default: return .failed(code: code)
            }
        }
    }

    /// Waits for the descriptor to have something to say; an event when the wake pipe was first.
    private func wait() -> Chunk? {
        var entries = [pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)]
        if let wake { entries.append(pollfd(fd: wake.readEnd, events: Int16(POLLIN), revents: 0)) }
        while poll(&entries, nfds_t(entries.count), -1) == -1 {
            let code = errno
            if code != EINTR { return .failed(code: code) }
        }
        if let wake, entries[1].revents != 0 {
            wake.drain()
            return .woken
        }
        return nil
    }
}
