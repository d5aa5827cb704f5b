package import InterlockCore

/// What a request asks for and nobody can honour: an error, or a list of what was left out.
package struct Leftovers: Sendable {
    /// What to do about it.
    package var policy: GenerationRequest.UnsupportedPolicy
    /// What was left out.
    package private(set) var drops: [Drop] = []

    /// Makes an empty list.
    package init(policy: GenerationRequest.UnsupportedPolicy) {
        self.policy = policy
    }

    /// Leaves a parameter out, or refuses the request.
    ///
    /// - Throws: ``InterlockError/Code/unsupported`` if the policy says so.
    package mutating func add(_ parameter: String, _ reason: String = "is not supported") throws(InterlockError) {
        guard policy == .drop else {
            throw .parameter(
                parameter, reason,
                hint: "Leave it out, or send the header `X-Interlock-Unsupported: drop` to go on without it.",
                code: .unsupported, word: "unsupported_parameter")
        }
        drops.append(Drop(subject: parameter, reason: "\(parameter) \(reason)"))
    }
}
