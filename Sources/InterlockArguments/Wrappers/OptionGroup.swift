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
    private let groupSlot: GroupSlot<Value>
    private var assigned: Value?

    /// Adds the arguments of a type.
    ///
    /// - Parameters:
    ///   - title: The heading of the group's section in help.
    ///   - visibility: Which screens show the group's arguments at most.
    public init(title: String = "", visibility: ArgumentVisibility = .default) {
        groupSlot = GroupSlot(title: title, visibility: visibility)
        Registry.enter(groupSlot)
    }

    /// The heading of the group's section in help; without one, its arguments stand among the command's own.
    public var title: String { groupSlot.title }

    /// The group's values.
    public var wrappedValue: Value {
        get { assigned ?? groupSlot.value }
        set { assigned = newValue }
    }
}

extension OptionGroup: Sendable where Value: Sendable {}

extension OptionGroup: SlotOwner {
    var slot: AnySlot { groupSlot }
}

/// The place of a group's values, which are filled through the slots of its own wrappers.
private final class GroupSlot<Value: ParsableArguments>: AnySlot, ArgumentGroup {
    let title: String
    private let visibility: ArgumentVisibility
    private(set) var value: Value
    private var slots: [AnySlot]

    init(title: String, visibility: ArgumentVisibility) {
        self.title = title
        self.visibility = visibility
        (value, slots) = Registry.make(Value.self)
    }

    override var hasValue: Bool { true }

    override var group: (any ArgumentGroup)? { self }

    override func contribute(key: String, to set: inout DefinitionSet) {
        self.key = key
        set.collect(from: instance, title: title, visibility: visibility)
    }

    var type: any ParsableArguments.Type { Value.self }

    var instance: Registry.Instance { Registry.Instance(value: value, slots: slots) }

    func adopt(_ other: Registry.Instance) {
        guard let shared = other.value as? Value else { return }
        value = shared
        slots = other.slots
    }

    func validateGroup() throws {
        try value.validate()
    }
}

// Like other slots: written by one thread while parsing and read-only from then on.
extension GroupSlot: @unchecked Sendable where Value: Sendable {}
