/// Reads a command line from left to right and fills the commands' slots.
///
/// Only the commands that the line names are instantiated. An option is looked for in the command reached so far,
/// then in those above it; so options of a command also work behind the names of commands below.
struct CommandParser {
    private let root: any ParsableCommand.Type
    private var levels: [CommandLevel] = []
    private var words: [String] = []
    private var position = 0
    private var extras: [String] = []

    init(root: any ParsableCommand.Type) {
        self.root = root
    }

    /// The commands from the root to the one reached.
    var stack: [any ParsableCommand.Type] { levels.isEmpty ? [root] : levels.map(\.type) }

    mutating func parse(_ arguments: [String]) throws -> any ParsableCommand {
        words = arguments
        position = 0
        extras = []
        levels = []
        descend(into: root)
        do {
            try readWords()
            while let next = leaf.configuration.defaultSubcommand { descend(into: next) }
            try settle()
            return leaf.command
        } catch let failure as ParseFailure {
            throw arguments.isEmpty ? failure.asNothingGiven : failure
        }
    }

    private var leaf: CommandLevel { levels[levels.count - 1] }

    private mutating func descend(into type: any ParsableCommand.Type) {
        levels.append(CommandLevel(type, above: levels))
    }

    private func mistake(_ message: String, help: String = "") -> ParseFailure {
        ParseFailure(stack: stack, reason: .mistake(message, help: help))
    }
}

// MARK: - Words

extension CommandParser {
    private mutating func readWords() throws {
        do {
            while position < words.count {
                let word = words[position]
                if word == "--" {
                    if leaf.capturesNow { return try takeAllPositionals() }
                    position += 1
                    return try readAfterTerminator()
                }
                if isValue(word) {
                    if try !readValue(word) { return }
                } else if try !readOption(word) {
                    return
                }
            }
        } catch let failure as ParseFailure {
            guard case .mistake = failure.reason, asksForHelpLater else { throw failure }
            throw ParseFailure(stack: failure.stack, reason: .help(.default))
        }
    }

    /// Whether the word is a value where an option could stand as well.
    private func isValue(_ word: String) -> Bool {
        guard word.utf8.first == UInt8(ascii: "-"), word.utf8.count > 1 else { return true }
        guard word.looksLikeNegativeNumber, let digit = word.dropFirst().first else { return false }
        return definition(named: .short(digit)) == nil
    }

    private var asksForHelpLater: Bool {
        let names = stack.helpNames(for: .default).map(\.spelled)
        return words[min(position, words.count)...].prefix { $0 != "--" }.contains { names.contains($0) }
    }

    /// Handles a plain word; false when it and all after it were taken.
    private mutating func readValue(_ word: String) throws -> Bool {
        if let next = leaf.subcommand(named: word) {
            position += 1
            descend(into: next)
            return true
        }
        if levels.count == 1, leaf.hasSubcommands, word == "help" {
            position += 1
            throw try helpFailure()
        }
        if leaf.capturesNow {
            try takeAllPositionals()
            return false
        }
        if let definition = levels[levels.count - 1].nextPositional() {
            position += 1
            try take(word, for: definition, name: nil)
            return true
        }
        if let next = leaf.configuration.defaultSubcommand {
            descend(into: next)
            return true
        }
        guard !leaf.hasSubcommands else {
            throw mistake("Unexpected argument '\(word)'" + suggestion(for: word, among: subcommandNames))
        }
        extras.append(word)
        position += 1
        return true
    }

    /// Takes the rest of the line as it is for an array that captures it.
    private mutating func takeAllPositionals() throws {
        while position < words.count, let definition = levels[levels.count - 1].nextPositional() {
            let word = words[position]
            position += 1
            try take(word, for: definition, name: nil)
        }
    }

    private mutating func readAfterTerminator() throws {
        while position < words.count {
            let word = words[position]
            position += 1
            if let definition = leaf.postTerminator ?? levels[levels.count - 1].nextPositional() {
                try take(word, for: definition, name: nil)
            } else if let next = leaf.configuration.defaultSubcommand {
                descend(into: next)
                position -= 1
            } else {
                extras.append(word)
            }
        }
    }

    private var subcommandNames: [String] {
        leaf.configuration.subcommands.filter { $0.configuration.shouldDisplay }
            .flatMap { [$0._commandName] + $0.configuration.aliases }
    }

    private func suggestion(for word: String, among names: [String]) -> String {
        word.nearest(among: names).map { ". Did you mean '\($0)'?" } ?? ""
    }

    /// The help that `help` and the words after it ask for.
    private func helpFailure() throws -> ParseFailure {
        var stack = stack
        var current = leaf.type
        for word in words[position...] where !word.hasPrefix("-") {
            let children = current.configuration.subcommands
            guard let next = children.first(where: { $0.answers(to: word) }) else {
                let names = children.filter { $0.configuration.shouldDisplay }.map { $0._commandName }
                throw ParseFailure(
                    stack: stack,
                    reason: .mistake("Unexpected argument '\(word)'" + suggestion(for: word, among: names))
                )
            }
            stack.append(next)
            current = next
        }
        return ParseFailure(stack: stack, reason: .help(.default))
    }
}

// MARK: - Options

extension CommandParser {
    private func definition(named name: Name) -> ArgumentDefinition? {
        for level in levels.reversed() {
            if let definition = level.definition(named: name) { return definition }
        }
        return nil
    }

    /// Handles a word that starts with a dash; false when it and all after it were taken.
    private mutating func readOption(_ word: String) throws -> Bool {
        let parts = word.splitAtEquals
        let isLong = word.hasPrefix("--")
        let body = String(parts.name.dropFirst(isLong ? 2 : 1))
        let name: Name = isLong ? .long(body) : .longWithSingleDash(body)
        if let definition = definition(named: name) {
            position += 1
            try apply(definition, name: name, attached: parts.value, use: Occurrence(word: word))
            return true
        }
        if !isLong, try readCluster(word) { return true }
        if try readBuiltIn(parts.name, value: parts.value) { return true }
        if leaf.capturesNow {
            try takeAllPositionals()
            return false
        }
        if let definition = leaf.unrecognized {
            position += 1
            try take(word, for: definition, name: nil)
            return true
        }
        if let next = leaf.configuration.defaultSubcommand {
            descend(into: next)
            return true
        }
        guard isLong else { throw mistake("Unknown option '\(parts.name)'") }
        let known = levels.reversed().flatMap { level in
            level.set.shown(at: .default).flatMap(\.names).compactMap { name -> String? in
                if case .long(let text) = name { return text }
                return nil
            }
        }
        let near = body.nearest(among: known + builtInLongNames)
        throw mistake("Unknown option '--\(body)'" + (near.map { ". Did you mean '--\($0)'?" } ?? ""))
    }

    /// Handles `-v`, `-vq`, `-k4`, `-k=4`, `-vk 4`; false, with nothing done, when the first character isn't known.
    private mutating func readCluster(_ word: String) throws -> Bool {
        var rest = word.dropFirst()
        guard let first = rest.first, definition(named: .short(first)) != nil || isHelp(first) else { return false }
        position += 1
        while let character = rest.popFirst() {
            let name = Name.short(character)
            guard let definition = definition(named: name) else {
                if isHelp(character) { throw ParseFailure(stack: stack, reason: .help(.default)) }
                throw mistake("Unknown option '-\(character)' in '\(word)'")
            }
            let use = Occurrence(word: word, character: word.count > 2 ? character : nil)
            if definition.takesValue {
                let joined = rest.first == "=" ? rest.dropFirst() : rest
                try apply(definition, name: name, attached: rest.isEmpty ? nil : String(joined), use: use)
                return true
            }
            if rest.first == "=" {
                try apply(definition, name: name, attached: String(rest.dropFirst()), use: use)
                return true
            }
            try apply(definition, name: name, attached: nil, use: use)
        }
        return true
    }

    private func isHelp(_ character: Character) -> Bool {
        stack.helpNames(for: .default).contains(.short(character))
    }

    private var builtInLongNames: [String] {
        stack.helpNames(for: .default).filter { !$0.isShort }.map(\.bare) + (stack.haveVersion ? ["version"] : [])
    }

    /// Handles help, version and generators, which a command's own arguments of these names hide.
    private mutating func readBuiltIn(_ word: String, value: String?) throws -> Bool {
        if stack.helpNames(for: .default).contains(where: { $0.spelled == word }) {
            throw ParseFailure(stack: stack, reason: .help(.default))
        }
        if stack.helpNames(for: .hidden).contains(where: { $0.spelled == word }) {
            throw ParseFailure(stack: stack, reason: .help(.hidden))
        }
        if word == "--version", stack.haveVersion { throw ParseFailure(stack: stack, reason: .version) }
        guard levels.count == 1 else { return false }
        if word == "--generate-man-page" { throw ParseFailure(stack: stack, reason: .manualPage) }
        guard word == "--generate-completion-script" else { return false }
        let next = position + 1 < words.count && isValue(words[position + 1]) ? words[position + 1] : nil
        throw try completionRequest(for: value ?? next)
    }

    private func completionRequest(for shell: String?) throws -> ParseFailure {
        let known = CompletionShell.allCases.map(\.rawValue).joined(separator: " ")
        let advice = "\nPlease use --generate-completion-script=<shell> with one of:\n    \(known)"
        guard let shell else {
            guard let found = CompletionShell.autodetected else {
                throw mistake("Can't autodetect a supported shell.\(advice)")
            }
            return ParseFailure(stack: stack, reason: .completionScript(found))
        }
        guard let found = CompletionShell(rawValue: shell) else {
            throw mistake("Can't generate completion scripts for '\(shell)'.\(advice)")
        }
        return ParseFailure(stack: stack, reason: .completionScript(found))
    }
}

// MARK: - Values

extension CommandParser {
    private mutating func apply(
        _ definition: ArgumentDefinition,
        name: Name,
        attached: String?,
        use: Occurrence
    ) throws {
        switch definition.update {
        case .flag(let set):
            if let attached {
                throw mistake(
                    "The option '\(name.spelled)' does not take any value, but '\(attached)' was specified."
                )
            }
            do {
                try set(use)
            } catch let error as ContradictingFlags {
                throw mistake("Value to be set with \(error.second) had already been set with \(error.first)")
            }
            definition.slot.count += 1
        case .value:
            if let attached { try take(attached, for: definition, name: name) }
            try takeFollowing(definition, name: name, haveOne: attached != nil)
        }
    }

    /// Takes the words behind an option that are its values.
    private mutating func takeFollowing(_ definition: ArgumentDefinition, name: Name, haveOne: Bool) throws {
        var found = haveOne
        switch definition.parsing {
        case .unconditional:
            if !found, position < words.count {
                found = true
                try takeWord(at: position, for: definition, name: name)
            }
        case .scanningForValue:
            let candidates = words[position...].prefix { $0 != "--" }
            if !found, let index = candidates.indices.first(where: { isValue(words[$0]) }) {
                found = true
                try takeWord(at: index, for: definition, name: name)
            }
        case .upToNextOption:
            while position < words.count, isValue(words[position]) {
                found = true
                try takeWord(at: position, for: definition, name: name)
            }
        case .remaining:
            found = true
            while position < words.count { try takeWord(at: position, for: definition, name: name) }
        default:
            if !found, position < words.count, isValue(words[position]) {
                found = true
                try takeWord(at: position, for: definition, name: name)
            }
        }
        guard found else {
            throw mistake(
                "Missing value for '\(name.spelled) <\(definition.valueName)>'",
                help: helpLine(for: definition, name: name)
            )
        }
    }

    private mutating func takeWord(at index: Int, for definition: ArgumentDefinition, name: Name) throws {
        try take(words.remove(at: index), for: definition, name: name)
    }

    private func take(_ word: String, for definition: ArgumentDefinition, name: Name?) throws {
        guard case .value(let set) = definition.update else { return }
        do {
            try set(word)
        } catch let error as InvalidValue {
            let subject = name.map { "\($0.spelled) <\(definition.valueName)>" } ?? "<\(definition.valueName)>"
            let reason = error.reason.map { ": \($0)" } ?? definition.documentation().values.validValues
            throw mistake(
                "The value '\(word)' is invalid for '\(subject)'\(reason)",
                help: helpLine(for: definition, name: name)
            )
        }
        definition.slot.count += 1
    }

    private func helpLine(for definition: ArgumentDefinition, name: Name?) -> String {
        guard !definition.help.abstract.isEmpty else { return "" }
        let subject = name.map { definition.takesValue ? "\($0.spelled) <\(definition.valueName)>" : $0.spelled }
        return "\(subject ?? definition.spelled)  \(definition.help.abstract)"
    }
}

// MARK: - Completeness

extension CommandParser {
    /// Checks that nothing is missing or left over, then has groups and commands validate themselves.
    private mutating func settle() throws {
        let whole = levels
        for index in whole.indices {
            levels = Array(whole[...index])
            try refuseMissing(in: whole[index])
        }
        if let first = extras.first {
            let list = extras.joined(separator: "', '")
            throw mistake(
                extras.count == 1
                    ? "Unexpected argument '\(first)'" : "\(extras.count) unexpected arguments: '\(list)'"
            )
        }
        for index in whole.indices {
            do {
                for group in whole[index].groups { try group.validateGroup() }
                try levels[index].command.validate()
            } catch {
                throw ParseFailure(stack: whole[...index].map(\.type), reason: .validation(error))
            }
        }
    }

    private func refuseMissing(in level: CommandLevel) throws {
        guard let missing = level.missing else { return }
        let choices = level.set.definitions.filter { $0.slot === missing.slot && $0.help.visibility == .default }
        let spelled = choices.map { $0.spelled + ($0.isRepeating ? " ..." : "") }
        let message =
            spelled.count > 1
            ? "Missing one of: '\(spelled.joined(separator: "', '"))'"
            : "Missing expected argument '\(spelled.first ?? missing.spelled)'"
        throw mistake(message, help: helpLine(for: missing, name: missing.names.preferred))
    }
}

extension ParseFailure {
    /// The same for an empty command line, after which the whole help is more use than a line of usage.
    fileprivate var asNothingGiven: ParseFailure {
        guard case .mistake(let message, let help) = reason else { return self }
        return ParseFailure(stack: [root], reason: .nothingGiven(message, help: help))
    }
}
