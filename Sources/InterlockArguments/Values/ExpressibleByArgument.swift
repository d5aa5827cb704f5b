/// A type that a word of the command line can be turned into.
///
/// String, the integers, `Double`, `Float` and `Bool` conform. An enum with a raw value of such a type conforms by
/// declaration alone; when it is `CaseIterable` too, help and completion list its values.
public protocol ExpressibleByArgument: SendableMetatype {
    /// Reads the value, nil when the word isn't one.
    init?(argument: String)

    /// The value as help shows it after "default:".
    var defaultValueDescription: String { get }

    /// All values as the user types them, empty when there is no list.
    static var allValueStrings: [String] { get }

    /// What each value of the list means, by its string; those with a meaning are listed one to a line in help.
    static var allValueDescriptions: [String: String] { get }

    /// How a shell completes such a value when the argument doesn't say.
    static var defaultCompletionKind: CompletionKind { get }
}

extension ExpressibleByArgument {
    /// The value's own description.
    public var defaultValueDescription: String { String(describing: self) }

    /// No list.
    public static var allValueStrings: [String] { [] }

    /// No meanings.
    public static var allValueDescriptions: [String: String] { [:] }

    /// The list of values, or nothing.
    public static var defaultCompletionKind: CompletionKind {
        let values = allValueStrings
        return values.isEmpty ? .default : .list(values)
    }
}

extension ExpressibleByArgument where Self: CaseIterable {
    /// The cases' names.
    public static var allValueStrings: [String] { allCases.map { String(describing: $0) } }
}

extension ExpressibleByArgument where Self: CaseIterable & RawRepresentable, RawValue: ExpressibleByArgument {
    /// The cases' raw values.
    public static var allValueStrings: [String] { allCases.map(\.rawValue.defaultValueDescription) }

    /// The descriptions of those cases that have one of their own.
    public static var allValueDescriptions: [String: String] {
        var descriptions: [String: String] = [:]
        for value in allCases {
            let spelled = value.rawValue.defaultValueDescription
            if value.defaultValueDescription != spelled { descriptions[spelled] = value.defaultValueDescription }
        }
        return descriptions
    }
}

extension ExpressibleByArgument where Self: RawRepresentable, RawValue: ExpressibleByArgument {
    /// The raw value's description.
    public var defaultValueDescription: String { rawValue.defaultValueDescription }
}

extension RawRepresentable where Self: ExpressibleByArgument, RawValue: ExpressibleByArgument {
    /// Reads the raw value, then the value.
    public init?(argument: String) {
        guard let raw = RawValue(argument: argument) else { return nil }
        self.init(rawValue: raw)
    }
}

extension LosslessStringConvertible where Self: ExpressibleByArgument {
    /// Reads the value from its description.
    public init?(argument: String) {
        self.init(argument)
    }
}

extension LosslessStringConvertible
where Self: ExpressibleByArgument & RawRepresentable, RawValue: ExpressibleByArgument {
    /// Reads the value from its description; the type's own text form wins over its raw value.
    public init?(argument: String) {
        self.init(argument)
    }
}

extension String: ExpressibleByArgument {
    /// Takes the word as it is.
    public init?(argument: String) {
        self = argument
    }
}

extension Bool: ExpressibleByArgument {
    /// `true` and `false`.
    public static var allValueStrings: [String] { [] }

    /// Offers both values.
    public static var defaultCompletionKind: CompletionKind { .list(["true", "false"]) }
}

extension Int: ExpressibleByArgument {}
extension Int8: ExpressibleByArgument {}
extension Int16: ExpressibleByArgument {}
extension Int32: ExpressibleByArgument {}
extension Int64: ExpressibleByArgument {}
extension UInt: ExpressibleByArgument {}
extension UInt8: ExpressibleByArgument {}
extension UInt16: ExpressibleByArgument {}
extension UInt32: ExpressibleByArgument {}
extension UInt64: ExpressibleByArgument {}
extension Float: ExpressibleByArgument {}
extension Double: ExpressibleByArgument {}
