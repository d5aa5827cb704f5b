/// A name that an option or flag answers to on the command line.
enum Name: Hashable, Sendable {
    case long(String)
    case longWithSingleDash(String)
    case short(Character)

    /// The name as the user types it.
    var spelled: String {
        switch self {
        case .long(let text): "--\(text)"
        case .longWithSingleDash(let text): "-\(text)"
        case .short(let character): "-\(character)"
        }
    }

    /// The name without its dashes.
    var bare: String {
        switch self {
        case .long(let text), .longWithSingleDash(let text): text
        case .short(let character): String(character)
        }
    }

    var isShort: Bool {
        if case .short = self { return true }
        return false
    }
}

extension [Name] {
    /// The name that usage lines and messages use: the first long one, else the first.
    var preferred: Name? { first { !$0.isShort } ?? first }

    /// The names as help lists them: short ones first.
    var shortFirst: [Name] { filter(\.isShort) + filter { !$0.isShort } }
}
