/// Arguments of another type as part of this one.
///
/// ```swift
/// struct Sampling: ParsableArguments { @Option var temperature: Double = 0.7 }
/// struct Generate: ParsableCommand { @OptionGroup(title: "Sampling") var sampling: Sampling }
/// ```
/// When a command higher up has a group of the same type, both share one set of values: `tool --verbose run` and
/// `tool run --verbose` then mean the same.
@propertyWrapper
public struct OptionGroup<Value: ParsableArguments> {
    private var storage: Storage<Value>

    /// The heading of the group's section in help; without one, its arguments stand among the command's own.
    public var title: String

    private let visibility: ArgumentVisibility

    /// Adds the arguments of a type.
    ///
    /// - Parameters:
    ///   - title: The heading of the group's section in help.
    ///   - visibility: Which screens show the group's arguments at most.
    public init(title: String = "", visibility: ArgumentVisibility = .default) {
        storage = Storage(Slot(initial: Value()) { _, _ in [] })
        self.title = title
        self.visibility = visibility
    }

    /// The group's values.
    public var wrappedValue: Value {
        get { storage.value }
        set { storage.value = newValue }
    }
}

extension OptionGroup: Sendable where Value: Sendable {}

extension OptionGroup: DefinitionProvider {
    func contribute(key: String, to set: inout DefinitionSet) {
        storage.slot.key = key
        if let shared = set.ancestors[ObjectIdentifier(Value.self)] as? Value {
            storage.slot.parsed = shared
            set.collect(from: shared, title: title, visibility: visibility)
        } else {
            set.collect(from: storage.slot.value, title: title, visibility: visibility)
            set.groups.append(GroupValidation(slot: storage.slot))
        }
    }
}

private struct GroupValidation<Value: ParsableArguments>: ValidatedGroup {
    let slot: Slot<Value>

    func validateGroup() throws {
        var group = slot.value
        try group.validate()
        slot.parsed = group
    }
}
