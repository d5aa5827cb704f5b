/// One option, flag or positional argument as the parser, the help and the completion scripts see it.
struct ArgumentDefinition {
    enum Shape {
        case positional
        case named([Name])
    }

    /// What a word of the command line does; the closures write into the slot.
    enum Update {
        case flag((Occurrence) throws -> Void)
        case value((String) throws -> Void)
    }

    /// What only help, completion and messages need, so that parsing doesn't pay for it.
    struct Documentation {
        var defaultValue = ""
        var values: [String] = []
        var valueDescriptions: [String: String] = [:]
        var completion = CompletionKind.default
    }

    var shape: Shape
    var slot: AnySlot
    var key: String
    var help: ArgumentHelp
    var isOptional = false
    var isRepeating = false
    /// Whether help puts all definitions of the slot on one line.
    var sharesLine = false
    var parsing = ParsingStrategy.next
    var groupTitle = ""
    var documentation: () -> Documentation = { Documentation() }
    var update: Update

    var names: [Name] {
        if case .named(let names) = shape { return names }
        return []
    }

    var isPositional: Bool {
        if case .positional = shape { return true }
        return false
    }

    var takesValue: Bool {
        if case .value = update { return true }
        return false
    }

    /// The word that stands for the value between angle brackets.
    var valueName: String {
        help.valueName ?? names.preferred?.bare ?? key.kebabCased
    }

    /// The argument as a message or a usage line names it, brackets for optional ones left out.
    var spelled: String {
        guard let name = names.preferred else { return "<\(valueName)>" }
        return takesValue ? "\(name.spelled) <\(valueName)>" : name.spelled
    }

    /// The argument as it stands in a usage line.
    var synopsis: String {
        let words = spelled + (isRepeating ? " ..." : "")
        let bracketed = isOptional ? "[\(words)]" : words
        return parsing == .postTerminator ? "-- \(bracketed)" : bracketed
    }

    /// The argument as help lists it, with all its names.
    var label: String {
        guard !names.isEmpty else { return "<\(valueName)>" }
        let all = names.shortFirst.map(\.spelled).joined(separator: ", ")
        return takesValue ? "\(all) <\(valueName)>" : all
    }
}

/// One use of a flag, as typed.
struct Occurrence: Equatable, Sendable, CustomStringConvertible {
    var word: String
    /// The character within a cluster such as `-abc`.
    var character: Character?

    var description: String {
        if let character { return "flag '\(character)' in '\(word)'" }
        return "flag '\(word)'"
    }
}

/// A word that isn't a value of the type asked for; the reason comes from a `transform` closure.
struct InvalidValue: Error {
    var reason: (any Error)?
}

/// A second flag of a property that permits one.
struct ContradictingFlags: Error {
    var first: Occurrence
    var second: Occurrence
}
