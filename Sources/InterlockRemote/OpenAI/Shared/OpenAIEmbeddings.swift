package import InterlockCore

/// Turns texts into vectors through `/embeddings`.
package struct OpenAIEmbeddings: Sendable {
    /// Whose server it is.
    package var flavour: OpenAIFlavour
    /// The form that vectors are asked for in; both are read, whichever comes.
    package var encodingFormat: String?
    /// The most texts of a request.
    package var maximumItems: Int
    /// The most bytes of all texts of a request, an estimate of the API's limit of 300,000 tokens.
    package var maximumBytes: Int

    /// Makes it; Base64 takes a quarter of the bytes of decimal numbers and no time to read.
    package init(
        flavour: OpenAIFlavour, encodingFormat: String? = "base64", maximumItems: Int = 2048,
        maximumBytes: Int = 600_000
    ) {
        self.flavour = flavour
        self.encodingFormat = encodingFormat
        self.maximumItems = maximumItems
        self.maximumBytes = maximumBytes
    }

    /// How texts are shared out among requests, in order.
    ///
    /// A text that is over the limit of bytes by itself has a request of its own: the server knows its real limit.
    package func batches(of inputs: [String]) -> [Range<Int>] {
        var batches: [Range<Int>] = []
        var start = 0
        var bytes = 0
        for (index, input) in inputs.enumerated() {
            let size = input.utf8.count
            if index > start, index - start >= maximumItems || bytes + size > maximumBytes {
                batches.append(start..<index)
                start = index
                bytes = 0
            }
            bytes += size
        }
        if start < inputs.count { batches.append(start..<inputs.count) }
        return batches
    }

    /// The request for some of the texts.
    ///
    /// - Throws: ``InterlockError/Code/invalidRequest`` if the caller's own members cannot be set.
    package func encode(
        _ request: EmbeddingRequest, batch: Range<Int>, _ context: WireContext
    ) throws(InterlockError) -> WireRequest {
        try request.validate()
        var body: JSONObject = ["model": .string(context.model)]
        body["input"] = .array(request.inputs[batch].map(JSONValue.string))
        if let dimensions = request.dimensions { body["dimensions"] = JSONValue(dimensions) }
        if let encodingFormat { body["encoding_format"] = .string(encodingFormat) }
        try ExtraFields.openAI.merge(request.extras[context.backend], of: context.backend, into: &body)
        return WireRequest(path: "/embeddings", body: body)
    }

    /// Reads the answer to a request for that many texts.
    ///
    /// - Throws: ``InterlockError/Code/malformedResponse`` if not every text has exactly one vector, all of one length
    ///   and of finite numbers.
    package func decode(
        _ body: JSONValue, count: Int, dimensions: Int? = nil
    ) throws(InterlockError) -> EmbeddingReply {
        let reader = FrameReader(sender: flavour.name)
        if let error = OpenAIErrorMapper(flavour: flavour).error(inAnswer: body) { throw error }
        guard case .array(let data)? = body["data"] else { throw reader.malformed("/data is missing or no array") }
        guard data.count == count else {
            throw reader.malformed("/data has \(data.count) vectors for \(count) texts")
        }
        var vectors = [[Float]](repeating: [], count: count)
        for (position, entry) in data.enumerated() {
            guard let index = entry["index"]?.intValue, vectors.indices.contains(index) else {
                throw reader.malformed("/data/\(position)/index is missing or names no text")
            }
            guard vectors[index].isEmpty else { throw reader.malformed("/data/\(position)/index repeats \(index)") }
            vectors[index] = try vector(entry["embedding"], "/data/\(position)/embedding", reader)
        }
        let length = dimensions ?? vectors.first?.count ?? 0
        if let wrong = vectors.firstIndex(where: { $0.count != length }) {
            throw reader.malformed("the vector of text \(wrong) has \(vectors[wrong].count) numbers, not \(length)")
        }
        return EmbeddingReply(
            vectors: vectors, servedModel: body["model"]?.stringValue,
            usage: OpenAIUsage.read(body["usage"]) ?? Usage())
    }

    /// The replies of all batches as one.
    package static func joined(_ replies: [EmbeddingReply]) -> EmbeddingReply {
        var joined = EmbeddingReply(vectors: [], servedModel: replies.first?.servedModel)
        var tokens: Int? = 0
        for reply in replies {
            joined.vectors += reply.vectors
            tokens = tokens.flatMap { sum in
                reply.usage.inputTokens.flatMap { more in
                    let (total, overflow) = sum.addingReportingOverflow(more)
                    return overflow ? nil : total
                }
            }
        }
        joined.usage = Usage(inputTokens: replies.isEmpty ? nil : tokens)
        return joined
    }

    private func vector(
        _ value: JSONValue?, _ path: String, _ reader: FrameReader
    ) throws(InterlockError) -> [Float] {
        let vector: [Float]
        switch value {
        case .string(let text)?:
            guard let bytes = Base64.decode(text) else { throw reader.malformed("\(path) is no Base64") }
            guard bytes.count.isMultiple(of: 4) else {
                throw reader.malformed("\(path) has \(bytes.count) bytes, which is no whole count of numbers")
            }
            vector = OpenAIEmbeddings.floats(bytes)
        case .array(let numbers)?:
            let floats = numbers.compactMap { $0.numberValue?.float }
            guard floats.count == numbers.count else { throw reader.malformed("\(path) holds what is no number") }
            vector = floats
        default: throw reader.malformed("\(path) is neither a string nor an array")
        }
        guard !vector.isEmpty else { throw reader.malformed("\(path) is empty") }
        guard vector.allSatisfy(\.isFinite) else { throw reader.malformed("\(path) holds what is no finite number") }
        return vector
    }

    /// Numbers of four bytes each, the least significant first.
    private static func floats(_ bytes: [UInt8]) -> [Float] {
        var floats: [Float] = []
        floats.reserveCapacity(bytes.count / 4)
        bytes.withUnsafeBytes { raw in
            for offset in stride(from: 0, to: raw.count, by: 4) {
                let pattern = raw.loadUnaligned(fromByteOffset: offset, as: UInt32.self)
                floats.append(Float(bitPattern: UInt32(littleEndian: pattern)))
            }
        }
        return floats
    }
}
