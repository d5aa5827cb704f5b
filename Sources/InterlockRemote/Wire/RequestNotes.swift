package import InterlockCore

/// Decides about what a provider's form cannot say, and remembers what was left out.
package struct RequestNotes: Sendable {
    /// What the caller wants done.
    package let policy: GenerationRequest.UnsupportedPolicy
    /// What was left out so far.
    package private(set) var drops: [Drop] = []

    /// Makes notes of nothing yet.
    package init(policy: GenerationRequest.UnsupportedPolicy) {
        self.policy = policy
    }

    /// Leaves something out, or refuses the request, as its caller wants.
    ///
    /// - Parameter hint: What the caller can do instead, as a sentence; nil names what always helps.
    /// - Throws: ``InterlockError/Code/unsupported`` naming the subject.
    package mutating func omit(
        _ subject: String, _ reason: String, hint: String? = nil
    ) throws(InterlockError) {
        guard policy == .drop else {
            throw InterlockError(
                .unsupported, "\(subject) cannot be honoured: \(reason)",
                hint: hint.map { "\($0) Or ask for what is unsupported to be dropped." }
                    ?? "Leave it out, choose another backend, or ask for what is unsupported to be dropped.")
        }
        report(subject, reason)
    }

    /// Remembers something that is left out whatever the caller wants, because the answer does not depend on it.
    package mutating func report(_ subject: String, _ reason: String) {
        drops.append(Drop(subject: subject, reason: reason))
    }

    /// Remembers what another step left out.
    package mutating func add(_ more: [Drop]) {
        drops += more
    }
}
