public import InterlockCore
import InterlockLocal
import InterlockRemote
import InterlockRouting

extension BackendRegistry {
    /// The backends that come with Interlock.
    public static let builtIn: BackendRegistry = {
        var registry = BackendRegistry()
        do {
            try registry.register(LlamaCpp.registryEntry)
            for entry in RemoteBackends.registryEntries { try registry.register(entry.layered) }
        } catch {
            preconditionFailure("the built-in backends contradict each other: \(error)")
        }
        return registry
    }()

    /// Makes the backend of that name.
    ///
    /// Keys and addresses come from this process's environment where no parameter has them.
    ///
    /// ```swift
    /// let model = try BackendRegistry.builtIn.make("llama_cpp", model: "model.gguf", parameters: ["n_ctx": 8192])
    /// ```
    ///
    /// - Parameters:
    ///   - name: The backend's registered name or an alias.
    ///   - model: The model: a name or a path.
    ///   - parameters: The backend's own parameters.
    /// - Throws: ``InterlockError`` if there is no such backend or it does not accept the configuration.
    public func make(
        _ name: String, model: String? = nil, parameters: JSONObject = [:]
    ) throws -> any Backend {
        try make(
            name,
            BackendConfiguration(model: model, parameters: parameters, environment: ProcessEnvironment.variables()))
    }
}

extension BackendRegistry {
    /// Makes the backend that the environment names.
    ///
    /// `LLM_BACKEND` is the backend, `llama_cpp` without it, and `LLM_MODEL` the model. The backend itself reads
    /// `LLM_API_BASE`, `LLM_TIMEOUT_SECONDS` and the variables of its provider, such as `ANTHROPIC_API_KEY`.
    ///
    /// ```swift
    /// let model = try BackendRegistry.builtIn.makeFromEnvironment()
    /// ```
    ///
    /// - Parameters:
    ///   - environment: The variables; nil is those of this process.
    ///   - logger: Where log messages go.
    /// - Throws: ``InterlockError`` if there is no such backend or it does not accept the configuration.
    public func makeFromEnvironment(
        _ environment: [String: String]? = nil, logger: Logger = .silent
    ) throws -> any Backend {
        let environment = environment ?? ProcessEnvironment.variables()
        func variable(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        return try make(
            variable("LLM_BACKEND") ?? "llama_cpp",
            BackendConfiguration(model: variable("LLM_MODEL"), environment: environment, logger: logger))
    }
}
