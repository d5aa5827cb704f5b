package import InterlockCore

/// Members of a request body that the caller wrote.
package enum OpenAIExtras {
    /// What may not be overwritten: it decides how the answer is read and what is asked.
    private static let reserved: Set<String> = ["stream", "messages", "input", "prompt", "model"]

    /// Puts the caller's members over those of the body.
    ///
    /// - Throws: ``InterlockError/Code/invalidRequest`` for a member that is Interlock's to write.
    package static func merge(
        _ extras: JSONObject?, backend: String, into body: inout JSONObject
    ) throws(InterlockError) {
        guard let extras else { return }
        for (key, value) in extras {
            guard !reserved.contains(key) else {
                throw InterlockError(
                    .invalidRequest, "extras.\(backend).\(key) cannot be set: Interlock writes \(key) itself",
                    hint: "Leave it out; the request says it already.")
            }
            if key == "n" || key == "best_of", value != 1 {
                throw InterlockError(
                    .invalidRequest, "extras.\(backend).\(key) is \(value); Interlock reads one answer a request",
                    hint: "Send the request several times.")
            }
            body[key] = value
        }
    }
}
