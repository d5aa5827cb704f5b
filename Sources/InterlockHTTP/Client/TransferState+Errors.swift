import InterlockCore

extension TransferState {
    /// The transfer ended well, and there was no head: curl would have said so.
    static let noHead = InterlockError(.malformedResponse, "the response has no status line")

    /// A body has one reader at a time.
    static let twoReaders = InterlockError(
        .internalInconsistency, "two tasks read one response at the same time",
        hint: "Read a response body from one task."
    )
}

extension TransferState.Waiter {
    /// Tells the one who wants to wait that it cannot.
    func failing(_ error: any Error) -> TransferState.Wake {
        switch self {
        case .head(let continuation): .head(continuation, .failure(error))
        case .chunk(let continuation): .chunk(continuation, .failure(error))
        case .whole(let continuation): .whole(continuation, .failure(error))
        }
    }
}
