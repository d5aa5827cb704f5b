/// A value that must never be shown: an API key, a token.
///
/// Whatever prints it, logs it, reflects on it or interpolates it gets `SET` or `NOT SET`. Only ``reveal()`` returns the
/// value, at the one place that puts it on the wire. It is not `Codable`, so that no configuration dump can hold one.
public struct Secret: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    private let value: String

    /// Keeps `value`, without the white space around it (a key pasted with its newline breaks every HTTP header).
    public init(_ value: String) {
        var text = value.unicodeScalars[...]
        while text.first?.properties.isWhitespace == true { text.removeFirst() }
        while text.last?.properties.isWhitespace == true { text.removeLast() }
        self.value = String(text)
    }

    /// Whether there is any value at all.
    public var isSet: Bool { !value.isEmpty }

    /// The value itself, for the place that needs it and nowhere else.
    public func reveal() -> String { value }

    /// `SET` or `NOT SET`.
    public var description: String { isSet ? "SET" : "NOT SET" }

    /// The same as ``description``.
    public var debugDescription: String { description }

    /// A mirror without children, so that `dump` and test failures show no value.
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}
