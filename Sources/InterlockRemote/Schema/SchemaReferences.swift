import InterlockCore

/// The references of a schema: where they lead, and which of them lead back to themselves.
struct SchemaReferences: Sendable {
    let root: JSONValue

    /// The schema that a reference leads to, with its place; nil if there is none in this document.
    func target(of reference: String) -> (schema: JSONValue, pointer: JSONPointer)? {
        guard reference.hasPrefix("#"), let pointer = try? JSONPointer(reference.dropFirst()),
            let schema = root.value(at: pointer)
        else { return nil }
        return (schema, pointer)
    }

    /// A schema, or what it refers to; a chain of references that goes round ends where it began.
    func resolved(_ schema: JSONValue) -> JSONValue {
        var schema = schema
        var seen: Set<String> = []
        while let reference = schema["$ref"]?.stringValue, seen.insert(reference).inserted,
            let target = target(of: reference)
        {
            schema = target.schema
        }
        return schema
    }

    /// Whether what a reference leads to refers to itself, at whatever distance.
    func isRecursive(_ reference: String) -> Bool {
        var seen: Set<String> = []
        var open = [reference]
        while let next = open.popLast() {
            guard let target = target(of: next) else { continue }
            for found in SchemaReferences.references(in: target.schema) {
                if found == reference || found == "#" { return true }
                if seen.insert(found).inserted { open.append(found) }
            }
        }
        return false
    }

    /// Whether a reference leads back to itself without any property or item in between, so that it says nothing.
    func isCircular(_ reference: String) -> Bool {
        var seen: Set<String> = []
        var open = [reference]
        while let next = open.popLast() {
            guard let target = target(of: next) else { continue }
            for found in SchemaReferences.alternatives(in: target.schema) {
                if found == reference { return true }
                if seen.insert(found).inserted { open.append(found) }
            }
        }
        return false
    }

    /// The references that hold for a value itself, not for something inside it.
    private static func alternatives(in schema: JSONValue) -> [String] {
        guard case .object(let object) = schema else { return [] }
        var found = object["$ref"]?.stringValue.map { [$0] } ?? []
        for key in ["anyOf", "oneOf", "allOf"] {
            for schema in object[key]?.arrayValue ?? [] { found += alternatives(in: schema) }
        }
        return found
    }

    /// The references anywhere in a schema.
    static func references(in schema: JSONValue) -> [String] {
        switch schema {
        case .object(let object):
            var found = object["$ref"]?.stringValue.map { [$0] } ?? []
            for (key, value) in object where key != "enum" && key != "const" { found += references(in: value) }
            return found
        case .array(let array): return array.flatMap(references)
        default: return []
        }
    }
}
