@testable import InterlockLocal

/// Writes GGUF files, good ones by default; every count and field can be made to lie.
struct GGUFWriter {
    struct Entry {
        var key: [UInt8]
        var type: UInt32
        var payload: [UInt8]
    }

    struct Tensor {
        var name: [UInt8]
        var dimensions: [UInt64]
        var type: UInt32 = 0
        /// Nil: right after the tensor before.
        var offset: UInt64?
        /// Nil: as many as there are.
        var dimensionCount: UInt32?

        init(_ name: String, _ dimensions: [UInt64], type: UInt32 = 0, offset: UInt64? = nil) {
            self.name = Array(name.utf8)
            self.dimensions = dimensions
            self.type = type
            self.offset = offset
        }
    }

    var magic = Array("GGUF".utf8)
    var version: UInt32 = 3
    var alignment = 32
    var entries: [Entry] = []
    var tensors: [Tensor] = []
    var tensorCount: UInt64?
    var entryCount: UInt64?

    /// A small sound model with every kind of metadata value.
    static func sample() -> GGUFWriter {
        var writer = GGUFWriter()
        writer.add("general.architecture", "llama")
        writer.add("general.name", "Sample")
        writer.add("general.license", "mit")
        writer.add("general.file_type", uint32: 7)
        writer.add("llama.context_length", uint32: 2048)
        writer.add("llama.block_count", uint32: 2)
        writer.add("llama.embedding_length", uint32: 64)
        writer.add("v.u8", type: .uint8, littleEndian(UInt8(200)))
        writer.add("v.i8", type: .int8, littleEndian(Int8(-100)))
        writer.add("v.u16", type: .uint16, littleEndian(UInt16(60_000)))
        writer.add("v.i16", type: .int16, littleEndian(Int16(-30_000)))
        writer.add("v.i32", type: .int32, littleEndian(Int32(-2_000_000_000)))
        writer.add("v.f32", type: .float32, littleEndian(Float(1.5).bitPattern))
        writer.add("v.bool", type: .bool, [1])
        writer.add("v.u64", type: .uint64, littleEndian(UInt64.max))
        writer.add("v.i64", type: .int64, littleEndian(Int64.min))
        writer.add("v.f64", type: .float64, littleEndian(Double.pi.bitPattern))
        writer.add("tokenizer.ggml.model", "gpt2")
        writer.add("tokenizer.ggml.tokens", strings: ["<s>", "", "é", "long token"])
        writer.add("tokenizer.ggml.token_type", type: .int32, elements: [3, 1, 1, 1].map { littleEndian(Int32($0)) })
        writer.add("tokenizer.chat_template", "{{ messages }}")
        writer.tensors = [
            Tensor("token_embd.weight", [64, 4], type: 8),
            Tensor("blk.0.attn_norm.weight", [5]),
            Tensor("output.weight", [64, 4], type: 1),
        ]
        return writer
    }

    static func littleEndian<Value: FixedWidthInteger>(_ value: Value) -> [UInt8] {
        (0..<MemoryLayout<Value>.size).map { UInt8(truncatingIfNeeded: value >> Value($0 * 8)) }
    }

    static func string(_ text: [UInt8]) -> [UInt8] {
        littleEndian(UInt64(text.count)) + text
    }

    mutating func add(_ key: String, type: GGUFValueType, _ payload: [UInt8]) {
        entries.append(Entry(key: Array(key.utf8), type: type.rawValue, payload: payload))
    }

    mutating func add(_ key: String, _ value: String) {
        add(key, type: .string, Self.string(Array(value.utf8)))
    }

    mutating func add(_ key: String, uint16 value: UInt16) {
        add(key, type: .uint16, Self.littleEndian(value))
    }

    mutating func add(_ key: String, uint32 value: UInt32) {
        add(key, type: .uint32, Self.littleEndian(value))
    }

    mutating func add(_ key: String, int32 value: Int32) {
        add(key, type: .int32, Self.littleEndian(value))
    }

    mutating func add(_ key: String, strings: [String]) {
        add(key, type: .string, elements: strings.map { Self.string(Array($0.utf8)) })
    }

    mutating func add(_ key: String, type: GGUFValueType, elements: [[UInt8]], count: UInt64? = nil) {
        let length = Self.littleEndian(count ?? UInt64(elements.count))
        add(key, type: .array, Self.littleEndian(type.rawValue) + length + elements.flatMap { $0 })
    }

    /// The header alone, without the padding behind it.
    func header() -> [UInt8] {
        var bytes = magic + Self.littleEndian(version)
        bytes += Self.littleEndian(tensorCount ?? UInt64(tensors.count))
        bytes += Self.littleEndian(entryCount ?? UInt64(entries.count))
        for entry in entries {
            bytes += Self.string(entry.key) + Self.littleEndian(entry.type) + entry.payload
        }
        var next: UInt64 = 0
        for tensor in tensors {
            bytes += Self.string(tensor.name)
            bytes += Self.littleEndian(tensor.dimensionCount ?? UInt32(tensor.dimensions.count))
            bytes += tensor.dimensions.flatMap { Self.littleEndian($0) }
            bytes += Self.littleEndian(tensor.type) + Self.littleEndian(tensor.offset ?? next)
            next = padded(next &+ Self.size(tensor))
        }
        return bytes
    }

    /// Header, padding and tensor data (of the byte 0x5a), the last tensor without padding.
    func bytes() -> [UInt8] {
        var bytes = header()
        guard let last = tensors.last else { return bytes }
        bytes += [UInt8](repeating: 0, count: Int(padded(UInt64(bytes.count))) - bytes.count)
        let start = tensors.dropLast().reduce(UInt64(0)) { padded($0 &+ Self.size($1)) }
        let size = start &+ Self.size(last)
        if size < 1 << 20 { bytes += [UInt8](repeating: 0x5a, count: Int(size)) }
        return bytes
    }

    private func padded(_ value: UInt64) -> UInt64 {
        let alignment = UInt64(alignment)
        return (value &+ alignment &- 1) / alignment &* alignment
    }

    private static func size(_ tensor: Tensor) -> UInt64 {
        let elements = tensor.dimensions.reduce(UInt64(1), &*)
        guard let type = GGUFTensorType(rawValue: tensor.type) else { return elements }
        return elements / UInt64(type.blockElements) &* UInt64(type.blockBytes)
    }
}
