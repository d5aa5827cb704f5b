/// The type of a metadata value, or of the elements of a metadata array.
///
/// Source: `enum gguf_type` of ggml's `include/gguf.h`; sizes are `GGUF_TYPE_SIZE` of its `src/gguf.cpp`.
public enum GGUFValueType: UInt32, Hashable, Sendable, CaseIterable, CustomStringConvertible {
    /// 8 bits, unsigned.
    case uint8 = 0
    /// 8 bits, signed.
    case int8 = 1
    /// 16 bits, unsigned.
    case uint16 = 2
    /// 16 bits, signed.
    case int16 = 3
    /// 32 bits, unsigned.
    case uint32 = 4
    /// 32 bits, signed.
    case int32 = 5
    /// 32 bits, IEEE 754.
    case float32 = 6
    /// One byte; llama.cpp takes everything but 0 for true.
    case bool = 7
    /// A 64-bit length and that many bytes of UTF-8.
    case string = 8
    /// An element type, a 64-bit count and that many elements.
    case array = 9
    /// 64 bits, unsigned.
    case uint64 = 10
    /// 64 bits, signed.
    case int64 = 11
    /// 64 bits, IEEE 754.
    case float64 = 12

    /// The name as llama.cpp prints it, such as `u32`.
    public var description: String {
        switch self {
        case .uint8: "u8"
        case .int8: "i8"
        case .uint16: "u16"
        case .int16: "i16"
        case .uint32: "u32"
        case .int32: "i32"
        case .float32: "f32"
        case .bool: "bool"
        case .string: "str"
        case .array: "arr"
        case .uint64: "u64"
        case .int64: "i64"
        case .float64: "f64"
        }
    }

    /// Bytes per value; nil for strings and arrays.
    var fixedSize: Int? {
        switch self {
        case .uint8, .int8, .bool: 1
        case .uint16, .int16: 2
        case .uint32, .int32, .float32: 4
        case .uint64, .int64, .float64: 8
        case .string, .array: nil
        }
    }
}

/// A metadata value.
///
/// Strings that are not UTF-8 are repaired with U+FFFD, because llama.cpp accepts them; keys and tensor names are not.
public enum GGUFValue: Hashable, Sendable {
    /// 8 bits, unsigned.
    case uint8(UInt8)
    /// 8 bits, signed.
    case int8(Int8)
    /// 16 bits, unsigned.
    case uint16(UInt16)
    /// 16 bits, signed.
    case int16(Int16)
    /// 32 bits, unsigned.
    case uint32(UInt32)
    /// 32 bits, signed.
    case int32(Int32)
    /// 32 bits, IEEE 754.
    case float32(Float)
    /// True or false.
    case bool(Bool)
    /// Text.
    case string(String)
    /// Elements of one type.
    case array(GGUFArray)
    /// 64 bits, unsigned.
    case uint64(UInt64)
    /// 64 bits, signed.
    case int64(Int64)
    /// 64 bits, IEEE 754.
    case float64(Double)

    /// The type in the file.
    public var type: GGUFValueType {
        switch self {
        case .uint8: .uint8
        case .int8: .int8
        case .uint16: .uint16
        case .int16: .int16
        case .uint32: .uint32
        case .int32: .int32
        case .float32: .float32
        case .bool: .bool
        case .string: .string
        case .array: .array
        case .uint64: .uint64
        case .int64: .int64
        case .float64: .float64
        }
    }

    /// The value of any integer type, if `Int` can hold it.
    public var int: Int? {
        switch self {
        case .uint8(let value): Int(value)
        case .int8(let value): Int(value)
        case .uint16(let value): Int(value)
        case .int16(let value): Int(value)
        case .uint32(let value): Int(exactly: value)
        case .int32(let value): Int(value)
        case .uint64(let value): Int(exactly: value)
        case .int64(let value): Int(exactly: value)
        case .float32, .float64, .bool, .string, .array: nil
        }
    }

    /// The value of either floating-point type.
    public var float: Double? {
        switch self {
        case .float32(let value): Double(value)
        case .float64(let value): value
        default: nil
        }
    }

    /// The value of a boolean.
    public var bool: Bool? {
        if case .bool(let value) = self { value } else { nil }
    }

    /// The value of a string.
    public var string: String? {
        if case .string(let value) = self { value } else { nil }
    }

    /// The value of an array.
    public var array: GGUFArray? {
        if case .array(let value) = self { value } else { nil }
    }
}

extension GGUFValue: CustomStringConvertible {
    /// The value on one line, at most some 80 characters: strings are quoted and cut, arrays show type and count.
    public var description: String {
        switch self {
        case .uint8(let value): String(value)
        case .int8(let value): String(value)
        case .uint16(let value): String(value)
        case .int16(let value): String(value)
        case .uint32(let value): String(value)
        case .int32(let value): String(value)
        case .float32(let value): String(value)
        case .bool(let value): String(value)
        case .string(let value): GGUFText.quoted(value)
        case .array(let value): value.description
        case .uint64(let value): String(value)
        case .int64(let value): String(value)
        case .float64(let value): String(value)
        }
    }
}
