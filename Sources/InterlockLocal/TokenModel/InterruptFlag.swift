import Synchronization

/// A flag that any thread raises and that a running evaluation looks at again and again.
public final class InterruptFlag: Sendable {
    private let flag = Atomic<Bool>(false)

    /// Makes a flag that is not raised.
    public init() {}

    /// Whether the flag is raised.
    public var isRaised: Bool { flag.load(ordering: .acquiring) }

    /// Raises the flag.
    public func raise() { flag.store(true, ordering: .releasing) }

    /// Lowers the flag, before the next evaluation.
    public func lower() { flag.store(false, ordering: .releasing) }
}
