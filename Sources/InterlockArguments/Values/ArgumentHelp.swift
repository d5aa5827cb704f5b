/// What a help screen says about one argument.
///
/// A string literal gives the abstract alone: `@Option(help: "The model to use.")`.
public struct ArgumentHelp: Sendable {
    /// One line about the argument.
    public var abstract: String

    /// Longer text, printed indented below the abstract.
    public var discussion: String?

    /// The word between angle brackets; the argument's own name when nil.
    public var valueName: String?

    /// Which screens show the argument.
    public var visibility: ArgumentVisibility

    /// Creates a help text.
    ///
    /// - Parameters:
    ///   - abstract: One line about the argument.
    ///   - discussion: Longer text below it.
    ///   - valueName: The word between angle brackets.
    ///   - visibility: Which screens show the argument.
    public init(
        _ abstract: String = "",
        discussion: String? = nil,
        valueName: String? = nil,
        visibility: ArgumentVisibility = .default
    ) {
        self.abstract = abstract
        self.discussion = discussion
        self.valueName = valueName
        self.visibility = visibility
    }

    /// A help text that only `--help-hidden` shows.
    public static var hidden: ArgumentHelp { ArgumentHelp(visibility: .hidden) }

    /// A help text that nothing shows.
    public static var `private`: ArgumentHelp { ArgumentHelp(visibility: .private) }
}

extension ArgumentHelp: ExpressibleByStringInterpolation {
    /// Creates a help text of an abstract alone.
    public init(stringLiteral value: String) {
        self.init(value)
    }
}
