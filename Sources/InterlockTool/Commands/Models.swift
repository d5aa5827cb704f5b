import Interlock
import InterlockArguments
import InterlockRemote
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
        commandName: "pull", abstract: "Fetch a model, from the Hugging Face hub or by a backend's server.",
        discussion: """
            hf:org/name and hf:org/name:FILE download a GGUF file into the hub's own cache and print its path. Any \
            other name is fetched by the server of --backend, such as Ollama.
            """)

    @Argument(help: "hf:org/name, hf:org/name:file.gguf, or a name that the backend's server knows.")
    var name: String

    @OptionGroup(title: "Backend")
    var backend: BackendOptions

    @OptionGroup(title: "Logging")
    var logging: LoggingOptions

    func run() async throws {
        let context = ToolContext.current
        let fetch = try fetch(context)
        let line = ProgressLine(capabilities: context.terminal)
        let result = try await Running.interruptible {
            defer { line.finish() }
            return try await fetch { progress in line.update(progress.fraction, label: progress.label) }
        }
        guard let result else { throw Running.interruptedCode }
        try context.output.write("\(result)\n")
    }

    /// What fetches, and returns what the model is to be called by from then on.
    private func fetch(
        _ context: ToolContext
    ) throws -> @Sendable (@escaping @Sendable (LoadProgress) -> Void) async throws -> String {
        if HubReference.isReference(name) {
            let reference = try HubReference(name)
            let configuration = try backend.configuration(context, logging, model: nil)
            let hub = try HuggingFaceHub(configuration)
            return { progress in try await hub.pull(reference, progress: progress) }
        }
        let model = try backend.make(context, logging)
        return { [name] progress in
            try await model.pull(name, progress: progress)
            return name
        }
    }
}
