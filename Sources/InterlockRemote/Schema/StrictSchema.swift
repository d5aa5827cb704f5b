package import InterlockCore

/// Turns a JSON Schema into one that a provider's structured output holds.
///
/// The result never permits more than the original unless a drop says so: an answer that it permits is valid against
/// the original, too. It may permit less: objects are closed, and properties that may be null become required.
package enum StrictSchema {
    /// A schema within a subset.
    package struct Prepared: Sendable, Hashable {
        /// The schema.
        package var schema: JSONValue
        /// What of the original is not held, because the caller chose to go on without it.
        package var drops: [Drop]
    }

    /// Transforms a schema.
    ///
    /// - Parameters:
    ///   - schema: The original.
    ///   - subset: What the provider holds.
    ///   - policy: What to do about keywords outside of it: refuse, or move them into `description` and report them.
    ///   - subject: What the schema is for, for the messages.
    ///   - provider: Who is to hold it, for the messages.
    /// - Throws: ``InterlockError/Code/constraintUnsupported`` naming keyword and place, and under either policy if the
    ///   schema has no equivalent at all or goes beyond a limit.
    package static func prepare(
        _ schema: JSONValue, for subset: SchemaSubset, policy: GenerationRequest.UnsupportedPolicy,
        subject: String = "json_schema", provider: String
    ) throws(InterlockError) -> Prepared {
        var walker = SchemaWalker(
            root: schema, subset: subset, policy: policy,
            voice: SchemaVoice(subject: subject, provider: provider))
        let transformed = try walker.run()
        try SchemaLimits(subset: subset, voice: walker.voice).check(transformed)
        return Prepared(schema: transformed, drops: walker.drops)
    }
}

/// How the transformation speaks of a schema.
struct SchemaVoice: Sendable {
    /// What the schema is for.
    let subject: String
    /// Who is to hold it.
    let provider: String

    /// A place in the schema.
    func place(_ pointer: JSONPointer, _ keyword: String? = nil) -> String {
        "\(subject)#\(pointer)" + (keyword.map { "/\($0)" } ?? "")
    }

    /// A schema that cannot be held.
    func unsupported(_ place: String, _ problem: String, hint: String) -> InterlockError {
        InterlockError(
            .constraintUnsupported, "\(place) cannot be held by the structured output of \(provider): \(problem)",
            hint: hint)
    }
}

/// Checks what a provider limits in number.
struct SchemaLimits {
    let subset: SchemaSubset
    let voice: SchemaVoice

    /// Counts and compares.
    func check(_ schema: JSONValue) throws(InterlockError) {
        var counts = Counts()
        count(schema, &counts)
        var depths: [String: Int] = [:]
        let depth = depth(schema, root: schema, &depths)
        try compare("properties", counts.properties, subset.maximumProperties)
        try compare("levels of objects", depth, subset.maximumDepth)
        try compare("values of enum", counts.enumValues, subset.maximumEnumValues)
    }

    private struct Counts {
        var properties = 0
        var enumValues = 0
    }

    private func compare(_ what: String, _ count: Int, _ limit: Int?) throws(InterlockError) {
        guard let limit, count > limit else { return }
        throw voice.unsupported(
            voice.subject, "it has \(count) \(what), and at most \(limit) are held", hint: "Make the schema smaller.")
    }

    private func count(_ schema: JSONValue, _ counts: inout Counts) {
        guard case .object(let object) = schema else { return }
        counts.properties += object["properties"]?.objectValue?.count ?? 0
        counts.enumValues += object["enum"]?.arrayValue?.count ?? 0
        for child in SchemaShape.children(of: object) { count(child, &counts) }
        for (_, definition) in object["$defs"]?.objectValue ?? [:] { count(definition, &counts) }
    }

    /// The levels of objects; one that contains itself counts once.
    private func depth(_ schema: JSONValue, root: JSONValue, _ known: inout [String: Int]) -> Int {
        guard case .object(let object) = schema else { return 0 }
        if let reference = object["$ref"]?.stringValue {
            if let depth = known[reference] { return depth }
            known[reference] = 0
            guard let pointer = try? JSONPointer(reference.dropFirst()), let target = root.value(at: pointer) else {
                return 0
            }
            let depth = depth(target, root: root, &known)
            known[reference] = depth
            return depth
        }
        var deepest = 0
        for child in SchemaShape.children(of: object) { deepest = max(deepest, depth(child, root: root, &known)) }
        return deepest + (object["properties"] == nil ? 0 : 1)
    }
}
