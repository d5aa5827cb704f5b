/// Notes the property wrappers that an initializer makes, in order, by their slots.
///
/// Reflection alone could find them too, yet only by a dynamic cast of every property, and the first cast of each
/// type searches all conformances of the process: half a millisecond for a command of a dozen options. So a wrapper
/// enters itself here, and only the properties' names are read from the type, once an argument must be looked up.
final class Registry {
    /// Arguments with the slots of their wrappers.
    struct Instance {
        var value: any ParsableArguments
        var slots: [AnySlot]
    }

    /// A slot whose wrapper an initializer made and threw away again is gone when the initializer returns.
    private struct Entry {
        weak var slot: AnySlot?
    }

    private var entries: [Entry] = []

    @TaskLocal private static var current: Registry?

    /// Enters a wrapper's slot while its owner is being initialized.
    static func enter(_ slot: AnySlot) {
        current?.entries.append(Entry(slot: slot))
    }

    /// Makes unparsed arguments and the list of their slots.
    static func make<Arguments: ParsableArguments>(_ type: Arguments.Type) -> (value: Arguments, slots: [AnySlot]) {
        let registry = Registry()
        let value = $current.withValue(registry) { Arguments() }
        return (value, registry.entries.compactMap(\.slot))
    }
}

// Lives on one thread, for the time of one initializer; a task-local value must be Sendable all the same.
extension Registry: @unchecked Sendable {}

/// A property wrapper that declares arguments.
protocol SlotOwner {
    var slot: AnySlot { get }
}

/// The arguments behind an `@OptionGroup`.
protocol ArgumentGroup: AnySlot {
    var type: any ParsableArguments.Type { get }
    var instance: Registry.Instance { get }

    /// Takes over the values of a group of the same type.
    func adopt(_ other: Registry.Instance)

    func validateGroup() throws
}

extension ParsableArguments {
    static func makeInstance() -> Registry.Instance {
        let (value, slots) = Registry.make(Self.self)
        return Registry.Instance(value: value, slots: slots)
    }
}

extension ParsableCommand {
    static func makeCommand() -> (command: any ParsableCommand, slots: [AnySlot]) {
        let (command, slots) = Registry.make(Self.self)
        return (command, slots)
    }
}
