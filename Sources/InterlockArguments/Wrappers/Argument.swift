/// A positional argument.
///
/// ```swift
/// @Argument(help: "What to say to the model.") var prompt: String
/// @Argument(help: "The files to read.", completion: .file()) var files: [String] = []
/// ```
/// Without an initial value (and not optional) the argument is required. An array takes all the words that are left,
/// so it must come last.
@propertyWrapper
public struct Argument<Value> {
    var storage: Storage<Value>

    /// The value: the parsed one, or the one assigned since.
    ///
    /// Reading it before parsing stops the program unless there is an initial value.
    public var wrappedValue: Value {
        get { storage.value }
        set { storage.value = newValue }
    }

    /// Whether and as what the argument was given, for checks in `validate()`.
    public var projectedValue: ArgumentPresence { ArgumentPresence(slot: storage.slot) }

    /// Stands in for properties declared with the bare wrapper; those of usable types get another initializer.
    @available(
        *, unavailable,
        message: "Give the property a type that is ExpressibleByArgument, or a transform closure."
    )
    public init() {
        fatalError("unavailable")
    }
}

extension Argument: Sendable where Value: Sendable {}

extension Argument: SlotOwner {
    /// All other initializers go through this one.
    fileprivate init(storing storage: Storage<Value>) {
        self.storage = storage
        Registry.enter(storage.slot)
    }

    var slot: AnySlot { storage.slot }
}

extension Argument where Value: ExpressibleByArgument {
    /// Declares an argument with a default.
    public init(wrappedValue: Value, help: ArgumentHelp? = nil, completion: CompletionKind? = nil) {
        self.init(storing: .single(wrappedValue, .positional(help, completion), .expressible))
    }

    /// Declares a required argument.
    public init(help: ArgumentHelp? = nil, completion: CompletionKind? = nil) {
        self.init(storing: .single(nil, .positional(help, completion), .expressible))
    }
}

extension Argument {
    /// Declares an argument with a default; the closure makes the value from the word or says why not.
    public init(
        wrappedValue: Value,
        help: ArgumentHelp? = nil,
        completion: CompletionKind? = nil,
        transform: @Sendable @escaping (String) throws -> Value
    ) {
        self.init(storing: .single(wrappedValue, .positional(help, completion), .transform(transform)))
    }

    /// Declares a required argument; the closure makes the value from the word or says why not.
    public init(
        help: ArgumentHelp? = nil,
        completion: CompletionKind? = nil,
        transform: @Sendable @escaping (String) throws -> Value
    ) {
        self.init(storing: .single(nil, .positional(help, completion), .transform(transform)))
    }

    /// Declares an argument that may be left out, in which case the property is nil.
    public init<T: ExpressibleByArgument>(
        wrappedValue: _OptionalNilComparisonType,
        help: ArgumentHelp? = nil,
        completion: CompletionKind? = nil
    ) where Value == T? {
        self.init(storing: .optional(.positional(help, completion), .expressible))
    }

    /// Declares an argument that may be left out, in which case the property is nil.
    public init<T: ExpressibleByArgument>(help: ArgumentHelp? = nil, completion: CompletionKind? = nil)
    where Value == T? {
        self.init(storing: .optional(.positional(help, completion), .expressible))
    }

    /// Declares an argument that may be left out; the closure makes the value from the word or says why not.
    public init<T>(
        wrappedValue: _OptionalNilComparisonType,
        help: ArgumentHelp? = nil,
        completion: CompletionKind? = nil,
        transform: @Sendable @escaping (String) throws -> T
    ) where Value == T? {
        self.init(storing: .optional(.positional(help, completion), .transform(transform)))
    }

    /// Declares an argument that may be left out; the closure makes the value from the word or says why not.
    public init<T>(
        help: ArgumentHelp? = nil,
        completion: CompletionKind? = nil,
        transform: @Sendable @escaping (String) throws -> T
    ) where Value == T? {
        self.init(storing: .optional(.positional(help, completion), .transform(transform)))
    }

    /// Declares an argument of any number of words.
    public init<T: ExpressibleByArgument>(
        wrappedValue: [T],
        parsing parsingStrategy: ArgumentArrayParsingStrategy = .remaining,
        help: ArgumentHelp? = nil,
        completion: CompletionKind? = nil
    ) where Value == [T] {
        self.init(storing: .array(wrappedValue, .positional(help, completion, parsingStrategy.base), .expressible))
    }

    /// Declares an argument of one word or more.
    public init<T: ExpressibleByArgument>(
        parsing parsingStrategy: ArgumentArrayParsingStrategy = .remaining,
        help: ArgumentHelp? = nil,
        completion: CompletionKind? = nil
    ) where Value == [T] {
        self.init(storing: .array(nil, .positional(help, completion, parsingStrategy.base), .expressible))
    }

    /// Declares an argument of any number of words; the closure makes a value from each or says why not.
    public init<T>(
        wrappedValue: [T],
        parsing parsingStrategy: ArgumentArrayParsingStrategy = .remaining,
        help: ArgumentHelp? = nil,
        completion: CompletionKind? = nil,
        transform: @Sendable @escaping (String) throws -> T
    ) where Value == [T] {
        self.init(
            storing: .array(wrappedValue, .positional(help, completion, parsingStrategy.base), .transform(transform)))
    }

    /// Declares an argument of one word or more; the closure makes a value from each or says why not.
    public init<T>(
        parsing parsingStrategy: ArgumentArrayParsingStrategy = .remaining,
        help: ArgumentHelp? = nil,
        completion: CompletionKind? = nil,
        transform: @Sendable @escaping (String) throws -> T
    ) where Value == [T] {
        self.init(storing: .array(nil, .positional(help, completion, parsingStrategy.base), .transform(transform)))
    }
}

extension Declaration {
    static func positional(
        _ help: ArgumentHelp?,
        _ completion: CompletionKind?,
        _ parsing: ParsingStrategy = .next
    ) -> Declaration {
        Declaration(names: nil, parsing: parsing, help: help, completion: completion)
    }

    static func named(
        _ names: NameSpecification,
        _ help: ArgumentHelp?,
        _ completion: CompletionKind?,
        _ parsing: ParsingStrategy
    ) -> Declaration {
        Declaration(names: names, parsing: parsing, help: help, completion: completion)
    }
}
