/// The handlers of the descriptors that a loop watches, by descriptor.
struct WatcherTable {
    private struct Watcher {
        var interest: PollInterest
        var generation: UInt32
        var handler: @Sendable (PollInterest) -> Void
    }

    private var watchers: [Watcher?] = []
    /// Tells an event of a descriptor from one of its predecessor with the same number.
    private var generations: UInt32 = 0

    /// Adds a descriptor; whether the system could.
    mutating func add(
        _ descriptor: Int32, _ interest: PollInterest, _ handler: @escaping @Sendable (PollInterest) -> Void,
        _ poller: Poller
    ) -> Bool {
        let index = Int(descriptor)
        precondition(index >= 0, "a negative descriptor cannot be watched")
        while watchers.count <= index { watchers.append(nil) }
        precondition(watchers[index] == nil, "descriptor \(descriptor) is watched already")
        generations &+= 1
        guard poller.add(descriptor, interest, generation: generations) else { return false }
        watchers[index] = Watcher(interest: interest, generation: generations, handler: handler)
        return true
    }

    /// Sets what a descriptor is watched for.
    mutating func change(_ descriptor: Int32, _ interest: PollInterest, _ poller: Poller) {
        guard let watcher = watcher(descriptor), watcher.interest != interest else { return }
        _ = poller.modify(descriptor, from: watcher.interest, to: interest, generation: watcher.generation)
        watchers[Int(descriptor)]?.interest = interest
    }

    /// Takes a descriptor out.
    mutating func remove(_ descriptor: Int32, _ poller: Poller) {
        guard let watcher = watcher(descriptor) else { return }
        watchers[Int(descriptor)] = nil
        poller.remove(descriptor, watcher.interest)
    }

    /// Whether a descriptor is in here.
    func contains(_ descriptor: Int32) -> Bool { watcher(descriptor) != nil }

    private func watcher(_ descriptor: Int32) -> Watcher? {
        watchers.indices.contains(Int(descriptor)) ? watchers[Int(descriptor)] : nil
    }

    /// The handler that an event is for, if it is still there.
    func handler(_ descriptor: Int32, _ generation: UInt32) -> (@Sendable (PollInterest) -> Void)? {
        guard let watcher = watcher(descriptor), watcher.generation == generation else { return nil }
        return watcher.handler
    }
}
