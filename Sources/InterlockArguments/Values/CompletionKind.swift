/// How a shell completes an argument's value.
public struct CompletionKind: Sendable {
    enum Source: Equatable, Sendable {
        case none
        case list([String])
        case file(extensions: [String])
        case directory
        case shellCommand(String)
    }

    let source: Source

    /// Nothing is offered.
    public static var `default`: CompletionKind { CompletionKind(source: .none) }

    /// One of the given words.
    public static func list(_ words: [String]) -> CompletionKind {
        CompletionKind(source: .list(words))
    }

    /// A file; with extensions (no leading dot), only files whose names end in one of them, and folders on the way.
    public static func file(extensions: [String] = []) -> CompletionKind {
        CompletionKind(source: .file(extensions: extensions))
    }

    /// A folder.
    public static var directory: CompletionKind { CompletionKind(source: .directory) }

    /// The lines that a shell command prints; it runs each time that the user asks, so it must be quick.
    public static func shellCommand(_ command: String) -> CompletionKind {
        CompletionKind(source: .shellCommand(command))
    }
}
