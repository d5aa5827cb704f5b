/// A tool that a model may ask to be called.
public struct ToolDefinition: Sendable, Hashable, Codable {
    /// The name that the model calls it by.
    public var name: String
    /// What it does and when to use it.
    public var description: String?
    /// A JSON Schema of its arguments.
    public var parameters: JSONValue

    /// Makes a definition.
    public init(name: String, description: String? = nil, parameters: JSONValue) {
        self.name = name
        self.description = description
        self.parameters = parameters
    }
}

/// Whether and which tool the model is to call.
public enum ToolChoice: Sendable, Hashable {
    /// The model decides.
    case auto
    /// No tool.
    case none
    /// Some tool.
    case required
    /// This tool.
    case tool(String)
}
