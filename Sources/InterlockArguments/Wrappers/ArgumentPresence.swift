/// Whether the command line gave an argument, and the name that messages use for it.
///
/// Every wrapper projects one: in `validate()`, `$json` says whether `--json` was given. The API that this module
/// mirrors has no such thing.
public struct ArgumentPresence: Sendable {
    /// The argument as messages name it: `--json`, or `<prompt>` for a positional one.
    public let name: String

    /// How often the command line gave it; 0 when its value is the default.
    public let count: Int

    /// Whether the command line gave it.
    public var isGiven: Bool { count > 0 }

    init(slot: AnySlot) {
        name = slot.spelled
        count = slot.count
    }
}

extension ParsableArguments {
    /// Demands that one of the arguments at most was given.
    ///
    /// - Throws: `ValidationError`, such as "'--json' and '--yaml' can't be used together."
    public func requireAtMostOne(of arguments: ArgumentPresence...) throws {
        try Self.refuseSeveral(arguments)
    }

    /// Demands that one of the arguments was given, and no second one.
    ///
    /// - Throws: `ValidationError`, such as "One of '--file' and '--url' is needed."
    public func requireExactlyOne(of arguments: ArgumentPresence...) throws {
        try Self.refuseSeveral(arguments)
        guard arguments.contains(where: \.isGiven) else {
            throw ValidationError("One of \(arguments.map(\.name).quotedList) is needed.")
        }
    }

    /// Demands that an argument is given only with another one.
    ///
    /// - Throws: `ValidationError`, such as "'--key' needs '--certificate'."
    public func require(_ needed: ArgumentPresence, with argument: ArgumentPresence) throws {
        guard argument.isGiven, !needed.isGiven else { return }
        throw ValidationError("'\(argument.name)' needs '\(needed.name)'.")
    }

    private static func refuseSeveral(_ arguments: [ArgumentPresence]) throws {
        let given = arguments.filter(\.isGiven).map(\.name)
        guard given.count > 1 else { return }
        throw ValidationError("\(given.quotedList) can't be used together.")
    }
}

extension [String] {
    /// The strings in quotes, with commas and a last "and".
    var quotedList: String {
        let quoted = map { "'\($0)'" }
        guard let last = quoted.last, quoted.count > 1 else { return quoted.joined() }
        return quoted.dropLast().joined(separator: ", ") + " and " + last
    }
}
