import InterlockCore

/// Checks what a provider limits in number.
struct SchemaLimits {
    let subset: SchemaSubset
    let voice: SchemaVoice

    /// With more texts an `enum` has a limit of its own.
    private static let longEnum = 250

    /// Counts and compares.
    func check(_ schema: JSONValue) throws(InterlockError) {
        var counts = Counts()
        count(schema, &counts)
        var depths: [String: Int] = [:]
        let depth = depth(schema, root: schema, &depths)
        try compare("properties", counts.properties, subset.maximumProperties)
        try compare("levels of objects", depth, subset.maximumDepth)
        try compare("values of enum", counts.enumValues, subset.maximumEnumValues)
        try compare("characters of names and values", counts.nameCharacters, subset.maximumNameCharacters)
        try compare(
            "characters in one enum of more than \(SchemaLimits.longEnum) texts", counts.longEnumCharacters,
            subset.maximumLongEnumCharacters)
    }

    private struct Counts {
        var properties = 0
        var enumValues = 0
        /// Of all names of properties and definitions, and all texts of `enum` and `const`.
        var nameCharacters = 0
        /// Of the longest `enum` of many texts.
        var longEnumCharacters = 0
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
        countCharacters(object, &counts)
        for child in SchemaShape.children(of: object) { count(child, &counts) }
        for (_, definition) in object["$defs"]?.objectValue ?? [:] { count(definition, &counts) }
    }

    private func countCharacters(_ object: JSONObject, _ counts: inout Counts) {
        for keyword in ["properties", "$defs"] {
            for name in object[keyword]?.objectValue?.keys ?? [] { counts.nameCharacters += length(name) }
        }
        counts.nameCharacters += length(object["const"]?.stringValue ?? "")
        let texts = object["enum"]?.arrayValue?.compactMap(\.stringValue) ?? []
        let characters = texts.reduce(0) { $0 + length($1) }
        counts.nameCharacters += characters
        if texts.count > SchemaLimits.longEnum {
            counts.longEnumCharacters = max(counts.longEnumCharacters, characters)
        }
    }

    /// A text's length as the provider counts it, in code points.
    private func length(_ text: String) -> Int { text.unicodeScalars.count }

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
