/// What the metadata says about the model, by the keys of ggml's `docs/gguf.md` and llama.cpp's `src/llama-arch.cpp`.
extension GGUFHeader {
    /// The architecture, such as `llama` (`general.architecture`).
    public var architecture: String? { metadata.string("general.architecture") }

    /// The model's name (`general.name`).
    public var name: String? { metadata.string("general.name") }

    /// The licence as the file states it (`general.license`).
    public var license: String? { metadata.string("general.license") }

    /// What the file's maker says most tensors were quantised to (`general.file_type`).
    public var fileType: GGUFFileType? { metadata.int("general.file_type").map(GGUFFileType.init) }

    /// The context length in tokens that the model was trained for (`<architecture>.context_length`).
    public var contextLength: Int? { architectureInt("context_length") }

    /// The number of transformer blocks (`<architecture>.block_count`).
    public var blockCount: Int? { architectureInt("block_count") }

    /// The width of the embeddings (`<architecture>.embedding_length`).
    public var embeddingLength: Int? { architectureInt("embedding_length") }

    /// The kind of tokenizer, such as `gpt2` or `llama` (`tokenizer.ggml.model`).
    public var tokenizerModel: String? { metadata.string("tokenizer.ggml.model") }

    /// The number of tokens in the vocabulary (the length of `tokenizer.ggml.tokens`).
    public var vocabularySize: Int? { metadata.count("tokenizer.ggml.tokens") }

    /// The chat template, in Jinja (`tokenizer.chat_template`).
    public var chatTemplate: String? { metadata.string("tokenizer.chat_template") }

    /// Which part of a split model this file is, from 0 (`split.no`).
    public var splitNumber: Int? { metadata.int("split.no") }

    /// How many files the split model has (`split.count`).
    public var splitCount: Int? { metadata.int("split.count") }

    /// How many tensors all files of the split model have together (`split.tensors.count`).
    public var splitTensorsCount: Int? { metadata.int("split.tensors.count") }

    /// The number of elements of all tensors in this file, as llama.cpp counts parameters.
    public var parameterCount: Int { tensors.reduce(0) { $0 + $1.elementCount } }

    /// The bytes of all tensors in this file, without padding.
    public var tensorBytes: Int { tensors.reduce(0) { $0 + $1.byteCount } }

    /// The tensor types in this file with what they take, most bytes first.
    public var tensorTypes: [GGUFTensorTypeUsage] { Self.tensorTypes(of: tensors) }

    static func tensorTypes(of tensors: some Sequence<GGUFTensorInfo>) -> [GGUFTensorTypeUsage] {
        var usages: [GGUFTensorType: GGUFTensorTypeUsage] = [:]
        for tensor in tensors {
            var usage = usages[tensor.type] ?? GGUFTensorTypeUsage(type: tensor.type, tensors: 0, elements: 0, bytes: 0)
            usage.tensors += 1
            usage.elements += tensor.elementCount
            usage.bytes += tensor.byteCount
            usages[tensor.type] = usage
        }
        return usages.values.sorted { ($1.bytes, $0.type.rawValue) < ($0.bytes, $1.type.rawValue) }
    }

    private func architectureInt(_ suffix: String) -> Int? {
        architecture.flatMap { metadata.int("\($0).\(suffix)") }
    }
}
