import InterlockCore

/// A queue whose reader sleeps until there is something to read: the way work reaches a dedicated thread.
final class BlockingQueue<Element: Sendable>: Sendable {
    private struct State {
        var elements: [Element] = []
        var isClosed = false
    }

    private let state = Monitor(State())

    /// Adds an element; false when the queue is closed and the element was not taken.
    func push(_ element: Element) -> Bool {
        state.withLock { state in
            if !state.isClosed { state.elements.append(element) }
            return !state.isClosed
        }
    }

    /// The next element, waiting for one; nil when the queue is closed and empty.
    func pop() -> Element? {
        state.wait { state -> Element?? in
            if !state.elements.isEmpty { return state.elements.removeFirst() }
            return state.isClosed ? .some(nil) : nil
        }
    }

    /// Takes no more elements; the reader gets those already in the queue and then nil.
    func close() {
        state.withLock { $0.isClosed = true }
    }
}
