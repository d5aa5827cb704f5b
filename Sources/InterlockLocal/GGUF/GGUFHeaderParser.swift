/// Reads a header in the order of the file, checking what `gguf_init_from_reader` of ggml's `src/gguf.cpp` checks.
struct GGUFHeaderParser: ~Copyable {
    private var cursor: GGUFCursor
    private let limits: GGUFLimits
    private let path: String

    private var metadata = GGUFMetadata()
    // Raw bytes, because two strings that differ by Unicode normalisation only are one `String` but two names.
    private var seenKeys: Set<[UInt8]> = []
    private var seenNames: Set<[UInt8]> = []

    /// What a metadata entry or a tensor costs in memory beside its bytes, roughly.
    private static let entryOverhead = 160
    /// `GGUF_MAX_ARRAY_ELEMENTS` of `src/gguf.cpp`.
    private static let mostArrayElements: UInt64 = 1 << 30
    /// More entries than any file can have; less is left to the end of the file to refute.
    private static let mostEntries: UInt64 = 1 << 26
    /// The specification's limit for a key.
    private static let longestKey = 65_535
    /// `GGML_MAX_NAME` of `include/ggml.h`, less the final zero.
    private static let longestTensorName = 63
    /// `GGML_MAX_DIMS` of `include/ggml.h`.
    private static let mostDimensions: UInt32 = 4

    init(source: consuming GGUFSource, limits: GGUFLimits) {
        self.path = source.path
        self.limits = limits
        self.cursor = GGUFCursor(source: source, limits: limits)
    }

    mutating func parse() throws(GGUFError) -> GGUFHeader {
        let version = try readVersion()
        let tensorCount = try readCount("tensors", in: "the tensor count")
        let entryCount = try readCount("metadata entries", in: "the metadata count")
        for index in 0..<entryCount {
            try readEntry(index, of: entryCount)
        }
        let alignment = try checkedAlignment()
        var tensors: [GGUFTensorInfo] = []
        for index in 0..<tensorCount {
            tensors.append(try readTensor(index, of: tensorCount))
        }
        if !tensors.isEmpty {
            let padding = (alignment - cursor.position % alignment) % alignment
            try cursor.skip(padding, "the padding before the tensor data")
        }
        let dataOffset = cursor.position
        return GGUFHeader(
            path: path,
            version: version,
            alignment: alignment,
            metadata: metadata,
            tensors: tensors,
            dataOffset: dataOffset,
            dataEnd: try checkedDataEnd(tensors, dataOffset: dataOffset, alignment: alignment),
            fileSize: cursor.fileSize,
            identity: cursor.identity,
            limits: limits,
            retainedBytes: cursor.retainedBytes
        )
    }
}

// MARK: - Start

extension GGUFHeaderParser {
    private mutating func readVersion() throws(GGUFError) -> Int {
        guard cursor.fileSize > 0 else {
            throw GGUFError(
                .emptyFile,
                path: path,
                "the file is empty",
                hint: "The download did not start or was interrupted: download it again."
            )
        }
        let prefix = try cursor.prefix(512)
        guard prefix.starts(with: Array("GGUF".utf8)) else {
            let look = GGUFLookalike(prefix: prefix, fileSize: cursor.fileSize)
            throw GGUFError(.notGGUF, path: path, "not a GGUF file: \(look.description)", hint: look.hint)
        }
        try cursor.skip(4, "the magic number")
        let version = try cursor.integer(UInt32.self, "the version")
        switch version {
        case 2, 3:
            return Int(version)
        case let other where (1...3).contains(other.byteSwapped):
            throw GGUFError(
                .bigEndian,
                path: path,
                "this is a GGUF file for big-endian machines (version \(version.byteSwapped), bytes reversed)",
                hint: "Download the little-endian file, or convert it with gguf-py's gguf_convert_endian.py."
            )
        case 1:
            throw GGUFError(
                .unsupportedVersion,
                path: path,
                "GGUF version 1 (of August 2023) is no longer supported; versions 2 and 3 are",
                hint: "Download a newer file of this model."
            )
        default:
            throw GGUFError(
                .unsupportedVersion,
                path: path,
                "GGUF version \(version) is unknown; versions 2 and 3 are supported",
                hint: version == 0 || version > 0xffff
                    ? GGUFError.damagedHint : "The file is newer than this version of Interlock: update it."
            )
        }
    }

    private mutating func readCount(_ things: String, in what: String) throws(GGUFError) -> Int {
        let count = try cursor.integer(UInt64.self, what)
        guard count <= Self.mostEntries else {
            throw .corrupt(
                path,
                "its header claims \(GGUFText.grouped(count)) \(things) in a file of "
                    + GGUFText.count(cursor.fileSize, "byte")
            )
        }
        return Int(count)
    }
}

// MARK: - Metadata

extension GGUFHeaderParser {
    private mutating func readEntry(_ index: Int, of count: Int) throws(GGUFError) {
        let place = { "metadata entry \(GGUFText.grouped(index + 1)) of \(GGUFText.grouped(count))" }
        let start = cursor.position
        let bytes = try cursor.string(overhead: Self.entryOverhead, "the key of \(place())")
        let key = try checkedText(bytes, "the key of \(place())", at: start)
        guard !bytes.isEmpty else {
            throw .corrupt(path, "\(place()) has an empty key (at byte \(GGUFText.grouped(start)))")
        }
        guard bytes.count <= Self.longestKey else {
            throw .corrupt(
                path,
                "the key of \(place()) has \(GGUFText.count(bytes.count, "byte")); "
                    + "at most \(GGUFText.grouped(Self.longestKey)) are allowed"
            )
        }
        guard seenKeys.insert(bytes).inserted else {
            throw .corrupt(
                path,
                "metadata key \(GGUFText.quoted(key)) occurs twice (again at byte \(GGUFText.grouped(start)))"
            )
        }
        metadata.append(key: key, value: try readValue(of: key))
    }

    private mutating func readValue(of key: String) throws(GGUFError) -> GGUFValue {
        let what = { "the value of key \(GGUFText.quoted(key))" }
        let type = try readType(of: key)
        switch type {
        case .string:
            return .string(String(decoding: try cursor.string(overhead: 0, what()), as: UTF8.self))
        case .array:
            return .array(try readArray(of: key))
        default:
            var decoder = GGUFDecoder(try cursor.bytes(type.fixedSize ?? 0, what()))
            guard let value = decoder.value(of: type) else { throw cursor.truncated(what()) }
            return value
        }
    }

    private mutating func readType(of key: String) throws(GGUFError) -> GGUFValueType {
        let start = cursor.position
        let number = try cursor.integer(UInt32.self, "the value type of key \(GGUFText.quoted(key))")
        guard let type = GGUFValueType(rawValue: number) else {
            throw .corrupt(
                path,
                "metadata key \(GGUFText.quoted(key)) has the unknown value type \(number)"
                    + " (at byte \(GGUFText.grouped(start)))"
            )
        }
        return type
    }

    private mutating func readArray(of key: String) throws(GGUFError) -> GGUFArray {
        let what = { "the value of key \(GGUFText.quoted(key))" }
        let elementType = try readType(of: key)
        let count = try cursor.integer(UInt64.self, "the array length of key \(GGUFText.quoted(key))")
        guard elementType != .array else {
            throw .corrupt(
                path,
                "metadata key \(GGUFText.quoted(key)) holds an array of arrays, which llama.cpp does not read",
                hint: "Convert the model again without that key."
            )
        }
        guard count <= Self.mostArrayElements else {
            throw .corrupt(
                path,
                "metadata key \(GGUFText.quoted(key)) claims an array of \(GGUFText.count(count, "element"))"
            )
        }
        let start = cursor.position
        if let size = elementType.fixedSize {
            try cursor.skip(Int(count) * size, what())
        } else {
            try cursor.skipStrings(Int(count), what())
        }
        let byteCount = cursor.position - start
        var encoded: [UInt8]?
        if byteCount <= limits.inlineArrayBytes {
            cursor.rewind(to: start)
            encoded = try cursor.bytes(byteCount, what())
        }
        return GGUFArray(
            elementType: elementType,
            count: Int(count),
            fileOffset: start,
            byteCount: byteCount,
            encoded: encoded
        )
    }

    private func checkedAlignment() throws(GGUFError) -> Int {
        guard let value = metadata["general.alignment"] else { return 32 }
        guard case .uint32(let alignment) = value else {
            throw .corrupt(path, "general.alignment has the type \(value.type) where u32 is required")
        }
        guard alignment != 0, alignment & (alignment - 1) == 0 else {
            throw .corrupt(path, "general.alignment is \(alignment), which is not a power of two")
        }
        return Int(alignment)
    }

    private func checkedText(
        _ bytes: [UInt8], _ what: @autoclosure () -> String, at start: Int
    ) throws(GGUFError) -> String {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw .corrupt(path, "\(what()) is not valid UTF-8 (at byte \(GGUFText.grouped(start)))")
        }
        guard !bytes.contains(0) else {
            throw .corrupt(path, "\(what()) contains a zero byte (at byte \(GGUFText.grouped(start)))")
        }
        return text
    }
}

// MARK: - Tensors

extension GGUFHeaderParser {
    private mutating func readTensor(_ index: Int, of count: Int) throws(GGUFError) -> GGUFTensorInfo {
        let place = { "tensor \(GGUFText.grouped(index + 1)) of \(GGUFText.grouped(count))" }
        let start = cursor.position
        let bytes = try cursor.string(overhead: Self.entryOverhead, "the name of \(place())")
        let name = try checkedText(bytes, "the name of \(place())", at: start)
        guard bytes.count <= Self.longestTensorName else {
            throw .corrupt(
                path,
                "the name of \(place()) has \(GGUFText.count(bytes.count, "byte")); "
                    + "at most \(Self.longestTensorName) are allowed"
            )
        }
        let tensor = "tensor \(GGUFText.quoted(name))"
        guard seenNames.insert(bytes).inserted else {
            throw .corrupt(path, "\(tensor) occurs twice (again at byte \(GGUFText.grouped(start)))")
        }
        let (dimensions, elements) = try readDimensions(of: tensor)
        let number = try cursor.integer(UInt32.self, "the type of \(tensor)")
        guard let type = GGUFTensorType(rawValue: number) else {
            throw GGUFError(
                .unsupportedTensorType,
                path: path,
                "\(tensor) has the type \(number), which this llama.cpp does not support",
                hint: GGUFTensorType.hint(forUnsupported: number)
            )
        }
        let row = dimensions.first ?? 1
        guard row % type.blockElements == 0 else {
            throw .corrupt(
                path,
                "\(tensor) has rows of \(GGUFText.count(row, "element")), "
                    + "not a multiple of the \(type.blockElements) in a block of \(type.name)"
            )
        }
        let size = (elements / type.blockElements).multipliedReportingOverflow(by: type.blockBytes)
        let offset = try cursor.integer(UInt64.self, "the offset of \(tensor)")
        guard !size.overflow, let offset = Int(exactly: offset) else {
            throw .corrupt(
                path,
                size.overflow
                    ? "\(tensor) claims a size that no file can have: \(Self.shape(dimensions)) of \(type.name)"
                    : "\(tensor) claims to begin at byte \(GGUFText.grouped(offset)) of the data"
            )
        }
        return GGUFTensorInfo(
            name: name,
            dimensions: dimensions,
            type: type,
            offset: offset,
            elementCount: elements,
            byteCount: size.partialValue
        )
    }

    private mutating func readDimensions(of tensor: String) throws(GGUFError) -> (dimensions: [Int], elements: Int) {
        let count = try cursor.integer(UInt32.self, "the dimensions of \(tensor)")
        guard count <= Self.mostDimensions else {
            throw .corrupt(path, "\(tensor) claims \(GGUFText.grouped(count)) dimensions; at most 4 are allowed")
        }
        var dimensions: [Int] = []
        for index in 0..<count {
            let dimension = try cursor.integer(Int64.self, "the dimensions of \(tensor)")
            guard dimension >= 0 else {
                throw .corrupt(path, "dimension \(index + 1) of \(tensor) is negative: \(GGUFText.grouped(dimension))")
            }
            dimensions.append(Int(dimension))
        }
        var elements = 1
        for dimension in dimensions {
            let product = elements.multipliedReportingOverflow(by: dimension)
            guard !product.overflow else {
                throw .corrupt(path, "\(tensor) claims more elements than can be counted: \(Self.shape(dimensions))")
            }
            elements = product.partialValue
        }
        return (dimensions, elements)
    }

    private static func shape(_ dimensions: [Int]) -> String {
        dimensions.map { GGUFText.grouped($0) }.joined(separator: " × ")
    }

    /// Every tensor must begin where the one before it, padded, ends: ggml accepts nothing else.
    private func checkedDataEnd(
        _ tensors: [GGUFTensorInfo],
        dataOffset: Int,
        alignment: Int
    ) throws(GGUFError) -> Int {
        var expected = 0
        var end = dataOffset
        var elements = 0
        for (index, tensor) in tensors.enumerated() {
            guard tensor.offset == expected else {
                throw misplaced(
                    tensor, after: index == 0 ? nil : tensors[index - 1], expected: expected, alignment: alignment)
            }
            let next = expected.addingReportingOverflow(tensor.byteCount)
            let padded = next.partialValue.addingReportingOverflow(alignment - 1)
            let last = dataOffset.addingReportingOverflow(next.partialValue)
            let total = elements.addingReportingOverflow(tensor.elementCount)
            guard !next.overflow, !padded.overflow, !last.overflow, !total.overflow else {
                throw .corrupt(path, "tensor \(GGUFText.quoted(tensor.name)) ends beyond what any file can hold")
            }
            expected = padded.partialValue & ~(alignment - 1)
            end = last.partialValue
            elements = total.partialValue
        }
        guard end <= cursor.fileSize else {
            let missing = GGUFText.count(end - cursor.fileSize, "byte")
            throw GGUFError(
                .truncatedData,
                path: path,
                "the file has \(GGUFText.count(cursor.fileSize, "byte")), its header promises "
                    + "\(GGUFText.grouped(end)): the download is incomplete",
                hint: "\(missing) \(end - cursor.fileSize == 1 ? "is" : "are") missing: "
                    + "resume the download or download it again."
            )
        }
        return end
    }

    private func misplaced(
        _ tensor: GGUFTensorInfo,
        after previous: GGUFTensorInfo?,
        expected: Int,
        alignment: Int
    ) -> GGUFError {
        let name = "tensor \(GGUFText.quoted(tensor.name))"
        let offset = GGUFText.grouped(tensor.offset)
        let before = previous.map { "the one before it, \(GGUFText.quoted($0.name))," } ?? "the data"
        let reason =
            if tensor.offset % alignment != 0 {
                ", which is not a multiple of the alignment \(alignment)"
            } else if tensor.offset < expected {
                " and overlaps \(previous.map { "tensor \(GGUFText.quoted($0.name))" } ?? "the header")"
            } else {
                " and leaves a gap, which llama.cpp does not accept"
            }
        return .corrupt(
            path,
            "\(name) begins at byte \(offset) of the data\(reason); "
                + "\(before) \(previous == nil ? "begins" : "ends") at \(GGUFText.grouped(expected))"
        )
    }
}
