/// A metadata array: its element type, its length and, where small or asked for, its elements.
///
/// Elements stay encoded until asked for. Those of large arrays (``GGUFLimits/inlineArrayBytes``) stay in the file, so that
/// a vocabulary of 150,000 tokens costs no memory; ``GGUFHeader/loadArray(_:)`` brings them in.
public struct GGUFArray: Hashable, Sendable, CustomStringConvertible {
    /// The type of every element; never ``GGUFValueType/array``.
    public let elementType: GGUFValueType
    /// The number of elements.
    public let count: Int
    /// Where in the file the first element begins.
    public let fileOffset: Int
    /// The size of all elements in the file.
    public let byteCount: Int
    /// The elements as in the file, if kept.
    let encoded: [UInt8]?

    /// Whether the elements are in memory.
    public var isLoaded: Bool { encoded != nil }

    /// The elements, or nil if they were left in the file.
    ///
    /// Decodes anew on every call: O(``byteCount``).
    public var elements: [GGUFValue]? {
        guard let encoded else { return nil }
        var decoder = GGUFDecoder(encoded)
        var result: [GGUFValue] = []
        result.reserveCapacity(count)
        for _ in 0..<count {
            guard let value = decoder.value(of: elementType) else { return nil }
            result.append(value)
        }
        return result
    }

    /// The elements of an array of strings, or nil if they were left in the file or are no strings.
    public var strings: [String]? {
        guard elementType == .string, let encoded else { return nil }
        var decoder = GGUFDecoder(encoded)
        var result: [String] = []
        result.reserveCapacity(count)
        for _ in 0..<count {
            guard let value = decoder.string() else { return nil }
            result.append(value)
        }
        return result
    }

    /// The elements of an array of any integer type, or nil if they were left in the file or are no integers.
    public var integers: [Int]? {
        guard let elements else { return nil }
        let values = elements.compactMap(\.int)
        return values.count == count ? values : nil
    }

    /// Element type and count, such as `[str; 128,256]`.
    public var description: String {
        "[\(elementType); \(GGUFText.grouped(count))]"
    }
}

/// Decodes little-endian values from bytes in memory; every read is nil past the end.
struct GGUFDecoder {
    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    mutating func integer<Value: FixedWidthInteger & BitwiseCopyable>(_: Value.Type = Value.self) -> Value? {
        let size = MemoryLayout<Value>.size
        guard bytes.count - position >= size else { return nil }
        defer { position += size }
        return bytes.littleEndian(at: position, as: Value.self)
    }

    mutating func value(of type: GGUFValueType) -> GGUFValue? {
        switch type {
        case .uint8: integer().map(GGUFValue.uint8)
        case .int8: integer().map(GGUFValue.int8)
        case .uint16: integer().map(GGUFValue.uint16)
        case .int16: integer().map(GGUFValue.int16)
        case .uint32: integer().map(GGUFValue.uint32)
        case .int32: integer().map(GGUFValue.int32)
        case .float32: integer(UInt32.self).map { .float32(Float(bitPattern: $0)) }
        case .bool: integer(UInt8.self).map { .bool($0 != 0) }
        case .string: string().map(GGUFValue.string)
        case .array: nil
        case .uint64: integer().map(GGUFValue.uint64)
        case .int64: integer().map(GGUFValue.int64)
        case .float64: integer(UInt64.self).map { .float64(Double(bitPattern: $0)) }
        }
    }

    mutating func string() -> String? {
        guard let length = integer(UInt64.self).flatMap(Int.init(exactly:)), length <= bytes.count - position else {
            return nil
        }
        defer { position += length }
        return String(decoding: bytes[position..<position + length], as: UTF8.self)
    }
}
