/// What a path stands for.
enum Endpoint: Equatable {
    case chat
    case completions
    case embeddings
    case models
    case model(String)

    /// Tells the endpoint of a decoded path; clients whose base address lacks `/v1` are understood too.
    init?(path: String) {
        var rest = path[...]
        if rest.hasPrefix("/v1/") { rest = rest.dropFirst(3) }
        if rest.count > 1, rest.hasSuffix("/") { rest = rest.dropLast() }
        switch rest {
        case "/chat/completions": self = .chat
        case "/completions": self = .completions
        case "/embeddings": self = .embeddings
        case "/models": self = .models
        default:
            // Names may have slashes, written as such or escaped.
            guard rest.hasPrefix("/models/") else { return nil }
            self = .model(String(rest.dropFirst("/models/".count)))
        }
    }

    /// The methods that it takes.
    var methods: [String] {
        switch self {
        case .chat, .completions, .embeddings: ["POST"]
        case .models, .model: ["GET", "HEAD"]
        }
    }
}
