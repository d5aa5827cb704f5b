/// What Ctrl-C at a prompt means: the first clears the line, a second right after it leaves.
///
///     var interrupts = PromptInterrupts()
///     while true {
///         let result = try await editor.readLine(prompt: "> ")
///         switch interrupts.next(result) {
///         case .use(let line): try await answer(line)
///         case .hint: try output.write("press Ctrl-C again to leave\n")
///         case .leave: return
///         }
///     }
public struct PromptInterrupts: Sendable {
    /// What to do next.
    public enum Step: Equatable, Sendable {
        /// A line was entered.
        case use(String)
        /// Say that another Ctrl-C leaves, and ask again.
        case hint
        /// End: the second Ctrl-C, or the end of the input.
        case leave
    }

    private var previousWasInterrupt = false

    /// Before the first result.
    public init() {}

    /// Decides what a result means, given the one before it.
    ///
    /// A Ctrl-C that threw away typed text is always a first one: who typed in between did not mean to leave.
    public mutating func next(_ result: LineEditor.Result) -> Step {
        switch result {
        case .line(let line):
            previousWasInterrupt = false
            return .use(line)
        case .endOfInput:
            return .leave
        case .interrupted(let discarded):
            defer { previousWasInterrupt = true }
            return previousWasInterrupt && discarded.isEmpty ? .leave : .hint
        }
    }
}
