public import InterlockCore

/// How llama.cpp loads and runs a model, under llama.cpp's own names.
public struct LlamaCppParameters: Sendable, Hashable {
    /// The context in tokens (`n_ctx`); nil takes 4,096 or what the model was trained for, whichever is less; 0 takes what
    /// it was trained for.
    public var contextLength: Int?
    /// The most tokens evaluated in one go (`n_batch`).
    public var batchSize: Int
    /// The threads that compute (`n_threads`); nil takes one for every physical core that this process may use, fewer for a
    /// model so small that they would only wait for each other.
    public var threads: Int?
    /// The layers kept on a GPU (`n_gpu_layers`); -1 is all of them, nil leaves it to llama.cpp (all).
    public var gpuLayers: Int?
    /// Whether the file is mapped into memory instead of read (`use_mmap`).
    public var usesMmap: Bool
    /// Whether the model is locked into memory so that it is never swapped out (`use_mlock`).
    public var usesMlock: Bool
    /// The seed of requests that bring none (`seed`); nil draws one for every request.
    public var seed: UInt64?
    /// Whether llama.cpp's own messages are logged as information (`verbose`).
    public var isVerbose: Bool
    /// The form of conversations (`chat_template`): the name of one that llama.cpp knows, or nil for the model's own.
    public var chatTemplate: String?

    /// Makes parameters; everything may be left out.
    public init(
        contextLength: Int? = nil,
        batchSize: Int = 512,
        threads: Int? = nil,
        gpuLayers: Int? = nil,
        usesMmap: Bool = true,
        usesMlock: Bool = false,
        seed: UInt64? = nil,
        isVerbose: Bool = false,
        chatTemplate: String? = nil
    ) {
        self.contextLength = contextLength
        self.batchSize = batchSize
        self.threads = threads
        self.gpuLayers = gpuLayers
        self.usesMmap = usesMmap
        self.usesMlock = usesMlock
        self.seed = seed
        self.isVerbose = isVerbose
        self.chatTemplate = chatTemplate
    }

    /// Reads parameters by llama.cpp's names.
    ///
    /// - Throws: ``InterlockError/Code/invalidConfiguration`` naming a parameter that is unknown, of the wrong type or out
    ///   of range.
    public init(_ parameters: JSONObject) throws(InterlockError) {
        var reader = ParameterReader(parameters)
        self.init()
        contextLength = try reader.integer("n_ctx", in: 0...(1 << 30))
        batchSize = try reader.integer("n_batch", in: 1...(1 << 20)) ?? batchSize
        threads = try reader.integer("n_threads", in: 1...512)
        gpuLayers = try reader.integer("n_gpu_layers", in: -1...(1 << 20))
        usesMmap = try reader.boolean("use_mmap") ?? usesMmap
        usesMlock = try reader.boolean("use_mlock") ?? usesMlock
        // llama.cpp and its bindings write "no seed" as -1.
        seed = try reader.integer("seed", in: -1...Int.max).flatMap { UInt64(exactly: $0) }
        isVerbose = try reader.boolean("verbose") ?? isVerbose
        chatTemplate = try reader.string("chat_template")
        try reader.finish()
    }
}
