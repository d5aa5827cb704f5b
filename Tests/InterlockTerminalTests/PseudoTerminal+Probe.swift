import TestSupport

extension PseudoTerminal {
    /// Waits for the prompt in a state in which the probe takes keys.
    @discardableResult
    func expectPrompt() throws -> String {
        try expect("probe>\u{1B}[0m ")
    }
}
