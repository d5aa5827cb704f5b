import InterlockCore

/// Walks through a schema and writes the one within the subset.
struct SchemaWalker {
    let root: JSONValue
    let subset: SchemaSubset
    let policy: GenerationRequest.UnsupportedPolicy
    let voice: SchemaVoice
    let references: SchemaReferences
    private(set) var drops: [Drop] = []
    /// The names under which definitions are written, by the references to them, in the order of their first use.
    private var definitions: [(reference: String, name: String)] = []
    /// The references that are being put in place of themselves.
    private var inlining: [String] = []
    /// Which references are known to lead back to themselves, or not to.
    private var recursive: [String: Bool] = [:]
    private var visited = 0

    /// Beyond that a schema that refers to its parts again and again would fill the memory.
    private static let mostVisited = 50_000

    init(
        root: JSONValue, subset: SchemaSubset, policy: GenerationRequest.UnsupportedPolicy, voice: SchemaVoice
    ) {
        self.root = root
        self.subset = subset
        self.policy = policy
        self.voice = voice
        references = SchemaReferences(root: root)
    }

    /// The schema within the subset.
    mutating func run() throws(InterlockError) -> JSONValue {
        var start = root
        var pointer = JSONPointer()
        var seen: Set<String> = []
        while let reference = start["$ref"]?.stringValue {
            guard seen.insert(reference).inserted else {
                throw voice.unsupported(
                    voice.place(pointer, "$ref"), "\(reference) leads back to itself and says nothing",
                    hint: "Let it lead to a schema.")
            }
            try leaveOutSiblings(of: start, pointer)
            (start, pointer) = try target(of: reference, pointer)
        }
        var schema = try visit(start, pointer)
        try checkRoot(schema)
        var written = 0
        var list = JSONObject()
        while written < definitions.count {
            let (reference, name) = definitions[written]
            written += 1
            let (definition, place) = try target(of: reference, pointer)
            list[name] = try visit(definition, place)
        }
        if !list.isEmpty { schema.objectValue?["$defs"] = .object(list) }
        return schema
    }

    private func checkRoot(_ schema: JSONValue) throws(InterlockError) {
        guard subset.requiresRootObject else { return }
        guard schema["type"] == "object", schema["anyOf"] == nil else {
            throw voice.unsupported(
                voice.subject, "its root must be an object",
                hint: "Put the schema into a property of an object.")
        }
    }

    func target(
        of reference: String, _ pointer: JSONPointer
    ) throws(InterlockError) -> (JSONValue, JSONPointer) {
        guard let (schema, place) = references.target(of: reference) else {
            throw voice.unsupported(
                voice.place(pointer, "$ref"), "\(reference) leads nowhere in it",
                hint: "Define it under $defs of the same schema.")
        }
        return (schema, place)
    }

    /// Refuses a keyword, or reports it as dropped.
    mutating func leaveOut(
        _ keyword: String, at pointer: JSONPointer, because problem: String = "it does not know the keyword"
    ) throws(InterlockError) {
        let place = voice.place(pointer, keyword)
        guard policy == .drop else {
            throw voice.unsupported(
                place, problem,
                hint: "Leave it out and check the answer yourself, or ask for what is unsupported to be dropped.")
        }
        drops.append(Drop(subject: place, reason: "the structured output of \(voice.provider) does not hold it"))
    }

    /// A schema at a place, within the subset.
    mutating func visit(_ schema: JSONValue, _ pointer: JSONPointer) throws(InterlockError) -> JSONValue {
        visited += 1
        guard visited <= SchemaWalker.mostVisited else {
            throw voice.unsupported(
                voice.subject, "it has more than \(SchemaWalker.mostVisited) parts", hint: "Make the schema smaller.")
        }
        guard case .object(let object) = schema else {
            throw voice.unsupported(
                voice.place(pointer), schema == true ? "it permits any value" : "it is no schema of a value",
                hint: "Say which types it may have.")
        }
        if let reference = object["$ref"]?.stringValue { return try visit(reference, in: object, pointer) }
        var node = SchemaNode(object, pointer)
        try node.write(with: &self)
        return .object(node.result)
    }

    /// A reference, kept where that is possible; with a description of its own it is replaced by what it leads to.
    private mutating func visit(
        _ reference: String, in object: JSONObject, _ pointer: JSONPointer
    ) throws(InterlockError) -> JSONValue {
        try leaveOutSiblings(of: .object(object), pointer)
        let (schema, place) = try target(of: reference, pointer)
        let isRecursive = isRecursive(reference)
        guard !isRecursive || !references.isCircular(reference) else {
            throw voice.unsupported(
                voice.place(pointer, "$ref"), "\(reference) leads back to itself and says nothing",
                hint: "Let it lead to a schema.")
        }
        guard subset.allowsRecursion || !isRecursive else {
            throw voice.unsupported(
                voice.place(pointer, "$ref"), "\(reference) contains itself",
                hint: "Unfold the schema to the depth that you need.")
        }
        if reference == "#" { return ["$ref": "#"] }
        let isDefinition = place.tokens.count == 2 && ["$defs", "definitions"].contains(place.tokens[0])
        let own = object.filter { $0.key == "description" || $0.key == "title" }
        if isDefinition, own.isEmpty || isRecursive {
            return ["$ref": .string("#/$defs/" + name(of: reference, place))]
        }
        guard !inlining.contains(reference), !isRecursive, case .object(var target) = schema else {
            throw voice.unsupported(
                voice.place(pointer, "$ref"), "\(reference) contains itself and is no definition",
                hint: "Move what it leads to under $defs.")
        }
        for (key, value) in own { target[key] = value }
        inlining.append(reference)
        defer { inlining.removeLast() }
        return try visit(.object(target), place)
    }

    /// What stands beside a reference restricts the answer further, which the subsets do not know.
    private mutating func leaveOutSiblings(
        of schema: JSONValue, _ pointer: JSONPointer
    ) throws(InterlockError) {
        for key in schema.objectValue?.keys ?? [] where key != "$ref" && SchemaShape.restricting.contains(key) {
            try leaveOut(key, at: pointer, because: "it stands beside a $ref")
        }
    }

    private mutating func isRecursive(_ reference: String) -> Bool {
        if let known = recursive[reference] { return known }
        let isRecursive = reference == "#" || references.isRecursive(reference)
        recursive[reference] = isRecursive
        return isRecursive
    }

    /// The name of a definition; two of one name, one in each list, are told apart.
    private mutating func name(of reference: String, _ place: JSONPointer) -> String {
        if let known = definitions.first(where: { $0.reference == reference }) { return escaped(known.name) }
        var name = place.tokens[1]
        while definitions.contains(where: { $0.name == name }) { name += "_" }
        definitions.append((reference, name))
        return escaped(name)
    }

    private func escaped(_ name: String) -> String {
        String(JSONPointer(tokens: [name]).description.dropFirst())
    }
}
