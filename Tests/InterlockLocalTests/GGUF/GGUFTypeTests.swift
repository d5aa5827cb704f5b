import Testing

@testable import InterlockLocal

@Suite("GGUF: tensor and file types")
struct GGUFTypeTests {
    /// `sizeof` of every block structure, printed by a C program that includes ggml's `src/ggml-common.h` of this pin.
    static let sizes: [(name: String, number: UInt32, elements: Int, bytes: Int)] = [
        ("f32", 0, 1, 4), ("f16", 1, 1, 2), ("q4_0", 2, 32, 18), ("q4_1", 3, 32, 20), ("q5_0", 6, 32, 22),
        ("q5_1", 7, 32, 24), ("q8_0", 8, 32, 34), ("q8_1", 9, 32, 36), ("q2_K", 10, 256, 84), ("q3_K", 11, 256, 110),
        ("q4_K", 12, 256, 144), ("q5_K", 13, 256, 176), ("q6_K", 14, 256, 210), ("q8_K", 15, 256, 292),
        ("iq2_xxs", 16, 256, 66), ("iq2_xs", 17, 256, 74), ("iq3_xxs", 18, 256, 98), ("iq1_s", 19, 256, 50),
        ("iq4_nl", 20, 32, 18), ("iq3_s", 21, 256, 110), ("iq2_s", 22, 256, 82), ("iq4_xs", 23, 256, 136),
        ("i8", 24, 1, 1), ("i16", 25, 1, 2), ("i32", 26, 1, 4), ("i64", 27, 1, 8), ("f64", 28, 1, 8),
        ("iq1_m", 29, 256, 56), ("bf16", 30, 1, 2), ("tq1_0", 34, 256, 54), ("tq2_0", 35, 256, 66),
        ("mxfp4", 39, 32, 17), ("nvfp4", 40, 64, 36), ("q1_0", 41, 128, 18), ("q2_0", 42, 64, 18),
    ]

    @Test("every type of this llama.cpp has its block size")
    func tensorTypes() {
        #expect(GGUFTensorType.all.map(\.rawValue) == Self.sizes.map(\.number))
        for size in Self.sizes {
            let type = GGUFTensorType(rawValue: size.number)
            #expect(type?.name == size.name)
            #expect(type?.blockElements == size.elements)
            #expect(type?.blockBytes == size.bytes)
            #expect(type?.isQuantized == (size.elements > 1))
        }
    }

    @Test("removed and unknown numbers are no types", arguments: [4, 5, 31, 32, 33, 36, 37, 38, 43, 1000, UInt32.max])
    func noTypes(number: UInt32) {
        #expect(GGUFTensorType(rawValue: number) == nil)
    }

    @Test("file types have llama.cpp's names")
    func fileTypes() {
        #expect(GGUFFileType(rawValue: 15).description == "Q4_K - Medium")
        #expect(GGUFFileType(rawValue: 0).description == "all F32")
        #expect(GGUFFileType(rawValue: 41).description == "Q2_0")
        #expect(GGUFFileType(rawValue: 33).description == "unknown (33)")
    }

    @Test("numbers are grouped alike everywhere")
    func grouping() {
        #expect(
            [0, 12, 123, 1_234, 123_456, 1_234_567, -1, -123, -1_234].map { GGUFText.grouped($0) }
                == ["0", "12", "123", "1,234", "123,456", "1,234,567", "-1", "-123", "-1,234"])
        #expect(GGUFText.grouped(UInt64.max) == "18,446,744,073,709,551,615")
        #expect(GGUFText.count(1, "byte") == "1 byte")
        #expect(GGUFText.count(2_000, "byte") == "2,000 bytes")
    }
}
