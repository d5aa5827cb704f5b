/// The body of a response, read piece by piece by one task.
package final class HTTPBody: Sendable {
    private let transfer: Transfer

    init(_ transfer: Transfer) {
        self.transfer = transfer
    }

    /// The next bytes, decoded; everything that has piled up comes as one array.
    ///
    /// - Returns: Nil at a clean end.
    /// - Throws: ``InterlockError`` where the body breaks off or a time limit ends, after the bytes that had come
    ///   before; `CancellationError` once the task is cancelled or the response's scope was left.
    package func next() async throws -> [UInt8]? {
        try await transfer.next()
    }

    /// Waits a moment for the end of a body of which the reader has all it wants, then releases it.
    ///
    /// Whoever asks again right away finds its connection free.
    package func drain() async {
        guard !transfer.isOver else { return }
        await transfer.drain()
    }

    /// Says that the reader has all it wants: what is left is thrown away, so that the connection can be used again.
    ///
    /// A server that has said everything usually ends its response in the same breath. One that does not, within half a
    /// second and 64 KiB, loses its connection.
    package func release() {
        transfer.release()
    }

    /// The fields after the body, once ``next()`` has returned nil.
    package var trailers: HTTPHeaders { transfer.trailers }
}
