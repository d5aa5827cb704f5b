import InterlockCore

/// Puts the settings that only one backend knows into the body of a request to it.
struct ExtraFields {
    /// Members that may not be set: Interlock writes them, or reads the answer by them.
    let fixed: Set<String>
    /// Members that are objects and are merged one level deeper instead of being replaced.
    var merged: Set<String> = []
    /// Members that ask for several answers at once, and so may only be 1.
    var single: Set<String> = []

    /// Merges them at the top level; the caller's value replaces what was translated.
    ///
    /// - Parameters:
    ///   - extras: The caller's settings for this backend, if there are any.
    ///   - backend: The backend's name, for messages.
    ///   - body: The translated request.
    /// - Throws: ``InterlockError/Code/invalidRequest`` naming a member that may not be set.
    func merge(_ extras: JSONObject?, of backend: String, into body: inout JSONObject) throws(InterlockError) {
        for (key, value) in extras ?? [:] {
            guard !fixed.contains(key) else {
                throw InterlockError(
                    .invalidRequest, "extras.\(backend).\(key) cannot be set: Interlock writes \(key) itself",
                    hint: "Leave it out; the request says it already.")
            }
            guard !single.contains(key) || value == 1 else {
                throw InterlockError(
                    .invalidRequest, "extras.\(backend).\(key) is \(value); Interlock reads one answer a request",
                    hint: "Send the request several times.")
            }
            if merged.contains(key), let more = value.objectValue, var object = body[key]?.objectValue {
                object.merge(more)
                body[key] = .object(object)
            } else {
                body[key] = value
            }
        }
    }
}

extension ExtraFields {
    /// What stands in every request of OpenAI's family.
    static let openAI = ExtraFields(
        fixed: ["stream", "messages", "input", "prompt", "model"], single: ["n", "best_of"])
}
