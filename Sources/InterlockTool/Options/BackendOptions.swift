import Interlock
import InterlockArguments

/// Which backend answers, and how its model is loaded.
struct BackendOptions: ParsableArguments {
    @Option(
        name: .shortAndLong,
        help: "The backend; see 'interlock backends'. (default: $LLM_BACKEND, else llama_cpp)")
    var backend: String?

    @Option(
        name: .shortAndLong,
        help: "The model: a GGUF file, a name that the backend knows, or both as backend/name. (default: $LLM_MODEL)",
        completion: .file())
    var model: String?

    @Option(
        name: .customLong("base-url"),
        help: ArgumentHelp("Where the backend's API begins, such as http://localhost:8000/v1.", valueName: "url"))
    var baseURL: String?

    @Option(name: .customLong("n-ctx"), help: "The context in tokens; 0 is what the model was trained for.")
    var contextLength: Int?

    @Option(name: .customLong("n-batch"), help: "The most tokens evaluated in one go.")
    var batchSize: Int?

    @Option(name: .customLong("n-threads"), help: "The threads that compute.")
    var threads: Int?

    @Option(name: .customLong("n-gpu-layers"), help: "The layers kept on a GPU; -1 is all of them.")
    var gpuLayers: Int?

    @Flag(inversion: .prefixedNo, help: "Map the model's file into memory instead of reading it.")
    var useMmap: Bool?

    @Flag(inversion: .prefixedNo, help: "Lock the model into memory, so that it is never swapped out.")
    var useMlock: Bool?

    @Option(name: .customLong("chat-template"), help: "The form of conversations, such as chatml or llama3.")
    var chatTemplate: String?

    @Option(
        name: [.customShort("p"), .customLong("parameter")],
        help: ArgumentHelp(
            "Another parameter of the backend; the value is JSON or a plain text.", valueName: "key=value"))
    var parameters: [String] = []

    @Flag(help: "Allow the backend that invents its answers, for tests.")
    var allowScripted = false

    /// Makes the backend.
    ///
    /// - Throws: ``InterlockError`` if there is none such, or it does not accept the parameters.
    func make(_ context: ToolContext, _ logging: LoggingOptions) throws -> any Backend {
        let choice = choice(context)
        return try registry(context).make(
            choice.backend, try configuration(context, logging, model: choice.model))
    }

    /// The backends that can be made.
    func registry(_ context: ToolContext) -> BackendRegistry {
        var registry = context.backends
        registry.allowsTesting = registry.allowsTesting || allowScripted
        return registry
    }

    /// The backend's name and the model's.
    ///
    /// Where nothing else names a backend, a model may be written `backend/name`.
    func choice(_ context: ToolContext) -> (backend: String, model: String?) {
        let model = model ?? context.variable("LLM_MODEL")
        if let backend = backend ?? context.variable("LLM_BACKEND") { return (backend, model) }
        if let model, let slash = model.firstIndex(of: "/"),
            let entry = context.backends.find(String(model[..<slash]))
        {
            let rest = String(model[model.index(after: slash)...])
            return (entry.name, rest.isEmpty ? nil : rest)
        }
        return ("llama_cpp", model)
    }

    /// What a backend is made from.
    func configuration(
        _ context: ToolContext, _ logging: LoggingOptions, model: String?
    ) throws(InterlockError) -> BackendConfiguration {
        BackendConfiguration(
            model: model,
            parameters: try allParameters(),
            environment: context.environment,
            logger: logging.logger(context),
            httpTrace: logging.httpTrace(context))
    }

    private func allParameters() throws(InterlockError) -> JSONObject {
        var all: JSONObject = [:]
        if let baseURL { all["base_url"] = .string(baseURL) }
        if let contextLength { all["n_ctx"] = .number(JSONNumber(contextLength)) }
        if let batchSize { all["n_batch"] = .number(JSONNumber(batchSize)) }
        if let threads { all["n_threads"] = .number(JSONNumber(threads)) }
        if let gpuLayers { all["n_gpu_layers"] = .number(JSONNumber(gpuLayers)) }
        if let useMmap { all["use_mmap"] = .bool(useMmap) }
        if let useMlock { all["use_mlock"] = .bool(useMlock) }
        if let chatTemplate { all["chat_template"] = .string(chatTemplate) }
        for parameter in parameters {
            let (key, value) = try Self.split(parameter)
            guard all[key] == nil else {
                throw InterlockError(
                    .invalidConfiguration, "the parameter \(key) is given twice", hint: "Give it once.")
            }
            all[key] = value
        }
        return all
    }

    /// Takes `key=value` apart; what is no JSON is a plain text.
    private static func split(_ parameter: String) throws(InterlockError) -> (String, JSONValue) {
        guard let equals = parameter.firstIndex(of: "="), equals != parameter.startIndex else {
            throw InterlockError(
                .invalidConfiguration, "--parameter \(parameter) has no key and value",
                hint: "Write it as --parameter n_ctx=4096.")
        }
        let text = String(parameter[parameter.index(after: equals)...])
        let value = (try? JSONValue(parsing: text)) ?? .string(text)
        return (String(parameter[..<equals]), value)
    }
}
