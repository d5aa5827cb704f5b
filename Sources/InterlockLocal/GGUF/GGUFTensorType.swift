/// The encoding of a tensor's elements: so many elements per block, so many bytes per block.
///
/// Numbers are `enum ggml_type` of ggml's `include/ggml.h`; names and sizes are `type_traits` of its `src/ggml.c` with
/// the block structures of `src/ggml-common.h` (`QK_K` = 256), all as in the llama.cpp inside llama-cpp-python 0.3.36.
public struct GGUFTensorType: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    /// The number in the file.
    public let rawValue: UInt32
    /// The name as ggml prints it, such as `q4_K`.
    public let name: String
    /// The number of elements that are encoded together; a row's length is a multiple of it.
    public let blockElements: Int
    /// The number of bytes of one block.
    public let blockBytes: Int

    private init(_ rawValue: UInt32, _ name: String, _ blockElements: Int, _ blockBytes: Int) {
        self.rawValue = rawValue
        self.name = name
        self.blockElements = blockElements
        self.blockBytes = blockBytes
    }

    /// The type of that number, or nil for numbers that ggml no longer supports or does not know.
    public init?(rawValue: UInt32) {
        guard let index = Int(exactly: rawValue), Self.table.indices.contains(index), let type = Self.table[index]
        else {
            return nil
        }
        self = type
    }

    /// Whether several elements share a block (and so a scale).
    public var isQuantized: Bool { blockElements > 1 }

    /// The name as ggml prints it.
    public var description: String { name }

    /// Every type that this llama.cpp can load, in numeric order.
    public static let all: [GGUFTensorType] = table.compactMap { $0 }

    /// One more than the highest number known (`GGML_TYPE_COUNT`).
    static var endOfKnown: Int { table.count }

    /// What to do about a number without a type: the types that ggml removed have a successor.
    static func hint(forUnsupported rawValue: UInt32) -> String {
        switch rawValue {
        case 4, 5: "llama.cpp dropped Q4_2 and Q4_3 in 2023: download a newer file of this model."
        case 31, 32, 33: "llama.cpp dropped Q4_0_4_4, Q4_0_4_8 and Q4_0_8_8: download the Q4_0 file of this model."
        case 36, 37, 38:
            "llama.cpp dropped IQ4_NL_4_4, IQ4_NL_4_8 and IQ4_NL_8_8: download the IQ4_NL file of this model."
        default:
            "The file is damaged, or was made for a newer llama.cpp: this one knows the types 0 to \(endOfKnown - 1)."
        }
    }

    private static let table: [GGUFTensorType?] = [
        .init(0, "f32", 1, 4),
        .init(1, "f16", 1, 2),
        .init(2, "q4_0", 32, 18),
        .init(3, "q4_1", 32, 20),
        nil,  // 4: Q4_2, removed
        nil,  // 5: Q4_3, removed
        .init(6, "q5_0", 32, 22),
        .init(7, "q5_1", 32, 24),
        .init(8, "q8_0", 32, 34),
        .init(9, "q8_1", 32, 36),
        .init(10, "q2_K", 256, 84),
        .init(11, "q3_K", 256, 110),
        .init(12, "q4_K", 256, 144),
        .init(13, "q5_K", 256, 176),
        .init(14, "q6_K", 256, 210),
        .init(15, "q8_K", 256, 292),
        .init(16, "iq2_xxs", 256, 66),
        .init(17, "iq2_xs", 256, 74),
        .init(18, "iq3_xxs", 256, 98),
        .init(19, "iq1_s", 256, 50),
        .init(20, "iq4_nl", 32, 18),
        .init(21, "iq3_s", 256, 110),
        .init(22, "iq2_s", 256, 82),
        .init(23, "iq4_xs", 256, 136),
        .init(24, "i8", 1, 1),
        .init(25, "i16", 1, 2),
        .init(26, "i32", 1, 4),
        .init(27, "i64", 1, 8),
        .init(28, "f64", 1, 8),
        .init(29, "iq1_m", 256, 56),
        .init(30, "bf16", 1, 2),
        nil,  // 31: Q4_0_4_4, removed
        nil,  // 32: Q4_0_4_8, removed
        nil,  // 33: Q4_0_8_8, removed
        .init(34, "tq1_0", 256, 54),
        .init(35, "tq2_0", 256, 66),
        nil,  // 36: IQ4_NL_4_4, removed
        nil,  // 37: IQ4_NL_4_8, removed
        nil,  // 38: IQ4_NL_8_8, removed
        .init(39, "mxfp4", 32, 17),
        .init(40, "nvfp4", 64, 36),
        .init(41, "q1_0", 128, 18),
        .init(42, "q2_0", 64, 18),
    ]
}
