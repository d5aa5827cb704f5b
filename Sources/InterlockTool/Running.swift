import Interlock
import InterlockArguments
import InterlockTerminal

/// What the commands that use a model have in common.
enum Running {
    /// Uses a backend and gives its memory back whatever happens: a process must not end while a model computes.
    static func withBackend<Result>(
        _ model: any Backend, _ context: ToolContext, _ body: (any Backend) async throws -> Result
    ) async throws -> Result {
        let outcome: Swift.Result<Result, any Error>
        do {
            outcome = .success(try await body(model))
        } catch {
            outcome = .failure(error)
        }
        await model.unload()
        return try outcome.get()
    }

    /// Loads a model and shows how far it is.
    ///
    /// - Returns: How long that took, or nil if the model was loaded already.
    @discardableResult
    static func load(_ model: any Backend, _ context: ToolContext) async throws -> Duration? {
        if await model.isLoaded { return nil }
        let start = Clocks.system.monotonic()
        let line = ProgressLine(capabilities: context.terminal)
        defer { line.finish() }
        try await model.load { progress in line.update(progress.fraction, label: progress.label) }
        return Clocks.system.monotonic() - start
    }

    /// Runs work that Ctrl-C, a request to terminate and a closed terminal cancel.
    ///
    /// A second signal while the work is still ending goes to whoever handles signals around it; nobody does in a command
    /// of one answer, and it ends the process.
    ///
    /// - Returns: What the work returned, or nil if it was cancelled by a signal.
    static func interruptible<Result: Sendable>(
        _ work: @escaping @Sendable () async throws -> Result
    ) async throws -> Result? {
        let task = Task(executorPreference: nil) { try await work() }
        return try await Interrupts.withHandler { _ in
            if task.isCancelled { return .passedOn }
            task.cancel()
            return .handled
        } operation: {
            do {
                return try await task.value
            } catch is CancellationError {
                return nil
            }
        }
    }

    /// The exit code of a command that a signal ended.
    static var interruptedCode: ExitCode {
        ExitCode(Interrupts.exitCode(otherwise: ExitCode.interrupted.rawValue))
    }
}
