/// A section of a manual page that isn't made from the commands' declarations.
public struct ManualSection: Sendable {
    enum Body: Sendable {
        case text(String)
        case list([(term: String, text: String)])
    }

    let title: String
    let body: Body

    /// A section of paragraphs, which empty lines separate.
    ///
    /// - Parameters:
    ///   - title: The heading, such as "FILES".
    ///   - text: The paragraphs.
    public init(title: String, text: String) {
        self.title = title
        body = .text(text)
    }

    /// A section that lists terms and what they mean.
    ///
    /// - Parameters:
    ///   - title: The heading; "ENVIRONMENT" and "EXIT STATUS" are customary.
    ///   - entries: The terms, such as a variable's name, and their meanings.
    public init(title: String, entries: [(term: String, text: String)]) {
        self.title = title
        body = .list(entries)
    }
}

/// A root command whose manual page has more to say than its declarations.
///
/// `--generate-man-page` and `manualPage()` put the sections behind those of the commands, in the order given.
public protocol ManualPageProviding: ParsableCommand {
    /// The further sections.
    static var manualSections: [ManualSection] { get }
}

extension ParsableCommand {
    /// The manual page in mdoc form of this command and all below it.
    ///
    /// - Parameter date: The page's date as it is to be shown, such as "July 1, 2025"; without one, that of
    ///   `SOURCE_DATE_EPOCH`, else today's.
    public static func manualPage(date: String? = nil) -> String {
        ManualPage(root: self, date: date).rendered()
    }
}
