/// How an option finds its one value.
public struct SingleValueParsingStrategy: Hashable, Sendable {
    let base: ParsingStrategy

    /// The next word, unless it looks like an option.
    public static var next: SingleValueParsingStrategy { SingleValueParsingStrategy(base: .next) }

    /// The next word, whatever it looks like.
    public static var unconditional: SingleValueParsingStrategy { SingleValueParsingStrategy(base: .unconditional) }

    /// The next word that doesn't look like an option, even behind options that come between.
    public static var scanningForValue: SingleValueParsingStrategy {
        SingleValueParsingStrategy(base: .scanningForValue)
    }
}

/// How an option of several values finds them.
public struct ArrayParsingStrategy: Hashable, Sendable {
    let base: ParsingStrategy

    /// One value for each time that the option is given.
    public static var singleValue: ArrayParsingStrategy { ArrayParsingStrategy(base: .next) }

    /// One value for each time that the option is given, whatever it looks like.
    public static var unconditionalSingleValue: ArrayParsingStrategy { ArrayParsingStrategy(base: .unconditional) }

    /// All words up to the next that looks like an option.
    public static var upToNextOption: ArrayParsingStrategy { ArrayParsingStrategy(base: .upToNextOption) }

    /// All the rest of the command line.
    public static var remaining: ArrayParsingStrategy { ArrayParsingStrategy(base: .remaining) }
}

/// Which words a positional array takes.
public struct ArgumentArrayParsingStrategy: Hashable, Sendable {
    let base: ParsingStrategy

    /// All words that are neither options nor options' values.
    public static var remaining: ArgumentArrayParsingStrategy { ArgumentArrayParsingStrategy(base: .next) }

    /// Those, and options that the command doesn't know.
    public static var allUnrecognized: ArgumentArrayParsingStrategy {
        ArgumentArrayParsingStrategy(base: .allUnrecognized)
    }

    /// The words after `--`.
    public static var postTerminator: ArgumentArrayParsingStrategy {
        ArgumentArrayParsingStrategy(base: .postTerminator)
    }

    /// Everything from the first word on that is neither a known option nor its value, `--` included.
    public static var captureForPassthrough: ArgumentArrayParsingStrategy {
        ArgumentArrayParsingStrategy(base: .captureForPassthrough)
    }
}

/// All strategies in one list; the public types above let each wrapper name only those that make sense for it.
enum ParsingStrategy: Hashable, Sendable {
    case next, unconditional, scanningForValue, upToNextOption, remaining
    case allUnrecognized, postTerminator, captureForPassthrough
}
