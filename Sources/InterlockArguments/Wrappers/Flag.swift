/// A named argument without a value.
///
/// ```swift
/// @Flag(name: .shortAndLong, help: "Say more.") var verbose = false
/// @Flag(inversion: .prefixedNo, help: "Stream the answer.") var stream = true
/// @Flag(name: .short, help: "Say more each time.") var verbosity: Int
/// @Flag(help: "How hard to try.") var effort = Effort.fast
/// ```
@propertyWrapper
public struct Flag<Value> {
    var storage: Storage<Value>

    /// The value: the parsed one, or the one assigned since.
    ///
    /// Reading it before parsing stops the program unless there is an initial value.
    public var wrappedValue: Value {
        get { storage.value }
        set { storage.value = newValue }
    }

    /// Whether and as what the flag was given, for checks in `validate()`.
    public var projectedValue: ArgumentPresence { ArgumentPresence(slot: storage.slot) }

    /// Stands in for properties declared with the bare wrapper; those of usable types get another initializer.
    @available(
        *, unavailable,
        message: "Give the property the type Bool, Int or one that is an EnumerableFlag, and a Bool an initial value."
    )
    public init() {
        fatalError("unavailable")
    }
}

extension Flag: Sendable where Value: Sendable {}

extension Flag: SlotOwner {
    /// All other initializers go through this one.
    fileprivate init(storing storage: Storage<Value>) {
        self.storage = storage
        Registry.enter(storage.slot)
    }

    var slot: AnySlot { storage.slot }
}

extension Flag where Value == Bool {
    /// Declares a flag that is true when given.
    public init(wrappedValue: Bool, name: NameSpecification = .long, help: ArgumentHelp? = nil) {
        self.init(
            storing: Storage(
                Slot(initial: wrappedValue) { slot, key in
                    [
                        .flag(slot, key, name.names(for: key), help, isOptional: true) { use in
                            slot.lastFlag = use
                            slot.parsed = true
                        }
                    ]
                }
            ))
    }

    /// Declares a pair of flags, one for true and one for false.
    public init(
        wrappedValue: Bool,
        name: NameSpecification = .long,
        inversion: FlagInversion,
        exclusivity: FlagExclusivity = .chooseLast,
        help: ArgumentHelp? = nil
    ) {
        self.init(storing: .pair(wrappedValue, name, inversion, exclusivity, help) { $0 })
    }

    /// Declares a pair of flags one of which must be given.
    public init(
        name: NameSpecification = .long,
        inversion: FlagInversion,
        exclusivity: FlagExclusivity = .chooseLast,
        help: ArgumentHelp? = nil
    ) {
        self.init(storing: .pair(nil, name, inversion, exclusivity, help) { $0 })
    }
}

extension Flag where Value == Bool? {
    /// Declares a pair of flags; the property is nil when neither is given.
    public init(
        wrappedValue: _OptionalNilComparisonType,
        name: NameSpecification = .long,
        inversion: FlagInversion,
        exclusivity: FlagExclusivity = .chooseLast,
        help: ArgumentHelp? = nil
    ) {
        self.init(storing: .pair(.some(nil), name, inversion, exclusivity, help) { .some($0) })
    }

    /// Declares a pair of flags; the property is nil when neither is given.
    public init(
        name: NameSpecification = .long,
        inversion: FlagInversion,
        exclusivity: FlagExclusivity = .chooseLast,
        help: ArgumentHelp? = nil
    ) {
        self.init(storing: .pair(.some(nil), name, inversion, exclusivity, help) { .some($0) })
    }
}

extension Flag where Value == Int {
    /// Declares a flag that counts how often it is given.
    public init(name: NameSpecification = .long, help: ArgumentHelp? = nil) {
        self.init(
            storing: Storage(
                Slot(initial: 0) { slot, key in
                    var definition = ArgumentDefinition.flag(slot, key, name.names(for: key), help, isOptional: true) {
                        _ in slot.parsed = (slot.parsed ?? 0) + 1
                    }
                    definition.isRepeating = true
                    return [definition]
                }
            ))
    }
}

extension Flag where Value: EnumerableFlag {
    /// Declares one flag for each case.
    public init(wrappedValue: Value, exclusivity: FlagExclusivity = .exclusive, help: ArgumentHelp? = nil) {
        self.init(storing: .cases(wrappedValue, isOptional: true, exclusivity, help, shownDefault: wrappedValue) { $0 })
    }

    /// Declares one flag for each case; one of them must be given.
    public init(exclusivity: FlagExclusivity = .exclusive, help: ArgumentHelp? = nil) {
        self.init(storing: .cases(nil, isOptional: false, exclusivity, help, shownDefault: nil) { $0 })
    }
}

extension Flag {
    /// Declares one flag for each case; the property is nil when none is given.
    public init<Element: EnumerableFlag>(exclusivity: FlagExclusivity = .exclusive, help: ArgumentHelp? = nil)
    where Value == Element? {
        self.init(storing: .cases(.some(nil), isOptional: true, exclusivity, help, shownDefault: nil) { .some($0) })
    }

    /// Declares one flag for each case; the property has the cases in the order in which they are given.
    public init<Element: EnumerableFlag>(wrappedValue: [Element], help: ArgumentHelp? = nil)
    where Value == [Element] {
        self.init(storing: .caseList(wrappedValue, help))
    }

    /// Declares one flag for each case; one of them at least must be given.
    public init<Element: EnumerableFlag>(help: ArgumentHelp? = nil) where Value == [Element] {
        self.init(storing: .caseList(nil, help))
    }
}

extension ArgumentDefinition {
    static func flag(
        _ slot: AnySlot,
        _ key: String,
        _ names: [Name],
        _ help: ArgumentHelp?,
        isOptional: Bool,
        set: @escaping (Occurrence) throws -> Void
    ) -> ArgumentDefinition {
        ArgumentDefinition(
            shape: .named(names),
            slot: slot,
            key: key,
            help: help ?? ArgumentHelp(),
            isOptional: isOptional,
            update: .flag(set)
        )
    }
}

extension Slot {
    /// Puts a flag's value in place as the exclusivity permits.
    func set(_ value: Value, by use: Occurrence, _ exclusivity: FlagExclusivity) throws {
        if let first = lastFlag {
            switch exclusivity.form {
            case .exclusive: throw ContradictingFlags(first: first, second: use)
            case .chooseFirst: return
            case .chooseLast: break
            }
        }
        lastFlag = use
        parsed = value
    }
}

extension Storage {
    fileprivate static func pair(
        _ initial: Value?,
        _ name: NameSpecification,
        _ inversion: FlagInversion,
        _ exclusivity: FlagExclusivity,
        _ help: ArgumentHelp?,
        _ make: @escaping (Bool) -> Value
    ) -> Storage {
        Storage(
            Slot(initial: initial) { slot, key in
                let names = inversion.names(for: key, name)
                let shownDefault = (initial as? Bool).map { $0 ? names.on : names.off }?.preferred?.spelled ?? ""
                return [(names.on, true), (names.off, false)].map { names, value in
                    var definition = ArgumentDefinition.flag(slot, key, names, help, isOptional: initial != nil) {
                        try slot.set(make(value), by: $0, exclusivity)
                    }
                    definition.sharesLine = true
                    definition.documentation = { ArgumentDefinition.Documentation(defaultValue: shownDefault) }
                    return definition
                }
            }
        )
    }

    fileprivate static func cases<Element: EnumerableFlag>(
        _ initial: Value?,
        isOptional: Bool,
        _ exclusivity: FlagExclusivity,
        _ help: ArgumentHelp?,
        shownDefault: Element?,
        _ make: @escaping (Element) -> Value
    ) -> Storage {
        Storage(
            Slot(initial: initial) { slot, key in
                caseDefinitions(slot, key, help, isOptional: isOptional, shownDefault: shownDefault) { value, use in
                    try slot.set(make(value), by: use, exclusivity)
                }
            }
        )
    }

    fileprivate static func caseList<Element: EnumerableFlag>(_ initial: [Element]?, _ help: ArgumentHelp?) -> Storage
    where Value == [Element] {
        Storage(
            Slot(initial: initial) { slot, key in
                caseDefinitions(slot, key, help, isOptional: initial != nil, shownDefault: nil) {
                    (value: Element, _) in slot.parsed = (slot.parsed ?? []) + [value]
                }
            }
        )
    }
}

/// One flag for each case; those without help of their own share the property's line.
private func caseDefinitions<Element: EnumerableFlag>(
    _ slot: AnySlot,
    _ key: String,
    _ help: ArgumentHelp?,
    isOptional: Bool,
    shownDefault: Element?,
    set: @escaping (Element, Occurrence) throws -> Void
) -> [ArgumentDefinition] {
    // Plain loops: `zip` and `map` over a generic collection cost conformance look-ups at start-up.
    var haveOwnHelp = false
    for value in Element.allCases where Element.help(for: value) != nil { haveOwnHelp = true }
    var definitions: [ArgumentDefinition] = []
    for value in Element.allCases {
        let names = Element.name(for: value).names(for: String(describing: value))
        let text = haveOwnHelp ? Element.help(for: value) : help
        var definition = ArgumentDefinition.flag(slot, key, names, text, isOptional: isOptional) {
            try set(value, $0)
        }
        definition.sharesLine = !haveOwnHelp
        let showsDefault = !haveOwnHelp || shownDefault == value
        definition.documentation = {
            guard let shownDefault, showsDefault else { return ArgumentDefinition.Documentation() }
            let names = Element.name(for: shownDefault).names(for: String(describing: shownDefault))
            return ArgumentDefinition.Documentation(defaultValue: names.preferred?.spelled ?? "")
        }
        definitions.append(definition)
    }
    return definitions
}
