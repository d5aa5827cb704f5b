import InterlockHTTP

/// The executor on which the work of remote backends happens.
public enum NetworkExecutor {
    /// The event loop's own executor.
    ///
    /// A task that prefers it takes what comes from the network without a switch of threads, which halves the processor
    /// time of requests one after the other. Nothing in such a task may block: every other exchange would wait.
    ///
    /// ```swift
    /// let task = Task(executorPreference: NetworkExecutor.shared) { try await model.generate("Hello!") }
    /// ```
    public static var shared: any TaskExecutor { EventLoop.shared }
}
