// covers: G7
import Testing

@testable import InterlockLocal

/// Expected numbers come from a Python program of the authors' description, checked against the reference outputs of
/// SplitMix64 (seed 1234567) and xoshiro256++ (state 1, 2, 3, 4).
@Suite("Random numbers")
struct RandomGeneratorTests {
    struct Vector: Sendable {
        let seed: UInt64
        let first: [UInt64]
        let tenThousandth: UInt64
    }

    static let vectors = [
        Vector(
            seed: 0,
            first: [0x5317_5d61_490b_23df, 0x61da_6f3d_c380_d507, 0x5c0f_df91_ec9a_7bfc, 0x02ee_bf8c_3bbe_5e1a],
            tenThousandth: 0x619d_f8b7_cdd5_c1a7),
        Vector(
            seed: 1,
            first: [0xcfc5_d07f_6f03_c29b, 0xbf42_4132_963f_e08d, 0x19a3_7d57_57aa_f520, 0xbf08_119f_05cd_56d6],
            tenThousandth: 0xc63d_128b_ab8b_eb4b),
        Vector(
            seed: 42,
            first: [0xd076_4d4f_4476_689f, 0x519e_4174_576f_3791, 0xfbe0_7cfb_0c24_ed8c, 0xb37d_9f60_0cd8_35b8],
            tenThousandth: 0xabe3_7b76_88f1_3ec1),
        Vector(
            seed: .max,
            first: [0x56cc_f8ce_948e_27b2, 0xe685_8843_2e5a_5b90, 0xe3e9_b5a4_8119_ca8b, 0x460f_1949_5532_ae73],
            tenThousandth: 0x2acd_438a_7790_0fef),
        Vector(
            seed: 0x0123_4567_89ab_cdef,
            first: [0xb2f2_a310_e96b_d1c5, 0xb540_6246_5b95_0493, 0x87ac_a4a9_6688_14b0, 0xf13d_2e24_48a9_cffb],
            tenThousandth: 0x90fc_d0f6_7dad_d9b4),
    ]

    @Test("xoshiro256++ seeded by SplitMix64", arguments: vectors)
    func vector(_ vector: Vector) {
        var random = RandomGenerator(seed: vector.seed)
        var numbers: [UInt64] = []
        for _ in 0..<10_000 { numbers.append(random.next()) }
        #expect(Array(numbers.prefix(4)) == vector.first)
        #expect(numbers.last == vector.tenThousandth)
    }

    @Test("the unit interval takes the upper 53 bits")
    func unitInterval() {
        var random = RandomGenerator(seed: 7)
        let numbers = (0..<3).map { _ in random.unitInterval() }
        #expect(numbers == [0.05536043647833311, 0.17211585444811772, 0.7175761283586594])
        #expect((0..<10_000).allSatisfy { _ in (0..<1).contains(random.unitInterval()) })
    }
}
