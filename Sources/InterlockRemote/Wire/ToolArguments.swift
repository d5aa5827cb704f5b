import InterlockCore

/// The arguments of a tool call, as text and as an object.
enum ToolArguments {
    /// The text of what a server sent: usually that itself, from some servers the object; empty where there is nothing.
    static func text(_ value: JSONValue?) -> String {
        switch value {
        case nil, .null?: ""
        case .string(let text)?: text
        case .some(let other): other.jsonText()
        }
    }

    /// The object that a model wrote, or the text under `invalid_json` where it is none.
    ///
    /// A model that wrote something else has to see it again, else it does not understand why the tool failed.
    static func object(_ text: String) -> (value: JSONObject, isValid: Bool) {
        if text.allSatisfy(\.isWhitespace) { return ([:], true) }
        let value = try? JSONValue(parsing: text, options: .init(loneSurrogates: .replace))
        switch value {
        case .object(let object): return (object, true)
        // Some models write it for a tool that takes nothing.
        case .null: return ([:], true)
        default: return (["invalid_json": .string(text)], false)
        }
    }
}
