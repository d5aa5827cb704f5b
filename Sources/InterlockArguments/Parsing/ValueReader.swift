/// How one word becomes one value, and what help can say about such values.
struct ValueReader<Element> {
    var read: (String) throws -> Element
    var describe: (Element) -> String
    var values: () -> [String] = { [] }
    var valueDescriptions: () -> [String: String] = { [:] }
    var completion: () -> CompletionKind = { .default }

    static func transform(_ transform: @escaping (String) throws -> Element) -> ValueReader {
        ValueReader(
            read: { word in
                do {
                    return try transform(word)
                } catch {
                    throw InvalidValue(reason: error)
                }
            },
            describe: { String(describing: $0) }
        )
    }
}

extension ValueReader where Element: ExpressibleByArgument {
    static var expressible: ValueReader {
        ValueReader(
            read: { word in
                guard let value = Element(argument: word) else { throw InvalidValue() }
                return value
            },
            describe: \.defaultValueDescription,
            values: { Element.allValueStrings },
            valueDescriptions: { Element.allValueDescriptions },
            completion: { Element.defaultCompletionKind }
        )
    }
}

/// What `@Argument` and `@Option` share of a declaration.
struct Declaration {
    /// Nil for a positional argument.
    var names: NameSpecification?
    var parsing: ParsingStrategy
    var help: ArgumentHelp?
    var completion: CompletionKind?

    fileprivate func definition<Element>(
        slot: AnySlot,
        key: String,
        reader: ValueReader<Element>,
        isOptional: Bool,
        isRepeating: Bool = false,
        defaults: @escaping () -> [Element],
        store: @escaping (Element) -> Void
    ) -> ArgumentDefinition {
        let completion = completion
        return ArgumentDefinition(
            shape: names.map { .named($0.names(for: key)) } ?? .positional,
            slot: slot,
            key: key,
            help: help ?? ArgumentHelp(),
            isOptional: isOptional,
            isRepeating: isRepeating,
            parsing: parsing,
            documentation: {
                ArgumentDefinition.Documentation(
                    defaultValue: defaults().map(reader.describe).joined(separator: ", "),
                    values: reader.values(),
                    valueDescriptions: reader.valueDescriptions(),
                    completion: completion ?? reader.completion()
                )
            },
            update: .value { word in store(try reader.read(word)) }
        )
    }
}

extension Storage {
    /// A property of one value; required without an initial one.
    static func single(_ initial: Value?, _ declaration: Declaration, _ reader: ValueReader<Value>) -> Storage {
        Storage(
            Slot(initial: initial) { slot, key in
                [
                    declaration.definition(
                        slot: slot,
                        key: key,
                        reader: reader,
                        isOptional: initial != nil,
                        defaults: { initial.map { [$0] } ?? [] },
                        store: { slot.parsed = $0 }
                    )
                ]
            }
        )
    }

    /// A property of one value or none.
    static func optional<T>(_ declaration: Declaration, _ reader: ValueReader<T>) -> Storage where Value == T? {
        Storage(
            Slot(initial: .some(nil)) { slot, key in
                [
                    declaration.definition(
                        slot: slot,
                        key: key,
                        reader: reader,
                        isOptional: true,
                        defaults: { [] },
                        store: { slot.parsed = .some($0) }
                    )
                ]
            }
        )
    }

    /// A property of several values; the first one given replaces the initial ones.
    static func array<T>(_ initial: [T]?, _ declaration: Declaration, _ reader: ValueReader<T>) -> Storage
    where Value == [T] {
        Storage(
            Slot(initial: initial) { slot, key in
                [
                    declaration.definition(
                        slot: slot,
                        key: key,
                        reader: reader,
                        isOptional: initial != nil,
                        isRepeating: true,
                        defaults: { initial ?? [] },
                        store: { slot.parsed = (slot.parsed ?? []) + [$0] }
                    )
                ]
            }
        )
    }
}
