/// A named argument with a value: `--model llama`, `--model=llama`, `-m llama`, `-mllama`.
///
/// ```swift
/// @Option(name: .shortAndLong, help: "The model to use.") var model: String?
/// @Option(help: "A header to send; can be given more than once.") var header: [String] = []
/// ```
/// Without an initial value (and not optional) the option is required. Given twice, the last value counts; an array
/// keeps them all.
@propertyWrapper
public struct Option<Value> {
    var storage: Storage<Value>

    /// The value: the parsed one, or the one assigned since.
    ///
    /// Reading it before parsing stops the program unless there is an initial value.
    public var wrappedValue: Value {
        get { storage.value }
        set { storage.value = newValue }
    }

    /// Whether and as what the option was given, for checks in `validate()`.
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

extension Option: Sendable where Value: Sendable {}

extension Option: SlotOwner {
    /// All other initializers go through this one.
    fileprivate init(storing storage: Storage<Value>) {
        self.storage = storage
        Registry.enter(storage.slot)
    }

    var slot: AnySlot { storage.slot }
}

extension Option where Value: ExpressibleByArgument {
    /// Declares an option with a default.
    public init(
        wrappedValue: Value,
        name: NameSpecification = .long,
        parsing parsingStrategy: SingleValueParsingStrategy = .next,
        help: ArgumentHelp? = nil,
        completion: CompletionKind? = nil
    ) {
        self.init(storing: .single(wrappedValue, .named(name, help, completion, parsingStrategy.base), .expressible))
    }

    /// Declares a required option.
    public init(
        name: NameSpecification = .long,
        parsing parsingStrategy: SingleValueParsingStrategy = .next,
        help: ArgumentHelp? = nil,
        completion: CompletionKind? = nil
    ) {
        self.init(storing: .single(nil, .named(name, help, completion, parsingStrategy.base), .expressible))
    }
}

extension Option {
    /// Declares an option with a default; the closure makes the value from the word or says why not.
    public init(
        wrappedValue: Value,
        name: NameSpecification = .long,
        parsing parsingStrategy: SingleValueParsingStrategy = .next,
        help: ArgumentHelp? = nil,
        completion: CompletionKind? = nil,
        transform: @Sendable @escaping (String) throws -> Value
    ) {
        self.init(
            storing: .single(
                wrappedValue, .named(name, help, completion, parsingStrategy.base), .transform(transform)))
    }

    /// Declares a required option; the closure makes the value from the word or says why not.
    public init(
        name: NameSpecification = .long,
        parsing parsingStrategy: SingleValueParsingStrategy = .next,
        help: ArgumentHelp? = nil,
        completion: CompletionKind? = nil,
        transform: @Sendable @escaping (String) throws -> Value
    ) {
        self.init(storing: .single(nil, .named(name, help, completion, parsingStrategy.base), .transform(transform)))
    }

    /// Declares an option that is nil unless given.
    public init<T: ExpressibleByArgument>(
        wrappedValue: _OptionalNilComparisonType,
        name: NameSpecification = .long,
        parsing parsingStrategy: SingleValueParsingStrategy = .next,
        help: ArgumentHelp? = nil,
        completion: CompletionKind? = nil
    ) where Value == T? {
        self.init(storing: .optional(.named(name, help, completion, parsingStrategy.base), .expressible))
    }

    /// Declares an option that is nil unless given.
    public init<T: ExpressibleByArgument>(
        name: NameSpecification = .long,
        parsing parsingStrategy: SingleValueParsingStrategy = .next,
        help: ArgumentHelp? = nil,
        completion: CompletionKind? = nil
    ) where Value == T? {
        self.init(storing: .optional(.named(name, help, completion, parsingStrategy.base), .expressible))
    }

    /// Declares an option that is nil unless given; the closure makes the value from the word or says why not.
    public init<T>(
        wrappedValue: _OptionalNilComparisonType,
        name: NameSpecification = .long,
        parsing parsingStrategy: SingleValueParsingStrategy = .next,
        help: ArgumentHelp? = nil,
        completion: CompletionKind? = nil,
        transform: @Sendable @escaping (String) throws -> T
    ) where Value == T? {
        self.init(storing: .optional(.named(name, help, completion, parsingStrategy.base), .transform(transform)))
    }

    /// Declares an option that is nil unless given; the closure makes the value from the word or says why not.
    public init<T>(
        name: NameSpecification = .long,
        parsing parsingStrategy: SingleValueParsingStrategy = .next,
        help: ArgumentHelp? = nil,
        completion: CompletionKind? = nil,
        transform: @Sendable @escaping (String) throws -> T
    ) where Value == T? {
        self.init(storing: .optional(.named(name, help, completion, parsingStrategy.base), .transform(transform)))
    }

    /// Declares an option that can be given any number of times.
    public init<T: ExpressibleByArgument>(
        wrappedValue: [T],
        name: NameSpecification = .long,
        parsing parsingStrategy: ArrayParsingStrategy = .singleValue,
        help: ArgumentHelp? = nil,
        completion: CompletionKind? = nil
    ) where Value == [T] {
        self.init(storing: .array(wrappedValue, .named(name, help, completion, parsingStrategy.base), .expressible))
    }

    /// Declares an option that must be given once at least.
    public init<T: ExpressibleByArgument>(
        name: NameSpecification = .long,
        parsing parsingStrategy: ArrayParsingStrategy = .singleValue,
        help: ArgumentHelp? = nil,
        completion: CompletionKind? = nil
    ) where Value == [T] {
        self.init(storing: .array(nil, .named(name, help, completion, parsingStrategy.base), .expressible))
    }

    /// Declares an option that can be given any number of times; the closure makes each value or says why not.
    public init<T>(
        wrappedValue: [T],
        name: NameSpecification = .long,
        parsing parsingStrategy: ArrayParsingStrategy = .singleValue,
        help: ArgumentHelp? = nil,
        completion: CompletionKind? = nil,
        transform: @Sendable @escaping (String) throws -> T
    ) where Value == [T] {
        self.init(
            storing: .array(wrappedValue, .named(name, help, completion, parsingStrategy.base), .transform(transform)))
    }

    /// Declares an option that must be given once at least; the closure makes each value or says why not.
    public init<T>(
        name: NameSpecification = .long,
        parsing parsingStrategy: ArrayParsingStrategy = .singleValue,
        help: ArgumentHelp? = nil,
        completion: CompletionKind? = nil,
        transform: @Sendable @escaping (String) throws -> T
    ) where Value == [T] {
        self.init(storing: .array(nil, .named(name, help, completion, parsingStrategy.base), .transform(transform)))
    }
}
