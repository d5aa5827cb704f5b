import Interlock
import InterlockArguments
import InterlockTerminal

/// What a backend offers and holds.
struct Models: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "List and fetch models.", subcommands: [ModelsList.self, ModelsPull.self])
}

/// Lists the models of a backend.
struct ModelsList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the models that a backend offers.")

    @OptionGroup(title: "Backend")
    var backend: BackendOptions

    @OptionGroup(title: "Logging")
    var logging: LoggingOptions

    @Flag(help: "Print JSON, with all that the backend says about each.")
    var json = false

    func run() async throws {
        let context = ToolContext.current
        let model = try backend.make(context, logging)
        let models = try await Running.interruptible { try await model.models() }
        guard let models else { throw Running.interruptedCode }
        if json {
            let list = JSONValue.array(models.map { .object(Self.json($0)) })
            return try context.output.write(list.jsonText(.pretty) + "\n")
        }
        let width = models.map(\.id.utf8.count).max() ?? 0
        for model in models {
            let padding = String(repeating: " ", count: width - model.id.utf8.count)
            let details = Self.details(model)
            let line = details.isEmpty ? model.id : "\(model.id)\(padding)  \(details)"
            try context.output.write(line.printable + "\n")
        }
        if models.isEmpty { try context.errors.write("\(model.identity.name) has no models\n") }
    }

    private static func details(_ model: ModelInfo) -> String {
        var parts: [String] = []
        if let name = model.displayName, name != model.id { parts.append(name) }
        if let context = model.contextLength { parts.append("context \(context)") }
        if let size = model.sizeBytes, size >= 0 { parts.append(Figures.bytes(UInt64(size))) }
        if model.isLoaded == true { parts.append("loaded") }
        return parts.joined(separator: ", ")
    }

    private static func json(_ model: ModelInfo) -> JSONObject {
        var object: JSONObject = ["id": .string(model.id)]
        object.set("name", model.displayName)
        object.set("owner", model.owner)
        object.set("created", model.created.map { Int($0.secondsSinceEpoch) })
        object.set("context_length", model.contextLength)
        object.set("max_output_tokens", model.maximumOutputTokens)
        object.set("size_bytes", model.sizeBytes.map { Int($0) })
        if let isLoaded = model.isLoaded { object["loaded"] = .bool(isLoaded) }
        if !model.detail.isEmpty { object["detail"] = .object(model.detail) }
        return object
    }
}

/// Fetches a model.
struct ModelsPull: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pull", abstract: "Make a backend's server fetch a model.")

    @Argument(help: "The model's name, as the server knows it.")
    var name: String

    @OptionGroup(title: "Backend")
    var backend: BackendOptions

    @OptionGroup(title: "Logging")
    var logging: LoggingOptions

    func run() async throws {
        let context = ToolContext.current
        let model = try backend.make(context, logging)
        let line = ProgressLine(capabilities: context.terminal)
        let done = try await Running.interruptible { [name] in
            defer { line.finish() }
            try await model.pull(name) { progress in line.update(progress.fraction, label: progress.label) }
            return true
        }
        if done == nil { throw Running.interruptedCode }
        try context.output.write("\(name)\n")
    }
}
