/// A model as GGUF: the headers of its one file, or of all files of a split one.
public struct GGUFModel: Sendable {
    /// The header that carries the model's metadata: that of the only or the first file.
    public let header: GGUFHeader
    /// The headers of the further files, in order; empty for a model in one file.
    public let furtherParts: [GGUFHeader]

    /// The headers of all files, in order.
    public var parts: [GGUFHeader] { [header] + furtherParts }
    /// The tensors of all files.
    public var tensorCount: Int { parts.reduce(0) { $0 + $1.tensors.count } }
    /// The number of elements of all tensors, as llama.cpp counts parameters.
    public var parameterCount: Int { parts.reduce(0) { $0 + $1.parameterCount } }
    /// The bytes of all tensors, without padding.
    public var tensorBytes: Int { parts.reduce(0) { $0 + $1.tensorBytes } }
    /// The size of all files in bytes.
    public var fileSize: Int { parts.reduce(0) { $0 + $1.fileSize } }
    /// The tensor types of all files with what they take, most bytes first.
    public var tensorTypes: [GGUFTensorTypeUsage] { GGUFHeader.tensorTypes(of: parts.lazy.flatMap(\.tensors)) }

    /// Reads and checks all headers of a model, given the path of its only or first file.
    ///
    /// Checks what llama.cpp checks of a split (`src/llama-model-loader.cpp`), and more: that all parts exist, number
    /// themselves and count each other alike, belong to one architecture, and hold the promised tensors once each.
    ///
    /// - Throws: ``GGUFError`` for an unsound file, a missing part, a path to a later part, or parts that do not match.
    public static func read(path: String, limits: GGUFLimits = GGUFLimits()) throws(GGUFError) -> GGUFModel {
        let header: GGUFHeader
        do {
            header = try GGUFHeader.read(path: path, limits: limits)
        } catch {
            throw siblingError(path: path, error) ?? error
        }
        guard let split = try GGUFSplit(header: header) else { return GGUFModel(header: header, furtherParts: []) }
        if let error = split.missingPartsError() { throw error }
        guard split.number == 1 else { throw split.notFirstPartError() }
        var left = limits
        var further: [GGUFHeader] = []
        left.consume(header)
        for number in 2...split.count {
            let part = try GGUFHeader.read(path: split.path(ofPart: number), limits: left)
            left.consume(part)
            try check(part, number: number, of: split, against: header)
            further.append(part)
        }
        let model = GGUFModel(header: header, furtherParts: further)
        try model.checkTotals()
        try model.checkTensors()
        return model
    }

    /// A better error for a part that is itself missing while others of its split exist.
    private static func siblingError(path: String, _ error: GGUFError) -> GGUFError? {
        guard error.code == .fileNotFound, let split = GGUFSplit(path: path), split.count > 1 else { return nil }
        let missing = split.missingPaths()
        return missing.count < split.count ? split.missingPartsError() : nil
    }

    private static func check(
        _ part: GGUFHeader,
        number: Int,
        of split: GGUFSplit,
        against first: GGUFHeader
    ) throws(GGUFError) {
        guard let own = try GGUFSplit(header: part) else {
            throw .mismatch(part.path, "it is named as part \(number) of \(split.count), but is a model by itself")
        }
        // The initialiser has checked the name against the metadata, so number and count agree here.
        assert(own.number == number && own.count == split.count)
        if let architecture = part.architecture, architecture != first.architecture {
            let expected = first.architecture.map { GGUFText.quoted($0) } ?? "none"
            throw .mismatch(
                part.path,
                "its architecture is \(GGUFText.quoted(architecture)), that of part 1 is \(expected)"
            )
        }
    }

    /// So that the sums above cannot trap: sparse files can claim any size.
    private func checkTotals() throws(GGUFError) {
        var (bytes, elements) = (0, 0)
        for part in parts {
            let (nextBytes, tooManyBytes) = bytes.addingReportingOverflow(part.fileSize)
            let (nextElements, tooManyElements) = elements.addingReportingOverflow(part.parameterCount)
            guard !tooManyBytes, !tooManyElements else {
                throw .corrupt(part.path, "the parts up to this one claim more bytes or elements than can be counted")
            }
            (bytes, elements) = (nextBytes, nextElements)
        }
    }

    private func checkTensors() throws(GGUFError) {
        guard case .int32(let promised)? = header.metadata["split.tensors.count"] else {
            let found = header.metadata["split.tensors.count"].map { "split.tensors.count of type \($0.type)" }
            throw .mismatch(header.path, "it has \(found ?? "no split.tensors.count") where an i32 is required")
        }
        var places: [[UInt8]: String] = [:]
        for part in parts {
            for tensor in part.tensors {
                if let other = places.updateValue(part.path, forKey: Array(tensor.name.utf8)) {
                    throw .mismatch(
                        part.path,
                        "tensor \(GGUFText.quoted(tensor.name)) is in this part and in "
                            + GGUFText.quoted(GGUFSplit.name(of: other), limit: 200)
                    )
                }
            }
        }
        guard places.count == Int(promised) else {
            throw .mismatch(
                header.path,
                "its \(furtherParts.count + 1) parts have \(GGUFText.count(places.count, "tensor")), "
                    + "the first promises \(GGUFText.grouped(promised))"
            )
        }
    }
}

extension GGUFModel {
    /// Checks that this is a language model with weights, not something else that comes as GGUF.
    ///
    /// - Throws: ``GGUFError`` with code ``GGUFError/Code/notALanguageModel`` for an adapter, an image projector, an
    ///   importance matrix, a bare vocabulary, or a file without `general.architecture`.
    public func requireLanguageModel() throws(GGUFError) {
        let kind = header.metadata.string("general.type")
        switch (kind, header.architecture) {
        case ("adapter", _):
            throw unfit(
                "this is a LoRA adapter, not a model", "Load the model it was made for, and the adapter on top.")
        case ("imatrix", _):
            throw unfit(
                "this is an importance matrix for quantising, not a model", "Give the path of the model itself.")
        case ("mmproj", _), (_, "clip"):
            throw unfit(
                "this is the image projector (mmproj) of a multimodal model",
                "Give the path of the language model that it belongs to."
            )
        case (_, nil):
            throw unfit("it has no general.architecture, so nothing says what model it is", GGUFError.damagedHint)
        default:
            guard tensorCount > 0 else {
                throw unfit("it has a vocabulary but no weights", "Give the path of a file with the model's weights.")
            }
        }
    }

    private func unfit(_ message: String, _ hint: String) -> GGUFError {
        GGUFError(.notALanguageModel, path: header.path, message, hint: hint)
    }
}

extension GGUFLimits {
    /// Takes what one part used off what the others may use.
    mutating func consume(_ header: GGUFHeader) {
        headerBytes = max(0, headerBytes - header.dataOffset)
        retainedBytes = max(0, retainedBytes - header.retainedBytes)
    }
}
