import InterlockCore

/// Collects what a request asks for and its provider's form cannot say.
struct Untranslatable {
    /// What to do about it.
    let policy: GenerationRequest.UnsupportedPolicy
    /// What is left out or said differently.
    private(set) var drops: [Drop] = []

    init(_ policy: GenerationRequest.UnsupportedPolicy) {
        self.policy = policy
    }

    /// Leaves something out and reports it, or refuses the request, as its caller chose.
    mutating func leaveOut(_ subject: String, _ reason: String, hint: String) throws(InterlockError) {
        guard policy == .drop else {
            throw InterlockError(
                .unsupported, "\(subject) cannot be honoured: \(reason)",
                hint: "\(hint) Or ask for what is unsupported to be dropped.")
        }
        note(subject, reason)
    }

    /// Reports something that is said differently and that nobody has to be refused for.
    mutating func note(_ subject: String, _ reason: String) {
        drops.append(Drop(subject: subject, reason: reason))
    }

    /// Takes over reports that were made elsewhere.
    mutating func append(_ more: [Drop]) {
        drops += more
    }
}
