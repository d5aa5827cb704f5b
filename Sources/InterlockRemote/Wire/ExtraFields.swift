import InterlockCore

/// Puts the settings that only one backend knows into the body of a request to it.
enum ExtraFields {
    /// Merges them at the top level; the caller's value replaces what was translated.
    ///
    /// - Parameters:
    ///   - extras: The caller's settings for this backend.
    ///   - body: The translated request.
    ///   - fixed: Members that may not be replaced: they are said by the request itself.
    ///   - merged: Members that are objects and are merged one level deeper instead of being replaced.
    /// - Throws: ``InterlockError/Code/invalidRequest`` naming a fixed member.
    static func merge(
        _ extras: JSONObject, into body: inout JSONObject, fixed: Set<String>, merged: Set<String> = []
    ) throws(InterlockError) {
        for (key, value) in extras {
            guard !fixed.contains(key) else {
                throw InterlockError(
                    .invalidRequest, "extras may not set \(key)", hint: "Say it in the request itself.")
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
