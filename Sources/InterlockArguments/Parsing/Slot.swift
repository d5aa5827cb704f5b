/// The place where a declared property's parsed value is put, without the value's type.
///
/// Slots are shared by the copies of a command that the parser makes while it reflects over it. They are written
/// only while parsing, before the command is handed out; later assignments go to the wrapper's own storage, so
/// that commands keep the semantics of values.
class AnySlot {
    /// The property's name, known once the parser has reflected over the command.
    var key = ""

    /// How the argument is named in messages, such as `--json`.
    var spelled = ""

    /// How often the command line gave the argument.
    var count = 0

    /// The last use of one of the slot's flags.
    var lastFlag: Occurrence?

    var hasValue: Bool { false }

    /// The group that the slot is for, if it is for one.
    var group: (any ArgumentGroup)? { nil }

    /// Adds the definitions of the property's arguments.
    func contribute(key: String, to set: inout DefinitionSet) {}
}

/// The place where a declared property's parsed value is put.
final class Slot<Value>: AnySlot {
    let initial: Value?
    var parsed: Value?
    private let define: (Slot<Value>, String) -> [ArgumentDefinition]

    init(initial: Value?, define: @escaping (Slot<Value>, String) -> [ArgumentDefinition]) {
        self.initial = initial
        self.define = define
    }

    override var hasValue: Bool { parsed != nil || initial != nil }

    var value: Value {
        if let parsed { return parsed }
        if let initial { return initial }
        fatalError(
            """
            The argument '\(key.isEmpty ? String(describing: Value.self) : key)' was read before it had a value. \
            Get the command from parse(), parseAsRoot() or main(), or assign the property first.
            """
        )
    }

    override func contribute(key: String, to set: inout DefinitionSet) {
        self.key = key
        let definitions = define(self, key)
        spelled = definitions.first.map { $0.names.preferred?.spelled ?? $0.spelled } ?? key
        set.definitions += definitions
    }
}

// Written by one thread while parsing and read-only from then on.
extension Slot: @unchecked Sendable where Value: Sendable {}

/// What a property wrapper stores: the shared slot, and a value of its own once one was assigned.
struct Storage<Value> {
    let slot: Slot<Value>
    private var assigned: Value?

    init(_ slot: Slot<Value>) {
        self.slot = slot
    }

    var value: Value {
        get { assigned ?? slot.value }
        set { assigned = newValue }
    }
}

extension Storage: Sendable where Value: Sendable {}
