/// All arguments of one command, those of its option groups included, in the order of declaration.
struct DefinitionSet {
    var definitions: [ArgumentDefinition] = []
    /// The groups to validate after parsing, innermost first.
    var groups: [any ValidatedGroup] = []
    /// Groups and commands higher up whose values are shared with groups of the same type here.
    var ancestors: [ObjectIdentifier: any ParsableArguments] = [:]
    /// The groups found here, for the commands below.
    var found: [ObjectIdentifier: any ParsableArguments] = [:]

    init() {}

    init(_ arguments: any ParsableArguments, ancestors: [ObjectIdentifier: any ParsableArguments] = [:]) {
        self.ancestors = ancestors
        collect(from: arguments, title: "", visibility: .default)
    }

    /// The arguments of a type, unparsed, for help, completion and manual pages.
    init(type: any ParsableArguments.Type) {
        self.init(type.init())
    }

    mutating func collect(from arguments: any ParsableArguments, title: String, visibility: ArgumentVisibility) {
        for child in Mirror(reflecting: arguments).children {
            guard let label = child.label, let provider = child.value as? any DefinitionProvider else { continue }
            // A wrapper's storage is named after the property, with an underscore before it.
            let key = label.hasPrefix("_") ? String(label.dropFirst()) : label
            let start = definitions.count
            provider.contribute(key: key, to: &self)
            for index in start..<definitions.count {
                if definitions[index].groupTitle.isEmpty { definitions[index].groupTitle = title }
                if definitions[index].help.visibility.level < visibility.level {
                    definitions[index].help.visibility = visibility
                }
            }
        }
        found[ObjectIdentifier(type(of: arguments))] = arguments
    }

    func shown(at visibility: ArgumentVisibility) -> [ArgumentDefinition] {
        definitions.filter { $0.help.visibility.isShown(at: visibility) }
    }
}

/// A property wrapper that declares arguments.
protocol DefinitionProvider {
    func contribute(key: String, to set: inout DefinitionSet)
}

/// An option group's place, for validation after parsing.
protocol ValidatedGroup {
    func validateGroup() throws
}
