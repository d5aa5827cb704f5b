/// A piece of a rendered prompt.
///
/// Markup is the template's own and may hold control tokens; content is somebody's words and never becomes one, whatever
/// it says.
public enum PromptPiece: Sendable, Hashable {
    /// Text of the template.
    case markup(String)
    /// Text of a message.
    case content(String)
}
