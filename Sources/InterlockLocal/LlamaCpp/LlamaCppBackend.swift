public import InterlockCore

/// GGUF models in this process, through llama.cpp.
public enum LlamaCpp {
    /// Whether this build has llama.cpp in it.
    public static var isAvailable: Bool {
        #if LlamaCpp
        true
        #else
        false
        #endif
    }

    /// The version of llama.cpp in this build, or nil without one.
    public static var version: String? {
        #if LlamaCpp
        LlamaCppModel.runtimeVersion
        #else
        nil
        #endif
    }

    /// The registry's entry for GGUF models in this process.
    public static var registryEntry: BackendRegistry.Entry {
        BackendRegistry.Entry(
            name: "llama_cpp",
            aliases: ["llama.cpp", "llamacpp", "gguf"],
            summary: "GGUF models in this process, through llama.cpp",
            unavailable: isAvailable
                ? nil : "Build with the LlamaCpp trait: `make build` does, after setting llama.cpp up."
        ) { configuration in
            let parameters = try LlamaCppParameters(configuration.parameters)
            let path = try configuration.requiredModel("a GGUF file")
            return try backend(path: path, parameters, logger: configuration.logger, clocks: configuration.clocks)
        }
    }

    /// Makes a backend of a GGUF file.
    ///
    /// Nothing is loaded yet.
    ///
    /// - Parameters:
    ///   - path: The file; of a model that is split over several files, the first.
    ///   - parameters: How to load and run it.
    ///   - logger: Where log messages go.
    ///   - clocks: The clocks that timings and deadlines are read from.
    /// - Throws: ``InterlockError/Code/backendNotBuilt`` if this build has no llama.cpp in it.
    public static func backend(
        path: String,
        _ parameters: LlamaCppParameters = LlamaCppParameters(),
        logger: Logger = .silent,
        clocks: Clocks = .system
    ) throws(InterlockError) -> LocalBackend {
        #if LlamaCpp
        let logger = logger.labelled("llama.cpp")
        let engine = LocalEngine(clocks: clocks) { progress, abandoned in
            try LlamaCppModel(path: path, parameters, logger: logger, progress: progress, abandoned: abandoned)
        }
        return LocalBackend(
            identity: BackendIdentity(name: "llama_cpp", model: path),
            engine: engine, seed: parameters.seed, logger: logger,
            checkModel: { () throws(InterlockError) in try LlamaCppModelFile.check(path) }
        ) { loaded in
            try LlamaCppChatFormat.choose(parameters.chatTemplate ?? loaded.description.chatTemplate)
        }
        #else
        throw InterlockError(
            .backendNotBuilt, "this build of Interlock has no llama_cpp backend",
            hint: "Build with the LlamaCpp trait: `make build` does, after setting llama.cpp up.")
        #endif
    }
}
