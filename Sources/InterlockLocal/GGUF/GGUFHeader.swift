/// The description of one tensor in a GGUF file.
public struct GGUFTensorInfo: Hashable, Sendable {
    /// The name, such as `blk.0.attn_q.weight`.
    public let name: String
    /// The dimensions, innermost first, none to four of them (none is a single element).
    public let dimensions: [Int]
    /// The encoding of the elements.
    public let type: GGUFTensorType
    /// Where the data begins, in bytes from ``GGUFHeader/dataOffset``.
    public let offset: Int
    /// The number of elements: the product of ``dimensions``.
    public let elementCount: Int
    /// The size of the data in bytes, without padding.
    public let byteCount: Int
}

/// How much of a model has one tensor type.
public struct GGUFTensorTypeUsage: Hashable, Sendable {
    /// The type.
    public let type: GGUFTensorType
    /// The number of tensors of that type.
    public internal(set) var tensors: Int
    /// The number of their elements.
    public internal(set) var elements: Int
    /// The bytes of their data.
    public internal(set) var bytes: Int
}

/// What a GGUF file says about itself: its metadata and its tensors, never their data.
///
/// A header that was read is sound: its counts, lengths, types, alignment and offsets are those that llama.cpp accepts,
/// and all tensor data lies within the file. For models in several files see ``GGUFModel``.
///
/// Source of the format: ggml's `docs/gguf.md`; where that and ggml's reader (`src/gguf.cpp`) differ, the reader decides.
public struct GGUFHeader: Sendable {
    /// The path as it was given.
    public let path: String
    /// The version of the format: 2 or 3.
    public let version: Int
    /// What tensor offsets are multiples of, in bytes (`general.alignment`, or 32).
    public let alignment: Int
    /// Keys and values in the file's order.
    public let metadata: GGUFMetadata
    /// The tensors in the file's order.
    public let tensors: [GGUFTensorInfo]
    /// Where the tensor data begins, in bytes from the start of the file.
    public let dataOffset: Int
    /// Where the last tensor ends, in bytes from the start of the file: the size that the header promises at least.
    public let dataEnd: Int
    /// The size of the file in bytes.
    public let fileSize: Int

    let identity: GGUFFileIdentity
    let limits: GGUFLimits
    let retainedBytes: Int

    /// Reads and checks the header of a GGUF file.
    ///
    /// Costs time and memory in proportion to the header, bounded by the limits whatever the file claims. Blocks on the
    /// disk: call it on an executor that may.
    ///
    /// - Throws: ``GGUFError`` if there is no such file, it is no GGUF file, or any part of its header is unsound.
    public static func read(path: String, limits: GGUFLimits = GGUFLimits()) throws(GGUFError) -> GGUFHeader {
        var parser = GGUFHeaderParser(source: try GGUFSource(path: path), limits: limits)
        return try parser.parse()
    }

    /// The array of a key with its elements in memory, read from the file if they were left there.
    ///
    /// - Returns: nil if there is no such key or its value is no array.
    /// - Throws: ``GGUFError`` if the file was changed since, cannot be read, or the array is larger than
    ///   ``GGUFLimits/retainedBytes``.
    public func loadArray(_ key: String) throws(GGUFError) -> GGUFArray? {
        guard let array = metadata.array(key), !array.isLoaded else { return metadata.array(key) }
        let source = try GGUFSource(path: path)
        guard source.identity == identity else {
            throw GGUFError(
                .changedWhileReading,
                path: path,
                "the file was replaced or rewritten since its header was read",
                hint: "Read the header again."
            )
        }
        var cursor = GGUFCursor(source: source, limits: limits)
        let what = "the value of key \(GGUFText.quoted(key))"
        try cursor.skip(array.fileOffset, what)
        let encoded = try cursor.bytes(array.byteCount, what)
        return GGUFArray(
            elementType: array.elementType,
            count: array.count,
            fileOffset: array.fileOffset,
            byteCount: array.byteCount,
            encoded: encoded
        )
    }
}
