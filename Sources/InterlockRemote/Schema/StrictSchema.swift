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
