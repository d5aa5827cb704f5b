/// All arguments of one command, those of its option groups included, in the order of declaration.
struct DefinitionSet {
    var definitions: [ArgumentDefinition] = []

    init(_ instance: Registry.Instance) {
        collect(from: instance, title: "", visibility: .default)
    }

    /// The arguments of a type, unparsed, for help, completion and manual pages.
    init(type: any ParsableArguments.Type) {
        self.init(type.makeInstance())
    }

    mutating func collect(from instance: Registry.Instance, title: String, visibility: ArgumentVisibility) {
        let start = definitions.count
        for (key, slot) in Self.properties(of: instance) { slot.contribute(key: key, to: &self) }
        for index in start..<definitions.count {
            if definitions[index].groupTitle.isEmpty { definitions[index].groupTitle = title }
            if definitions[index].help.visibility.level < visibility.level {
                definitions[index].help.visibility = visibility
            }
        }
    }

    /// The wrapped properties with their names.
    private static func properties(of instance: Registry.Instance) -> [Property] {
        guard !instance.slots.isEmpty else { return [] }
        // A wrapper's storage is named after the property, with an underscore before it.
        let names = FieldNames.of(type(of: instance.value))?.filter { $0.utf8.first == UInt8(ascii: "_") } ?? []
        guard names.count == instance.slots.count else {
            // A class, or a type with properties that start with an underscore themselves.
            return reflectedProperties(of: instance.value)
        }
        return names.indices.map { (String(names[$0].dropFirst()), instance.slots[$0]) }
    }

    typealias Property = (key: String, slot: AnySlot)

    /// The same by reflection and casts alone, which is slow.
    static func reflectedProperties(of value: any ParsableArguments) -> [Property] {
        Mirror(reflecting: value).children.compactMap { child in
            guard let label = child.label, let owner = child.value as? any SlotOwner else { return nil }
            return (label.hasPrefix("_") ? String(label.dropFirst()) : label, owner.slot)
        }
    }

    /// Whether the quick way and reflection find the same properties in the arguments and their groups.
    static func agrees(with instance: Registry.Instance) -> Bool {
        let quick = properties(of: instance)
        let slow = reflectedProperties(of: instance.value)
        guard quick.map(\.key) == slow.map(\.key) else { return false }
        for (index, property) in quick.enumerated() {
            guard property.slot === slow[index].slot else { return false }
            guard property.slot.group.map({ agrees(with: $0.instance) }) ?? true else { return false }
        }
        return true
    }

    func shown(at visibility: ArgumentVisibility) -> [ArgumentDefinition] {
        definitions.filter { $0.help.visibility.isShown(at: visibility) }
    }
}
