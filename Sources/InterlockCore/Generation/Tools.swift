/// A tool that a model may ask to be called.
public struct ToolDefinition: Sendable, Hashable, Codable {
    /// The name that the model calls it by.
    public var name: String
    /// What it does and when to use it.
    public var description: String?
    /// A JSON Schema of its arguments.
    public var parameters: JSONValue
    /// Whether the provider is to hold the arguments to the schema; nil leaves it to the provider.
    public var strict: Bool?
    /// Asks the provider to cache the request up to and with this tool.
    public var cacheMark: CacheMark?

    private enum CodingKeys: String, CodingKey {
        case name, description, parameters, strict
        case cacheMark = "cache_mark"
    }

    /// Makes a definition.
    public init(
        name: String, description: String? = nil, parameters: JSONValue, strict: Bool? = nil,
        cacheMark: CacheMark? = nil
    ) {
        self.name = name
        self.description = description
        self.parameters = parameters
        self.strict = strict
        self.cacheMark = cacheMark
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

    /// A kind of choice, for saying which of them a backend honours.
    public enum Kind: String, Sendable, Hashable, CaseIterable, Codable {
        /// ``ToolChoice/auto``
        case auto
        /// ``ToolChoice/none``
        case none
        /// ``ToolChoice/required``
        case required
        /// ``ToolChoice/tool(_:)``
        case tool
    }

    /// The kind of this choice.
    public var kind: Kind {
        switch self {
        case .auto: .auto
        case .none: .none
        case .required: .required
        case .tool: .tool
        }
    }
}

/// Asks a provider to keep the work for a prompt up to here, so that later requests with the same beginning cost less.
///
/// A hint: it changes the price of a request, never its answer, and is left out where a provider has none or caches by
/// itself.
public struct CacheMark: Sendable, Hashable, Codable {
    /// For how long, in the provider's own words (`5m`, `1h`); nil is its default.
    public var lifetime: String?

    /// Makes a mark.
    public init(lifetime: String? = nil) {
        self.lifetime = lifetime
    }
}
