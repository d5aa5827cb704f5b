/// Where an argument shows up in generated text.
///
/// The cases are ordered: what is shown at one level is also shown at every level after it.
public struct ArgumentVisibility: Hashable, Sendable {
    enum Level: Int, Comparable, Sendable {
        case `default`, hidden, `private`

        static func < (left: Level, right: Level) -> Bool { left.rawValue < right.rawValue }
    }

    let level: Level

    /// Shown in every help screen, completion script and manual page.
    public static let `default` = ArgumentVisibility(level: .default)

    /// Shown by `--help-hidden` only.
    public static let hidden = ArgumentVisibility(level: .hidden)

    /// Never shown, yet still parsed.
    public static let `private` = ArgumentVisibility(level: .private)

    func isShown(at screen: ArgumentVisibility) -> Bool { level <= screen.level }
}
